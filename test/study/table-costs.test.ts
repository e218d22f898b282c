import { describe, expect, test } from 'vitest';
import { beatsFrom, tableCosts } from '../../src/study/table-costs.ts';

/** Section 11 of the specification: with these prices unhooking pays from the third store on, with four CPUs from the fourth. */
describe('what stores to a page table cost', () => {
  test.each([
    [1, 3],
    [4, 4],
  ])('with %i CPUs unhooking pays from %i stores on', (cpus, from) => {
    expect(beatsFrom(tableCosts(cpus, 12), 'unhook', 'emulate')).toBe(from);
  });

  test('emulation is a trap, the store and an audit each time: 1000 + 1500 + 150', () => {
    for (const { stores, emulate } of tableCosts(1, 10)) expect(emulate).toBe(2650 * stores);
  });

  test('a batch is a hypercall for each 32 requests, and 50 + 150 for each: 300 + 40 * 200 + 300', () => {
    expect(tableCosts(1, 40).at(-1)!.batch).toBe(8600);
  });

  test('an unhooked table is audited entry by entry, however often each was written', () => {
    const costs = tableCosts(1, 24).map(({ unhook }) => unhook);
    // Two traps, two flushes, a snapshot of 400 and a comparison of 600, and 150 for each of eight entries at most.
    expect(costs[0]).toBe(2000 + 2000 + 400 + 600 + 150);
    expect(Math.max(...costs)).toBe(5000 + 8 * 150);
  });
});
