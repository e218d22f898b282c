import { describe, expect, test } from 'vitest';
import { mutations } from '../../../src/machines/xen/mutations.ts';
import { witnessAgainst } from './mutants.ts';

describe('a hypervisor with one rule broken is noticed', () => {
  test.each(Object.keys(mutations))('%s', name => {
    expect(witnessAgainst(name), 'nothing noticed the mutation').toBeDefined();
  });

  test('there are at least twenty', () => {
    expect(Object.keys(mutations).length).toBeGreaterThanOrEqual(20);
  });
});
