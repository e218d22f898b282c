import { expect, test } from 'vitest';
import { starsFor } from '../../src/game/stars.ts';
import { VERDICTS } from '../../src/judge/verdict.ts';

test('the worst verdict of an attempt bounds its stars', () => {
  for (const verdict of VERDICTS) {
    const most = verdict === 'optimal' ? 3 : verdict === 'wasteful' ? 2 : 1;
    expect(starsFor([{ verdict: 'optimal' }, { verdict }, { verdict: 'optimal' }], false)).toBe(most);
    expect(starsFor([{ verdict }], true)).toBe(Math.min(most, 2));
  }
  expect(starsFor([], false)).toBe(3);
});
