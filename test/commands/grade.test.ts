import { mkdtempSync, rmSync, writeFileSync } from 'node:fs';
import os from 'node:os';
import path from 'node:path';
import { afterAll, beforeAll, describe, expect, test } from 'vitest';
import * as z from 'zod';
import { grade } from '../../src/commands/grade.ts';
import { provedOf } from '../../src/levels/proved.ts';
import { variantsOf } from '../../src/levels/variants.ts';
import { starsOnMap } from '../../src/progress/stars.ts';
import type { Graded, Status } from '../../src/study/grade.ts';
import { drawsFrom } from '../../src/study/random.ts';
import { journalOf, graded as levels, type Played, plays } from '../study/submissions.ts';
import { captured } from './captured.ts';

const REQUIRED = levels.map(({ id }) => id).join();

interface Expected {
  readonly name: string;
  /** Undefined for a file that is not there. */
  readonly text: string | Buffer | undefined;
  readonly status: Status;
  readonly score: number;
  /** In what is said of it. */
  readonly says?: RegExp;
}

/** The stars on the map for runs that count: the rule of the game. */
function scoreOf(played: readonly Played[]): number {
  return levels.reduce((sum, level) => {
    const best = new Map<number, number>();
    for (const each of played.filter(run => run.level === level))
      best.set(each.variant, Math.max(best.get(each.variant) ?? 0, each.stars));
    for (const [variant, stars] of best) if (stars === 0) best.delete(variant);
    return sum + starsOnMap(best, variantsOf(level).length, provedOf(level.id)?.passable ?? []);
  }, 0);
}

/** 270 honest submissions of one to six runs, as transcripts or as a journal. */
function honest(): Expected[] {
  const draws = drawsFrom(2026);
  return Array.from({ length: 270 }, (_, i) => {
    const played = Array.from({ length: 1 + draws.below(6) }, () => draws.oneOf(plays));
    const score = scoreOf(played);
    if (i % 3 === 0)
      return { name: `h${i}.ndjson`, text: `${journalOf(played).join('\n')}\n`, status: 'ok', score };
    const transcripts = played.map(({ transcript }) => transcript);
    return { name: `h${i}.json`, text: JSON.stringify(transcripts), status: 'ok', score };
  });
}

/** 30 that are forged or damaged: each kind on three different runs. */
function others(): Expected[] {
  const finished = plays.filter(({ stars }) => stars === 1);
  return [0, 3, 7].flatMap((at, k): Expected[] => {
    const bad = finished[at % finished.length]!;
    const { transcript } = bad;
    const good = plays.find(({ level, stars }) => level !== bad.level && stars === 3)!;
    const text = (change: object) => JSON.stringify({ ...transcript, ...change });
    const journal = journalOf([bad]);
    const one = scoreOf([bad]);
    const both = scoreOf([bad, good]);
    const twisted = transcript.log.map((entry, i) => (i === 1 ? { ...entry, decision: 'fix' } : entry));
    const flipped = transcript.log.map((entry, i) => (i === 0 ? { ...entry, state: 'f'.repeat(16) } : entry));
    return [
      {
        name: `claims${k}.json`,
        text: text({ stars: 3 }),
        status: 'discrepancy',
        score: one,
        says: /claims 3 stars after step \d+; the decisions come to 1/,
      },
      {
        name: `finish${k}.ndjson`,
        text: [...journal.slice(0, -1), journal.at(-1)!.replace('"stars":1', '"stars":3')].join('\n'),
        status: 'discrepancy',
        score: one,
        says: /claims 3 stars/,
      },
      {
        name: `states${k}.json`,
        text: text({ log: flipped }),
        status: 'discrepancy',
        score: one,
        says: /after step 1 the state is not the one/,
      },
      {
        name: `other-level${k}.json`,
        text: text({ digest: '0'.repeat(16) }),
        status: 'unreadable',
        score: 0,
        says: /asked something else/,
      },
      {
        name: `mixed${k}.json`,
        text: JSON.stringify([{ ...transcript, log: twisted }, good.transcript]),
        status: 'damaged',
        score: scoreOf([good]),
        says: /step 2 does not fit/,
      },
      {
        name: `variant${k}.json`,
        text: text({ variant: 99 }),
        status: 'unreadable',
        score: 0,
        says: /no variant 99/,
      },
      {
        name: `cut${k}.json`,
        text: text({}).slice(0, 150 + 40 * k),
        status: 'unreadable',
        score: 0,
        says: /cut\d\.json:1:\d+: /,
      },
      {
        name: `noise${k}.json`,
        text: Buffer.from([0, 255, 254, 13, 10, 200 + k, 0, 1]),
        status: 'unreadable',
        score: 0,
        says: /noise\d\.json:\d+:\d+: /,
      },
      {
        name: `torn${k}.ndjson`,
        text: [...journalOf([bad, good]), journal[0]!.slice(0, 30)].join('\n'),
        status: 'damaged',
        score: both,
        says: /ends in the middle of line/,
      },
      {
        name: `gone${k}.json`,
        text: undefined,
        status: 'unreadable',
        score: 0,
        says: /cannot read 'gone\d\.json': ENOENT/,
      },
    ];
  });
}

const all = [...honest(), ...others()];
let folder: string;
let report: { files: Graded[]; passed: number; failed: number };
let code: number;

beforeAll(async () => {
  folder = mkdtempSync(path.join(os.tmpdir(), 'cowhand-grade-'));
  for (const { name, text } of all) if (text !== undefined) writeFileSync(path.join(folder, name), text);
  const outcome = await graded(
    'json',
    all.map(({ name }) => name),
  );
  code = outcome.code;
  report = JSON.parse(outcome.stdout);
}, 240_000);

afterAll(() => rmSync(folder, { recursive: true, force: true }));

