import { mkdirSync, mkdtempSync, rmSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import path from 'node:path';
import { fileURLToPath } from 'node:url';
import { afterEach, beforeEach, expect, test } from 'vitest';
import { check } from '../../src/commands/check.ts';
import { realIo, UsageError } from '../../src/commands/io.ts';
import { levels } from '../../src/commands/levels.ts';
import { library } from '../../src/levels/library.ts';
import { fixture, shippedFiles } from '../levels/files.ts';

const root = fileURLToPath(new URL('../..', import.meta.url));
let folder = '';
beforeEach(() => {
  folder = mkdtempSync(path.join(tmpdir(), 'cowhand-check-'));
});
afterEach(() => rmSync(folder, { recursive: true }));

/** Runs a command in a directory; answers its exit code and what it wrote. */
async function outcome(command: typeof check, args: string[], cwd: string) {
  let stdout = '';
  let stderr = '';
  const io = {
    ...realIo(),
    cwd,
    env: { HOME: folder },
    stdout: { write: (text: string) => (stdout += text) },
    stderr: { write: (text: string) => (stderr += text) },
  };
  return { code: await command(args, io), stdout, stderr };
}

/** A level of one's own: a new question, in a chapter of the game. */
const own = fixture('good.yaml')
  .replace('id: good', 'id: own')
  .replace('chapter: first', 'chapter: fork')
  .replace('- sh: write heap+1 4', '- sh: read heap+1');

/** The first chapter; that all levels are proved shows itself where their proofs are written. */
const trap = library.levels.filter(({ chapter }) => chapter === 'trap');

test('the report says of each level what its proof found', async () => {
  const { code, stdout, stderr } = await outcome(check, ['levels/linux/trap', '--json'], root);
  const report = JSON.parse(stdout);
  expect(report.levels.flatMap(({ file, problems }: Listed) => problems.map(p => [file, p]))).toEqual([]);
  expect({ code, stderr, problems: report.problems }).toEqual({ code: 0, stderr: '', problems: [] });
  expect(report.levels.map(({ id }: Listed) => id).sort()).toEqual(trap.map(({ id }) => id).sort());
  expect(Object.keys(report.levels[0])).toEqual(
    expect.arrayContaining([
      ...['id', 'file', 'ok', 'variants', 'states', 'sequences', 'winning', 'wasteful', 'wrong', 'deadEnds'],
      ...['par', 'rote', 'kernelBeaten', 'problems'],
    ]),
  );
  const choices = report.levels.map((level: Listed) => level.choices);
  for (const { all, tagged } of choices) expect(tagged).toBeLessThanOrEqual(all);
  // Nobody can say what a false alarm comes of; all other wrong choices tell of a misconception.
  const share = (part: 'all' | 'tagged') =>
    choices.reduce((sum: number, each: Choices) => sum + each[part], 0);
  expect(share('tagged') / share('all')).toBeGreaterThan(0.95);
  expect(report.coverage.concepts['demand-zero'].teaches).toEqual(['first-ring']);
  expect(report.ms).toBeGreaterThanOrEqual(0);
});
interface Choices {
  readonly all: number;
  readonly tagged: number;
}
interface Listed {
  readonly id: string;
  readonly choices: Choices;
  readonly file: string;
  readonly problems: readonly object[];
}

test('a file of one’s own is held against the levels of the game', async () => {
  writeFileSync(path.join(folder, 'own.yaml'), own);
  const { code, stdout } = await outcome(check, ['own.yaml'], folder);
  expect(stdout).toMatch(/^proved {2}own .* 4 /m);
  expect(stdout).toContain('1 of 1 levels proved');
  expect(code).toBe(0);
});

test('problems name file, line, column and check; exit 1', async () => {
  mkdirSync(path.join(folder, 'mine'));
  writeFileSync(path.join(folder, 'mine', 'own.yaml'), own.replace('write heap+0 9', 'wirte heap+0 9'));
  const { code, stdout } = await outcome(check, ['mine'], folder);
  expect(stdout).toContain('FAILED  own');
  expect(stdout).toMatch(/^ {2}mine\/own\.yaml:25:9: .*'wirte'.* \[operation\]$/m);
  expect(stdout).toContain('0 of 1 levels proved');
  expect(code).toBe(1);
});

test('a bundled level proves the same from its file', async () => {
  const file = shippedFiles().find(name => name.endsWith('twins.yaml'))!;
  const { code, stdout } = await outcome(check, [file, '--json'], folder);
  expect(JSON.parse(stdout).levels).toMatchObject([{ id: 'twins', file, ok: true, problems: [] }]);
  expect(code).toBe(0);
});

test('a chapter list is found from wherever the command is started', async () => {
  for (const [cwd, argument] of [
    [path.join(root, 'levels', 'linux', 'trap'), '.'],
    [folder, path.join(root, 'levels', 'linux', 'trap')],
  ] as const) {
    const { code, stdout } = await outcome(check, [argument, '--json'], cwd);
    const report = JSON.parse(stdout);
    expect({ code, problems: report.problems }).toEqual({ code: 0, problems: [] });
    expect(report.levels).toHaveLength(trap.length);
  }
});

test('a folder that is called like a level file is none', async () => {
  mkdirSync(path.join(folder, 'odd.yaml'));
  await expect(outcome(check, ['.'], folder)).rejects.toThrow("'.' holds no level file; expected *.yaml");
});

test.each([
  ['nowhere.yaml', /no file or folder 'nowhere\.yaml'/],
  ['.', /'\.' holds no level file; expected \*\.yaml/],
  ['notes.txt', /'notes\.txt' is no level file/],
])('bad usage: %s', async (argument, message) => {
  writeFileSync(path.join(folder, 'notes.txt'), '');
  const failed = outcome(check, [argument], folder);
  await expect(failed).rejects.toThrow(UsageError);
  await expect(failed).rejects.toThrow(message);
});

test('the levels are listed in the order of play, without any progress yet', async () => {
  const { code, stdout } = await outcome(levels, ['--json', '--state', folder], root);
  const listed = JSON.parse(stdout);
  expect(listed.map(({ id }: Listed) => id)).toEqual(library.chapters.flatMap(chapter => chapter.levels));
  expect(listed[0]).toEqual({
    id: 'first-ring',
    title: 'The bell rings',
    system: 'linux',
    chapter: 'trap',
    depth: 'decide',
    teaches: library.levels[0]!.teaches,
    misconceptions: library.levels[0]!.treats,
    variants: 1,
    stars: 0,
  });
  expect(code).toBe(0);
});

test('the list for people has a line of at most 80 columns for each level', async () => {
  const { stdout } = await outcome(levels, ['--state', folder], root);
  for (const { id, title } of library.levels)
    expect(
      stdout.split('\n').some(line => line.includes(` ${id} `) && line.endsWith(` ${title}`)),
      id,
    ).toBe(true);
  for (const line of stdout.split('\n')) expect(line.length).toBeLessThanOrEqual(80);
});

test('shares of the levels are all of them, each once', async () => {
  const shares = await Promise.all(
    [1, 2].map(part => outcome(check, ['.', '--share', `${part}/2`], path.join(root, 'levels/linux/trap'))),
  );
  const ids = shares.map(({ stdout }) =>
    stdout
      .trim()
      .split('\n')
      .map(line => (JSON.parse(line) as { id: string }).id),
  );
  expect(ids.flat().sort()).toEqual(trap.map(({ id }) => id).sort());
  expect(Math.abs(ids[0]!.length - ids[1]!.length)).toBeLessThanOrEqual(1);
});

test.each([
  [['--share', '3/2'], "--share is '3/2'; expected I/N, with I from 1 to N"],
  [['--jobs', '0'], "--jobs is '0'; expected a number from 1"],
  [[path.join(root, 'levels/linux/trap'), '--jobs', '2'], '--jobs is for the levels of the game'],
  [['--watch'], '--watch needs one level file, *.yaml'],
  [['nowhere.yaml', '--watch'], "there is no file or folder 'nowhere.yaml'"],
])('%j is refused', async (args, message) => {
  await expect(outcome(check, args, folder)).rejects.toThrow(message);
});
