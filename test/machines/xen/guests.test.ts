import fc from 'fast-check';
import { describe, expect, test } from 'vitest';
import { MOST_SEED } from '../../../src/study/random.ts';
import { fullGuests } from './full-guests.ts';
import { guestMoves, opening } from './guests.ts';
import { itself, watch } from './watch.ts';

/** Requests and faults that the guests of an era make in all; 50 000 together. */
const LEAST = 25_000;
const MOVES = 60;

test('lets fully virtualized guests do as they like with their own memory', () => {
  fc.assert(
    fc.property(fc.integer({ min: 0, max: MOST_SEED }), seed => {
      watch(fullGuests(seed, MOVES), itself, '3.0.3');
    }),
    { numRuns: 60 },
  );
});

describe.each(['3.0.2', '3.0.3'])('%s', rules => {
  test('keeps every invariant and its promises, whatever a guest asks for', () => {
    let asked = 0;
    // A guest asks about 60 times in 60 moves (counted); 450 of them make more than LEAST.
    fc.assert(
      fc.property(
        fc.integer({ min: 0, max: MOST_SEED }),
        fc.constantFrom('pv64' as const, 'pv32' as const),
        fc.boolean(),
        (seed, kind, assist) => {
          asked += watch([...opening(kind, assist), ...guestMoves(seed, MOVES, rules)], itself, rules);
        },
      ),
      { numRuns: 450 },
    );
    expect(asked).toBeGreaterThan(LEAST);
  });
});
