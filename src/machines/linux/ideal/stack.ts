import type { Access } from '../../../language/moves.ts';
import { isAccessible, isStack, mayBeOne } from './areas.ts';
import { type Memory, type Space, withSpace } from './memory.ts';
import { type Refusal, refusal, type Span } from './pages.ts';
import { promises } from './promises.ts';

/** Stacks grow downwards when they are touched below: the interface's promises, by areas alone. */

/** A stack stays this far from accessible memory below it that is no stack. Pages. */
const GUARD_GAP = 256;

/**
 * What a stack counts for its limit where areas that touch may be one or several: its first, or all; or it is not
 * promised more, where that is left open.
 */
export type Joined = 'apart' | 'joined' | 'refused';

/** The area, by its place in the list, whose stack an access to this page would extend; -1 for none. */
function stackAbove(space: Space, page: number): number {
  const { areas } = space;
  let at = 0;
  while (at < areas.length && areas[at]!.end <= page) at++;
  const area = areas[at];
  return area !== undefined && area.start > page && isStack(area) ? at : -1;
}

/** Is the page outside all areas, with a stack next above it? */
const isBelowStack = (space: Space, page: number): boolean => stackAbove(space, page) >= 0;

/** The page after the last of a stack. */
function stackEnd({ areas }: Space, at: number, joined: Joined): number {
  let last = at;
  if (joined === 'joined') while (last + 1 < areas.length && mayBeOne(areas[last]!, areas[last + 1]!)) last++;
  return areas[last]!.end;
}

/**
 * The memory after an access to a page has let the stack above it grow, if there is one and it may: it comes
 * down to the page with the rights of its lowest part, whether or not these allow the access.
 */
export function grown(memory: Memory, mm: number, page: number, joined: Joined): Memory {
  const space = memory.spaces[mm]!;
  const at = stackAbove(space, page);
  if (at < 0) return memory;
  const below = space.areas[at - 1];
  const tooClose =
    below !== undefined && isAccessible(below) && !isStack(below) && page - below.end < GUARD_GAP;
  if (tooClose || stackEnd(space, at, joined) - page > space.stackLimit) return memory;
  const stack = space.areas[at]!;
  const more = stack.start - page;
  const promised = promises(memory, [more, more]);
  if (promised === 'never' || (promised === 'possibly' && joined === 'refused')) return memory;
  const lower = { ...stack, start: page, index: stack.index - (stack.start - page) };
  return withSpace(memory, mm, { areas: space.areas.with(at, lower) });
}

/** How far an access comes: stacks have grown for it, and it is refused at a span of it, or nowhere. */
export interface Reach {
  readonly memory: Memory;
  /** Those whose pages have been brought in. */
  readonly served: readonly Span[];
  readonly bytes: number;
  readonly refused?: { readonly span: Span; readonly why: Refusal };
}

export function reach(
  memory: Memory,
  mm: number,
  spans: readonly Span[],
  access: Access,
  joined: Joined,
): Reach {
  let after = memory;
  let bytes = 0;
  for (const [i, span] of spans.entries()) {
    after = grown(after, mm, span.page, joined);
    const why = refusal(after, after.spaces[mm]!, span.page, access);
    if (why !== undefined) {
      const served = spans.slice(0, isBroughtIn(after, mm, span.page, access) ? i + 1 : i);
      return { memory: after, served, bytes, refused: { span, why } };
    }
    bytes += span.length;
  }
  return { memory: after, served: spans, bytes };
}

/** Is the page of a refused fetch brought in first, as for a read, and costs what that costs? */
const isBroughtIn = (memory: Memory, mm: number, page: number, access: Access): boolean =>
  access === 'fetch' && memory.fetchesLate && refusal(memory, memory.spaces[mm]!, page, 'read') === undefined;

/** How the stacks that spans let grow may be joined, and whether they are promised more: one way where none may grow. */
export function joints(memory: Memory, mm: number, spans: readonly Span[]): readonly Joined[] {
  if (!spans.some(({ page }) => isBelowStack(memory.spaces[mm]!, page))) return ['apart'];
  return memory.overcommit === 'never' ? ['apart', 'joined', 'refused'] : ['apart', 'joined'];
}

/** All ways in which an access may reach. */
export const reaches = (
  memory: Memory,
  mm: number,
  spans: readonly Span[],
  access: Access,
): readonly Reach[] => joints(memory, mm, spans).map(joined => reach(memory, mm, spans, access, joined));
