import type { MoveOf } from '../../../language/moves.ts';
import { areasIn, changeAreas, firstHole, has, isMapped } from './areas.ts';
import { resolve } from './loose.ts';
import {
  type Area,
  DONT_FORK,
  done,
  errno,
  LOCKED,
  MERGEABLE,
  type Memory,
  NO_HUGE,
  type Outcome,
  RANDOM,
  WIPE_ON_FORK,
  withoutEntries,
  withSpace,
} from './memory.ts';
import { discard, punch } from './objects.ts';
import { absence, setOwn, touched } from './pages.ts';

/** madvise. */

/** Advice about one area: what comes of it, or the errno that it is refused with. */
type Advice = (memory: Memory, mm: number, area: Area) => Memory | string;

const isAnonymous = ({ object }: Area): boolean => object === undefined;

/** Sets one flag of an area, or clears it. */
const flag =
  (bit: number, on: boolean, applies: (area: Area) => boolean = () => true): Advice =>
  (memory, mm, area) => {
    if (!applies(area)) return memory;
    const range = { page: area.start, pages: area.end - area.start };
    const areas = changeAreas(memory.spaces[mm]!, range, before => ({
      ...before,
      flags: on ? before.flags | bit : before.flags & ~bit,
    }));
    return withSpace(memory, mm, { areas });
  };

/** Advice that a locked area refuses. */
const unlessLocked =
  (advice: Advice): Advice =>
  (memory, mm, area) =>
    has(area, LOCKED) ? 'EINVAL' : advice(memory, mm, area);

const nothing: Advice = memory => memory;

/** MADV_FREE: until they are written to, pages may become zeros. */
const fade: Advice = (memory, mm, area) => {
  if (!isAnonymous(area)) return 'EINVAL';
  let after = memory;
  for (const [page, own] of memory.spaces[mm]!.pages) {
    if (page < area.start || page >= area.end || own.kind === 'guard') continue;
    const bytes = resolve(after, own);
    if (bytes.kind === 'bytes') after = setOwn(after, mm, page, { ...bytes, fading: true });
  }
  return after;
};

/** MADV_GUARD_INSTALL: what private pages held is lost. */
const guard: Advice = (memory, mm, { start, end }) => {
  const pages = new Map(memory.spaces[mm]!.pages);
  for (let page = start; page < end; page++) pages.set(page, { kind: 'guard' });
  return withSpace(memory, mm, { pages });
};

const unguard: Advice = (memory, mm, { start, end }) =>
  withSpace(memory, mm, {
    pages: withoutEntries(
      memory.spaces[mm]!.pages,
      (page, own) => own.kind === 'guard' && page >= start && page < end,
    ),
  });

/** MADV_REMOVE: a hole in the object, for all who map it. */
const remove: Advice = (memory, _, area) => {
  if (area.object === undefined) return 'EINVAL';
  return area.shared ? punch(memory, area.object, area.index, area.end - area.start) : 'EACCES';
};

const advices: Readonly<Record<string, Advice>> = {
  dontneed: unlessLocked((memory, mm, { start, end }) => discard(memory, mm, start, end)),
  free: unlessLocked(fade),
  pageout: unlessLocked(nothing),
  cold: unlessLocked(nothing),
  willneed: nothing,
  random: flag(RANDOM, true),
  nohuge: flag(NO_HUGE, true),
  dontfork: flag(DONT_FORK, true),
  dofork: flag(DONT_FORK, false),
  wipeonfork: (memory, mm, area) =>
    isAnonymous(area) ? flag(WIPE_ON_FORK, true)(memory, mm, area) : 'EINVAL',
  keeponfork: flag(WIPE_ON_FORK, false),
  mergeable: flag(MERGEABLE, true, area => !area.shared),
  unmergeable: flag(MERGEABLE, false),
  guard: unlessLocked(guard),
  unguard,
  remove: unlessLocked(remove),
};

/** Goes from area to area: stops at the first that refuses, leaves out holes, and says so in the end. */
export function madvise(memory: Memory, move: MoveOf<'madv'>, mm: number): Outcome[] {
  if (memory.lacksAdvice.includes(move.advice)) return [{ seen: errno('EINVAL'), after: memory }];
  if (move.advice === 'populate_read') return populate(memory, move, 'read', mm);
  if (move.advice === 'populate_write') return populate(memory, move, 'write', mm);
  const advice = advices[move.advice];
  if (advice === undefined) throw new RangeError(`no advice ${move.advice}`);
  const space = memory.spaces[mm]!;
  let after = memory;
  for (const area of areasIn(space, move)) {
    const advised = advice(after, mm, area);
    if (typeof advised === 'string') return [{ seen: errno(advised), after }];
    after = advised;
  }
  return [{ seen: isMapped(space, move) ? done : errno('ENOMEM'), after }];
}

/** Touches page by page as its process would, and stops at the first that cannot be. */
function populate(memory: Memory, move: MoveOf<'madv'>, access: 'read' | 'write', mm: number): Outcome[] {
  const space = memory.spaces[mm]!;
  const hole = firstHole(space, move);
  let after = memory;
  for (const area of areasIn(space, { page: move.page, pages: hole - move.page })) {
    if (area.perm[access === 'read' ? 0 : 1] === '-') return [{ seen: errno('EINVAL'), after }];
    for (let page = area.start; page < area.end; page++) {
      if (absence(after, space, area, page) !== undefined) return [{ seen: errno('EFAULT'), after }];
      if (access === 'write') after = touched(after, mm, page);
    }
  }
  return [{ seen: hole === move.page + move.pages ? done : errno('ENOMEM'), after }];
}
