import { appendFileSync, existsSync, readFileSync, writeFileSync } from 'node:fs';
import path from 'node:path';
import { describe, expect, test } from 'vitest';
import { type Commands, dispatch } from '../../src/commands/dispatch.ts';
import { usage } from '../../src/commands/help.ts';
import { realIo } from '../../src/commands/io.ts';
import { progress } from '../../src/commands/progress.ts';
import { library } from '../../src/levels/library.ts';
import { variantsOf } from '../../src/levels/variants.ts';
import { freshFolder, journalIn, storeIn } from '../progress/folder.ts';

/** Runs `cowhand progress` as the command line does. */
async function run(args: readonly string[], env: Record<string, string> = {}) {
  let stdout = '';
  let stderr = '';
  const io = {
    ...realIo(),
    env,
    stdout: { write: (text: string) => (stdout += text) } as unknown as NodeJS.WriteStream,
    stderr: { write: (text: string) => (stderr += text) } as unknown as NodeJS.WriteStream,
  };
  const get = async () => progress;
  const commands = Object.fromEntries(Object.keys(usage).map(name => [name, get])) as unknown as Commands;
  const code = await dispatch(['progress', ...args], io, commands, '1.2.3');
  return { code, stdout, stderr };
}

const three = library.levels.find(level => variantsOf(level).length === 4)!;
const [first] = library.levels.filter(({ id }) => id === library.chapters[0]?.levels[0]);

/** One level finished with three stars in every variant, one left. */
function played(): string {
  const folder = freshFolder();
  const store = storeIn(folder);
  for (const variant of [2, 0, 3, 1]) store.begin(three, variant).finish({ variant, stars: 3 });
  store.begin(first!, 0).play({ type: 'hint' });
  return folder;
}

test('--json prints every level and chapter, what is next, and what is wrong with the save', async () => {
  const { code, stdout, stderr } = await run(['--json', '--state', played()]);
  expect({ code, stderr }).toEqual({ code: 0, stderr: '' });
  const report = JSON.parse(stdout);
  expect(Object.keys(report)).toEqual([
    'levels',
    'chapters',
    'next',
    'concepts',
    'due',
    'evidence',
    'notices',
  ]);
  expect(report.levels.map(({ id }: { id: string }) => id)).toEqual(
    library.chapters.flatMap(({ levels }) => levels),
  );
  expect(report.levels).toContainEqual({
    id: three.id,
    title: three.title,
    chapter: three.chapter,
    stars: 3,
    best: [1, 2, 3, 4].map(variant => ({ variant, stars: 3 })),
    attempts: 4,
    finished: true,
  });
  expect(report.chapters).toEqual(
    library.chapters.map(({ id, title, levels }) => ({
      id,
      title,
      stars: levels.includes(three.id) ? 3 : 0,
      of: 3 * levels.length,
    })),
  );
  expect(report.next).toBe(first?.id);
  expect(report.notices).toEqual([]);
});

test('without --json it is a table, which needs no colour and no more than 80 columns', async () => {
  const { code, stdout } = await run(['--state', played()]);
  expect(code).toBe(0);
  const lines = stdout.split('\n');
  expect(lines.find(line => line.includes(three.title))).toMatch(/\*\*\* {2}finished, 4 attempts$/);
  expect(lines.find(line => line.includes(first!.title))).toMatch(/--- {2}underway$/);
  expect(lines).toContain(
    `1 of ${library.levels.length} levels finished, 3 of ${3 * library.levels.length} stars.`,
  );
  expect(lines).toContain(`Next: ${first?.title} (cowhand play ${first?.id})`);
  expect(stdout).toMatch(/^[\x20-\x7e\n]*$/);
  expect(lines.filter(line => line.length > 80 && !line.startsWith('Kept in'))).toEqual([]);
});

test('the XDG directory is read without --state, and none is made', async () => {
  const folder = freshFolder();
  const { code, stdout } = await run([], { XDG_STATE_HOME: folder, XDG_CONFIG_HOME: folder, HOME: folder });
  expect(code).toBe(0);
  expect(stdout).toContain(`Kept in ${path.join(folder, 'cowhand')}`);
  expect(existsSync(path.join(folder, 'cowhand'))).toBe(false);
});

test('a damaged line is named with its number', async () => {
  const folder = played();
  appendFileSync(journalIn(folder), 'noise\n');
  const { code, stderr } = await run(['--state', folder]);
  expect(code).toBe(0);
  expect(stderr).toBe(`cowhand: ${journalIn(folder)}: line 11 cannot be read. The rest counts.\n`);
  expect(JSON.parse((await run(['--json', '--state', folder])).stdout).notices).toHaveLength(1);
});

test('a file instead of the directory is one line that says what to do, and exit 2', async () => {
  const file = path.join(freshFolder(), 'file');
  writeFileSync(file, '');
  const { code, stdout, stderr } = await run(['--state', file]);
  expect({ code, stdout }).toEqual({ code: 2, stdout: '' });
  expect(stderr).toBe(
    `cowhand: cannot read ${journalIn(file)}: a file stands where a directory should be; --state DIR keeps progress in another directory\n`,
  );
});

test('an argument that there is not is refused with exit 2', async () => {
  expect((await run(['twins'])).code).toBe(2);
  expect((await run(['--state'])).code).toBe(2);
});

describe('the save as a whole', () => {
  test('exported and imported elsewhere, it is there, and a second import adds nothing', async () => {
    const folder = played();
    const there = freshFolder();
    const file = path.join(there, 'save.ndjson');
    expect((await run(['export', file, '--state', folder])).code).toBe(0);
    expect((await run(['export', '--state', folder])).stdout).toBe(readFileSync(file, 'utf8'));
    const imported = await run(['import', file, '--state', there]);
    expect(imported.stdout).toBe('10 events of 10 were new. Records only improve.\n');
    expect((await run(['import', file, '--state', there])).stdout).toMatch(/^0 events of 10 were new/);
    const [here, elsewhere] = [storeIn(folder), storeIn(there)];
    expect(elsewhere.progress.levels).toEqual(here.progress.levels);
    expect(elsewhere.progress.open).toEqual(here.progress.open);
  });

  test.each([
    [['import'], 'import needs the FILE'],
    [['import', '/nowhere'], "there is no file '/nowhere'"],
    [['import', '/dev/zero'], "cannot read '/dev/zero': it is no regular file"],
    [['import', 'README.md'], "'README.md' is no save"],
    [['export', 'README.md'], "'README.md' is there already"],
    [['reset'], 'without a terminal: --yes'],
    [['rest'], "progress takes export, import, reset, not 'rest'"],
  ])('%j is refused, and says why', async (args, why) => {
    const { code, stderr } = await run([...args, '--state', freshFolder()]);
    expect(code).toBe(2);
    expect(stderr).toContain(why);
  });

  test('reset begins anew, and can be undone', async () => {
    const folder = played();
    const before = storeIn(folder).progress.levels;
    expect((await run(['reset', '--yes', '--state', folder])).stdout).toContain('--undo');
    expect(storeIn(folder).progress.levels.size).toBe(0);
    expect((await run(['reset', '--undo', '--state', folder])).code).toBe(0);
    expect(storeIn(folder).progress.levels).toEqual(before);
    expect((await run(['reset', '--undo', '--state', freshFolder()])).code).toBe(1);
  });
});
