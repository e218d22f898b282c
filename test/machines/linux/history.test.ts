import { describe, expect, test } from 'vitest';
import { course } from '../../../src/build/generators/history.ts';
import { scenarios } from '../../../src/build/scenarios.ts';
import { knownHoles } from '../../../src/machines/linux/known-holes.ts';
import { ruleSets } from '../../../src/machines/linux/rules.ts';

const names = Object.keys(ruleSets);

describe('the holes of old kernels come out of running the scenarios', () => {
  test.each(names)('%s has those that are known, and no other', rules => {
    const wrong = scenarios.map(({ name }) => name).filter(name => course(name, rules).wrong !== undefined);
    const known = knownHoles.filter(hole => hole.rules === rules).flatMap(hole => hole.scenarios);
    expect(wrong.sort()).toEqual([...known].sort());
  });

  test('a pipe shows what its writer never gave it', () => {
    // The child's pipe refers to a page of 17; the parent then writes 34 to what it takes for its own.
    expect(course('vmsplice_child_unmap', '2.6').wrong).toMatchObject({
      operation: 'p1 vread 0',
      seen: { bytes: [34] },
      ideal: { bytes: [17] },
    });
  });

  test('a swap-in by a read costs 5.10 a copy afterwards, and 6.x no fault', () => {
    // swap_basic writes to two pages that came back: section 5.6, last row.
    expect(course('swap_basic', '5.10')).toMatchObject({ copies: 2, reuses: 0 });
    expect(course('swap_basic', '6.x')).toMatchObject({ copies: 0, reuses: 0 });
  });
});
