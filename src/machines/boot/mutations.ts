import { i386, KERNEL_ENTRY, type RuleSet } from './rules.ts';

/** Entries of a table. */
const ENTRIES = 1024;

const table: readonly (readonly [name: string, change: Partial<RuleSet>])[] = [
  ['no table is entered at its own address', { entered: number => [KERNEL_ENTRY + number] }],
  ['no table is entered where the kernel is linked', { entered: number => [number] }],
  ['every table maps the first 4 MiB', { filled: page => i386.filled(page % ENTRIES) }],
  [
    'the last page of a table is left out',
    { filled: page => (page % ENTRIES === ENTRIES - 1 ? 0 : i386.filled(page)) },
  ],
  ['tables that were filled before stay', { startsAnew: false }],
  ['the low mapping stays', { zapped: () => false }],
  ['the kernel goes with the low mapping', { zapped: () => true }],
  ['CR0.PG changes nothing', { walks: false }],
  ['a walk goes on behind an entry that is not present', { looksAtPresence: false }],
  ['a fault that nobody handles is tried again', { resets: false }],
];

/** Starts with one rule broken, by name. `npm run mutate` shows what notices each. */
export const mutations: Readonly<Record<string, RuleSet>> = Object.fromEntries(
  table.map(([name, change]) => [name, { ...i386, ...change, name }]),
);
