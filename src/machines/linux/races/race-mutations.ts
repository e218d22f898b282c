import { changed, kernel, replaced, stepsOf, without, withRoutine } from '../mutations.ts';
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
  ['pages go back before the flush', changed('zap', { freeFirst: true })],
];

/**
 * Kernels with one rule broken that a single CPU never notices, and the whole one, by name: what a level may
 * put before the player to be caught.
 */
export const raceMutations: Readonly<Record<string, RuleSet>> = Object.fromEntries(
  table.map(([name, change]) => [name, { ...kernel(), ...change, name }]),
);

type Name = Parameters<typeof without>[1];

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
