import type { MoveOf } from '../../../language/moves.ts';
import { areasIn, changeAreas, firstHole, isAccessible } from './areas.ts';
import { done, errno, LOCKED, type Memory, type Outcome, withSpace } from './memory.ts';
import { absence } from './pages.ts';

/** mlock and munlock. */

/** Locks what lies before the first hole; then brings every page in, and says if one cannot be. */
export function mlock(memory: Memory, move: MoveOf<'mlock'>, mm: number): Outcome[] {
  const { after, whole } = withLock(memory, move, flags => flags | LOCKED, mm);
  const space = after.spaces[mm]!;
  const filled = areasIn(space, move).every(area => {
    if (!isAccessible(area)) return false;
    for (let page = area.start; page < area.end; page++)
      if (absence(after, space, area, page) !== undefined) return false;
    return true;
  });
  return [{ seen: whole && filled ? done : errno('ENOMEM'), after }];
}

export function munlock(memory: Memory, move: MoveOf<'munlock'>, mm: number): Outcome[] {
  const { after, whole } = withLock(memory, move, flags => flags & ~LOCKED, mm);
  return [{ seen: whole ? done : errno('ENOMEM'), after }];
}

function withLock(
  memory: Memory,
  move: MoveOf<'mlock' | 'munlock'>,
  change: (flags: number) => number,
  mm: number,
): { after: Memory; whole: boolean } {
  const space = memory.spaces[mm]!;
  const pages = firstHole(space, move) - move.page;
  const areas = changeAreas(space, { page: move.page, pages }, area => ({
    ...area,
    flags: change(area.flags),
  }));
  return { after: withSpace(memory, mm, { areas }), whole: pages === move.pages };
}
