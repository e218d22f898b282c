import { expect, test } from 'vitest';
import { library } from '../../src/levels/library.ts';
import { provedOf } from '../../src/levels/proved.ts';

/** Where a right decision costs more than another, one of the two is not the kernel's own. */
test('in at least ten levels a decision that is not the kernel’s own is right', () => {
  const decided = library.levels.filter(({ depth }) => depth === 'decide' || depth === 'detail');
  const twoRight = decided.filter(({ id }) => provedOf(id)!.counts.wasteful > 0);
  expect(twoRight.length).toBeGreaterThanOrEqual(10);
});
