import { PassThrough } from 'node:stream';
import fc from 'fast-check';
import { describe, expect, test, vi } from 'vitest';
import { misconceptionsOf } from '../../../src/levels/catalogue.ts';
import type { Level } from '../../../src/levels/level.ts';
import { library } from '../../../src/levels/library.ts';
import { examOf, exams } from '../../../src/study/exam.ts';
import { GENERATOR, systemsOf } from '../../../src/study/makers/makers.ts';
import { DIFFICULTIES, formatName, isFocus, type ProblemName } from '../../../src/study/problem.ts';
import { problemLevel, problemVariant } from '../../../src/study/series.ts';
import { playPlain } from '../../../src/ui/plain/plain.ts';
import { parsePrediction } from '../../../src/ui/prediction.ts';
import { OwnGame } from '../../../src/ui/session.ts';
import { freshFolder } from '../../progress/folder.ts';
import { gameIn, levelNamed, optimalAnswers } from '../fixtures.ts';

interface Played {
  readonly code: number;
  readonly text: string;
}

/** Plays with these lines typed, then the end of input. */
async function typed(
  level: string | Level,
  lines: readonly string[],
  {
    game = gameIn(undefined, { variant: 0 }),
    env = { LANG: 'C.UTF-8' },
  }: { readonly game?: Parameters<typeof playPlain>[0]; readonly env?: Record<string, string> } = {},
): Promise<Played> {
  const stdin = new PassThrough();
  const stdout = new PassThrough();
  let text = '';
  stdout.setEncoding('utf8').on('data', (data: string) => {
    text += data;
  });
  stdin.end(lines.map(line => `${line}\n`).join(''));
  const code = await playPlain(game, typeof level === 'string' ? levelNamed(level) : level, {
    stdin: stdin as unknown as NodeJS.ReadStream,
    stdout: stdout as unknown as NodeJS.WriteStream,
    env,
  });
  return { code, text };
}

describe('every level can be finished in plain lines', () => {
  test.each(library.levels.map(({ id }) => id))('%s', async id => {
    const answers = optimalAnswers(levelNamed(id), 0);
    // A schedule is typed as it is made: who is next, one after the other.
    const lines = levelNamed(id).depth === 'break' ? answers.flatMap(answer => answer.split(' ')) : answers;
    const { code, text } = await typed(id, lines);
    expect(code).toBe(0);
    expect(text).toContain('Finished. 3 of 3 stars.');
    if (lines === answers)
      expect(
        text.match(/^(Page fault|Hypercall|Exception|Request|Message|Check|Access|Question) \d+\./gm),
      ).toHaveLength(answers.length);
  });
});