const graded = (format: string, files: readonly string[], ...args: readonly string[]) =>
  captured(grade, [...files, '--require', REQUIRED, '--format', format, '--jobs', '1', ...args], {
    cwd: folder,
  });

test('300 submissions, 30 of them forged or damaged: each comes to exactly what it must', () => {
  expect(all).toHaveLength(300);
  expect(report.files.map(({ file, status, score }) => ({ file, status, score }))).toEqual(
    all.map(({ name, status, score }) => ({ file: name, status, score })),
  );
  for (const { name, says } of all) {
    const { discrepancies, problems } = report.files.find(({ file }) => file === name)!;
    if (says === undefined) expect([...discrepancies, ...problems]).toEqual([]);
    else expect([...discrepancies, ...problems].join('\n')).toMatch(says);
  }
  // Of each of the three forged runs five files hold nothing that counts; every other file passes.
  expect({ code, failed: report.failed }).toEqual({ code: 1, failed: 15 });
});

describe('the formats', () => {
  const count = z.number().int().nonnegative();
  const some = all.slice(0, 6).map(({ name }) => name);

  test('Gradescope: the fields of its specification, and no others', async () => {
    const results = z.strictObject({
      score: count,
      output: z.string(),
      output_format: z.enum(['text', 'html', 'simple_format', 'md', 'ansi']),
      test_output_format: z.enum(['text', 'html', 'simple_format', 'md', 'ansi']),
      test_name_format: z.enum(['text', 'html', 'simple_format', 'md', 'ansi']),
      visibility: z.enum(['hidden', 'after_due_date', 'after_published', 'visible']),
      stdout_visibility: z.enum(['hidden', 'after_due_date', 'after_published', 'visible']),
      tests: z.array(
        z.strictObject({
          score: count,
          max_score: z.literal(3),
          status: z.enum(['passed', 'failed']),
          name: z.string().min(1),
          number: z.string().regex(/^\d+\.\d+$/),
          output: z.string(),
          tags: z.array(z.string()),
          visibility: z.enum(['hidden', 'after_due_date', 'after_published', 'visible']),
        }),
      ),
    });
    const { stdout } = await graded('gradescope', ['claims0.json']);
    const value = results.parse(JSON.parse(stdout));
    expect(value.score).toBe(value.tests.reduce((sum, { score }) => sum + score, 0));
    expect(value.tests.map(({ number }) => number)).toEqual(['3.1', '3.2', '3.5']);
    expect(value.output).toContain('claims0.json: DISCREPANCY');
    // Of several files of one student the best of each level counts.
    const several = results.parse(JSON.parse((await graded('gradescope', some)).stdout));
    for (const [i, { score }] of several.tests.entries())
      expect(score).toBe(Math.max(...report.files.slice(0, 6).map(({ levels }) => levels[i]!.score)));
  });

  test('JSON, whole or a line a file', async () => {
    const file = z.strictObject({
      file: z.string(),
      student: z.string(),
      status: z.enum(['ok', 'discrepancy', 'damaged', 'unreadable']),
      score: count,
      max: z.literal(9),
      passed: z.boolean(),
      discrepancies: z.array(z.string()),
      problems: z.array(z.string()),
      levels: z.array(
        z.strictObject({
          level: z.string(),
          number: z.string(),
          title: z.string(),
          concepts: z.array(z.string()),
          score: count.max(3),
          max: z.literal(3),
          attempts: count,
          hints: count,
          firstSolvedAt: z.iso.datetime().nullable(),
          output: z.array(z.string()).min(1),
        }),
      ),
    });
    z.strictObject({ files: z.array(file), passed: count, failed: count }).parse(report);
    const { stdout } = await graded('jsonl', some);
    expect(
      stdout
        .trimEnd()
        .split('\n')
        .map(line => JSON.parse(line)),
    ).toEqual(report.files.slice(0, 6));
  });

  test('CSV: a line a student and level', async () => {
    const { stdout } = await graded('csv', some);
    const [heading, ...lines] = stdout.trimEnd().split('\n');
    expect(heading).toBe('student,level,score,max,attempts,hints,first_solved_at');
    expect(lines.map(line => line.split(','))).toEqual(
      report.files
        .slice(0, 6)
        .flatMap(({ student, levels: each }) =>
          each.map(({ level, score, max, attempts, hints, firstSolvedAt }) => [
            student,
            level,
            ...[score, max, attempts, hints].map(String),
            firstSolvedAt ?? '',
          ]),
        ),
    );
  });

  test('text: a line a file, and below it what is wrong', async () => {
    const { stdout } = await graded('text', ['h0.ndjson', 'claims0.json']);
    expect(stdout).toMatch(
      /^ok {11}h0 {7}\d of 9\nDISCREPANCY {2}claims0 {2}1 of 9\n {13}.*claims 3 stars.*\n2 of 2 passed\.\n$/,
    );
  });
});

test('--min fails who has less, and a submission of nothing always fails', async () => {
  const few = await graded('text', ['claims0.json'], '--min', '2');
  expect(few).toMatchObject({ code: 1, stderr: '' });
  expect((await graded('text', ['claims0.json'], '--min', '1')).code).toBe(0);
  expect((await graded('text', ['cut0.json'], '--min', '0')).code).toBe(1);
});

test.each([
  [[], /needs at least one file/],
  [['x.json', '--format', 'xml'], /no format 'xml'; expected text, json/],
  [['x.json', '--require', 'nowhere'], /no level or chapter 'nowhere'/],
  [['x.json', '--min', 'many'], /--min is 'many'; expected a number/],
])('%j is refused', async (args, message) => {
  const { code: bad, stderr } = await captured(grade, args, { cwd: folder });
  expect(bad).toBe(2);
  expect(stderr).toMatch(message);
});
