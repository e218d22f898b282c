import fc from 'fast-check';
import { describe, expect, test } from 'vitest';
import { problemOf } from '../../src/study/generate.ts';
import { GENERATOR } from '../../src/study/makers/makers.ts';
import { parseName } from '../../src/study/problem.ts';
import { drawsFrom } from '../../src/study/random.ts';
import { cardsOf, type Evidence } from '../../src/study/review.ts';
import { review } from '../../src/study/series.ts';
import { studentWith } from './student.ts';

const DAY = 24 * 60 * 60 * 1000;
const START = Date.parse('2026-01-01T08:00:00Z');
const timeOf = (day: number, minute = 0): string =>
  new Date(START + day * DAY + minute * 60_000).toISOString();

/**
 * A student practises once, then does at most `most` reviews a day.
 * @returns what was reviewed, by day
 */
function studied(
  system: string,
  seed: number,
  beliefs: (day: number) => readonly string[],
  days: number,
  most: number,
) {
  let today = 0;
  const student = studentWith(seed, () => new Set(beliefs(today)));
  const evidence: Evidence[] = [];
  const played = new Set<string>();
  for (let n = 0; n < 20; n++) {
    const problem = problemOf({ generator: GENERATOR, system, difficulty: 2, seed: seed * 1000 + n });
    evidence.push(...student.play(problem, timeOf(0, n)));
  }
  const draws = drawsFrom(seed);
  const reviewed: { day: number; focus: string }[] = [];
  for (let day = 1; day <= days; day++) {
    today = day;
    for (let n = 0; n < most; n++) {
      const now = timeOf(day, n);
      const due = () => cardsOf(evidence).filter(card => card.due <= new Date(now));
      const series = review(
        due,
        () => draws.below(2 ** 32),
        id => played.has(id),
        2,
      );
      const level = series.first();
      if (level === undefined) break;
      expect(played.has(level.id)).toBe(false);
      played.add(level.id);
      const name = parseName(level.id)!;
      reviewed.push({ day, focus: name.focus! });
      evidence.push(...student.play(problemOf(name), now));
    }
  }
  return { evidence, reviewed };
}

describe('the reviews of a student', () => {
  const DAYS = 16;
  const share = (reviewed: readonly { focus: string }[], of: readonly string[]): number =>
    reviewed.filter(({ focus }) => of.includes(focus)).length / Math.max(1, reviewed.length);

  const times = (reviewed: readonly { focus: string }[], focus: string): number =>
    reviewed.filter(each => each.focus === focus).length;

  test.each([
    ['linux', 7, ['M19']],
    ['linux', 8, ['X46', 'M39']],
    ['hurd', 7, ['K1']],
    ['hurd', 8, ['K2', 'K10']],
    ['xen', 7, ['XEN6']],
    ['xen', 8, ['XEN8', 'XEN11']],
  ])('converge on what it believes of %s: seed %d, %j', (system, seed, beliefs) => {
    const { reviewed } = studied(system, seed, () => beliefs, DAYS, 3);
    const late = reviewed.filter(({ day }) => day > DAYS / 2);
    // Each day there is something to review, and of twenty misconceptions that problems show hardly any other.
    expect(late.length).toBeGreaterThan(DAYS);
    expect(share(late, beliefs)).toBeGreaterThan(2 / 3);
    const most = late.map(({ focus }) => focus).sort((a, b) => times(late, b) - times(late, a))[0];
    expect(beliefs).toContain(most);
  });

  test('become rare once it believes it no longer', () => {
    const { reviewed } = studied('linux', 9, day => (day <= 8 ? ['M19'] : []), 45, 3);
    const between = (from: number, to: number) =>
      reviewed.filter(({ day, focus }) => focus === 'M19' && day >= from && day <= to).length;
    expect(between(1, 8)).toBeGreaterThan(8);
    expect(between(31, 45)).toBeLessThan(between(1, 8) / 3);
  });

  test('who knows everything has nothing to review', () => {
    expect(studied('linux', 3, () => [], 3, 3)).toMatchObject({ reviewed: [] });
  });
});

describe('the cards', () => {
  const evidence: fc.Arbitrary<Evidence[]> = fc.array(
    fc
      .record({
        at: fc.nat({ max: 40 }).map(day => timeOf(day)),
        rule: fc.constantFrom('wp-copy', 'wp-reuse-sole', 'anon-write', 'access'),
        right: fc.boolean(),
        first: fc.boolean(),
      })
      .map(({ right, ...each }) => ({
        ...each,
        system: 'linux',
        verdict: right ? 'optimal' : 'corruption',
        shown: right ? [] : ['M17', 'M20'],
      })),
    { maxLength: 12 },
  );

  test('depend on the times of what was shown, not on the order of the journals', () => {
    fc.assert(
      fc.property(evidence, all => {
        const times = all.map(({ at }) => at);
        fc.pre(new Set(times).size === times.length);
        expect(cardsOf([...all].reverse())).toEqual(cardsOf(all));
      }),
    );
  });

  test('are of what was shown, and due after the last time', () => {
    fc.assert(
      fc.property(evidence, all => {
        const shown = all.flatMap(each => each.shown);
        for (const card of cardsOf(all)) {
          expect(shown).toContain(card.misconception);
          const times = all.filter(each => each.shown.includes(card.misconception)).map(({ at }) => at);
          expect(card.due.getTime()).toBeGreaterThan(Math.max(...times.map(at => Date.parse(at))));
        }
      }),
    );
  });
});
