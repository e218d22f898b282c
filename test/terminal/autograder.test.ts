import { spawnSync } from 'node:child_process';
import { mkdirSync, mkdtempSync, readFileSync, rmSync, writeFileSync } from 'node:fs';
import os from 'node:os';
import path from 'node:path';
import { afterEach, beforeEach, describe, expect, test } from 'vitest';
import { root } from '../../src/build/root.ts';
import { journalOf, plays } from '../study/submissions.ts';
import { program, runPiped } from './harness.ts';

let folder: string;
beforeEach(() => {
  folder = mkdtempSync(path.join(os.tmpdir(), 'cowhand-autograder-'));
  mkdirSync(path.join(folder, 'submission'));
});
afterEach(() => rmSync(folder, { recursive: true, force: true }));

const submit = (name: string, text: string): void =>
  writeFileSync(path.join(folder, 'submission', name), text);

describe('the autograder of docs/autograder', () => {
  function results(game = `${process.execPath} ${program}`) {
    const { status } = spawnSync(path.join(root, 'docs/autograder/run_autograder'), {
      env: { ...process.env, AUTOGRADER: folder, COWHAND: game },
    });
    expect(status).toBe(0);
    return JSON.parse(readFileSync(path.join(folder, 'results/results.json'), 'utf8'));
  }
  const scores = (tests: readonly { number: string; score: number }[]) =>
    Object.fromEntries(tests.filter(({ score }) => score > 0).map(({ number, score }) => [number, score]));

  test('grades a journal and a transcript by what they come to', () => {
    const of = (level: string, stars: number) =>
      plays.filter(each => each.level.id === level && each.stars === stars);
    submit('journal.ndjson', journalOf(of('who-writes-first', 3)).join('\n'));
    submit('twins.json', JSON.stringify({ ...of('twins', 1)[0]!.transcript, stars: 3 }));
    const { score, tests, output } = results();
    expect(scores(tests)).toEqual({ '3.1': 1, '3.2': 3 });
    expect(score).toBe(4);
    expect(output).toMatch(/twins\.json: DISCREPANCY: .*claims 3 stars.*come to 1/);
  });

  test('gives nothing for nothing, and nothing where the grader fails', () => {
    expect(results()).toMatchObject({ score: 0, output: expect.stringContaining('cannot read') });
    for (const broken of ['false', `${process.execPath} ${program} nonsense`])
      expect(results(broken)).toEqual({ score: 0, output: expect.stringContaining('grader failed') });
  });
});

test('in parallel it comes to the same, whatever a file is', async () => {
  const files = plays.slice(0, 20).map(({ transcript }, i) => {
    submit(`s${i}.json`, i === 7 ? 'noise' : JSON.stringify(transcript));
    return path.join(folder, 'submission', `s${i}.json`);
  });
  const graded = (jobs: number) =>
    runPiped(['grade', ...files, '--require', 'fork', '--format', 'json', '--jobs', String(jobs)]);
  const [alone, together] = await Promise.all([graded(1), graded(3)]);
  expect(together).toEqual(alone);
  expect(JSON.parse(alone.stdout)).toMatchObject({ passed: 19, failed: 1 });
});
