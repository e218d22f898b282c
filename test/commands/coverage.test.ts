import { fileURLToPath } from 'node:url';
import { expect, test } from 'vitest';
import mechanisms from '../../assets/mechanisms.json' with { type: 'json' };
import { coverage, coverageIn } from '../../src/commands/coverage.ts';
import { realIo } from '../../src/commands/io.ts';
import { freshFolder } from '../progress/folder.ts';

const tests = fileURLToPath(new URL('..', import.meta.url));

async function run(...args: string[]) {
  let stdout = '';
  const write = (text: string) => (stdout += text);
  const io = { ...realIo(), cwd: tests, stdout: { write } as unknown as NodeJS.WriteStream };
  return { code: await coverage(args, io), stdout };
}

test('every mechanism of the five texts is listed, with recordings or why there can be none', async () => {
  const { stdout } = await run('--tests', tests, '--json');
  const covered: ReturnType<typeof coverageIn> = JSON.parse(stdout);
  expect(covered.map(({ id }) => id)).toEqual(mechanisms.map(({ id }) => id));
  expect(new Set(covered.map(({ text }) => text))).toEqual(new Set(['000', '001', '002', '003', '004']));
  const exec = covered.find(({ id }) => id === 'exec-after-fork')!;
  expect(exec.tests).toContain('machines/linux/threads.test.ts');
  expect(exec.levels).toContain('another-program');
  const { tests: stack, levels } = covered.find(({ id }) => id === 'eager-stack')!;
  expect([stack, levels]).toEqual([['machines/linux/eager-stack.test.ts'], ['the-top-sheet']]);
  expect(covered.flatMap(each => each.tests).filter(file => !/\.test\.tsx?$/.test(file))).toEqual([]);
  for (const [i, { operations, labels }] of mechanisms.entries()) {
    const { recordings, unrecorded } = covered[i]!;
    expect(Object.keys(recordings).length > 0).toBe(operations.length + labels.length > 0);
    expect(Object.keys(recordings).length > 0).toBe(unrecorded === undefined);
  }
});

test('it is found by what is there: an operation that a recording has, and a word of a test', () => {
  const mechanism = { ...mechanisms[0]!, operations: ['ksm'], labels: [], marks: 'nobody says this [x]yz' };
  const [covered] = coverageIn(tests, [mechanism]);
  expect(Object.keys(covered!.recordings)).toContain('random/ksm.jsonl.gz');
  expect(covered!.tests).toEqual([]);
});

test('a recording that is asked for an operation and an outcome has both', () => {
  const programs = (part: { operations: string[]; labels: string[] }) =>
    Object.values(coverageIn(tests, [{ ...mechanisms[0]!, ...part }])[0]!.recordings).reduce(
      (a, b) => a + b,
      0,
    );
  const both = programs({ operations: ['fetch'], labels: ['page-cache mapped'] });
  expect(both).toBeGreaterThan(0);
  expect(both).toBeLessThan(programs({ operations: ['fetch'], labels: [] }));
  expect(both).toBeLessThan(programs({ operations: [], labels: ['page-cache mapped'] }));
  expect(programs({ operations: [], labels: [] })).toBe(0);
});

test('without the tests at hand only levels are listed, and the answer is no', async () => {
  const { code, stdout } = await run('--tests', freshFolder());
  expect(code).toBe(1);
  expect(stdout).toMatch(/^text levels tests recordings\n000 +\d+ +- +- /);
});
