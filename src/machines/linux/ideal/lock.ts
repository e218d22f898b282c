import type { MoveOf } from '../../../language/moves.ts';
import { areasIn, changeAreas, firstHole, isAccessible } from './areas.ts';
import { done, errno, LOCKED, type Memory, type Outcome, withProcess } from './memory.ts';
import { absence } from './pages.ts';

/** mlock and munlock. */

/** Locks what lies before the first hole; then brings every page in, and says if one cannot be. */
export function mlock(memory: Memory, move: MoveOf<'mlock'>): Outcome[] {
  const { after, whole } = withLock(memory, move, flags => flags | LOCKED);
  const process = after.processes.get(move.process)!;
  const filled = areasIn(process, move).every(area => {
    if (!isAccessible(area)) return false;
    for (let page = area.start; page < area.end; page++)
      if (absence(after, process, area, page) !== undefined) return false;
    return true;
  });
  return [{ seen: whole && filled ? done : errno('ENOMEM'), after }];
}

export function munlock(memory: Memory, move: MoveOf<'munlock'>): Outcome[] {
  const { after, whole } = withLock(memory, move, flags => flags & ~LOCKED);
  return [{ seen: whole ? done : errno('ENOMEM'), after }];
}

function withLock(
  memory: Memory,
  move: MoveOf<'mlock' | 'munlock'>,
  change: (flags: number) => number,
): { after: Memory; whole: boolean } {
  const process = memory.processes.get(move.process)!;
  const pages = firstHole(process, move) - move.page;
  const areas = changeAreas(process, { page: move.page, pages }, area => ({
    ...area,
    flags: change(area.flags),
  }));
  return { after: withProcess(memory, move.process, { areas }), whole: pages === move.pages };
}