describe('what is said', () => {
  test('the question: operation, error code, the rows at fault, each choice on a line', async () => {
    const { text } = await typed('after-the-child-has-gone', []);
    expect(text).toContain(
      'Page fault 1. sh stores 9 to heap+0. Address 0x100000000000. Error code 7: present, write, user. CR0.WP 1.\n' +
        'Processes: sh, running. heap, rw-p, 1 page. +0, f1, r--, A D.\n' +
        'Physical memory: frame f1, kind anon, refs 1, maps 1, excl no, content 7 5 0 0.\n' +
        '1. Copy the page to a new frame, map it writable\n',
    );
  });

  test('a wrong decision: the worst word first, its steps with what they change, the rule, the same question', async () => {
    const { code, text } = await typed('who-writes-first', ['reuse']);
    expect(code).toBe(1);
    expect(text.startsWith('Fork: Who writes first? Variant 1 of 4.\n')).toBe(true);
    expect(text).toMatch(/\nCorruption\. You let sh write in place\./);
    expect(text).toMatch(/\nStep 1 of 2\. sh stores 9 to heap\+0\.\nframe f1: content 9 .*, was 7 /);
    expect(text).toMatch(/\nStep 2 of 2\. child loads heap\+0: sees 9, should see 7\.\n/);
    expect(text).toMatch(/\nThe rule: .*\nDecided by: wp_page_copy\.\nBroken: I1: /);
    expect(text).toContain('Once more. Page fault 1. sh stores 9 to heap+0.');
  });

  test('a prediction: field by field, by numbers, and what was right of it', async () => {
    const [answer = ''] = optimalAnswers(levelNamed('does-it-ring'), 0);
    const right = await typed('does-it-ring', Object.values(parsePrediction(answer)));
    expect(right.text).toContain('Does it fault?\n1. No fault\n2. A page fault\n');
    expect(right.text).toContain('Optimal. As you said');
    const wrong = await typed('does-it-ring', ['2', '6', '1']);
    expect(wrong.text).toContain('Mispredicted.');
    expect(wrong.text).toMatch(/Does it fault\? You said a page fault, it was no fault\./);
    expect(wrong.text).toContain('Access 2.');
  });

  test('hints: two at once, the third after a warning', async () => {
    const { text } = await typed('first-ring', ['h', 'h', 'h', 'h', 'h']);
    const said = text.match(/Hint \d of 3|costs a star/g);
    expect(said).toEqual([
      'Hint 1 of 3',
      'Hint 2 of 3',
      'costs a star',
      'Hint 3 of 3',
      'Hint 1 of 3',
      'Hint 2 of 3',
      'Hint 3 of 3',
    ]);
  });

  test('what would lose what was decided is asked for twice', async () => {
    const restarted = await typed('two-desks', ['copy', 'r', 'i', 'r', 'r', 'q']);
    expect(restarted.text.split('r again begins anew')).toHaveLength(3);
    expect(restarted.text.match(/Variant \d+ of \d+\./g)).toHaveLength(2);
    const game = new OwnGame({ seed: () => 0 });
    const own = await typed('two-desks', ['copy', 'q', 'i', 'q', 'q', 'i'], { game });
    expect(own.text.split('q again leaves')).toHaveLength(3);
    expect(own.text.trimEnd().endsWith('q')).toBe(false);
    expect((await typed('two-desks', ['q'], { game: new OwnGame({ seed: () => 0 }) })).text).not.toContain(
      'q again',
    );
  });

  test('undo, restart, inspect, glossary, help, nonsense', async () => {
    const { text } = await typed('first-ring', [
      'u',
      '2',
      'u',
      'r',
      'i',
      'g VMA',
      'g',
      '?',
      'nonsense',
      '',
      'q',
    ]);
    for (const part of [
      'There is nothing to take back.',
      'Taken back.',
      'VMA: ',
      'The glossary has: ',
      'Type the number of your choice',
      "'nonsense' is none of these.",
      'frame f0, kind zero',
    ])
      expect(text).toContain(part);
  });

  test('a command is typed as the letter that the player has given it, and is told so', async () => {
    const folder = freshFolder();
    gameIn(folder).set('key.hint', 'x');
    gameIn(folder).set('key.quit', 'z');
    await vi.dynamicImportSettled();
    const { text } = await typed('first-ring', ['h', 'x', 'q', '?', 'z', 'x'], { game: gameIn(folder) });
    expect(text).toContain('A number, or i inspect, x hint, u undo, r restart, g glossary, ? help, z quit.');
    expect(text).toContain("'h' is none of these.");
    expect(text).toContain("'q' is none of these.");
    expect(text).toContain('x opens a hint');
    expect(text.match(/Hint \d of 3/g)).toEqual(['Hint 1 of 3']);
  });

  test('the summary, then the next level by n', async () => {
    const [first, second] = optimalAnswers(levelNamed('first-ring'), 0);
    const { code, text } = await typed('first-ring', [first!, second!, 'n']);
    expect(text).toContain('It cost you 1 frame, 4096 bytes written and 2 faults. Par is 1 frame');
    expect(text).toContain('Copying at once at every fork would have cost');
    expect(text).toContain('n next level');
    expect(text).toContain('The trap: A proverb is not a notebook.');
    expect(code).toBe(1);
  });

  test('after the end the last answer can still be taken back', async () => {
    const [first, second] = optimalAnswers(levelNamed('first-ring'), 0);
    const { code, text } = await typed('first-ring', [first!, second!, 'u']);
    expect(text).toContain('Taken back.\nPage fault 2.');
    expect(code).toBe(1);
  });

  test('a level of one’s own keeps nothing, and says so', async () => {
    const { code, text } = await typed('first-ring', [], { game: new OwnGame({ seed: () => 0 }) });
    expect(code).toBe(1);
    expect(text.trimEnd().endsWith('Not finished.')).toBe(true);
  });
});

