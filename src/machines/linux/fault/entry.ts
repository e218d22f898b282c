import { ACCESSED, DIRTY } from '../hardware/pte.ts';
import type { World } from '../world.ts';
import type { Fault } from './fault.ts';

/**
 * Presence, frame and rights of the entry at fault as the processor has them, how far the call has come that has faulted,
 * and how many have died for it: if these are as they were when the same access faults again, nothing was gained. Accessed and dirty are not
 * looked at.
 */
export function entry(world: World, fault: Fault): string {
  const { table } = world.mms[fault.mm]!;
  const low = world.setup.arch.walked(table.low(fault.page)) & ~(ACCESSED | DIRTY);
  const { copy, hunt, deaths } = world;
  const progress = copy === undefined ? '' : ` ${copy.done} ${copy.attempt} ${copy.checked} ${copy.touching}`;
  const held = hunt === undefined ? '' : ` ${hunt.done} ${hunt.pages.length}`;
  const unshare = fault.unshare ? ' unshare' : '';
  const killed = deaths.length > 0 ? ` ${deaths.length}` : '';
  return `${fault.page} ${low} ${table.high(fault.page)}${progress}${held}${unshare}${killed}`;
}
