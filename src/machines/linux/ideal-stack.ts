import type { Page } from './ideal.ts';

/** Where stacks are, and whether they may grow: the interface's promises, by pages alone. */
type Pages = ReadonlyMap<number, Page>;

/** A stack stays this far from accessible memory below it that is no stack. */
const GUARD_GAP = 256;

/**
 * What a stack counts for its limit where areas that touch may be one or several: its first, or all of
 * them.
 */
export type Areas = 'apart' | 'joined';
export const AREAS = ['apart', 'joined'] as const satisfies readonly Areas[];

/** The number of the stack area that a page belongs to; 0 for none. */
export const stackOf = (page: Page | undefined): number =>
  page !== undefined && 'stack' in page ? page.stack : 0;

/** The first page of the stack that is next above a page outside all mappings. Pages ascend. */
export function stackAbove(pages: Pages, page: number): number | undefined {
  if (pages.has(page)) return undefined;
  for (const [above, mapped] of pages) if (above > page) return stackOf(mapped) === 0 ? undefined : above;
  return undefined;
}

/**
 * The first page of the stack that an access to this page extends; undefined where none does: it would
 * come too close to what is below, or become larger than `limit` pages.
 */
export function growing(pages: Pages, page: number, limit: number, areas: Areas): number | undefined {
  const start = stackAbove(pages, page);
  if (start === undefined || tooClose(pages, page)) return undefined;
  return stackEnd(pages, start, areas) - page > limit ? undefined : start;
}

function tooClose(pages: Pages, page: number): boolean {
  let below: number | undefined;
  for (const number of pages.keys()) if (number < page) below = number;
  if (below === undefined) return false;
  const neighbour = pages.get(below)!;
  return neighbour.perm !== '---' && stackOf(neighbour) === 0 && page - (below + 1) < GUARD_GAP;
}

/** The page after the area that begins at `start`. */
function stackEnd(pages: Pages, start: number, areas: Areas): number {
  const first = pages.get(start)!;
  for (let end = start + 1; ; end++) {
    const page = pages.get(end);
    if (stackOf(page) === 0 || page!.perm !== first.perm) return end;
    if (areas === 'apart' && stackOf(page) !== stackOf(first)) return end;
  }
}
