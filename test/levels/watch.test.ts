import { expect, test } from 'vitest';
import { isRefused, play, start, table } from '../../src/game/run.ts';
import { answer, begin, type Course, optimalNext, question } from '../../src/levels/course.ts';
import { library } from '../../src/levels/library.ts';
import { loadLevel } from '../../src/levels/load.ts';
import { variantsOf } from '../../src/levels/variants.ts';
import { isWatched, PASS, STOP } from '../../src/levels/watch.ts';
import { levelNamed } from '../ui/fixtures.ts';

const watched = library.levels.filter(isWatched);

/** The right answers of a variant, one letter each: p or s. */
function answersIn(id: string, variant: number): string {
  let letters = '';
  for (let course: Course | undefined = begin(levelNamed(id), variant); course && question(course); ) {
    const [right] = optimalNext(course);
    letters += right!.decision.charAt(0);
    course = right!.next;
  }
  return letters;
}

test('what is to be stopped, counted by hand', () => {
  // ledger and diary may be written or not, proverb never; drawer and cellar are refused rightly.
  expect([0, 1, 2, 3].map(variant => answersIn('the-obliging-deputy', variant))).toEqual([
    'ppsps',
    'pppps',
    'spsps',
    'sppps',
  ]);
  // tray and shelf may be locked or not, drawer is; pad and diary are written rightly.
  expect([0, 1, 2, 3].map(variant => answersIn('the-curious-deputy', variant))).toEqual([
    'sppps',
    'spsps',
    'pppps',
    'ppsps',
  ]);
});

test.each(watched.map(({ id }) => id))(
  '%s: a wrong decision let pass has a consequence and is asked again, a false alarm goes on',
  id => {
    const level = levelNamed(id);
    const seen = new Set<string>();
    for (const variant of variantsOf(level).keys())
      for (let course: Course | undefined = begin(level, variant); course && question(course); ) {
        const [right] = optimalNext(course);
        const wrong = right!.decision === PASS ? STOP : PASS;
        const { verdict, judgement, next } = answer(course, wrong);
        if (wrong === PASS) {
          expect(judgement?.consequence?.steps.length).toBeGreaterThan(0);
          expect(next).toBeUndefined();
        } else expect([verdict, next === undefined]).toEqual(['mispredicted', false]);
        seen.add(wrong);
        course = right!.next;
      }
    expect([...seen].sort()).toEqual([PASS, STOP]);
  },
);

test('the menu words the decision, and the result says what shows it', () => {
  let run = start(levelNamed('the-obliging-deputy'), 2);
  const [pass, stop] = table(run).question!.offers;
  expect(pass!.label).toBe('Let it pass: Give it a new page of zeros, map it writable');
  const next = play(run, { type: 'decide', decision: stop!.id });
  if (isRefused(next)) throw new Error(next.refused);
  run = next;
  const { answers, starsLeft } = table(run);
  expect(answers[0]!.text.headline).toMatch(
    /^Caught: the kernel gave sh a new page of zeros at ledger\+0\. What shows it: sh stores 4 to ledger\+0/,
  );
  expect(starsLeft).toBe(3);
  const alarm = play(run, { type: 'decide', decision: STOP });
  if (isRefused(alarm)) throw new Error(alarm.refused);
  expect(table(alarm).answers[1]!.text.headline).toContain('A false alarm');
  expect(table(alarm).starsLeft).toBe(1);
});

test('one kernel at a time decides', () => {
  const text = `id: two
title: Two
system: linux
chapter: fork
depth: break
asks: [decisions]
teaches: []
uses: []
treats: []
story: Two.
setup:
  - sh: map heap 1 rw- anon
script:
  - sh: write heap+0 1
menu: [never reuse, a write needs no right to write]
hints: [None.]
`;
  const loaded = loadLevel(text, 'two.yaml');
  expect('problems' in loaded && loaded.problems.map(({ line, message }) => [line, message])).toEqual([
    [15, 'one kernel at a time decides; expected one name'],
  ]);
});
