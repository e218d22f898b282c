import { kernel, replaced, stepsOf, without, withRoutine } from '../mutations.ts';
import type { RuleSet } from '../rules.ts';

const table: readonly (readonly [name: string, change: Partial<RuleSet>])[] = [
  ['whole', {}],
  ['the kernel checks in software before it stores', { wp: 'checked' }],
  ['copy does not recheck the entry', without('copy', 'recheck entry')],
  ['first write does not recheck the entry', without('zeroed', 'recheck entry')],
  ['copy does not flush', without('copy', 'flush')],
  ['copy flushes its own CPU only', replaced('copy', 'flush', 'flush here')],
  ['copy flushes after it has set the entry', moved('flush', 'set entry dirty')],
  ['copy drops the old frame before it flushes', movedBefore('put frame', 'flush')],
  ['pages go back before the flush', ordered('unmap', 'lock zap free flush')],
  ['swap-in does not claim its slot', without('swap-in', 'claim slot')],
  ['a page of a file is not looked for again', without('map-cache', 'recheck page')],
  ['fork flushes before it takes the right to write', ordered('fork', 'share flush protect')],
  ['mremap lets its lock go before it flushes', ordered('mremap', 'lock move unlock flush')],
  ['fsync does not flush', ordered('fsync', 'protect write')],
  ['fsync writes before it flushes', ordered('fsync', 'protect write flush')],
  ['swapping out writes before it flushes', ordered('pageout', 'lock clear pinned swap write flush')],
  ['swapping out looks for pins first', ordered('pageout', 'lock pinned clear flush swap write')],
  ['a fast pin does not look for a fork', ordered('iopin', 'look pin recheck register')],
  ['a fast pin does not look at the entry again', ordered('iopin', 'look pin sequence register')],
  ['a forced store is tried again as a read', { gup: { ...kernel().gup, retriesAsRead: true } }],
];

/**
 * Kernels with one rule broken that a single CPU never notices, and the whole one, by name: what a level may
 * put before the player to be caught.
 */
export const raceMutations: Readonly<Record<string, RuleSet>> = Object.fromEntries(
  table.map(([name, change]) => [name, { ...kernel(), ...change, name }]),
);

type Name = Parameters<typeof without>[1];

/** A system call with its micro-steps in another order. */
function ordered(task: string, steps: string): Partial<RuleSet> {
  return { orders: { [task]: steps.split(' ') } };
}

/** copy with one step right behind another. */
function moved(name: Name, behind: Name): Partial<RuleSet> {
  const step = stepsOf('copy').find(each => each.name === name)!;
  const rest = stepsOf('copy').filter(each => each !== step);
  const at = rest.findIndex(each => each.name === behind) + 1;
  return { routines: withRoutine('copy', rest.toSpliced(at, 0, step)) };
}

/** copy with one step right before another. */
function movedBefore(name: Name, before: Name): Partial<RuleSet> {
  const step = stepsOf('copy').find(each => each.name === name)!;
  const rest = stepsOf('copy').filter(each => each !== step);
  return {
    routines: withRoutine(
      'copy',
      rest.toSpliced(
        rest.findIndex(each => each.name === before),
        0,
        step,
      ),
    ),
  };
}
