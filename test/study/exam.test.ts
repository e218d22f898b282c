import fc from 'fast-check';
import { describe, expect, test } from 'vitest';
import { library } from '../../src/levels/library.ts';
import { examEntries } from '../../src/progress/exams.ts';
import { progressOf } from '../../src/progress/records.ts';
import { examined, examLevel, examOf, exams, FINAL, formatExam, parseExam } from '../../src/study/exam.ts';
import { makerOf, systemsOf } from '../../src/study/makers/makers.ts';
import { examMistakes } from '../../src/study/proof.ts';
import { MOST_SEED } from '../../src/study/random.ts';

const seeds = fc.integer({ min: 0, max: MOST_SEED });
const names = fc
  .record({ exam: fc.constantFrom(...exams()), seed: seeds })
  .map(({ exam, seed }) => ({ ...exam, seed }));

test('a name is all that an exam is made from', () => {
  fc.assert(
    fc.property(names, name => {
      expect(parseExam(formatExam(name))).toEqual(name);
      expect(examLevel(formatExam(name))).toEqual(examOf(name));
    }),
    { numRuns: 20 },
  );
});

test('what names no exam of this version is none', () => {
  for (const text of [
    'x2-linux-nowhere-7',
    'x9-linux-fork-7',
    'x1-linux-fork-7',
    'x2-linux-fork-4294967296',
    'p1-linux-1-7',
    'fork',
  ])
    expect(examLevel(text)).toBeUndefined();
});

test('what was passed in an exam of an earlier generator stays passed', () => {
  const finish = { v: 1, at: '2026-01-01T00:00:00Z', type: 'finish', run: 'r', n: 12 } as const;
  const passed = (level: string) =>
    examEntries(progressOf([{ ...finish, level, variant: 0, stars: 1 }]))
      .filter(entry => entry.passed)
      .map(({ system, chapter }) => `${system} ${chapter}`);
  expect(passed('x1-linux-fork-7')).toEqual(['linux fork']);
  expect(passed('x9-linux-fork-7')).toEqual([]);
});

test('each chapter of Linux that has an exam has a broken kernel to catch as its last level', () => {
  for (const chapter of examined('linux')) {
    const { levels } = library.chapters.find(({ id, system }) => id === chapter && system === 'linux')!;
    expect(library.levels.find(({ id }) => id === levels.at(-1))?.depth).toBe('break');
  }
});

test('each of the seven chapters of Linux ends with an exam, and the final one draws from all of them', () => {
  const chapters = ['trap', 'nothing', 'fork', 'files', 'pressure', 'kernel', 'races'];
  expect(examined('linux').slice(0, chapters.length)).toEqual(chapters);
  const pools = chapters.map(chapter => makerOf('linux')!.exams![chapter]!);
  const seen = new Set<string>();
  // Nine of 48 cases are drawn each time; in 60 exams one is missed with a chance of (39/48)^60, a millionth.
  for (let seed = 0; seed < 60; seed++)
    for (const concept of examOf({ system: 'linux', chapter: FINAL, seed }).uses) seen.add(concept);
  for (const { cases } of pools)
    expect(cases.filter(({ concepts }) => !concepts.every(id => seen.has(id)))).toEqual([]);
});

/** What the chapters of a system have taught by the end of one. */
function taughtBy(system: string, chapter: string): { before: Set<string>; here: Set<string> } {
  const chapters = library.chapters.filter(each => each.system === system);
  const at = chapters.findIndex(({ id }) => id === chapter);
  const teaches = (some: typeof chapters) =>
    new Set(
      some.flatMap(({ levels }) =>
        library.levels.filter(({ id }) => levels.includes(id)).flatMap(level => level.teaches),
      ),
    );
  return { before: teaches(chapters.slice(0, at + 1)), here: teaches(chapters.slice(at, at + 1)) };
}

describe.each(systemsOf().filter(system => examined(system).length > 0))('the exams of %s', system => {
  test.each(examined(system))('%s asks for what its chapter teaches, and for nothing later', chapter => {
    const { before, here } = taughtBy(system, chapter);
    const { cases, fates = [] } = makerOf(system)!.exams![chapter]!;
    for (const { id, concepts } of [...cases, ...fates]) {
      const early = concepts.filter(concept => !before.has(concept));
      expect({ id, early }).toEqual({ id, early: [] });
    }
    const own = [...cases, ...fates].filter(({ concepts }) => concepts.some(concept => here.has(concept)));
    expect(own.length).toBeGreaterThanOrEqual(3);
  });
});

test.each(exams())(
  '$system $chapter: every question has a right answer, every wrong one a consequence',
  exam => {
    for (const seed of [1, 2]) expect(examMistakes(examOf({ ...exam, seed }))).toEqual([]);
  },
);

test('an exam shows neither what it is about nor hints, and its words name its mark', () => {
  fc.assert(
    fc.property(names, name => {
      const level = examOf(name);
      const questions = (level.evidence === undefined ? 1 : 2) * level.script.length;
      expect(level.hints).toEqual([]);
      expect(level.story).toContain(`${questions - level.exam!.mistakes} right ones`);
      expect(level.exam!.mistakes / questions).toBeLessThanOrEqual(1 / 4);
    }),
    { numRuns: 20 },
  );
});
