import { describe, expect, test } from 'vitest';
import { mutations } from '../../../src/machines/hurd/mutations.ts';
import { witnessAgainst } from './noticed.ts';

describe('a system with one rule broken is noticed', () => {
  test('in the whole one nothing is', () => {
    expect(witnessAgainst('both', 12)).toBeUndefined();
  });

  test.each(Object.keys(mutations))('%s', name => {
    expect(witnessAgainst(name), 'nothing noticed the mutation').toBeDefined();
  });

  test('there are at least fifteen', () => {
    expect(Object.keys(mutations).length).toBeGreaterThanOrEqual(15);
  });
});