test('whatever is typed, nothing breaks, the cursor is never moved, and every line is ASCII where it must be', async () => {
  const lines = fc.oneof(
    fc.constantFrom(
      '1',
      '2',
      '3',
      '4',
      '5',
      '6',
      '7',
      'u',
      'r',
      'h',
      'i',
      'g',
      'g par',
      '?',
      'n',
      'copy',
      'zeroed',
      '',
    ),
    fc.string(),
  );
  const ids = fc.constantFrom('first-ring', 'does-it-ring', 'who-writes-first', 'grandchild');
  await fc.assert(
    fc.asyncProperty(ids, fc.array(lines, { maxLength: 15 }), async (id, all) => {
      const said = all.map(line => line.replace(/[\p{Cc}\u2028\u2029]/gu, ''));
      const { code, text } = await typed(id, said, { game: gameIn(freshFolder()), env: { LANG: 'C' } });
      expect([0, 1]).toContain(code);
      expect(text).toMatch(/^[\x20-\x7e\n]*$/);
    }),
    { numRuns: 40 },
  );
});

test('an exam in plain lines: no hints, no new beginning, and passed or not', async () => {
  const level = examOf({ system: 'linux', chapter: 'trap', seed: 1 });
  const answers = optimalAnswers(level, 0);
  const passed = await typed(level, ['h', 'r', ...answers, 'q']);
  expect(passed.code).toBe(0);
  expect(passed.text).toContain('There are no hints in an exam.');
  expect(passed.text).toContain('An exam cannot be begun anew.');
  expect(passed.text).toContain(`Passed: ${answers.length} of ${answers.length} first answers were right`);
  const wrong = (answer: string) => (answer === 'refuse-access' ? 'refuse-unmapped' : 'refuse-access');
  const failed = await typed(level, [...answers.flatMap(answer => [wrong(answer), answer]), 'q']);
  expect(failed.code).toBe(1);
  expect(failed.text).toContain('Not passed: ');
});

/** A problem of the newest generator, played to its end without a mistake. */
async function solved(name: Omit<ProblemName, 'generator' | 'seed'>): Promise<void> {
  const id = formatName({ generator: GENERATOR, seed: 1, ...name });
  const problem = problemLevel(id)!;
  const { code, text } = await typed(problem, optimalAnswers(problem, problemVariant(id)!), {
    game: gameIn(),
  });
  expect(code).toBe(0);
  expect(text).toContain('Finished. 3 of 3 stars.');
}

test.each(systemsOf().flatMap(system => DIFFICULTIES.map(difficulty => ({ system, difficulty }))))(
  'a problem of $system, difficulty $difficulty, can be finished in plain lines',
  solved,
);

test('so can a problem for the review of each misconception', async () => {
  const focuses = systemsOf().flatMap(system =>
    Object.keys(misconceptionsOf(system)).flatMap(focus =>
      isFocus(system, focus) ? [{ system, focus, difficulty: DIFFICULTIES[0]! }] : [],
    ),
  );
  expect(focuses.length).toBeGreaterThan(20);
  for (const name of focuses) await solved(name);
});

test('what comes up for review after a mistake can be finished in plain lines', async () => {
  const folder = freshFolder();
  await typed('who-writes-first', ['reuse'], { game: gameIn(folder, { variant: 0 }) });
  const game = gameIn(folder);
  const review = game.review()!;
  const answers = optimalAnswers(review, problemVariant(review.id)!);
  const { code, text } = await typed(review, answers, { game });
  expect(code).toBe(0);
  expect(text).toContain('Finished. 3 of 3 stars.');
});

test.each(exams())('the exam of $system, $chapter, can be passed in plain lines', async name => {
  const exam = examOf({ ...name, seed: 1 });
  const answers = optimalAnswers(exam, 0);
  const { code, text } = await typed(exam, [...answers, 'q']);
  expect(code).toBe(0);
  expect(text).toContain(`Passed: ${answers.length} of ${answers.length} first answers were right`);
});

describe('what is asked in passing', () => {
  const level = 'before-the-ink';
  const answers = optimalAnswers(levelNamed(level), 0);

  test('is one line, answered by its numbers, and counted apart', async () => {
    const { text } = await typed(level, [answers[0]!, 'w', 'w 7', 'w 1 3', 'w 1', ...answers.slice(1)]);
    expect(text.match(/^In passing, and no star hangs on it: what was it that decided\? 1 /gm)).toHaveLength(
      3,
    );
    expect(text).toContain('Optimal. So it is.');
    expect(text).toContain('Nothing is asked in passing now.');
    expect(text).toContain('Finished. 3 of 3 stars.');
    expect(text).toContain('you were right 1 of 1 time.');
  });

  test('is passed over by going on', async () => {
    const { text } = await typed(level, answers);
    expect(text).toContain('In passing');
    expect(text).toContain('Finished. 3 of 3 stars.');
    expect(text).not.toContain('Asked in passing');
  });
});
