import { describe, expect, test } from 'vitest';
import { isRefused, lookAhead, play, type Run, start, table } from '../../src/game/run.ts';
import { answer, begin, optimalNext, question } from '../../src/levels/course.ts';
import { levelById } from '../../src/levels/library.ts';

const level = (id: string) => {
  const found = levelById(id);
  if (found === undefined) throw new Error(`no level ${id}`);
  return found;
};

/** The run after these answers; each must be on offer. */
function given(id: string, variant: number, answers: readonly string[]): Run {
  let run = start(level(id), variant);
  for (const decision of answers) {
    const next = play(run, { type: 'decide', decision });
    if (isRefused(next)) throw new Error(`${decision}: ${next.expected}`);
    run = next;
  }
  return run;
}

describe('order', () => {
  test('with threads on other CPUs the entry is cleared, flushed everywhere and set', () => {
    const course = begin(level('one-address-two-truths'), 0);
    expect(optimalNext(course).map(({ decision }) => decision)).toEqual(['1=clear,2=flush,3=set,4=end']);
    const early = answer(course, '1=set,2=flush,3=end');
    expect(early.verdict).toBe('corruption');
    expect(early.next).toBeUndefined();
    expect(early.judgement!.consequence!.steps.some(({ micro }) => micro?.step === 'set')).toBe(true);
  });

  test('where nobody else has an entry a flush is for nothing', () => {
    const run = given('one-address-two-truths', 2, ['1=clear,2=flush,3=set,4=end']);
    const [first] = table(run).answers;
    expect(first!.verdict).toBe('wasteful');
    expect(first!.text.waste).toContain('flush');
    expect(table(run).summary?.stars).toBe(2);
  });

  test('a wrong order is asked again, and its words name the micro-steps', () => {
    const run = given('one-address-two-truths', 0, ['1=flush,2=set,3=end']);
    const { question: asked, answers } = table(run);
    expect(asked?.n).toBe(1);
    expect(answers[0]!.text.steps.map(({ operation }) => operation)).toContain('sets the entry');
    expect(answers[0]!.text.steps.at(-1)!.shows).toMatch(/sees/);
  });
});

describe('break', () => {
  const id = 'two-pens';

  test('a shortest schedule is optimal, a longer one wasteful, and the run goes on to the next kernel', () => {
    const [way] = optimalNext(begin(level(id), 0));
    const run = given(id, 0, [way!.decision]);
    expect(table(run).answers[0]!.verdict).toBe('optimal');
    expect(table(run).question?.n).toBe(2);
  });

  test('it can be put together step by step, and ends where it shows', () => {
    const run = start(level(id), 0);
    const picks = optimalNext(begin(level(id), 0))[0]!.decision.split(' ');
    for (const [i] of picks.entries()) {
      const outlook = lookAhead(run, picks.slice(0, i))!;
      expect(outlook.shows).toBe(false);
      expect(outlook.next.find(({ process }) => process === picks[i])!.waits).toBe(false);
    }
    expect(lookAhead(run, picks)!.shows).toBe(true);
  });

  test('that there is none is right where the broken routine is not taken, else overlooked', () => {
    const verdicts = (variant: number) =>
      table(given(id, variant, ['none', 'none', 'none'])).answers.map(({ verdict }) => verdict);
    expect(verdicts(0)).toEqual(['overlooked', 'overlooked', 'optimal']);
    expect(verdicts(1)).toEqual(['optimal', 'optimal', 'optimal']);
  });

  test('a schedule of strangers is not on offer', () => {
    const refused = play(start(level(id), 0), { type: 'decide', decision: 'sh nobody' });
    expect(isRefused(refused as Run)).toBe(true);
  });
});

describe('detail', () => {
  const id = 'by-the-book';

  test('the kernel is right, and each field that is not as it has it shows', () => {
    const course = begin(level(id), 0);
    const verdict = (text: string) => answer(course, text).verdict;
    expect(verdict('do=copy,writable=yes,exclusive=yes,maps=less,refs=less')).toBe('optimal');
    expect(verdict('do=copy,writable=no,exclusive=yes,maps=less,refs=less')).toBe('livelock');
    expect(verdict('do=copy,writable=yes,exclusive=no,maps=less,refs=less')).toBe('miscount');
    expect(verdict('do=copy,writable=yes,exclusive=yes,maps=same,refs=less')).toBe('miscount');
    expect(verdict('do=copy,writable=yes,exclusive=yes,maps=less,refs=same')).toBe('leak');
    expect(verdict('do=reuse,writable=yes,exclusive=yes')).toBe('corruption');
  });

  test('at most six fields and 256 answers a fault', () => {
    const asked = question(begin(level(id), 0));
    expect(asked?.depth === 'detail' && asked.fields.length).toBeLessThanOrEqual(6);
    expect(asked!.offers.length).toBeLessThanOrEqual(256);
  });
});

describe('evidence', () => {
  test('what decides a store to a shared page is not what decides one to a region that forbids it', () => {
    const asked = (variant: number, decision: string) =>
      answer(answer(begin(level('the-witness'), variant), decision).next!, '').expected;
    expect(asked(0, 'copy')).toBe('rights=yes,others=yes,entry=yes,contents=no');
    expect(asked(1, 'refuse-access')).toBe('rights=yes,others=no,entry=yes,contents=no');
  });

  test('the first answer counts, and the level goes on', () => {
    const wrong = 'rights=no,others=no,entry=no,contents=yes';
    const run = given('the-witness', 0, ['copy', wrong]);
    const [, looked] = table(run).answers;
    expect(looked).toMatchObject({ depth: 'evidence', verdict: 'mispredicted', wentOn: true });
    expect(table(run).question?.depth).toBe('decide');
  });
});
