import fc from 'fast-check';
import { expect, test } from 'vitest';
import { mistakesOf, starsFor } from '../../src/game/stars.ts';
import { isRight, VERDICTS } from '../../src/judge/verdict.ts';

test('stars take the worst verdict, and the computed hint costs the third', () => {
  for (const verdict of VERDICTS) {
    const most = verdict === 'optimal' ? 3 : isRight(verdict) ? 2 : 1;
    const answers = (['optimal', verdict, 'optimal'] as const).map((each, n) => ({ n, verdict: each }));
    expect(starsFor(answers, false)).toBe(most);
    expect(starsFor([{ n: 1, verdict }], true)).toBe(Math.min(most, 2));
  }
  expect(starsFor([], false)).toBe(3);
});

const answers = fc.array(
  fc.record({ n: fc.integer({ min: 1, max: 6 }), verdict: fc.constantFrom(...VERDICTS) }),
  { maxLength: 12 },
);

test('an exam counts the first answer to each question, and gives no star below its mark', () => {
  fc.assert(
    fc.property(answers, fc.integer({ min: 0, max: 4 }), (given, mistakes) => {
      const firsts = new Map(given.toReversed().map(({ n, verdict }) => [n, verdict]));
      const wrong = [...firsts.values()].filter(verdict => !isRight(verdict)).length;
      expect(mistakesOf(given)).toBe(wrong);
      const stars = starsFor(given, false, { mistakes });
      expect(stars > 0).toBe(wrong <= mistakes);
      if (wrong <= mistakes) expect(stars).toBe(starsFor(given, false));
    }),
  );
});
