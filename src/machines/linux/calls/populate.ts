import type { Seen } from '../../../language/moves.ts';
import type { Fault } from '../fault/fault.ts';
import { isAccessible, isShared, mayWrite, partsOf, type Vma } from '../memory/vma.ts';
import type { Process } from '../process.ts';
import type { World } from '../world.ts';
import { followPage, type Reach } from './gup.ts';
import type { PageHunt } from './interrupted.ts';

/** Pages that are brought in before anybody touches them, by the handler of page faults all the same. */

/** How mlock and MAP_POPULATE touch a VMA's pages. Source: populate_vma_page_range, mm/gup.c; addendum B2. */
export const populating = (vma: Vma): Reach => ({
  write: mayWrite(vma) && !isShared(vma),
  force: isAccessible(vma),
  pin: false,
  longterm: false,
  fast: false,
  retries: true,
});

/**
 * Brings in the pages of all VMAs in [start, end), one after the other; goes on after each fault. A page
 * that is refused ends it, or, with `next`, ends it for its VMA.
 * @param fresh what the call has mapped itself, if it has
 * @returns the fault that is to be served first, ENOMEM, or nothing
 */
export function populate(
  world: World,
  process: Process,
  start: number,
  end: number,
  refused: 'next' | 'stop',
  fresh?: PageHunt['fresh'],
): Fault | Seen | undefined {
  const { vmas } = world.mms[process.mm]!;
  const from = world.hunt?.done ?? start;
  for (const vma of partsOf(vmas, from, end)) {
    for (let page = vma.start; page < vma.end; page++) {
      const reached = followPage(world, process, page, 0, populating(vma));
      if (typeof reached === 'number') continue;
      if (reached !== 'refused') {
        world.hunt = { pages: [], pins: false, done: page, until: end, ...(fresh && { fresh }) };
        return reached;
      }
      if (refused === 'stop') {
        world.hunt = undefined;
        return { kind: 'error', errno: 'ENOMEM' };
      }
      break;
    }
  }
  world.hunt = undefined;
  return undefined;
}
