import { describe, expect, test } from 'vitest';
import { isRefused, type Run, start, stateDigest, table } from '../../src/game/run.ts';
import { asideAt } from '../../src/levels/aside.ts';
import { begin, type Course, optimalNext, question } from '../../src/levels/course.ts';
import { library } from '../../src/levels/library.ts';
import { variantsOf } from '../../src/levels/variants.ts';
import { examOf } from '../../src/study/exam.ts';
import { attempt, levelNamed, played, undo } from './levels.ts';

/** At the questions of a way that is optimal throughout, what is asked in passing. */
function asides(id: string, variant: number) {
  const found: ReturnType<typeof asideAt>[] = [];
  let course: Course | undefined = begin(levelNamed(id), variant);
  while (course !== undefined && question(course) !== undefined) {
    found.push(asideAt(course, found.length + 1));
    course = optimalNext(course)[0]?.next;
  }
  return found;
}

/** Before the ink, variant 1: the first fault is followed by a question, which facts decided it. */
const asked = () => {
  const level = levelNamed('before-the-ink');
  const [best] = optimalNext(begin(level, 0));
  return played(start(level, 0), best!.decision);
};
const asideOf = (run: Run) => table(run).aside!;
const truth = asides('before-the-ink', 0)[0]!.expected;
const look = (answer: string) => ({ type: 'look', answer }) as const;

describe('what is asked in passing', () => {
  test('comes now and then, never twice in a row, and only where some facts decided and others did not', () => {
    // A third of the levels is enough to see: seven to ten of a hundred faults are followed by it.
    const levels = library.levels.filter(
      ({ system, depth }, i) => system === 'linux' && depth === 'decide' && i % 3 === 0,
    );
    const ways = levels.flatMap(level => variantsOf(level).map((_, variant) => asides(level.id, variant)));
    for (const way of ways)
      for (const [i, aside] of way.entries()) {
        if (aside === undefined) continue;
        expect(way[i + 1]).toBeUndefined();
        expect([...new Set(Object.values(aside.truth))].sort()).toEqual(['no', 'yes']);
        expect(aside.offers).toContain(aside.expected);
      }
    const all = ways.flat();
    const share = all.filter(aside => aside !== undefined).length / all.length;
    expect(share).toBeGreaterThan(0.05);
    expect(share).toBeLessThan(0.5);
  });

  test('not in an exam, not where the level asks for evidence itself, not in the levels that open a chapter', () => {
    for (const level of [
      examOf({ system: 'linux', chapter: 'trap', seed: 1 }),
      levelNamed('the-witness'),
      levelNamed('first-ring'),
      levelNamed('who-writes-first'),
    ])
      for (let n = 1; n <= 12; n++) expect(asideAt(begin(level, 0), n)).toBeUndefined();
  });

  test('changes nothing for whoever answers rightly, wrongly or not at all', () => {
    const passed = asked();
    const wrong = asideOf(passed).question.offers.find(({ id }) => id !== truth)!.id;
    for (const answer of [truth, wrong]) {
      const looked = played(passed, look(answer));
      expect(stateDigest(looked)).toBe(stateDigest(passed));
      const { aside, ...rest } = table(looked);
      const { aside: open, ...before } = table(passed);
      expect(rest).toEqual(before);
      expect(open?.answer).toBeUndefined();
      expect(aside?.answer?.verdict).toBe(answer === truth ? 'optimal' : 'mispredicted');
    }
  });

  test('is counted apart from the stars', () => {
    const finish = (run: Run): Run => {
      const { question: open } = table(run);
      if (open === undefined) return run;
      const right = open.offers.map(({ id }) => played(run, id));
      return finish(right.find(next => table(next).answers.at(-1)!.verdict === 'optimal')!);
    };
    const wrong = asideOf(asked()).question.offers.find(({ id }) => id !== truth)!.id;
    expect(table(finish(played(asked(), look(wrong)))).summary).toMatchObject({
      stars: 3,
      looks: { right: 0, of: 1 },
    });
    expect(table(finish(asked())).summary).toMatchObject({ stars: 3, looks: { right: 0, of: 0 } });
  });

  test('is answered once, at its time, and with something that is on offer', () => {
    const refusal = (run: Run, answer: string) => {
      const next = attempt(run, look(answer));
      return isRefused(next) ? next.refused : 'taken';
    };
    const run = asked();
    expect(refusal(run, 'rights=perhaps')).toBe('not-on-offer');
    expect(refusal(played(run, look(truth)), truth)).toBe('nothing-asked');
    expect(refusal(played(run, undo), truth)).toBe('nothing-asked');
    expect(refusal(start(levelNamed('before-the-ink'), 0), truth)).toBe('nothing-asked');
  });
});
