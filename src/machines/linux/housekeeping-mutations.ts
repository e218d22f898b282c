import { extended, kernel, stepsOf, withRoutine } from './mutations.ts';
import type { RuleSet } from './rules.ts';

const table: readonly (readonly [name: string, change: Partial<RuleSet>])[] = [
  [
    'a copy is made under the page table lock',
    { orders: { copy: order('lock fill recheck clear flush set rmap put') } },
  ],
  ['an entry is set without its lock', { orders: { zeroed: order('fill recheck set put') } }],
  ['a page is cleared when it can be seen already', { routines: withRoutine('zeroed', clearedLast()) }],
  [
    'a page that was read in counts as if nobody had waited',
    extended('swap-in', 'get swapped page', ({ handler }) => {
      handler.major = false;
    }),
  ],
  ['the OOM killer takes whoever asks', { selectBadProcess: (_, asking) => asking }],
  ['a mapping of the kernel that an address space lacks is an oops', { repairsKernelMap: false }],
];

/**
 * Kernels with one rule of their housekeeping broken, by name: locks, counts, mappings of their own. No decision has a part
 * in them, so no player sees them; invariants do.
 */
export const housekeepingMutations: Readonly<Record<string, RuleSet>> = Object.fromEntries(
  table.map(([name, change]) => [name, { ...kernel(), ...change, name }]),
);

function order(steps: string): readonly string[] {
  return steps.split(' ');
}

function clearedLast(): ReturnType<typeof stepsOf> {
  const clear = stepsOf('zeroed').filter(({ name }) => name === 'clear frame');
  return [...stepsOf('zeroed').filter(({ name }) => name !== 'clear frame'), ...clear];
}
