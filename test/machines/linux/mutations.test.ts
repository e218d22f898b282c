import fc from 'fast-check';
import { describe, expect, test } from 'vitest';
import { housekeepingMutations } from '../../../src/machines/linux/housekeeping-mutations.ts';
import { mutations } from '../../../src/machines/linux/mutations.ts';
import { MOST_SEED } from '../../../src/study/random.ts';
import { deniedByRecording, witnessAgainst } from './mutants.ts';
import { noticedIn } from './noticed.ts';

describe('a kernel with one rule broken is noticed', () => {
  test('in the whole one nothing is, whatever the program', () => {
    fc.assert(
      fc.property(fc.integer({ min: 0, max: MOST_SEED }), seed => {
        expect(noticedIn(seed, '6.x', true)).toBeUndefined();
      }),
      { numRuns: 60 },
    );
    expect(deniedByRecording('6.x')).toBeUndefined();
  });

  test.each(Object.keys({ ...mutations, ...housekeepingMutations }))('%s', name => {
    expect(witnessAgainst(name), 'nothing noticed the mutation').toBeDefined();
  });

  test('there are at least forty', () => {
    expect(Object.keys(mutations).length).toBeGreaterThanOrEqual(40);
  });
});
