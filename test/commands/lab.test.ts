import { readFileSync, writeFileSync } from 'node:fs';
import path from 'node:path';
import { describe, expect, test } from 'vitest';
import { lab } from '../../src/commands/lab.ts';
import { replay } from '../../src/commands/replay.ts';
import { run } from '../../src/commands/run.ts';
import { programOfMaps } from '../../src/study/maps.ts';
import { freshFolder } from '../progress/folder.ts';
import { captured } from './captured.ts';

const SHARED = ['sh: map heap 1 rw- anon', 'sh: write heap+0 7', 'sh: write heap+0.1 5', 'sh: fork child'];

async function typedIn(lines: readonly string[], args: readonly string[] = [], cwd = freshFolder()) {
  const { code, stdout } = await captured(lab, args, { lines, cwd });
  expect(code).toBe(0);
  /** What was said after each line. */
  const said = stdout.split(/^lab> .*\n/m).slice(1);
  return { said, cwd };
}

describe('the sandbox', () => {
  test('carries out each line, the kernel deciding, and says why', async () => {
    const { said } = await typedIn([...SHARED, 'child: write heap+0 9', 'why', 'invariants']);
    expect(said[1]).toMatch(/^2\. sh stores 7 to heap\+0\.\n {3}Page fault\..*\n {3}Decision zeroed: /);
    expect(said[4]).toMatch(/Decision copy: /);
    expect(said[5]).toMatch(/copy on write\.\nThe kernel decides copy, in wp_page_copy\./);
    expect(said[6]).toBe('All invariants hold.\n');
  });

  test('a word alone that is no command is told so', async () => {
    const { said } = await typedIn(['pictur', 'show']);
    expect(said).toEqual(["no command 'pictur'; expected picture\n", "no command 'show'; expected help\n"]);
  });

  test('lets the player decide: a wrong decision shows its consequence and is not carried out', async () => {
    const { said } = await typedIn([
      ...SHARED,
      'me',
      'child: write heap+0 9',
      'sh: read heap+0',
      'decide reuse',
      'what-if zeroed',
      'decide copy',
      'sh: read heap+0',
    ]);
    expect(said[5]).toMatch(/^PAGE FAULT {2}child stores 9 to heap\+0 .*\n {3}copy: /);
    expect(said[6]).toMatch(/^A fault waits/);
    expect(said[7]).toMatch(/^Corruption: reuse\.\n[\s\S]*sh loads heap\+0: shows 9, should show 7/);
    expect(said[8]).toMatch(/^Corruption: zeroed\./);
    expect(said[9]).toMatch(/^Optimal: copy\.\n[\s\S]*5\. child stores 9 to heap\+0\./);
    expect(said[10]).toMatch(/Seen by sh: 7\./);
  });

  test('goes back and forward; a line typed in the past, and once more, takes the place of what came after', async () => {
    const { said } = await typedIn([
      ...SHARED,
      'back',
      'back',
      'forward',
      'back',
      'sh: write heap+0.2 9',
      'sh: write heap+0.2 9',
      'forward',
    ]);
    expect(said[4]).toMatch(/^Line 3 of 4\.\n3\. sh stores 5/);
    expect(said[5]).toMatch(/^Line 2 of 4\./);
    expect(said[6]).toMatch(/^Line 3 of 4\./);
    expect(said[8]).toBe("2 lines that come later would be gone. 'sh: write heap+0.2 9' again does it.\n");
    expect(said[9]).toMatch(/^3\. sh stores 9 to heap\+0\.2\./);
    expect(said[10]).toMatch(/^Line 3 of 3\./);
  });

  test('asks once before it leaves what is saved nowhere', async () => {
    const { said, cwd } = await typedIn([...SHARED, 'quit', 'picture', 'quit', 'save p.txt', 'quit', 'help']);
    expect([said[4], said[6]]).toEqual(
      Array(2).fill("4 lines are saved nowhere: save FILE keeps them. 'quit' again leaves.\n"),
    );
    // What is saved, and nothing, is left at once.
    expect(said).toHaveLength(9);
    expect((await typedIn(['quit', 'help'])).said).toHaveLength(1);
    expect((await typedIn(['quit', 'help'], ['p.txt'], cwd)).said).toHaveLength(1);
    expect((await typedIn([...SHARED, 'quit', 'quit', 'help'])).said).toHaveLength(6);
  });

  test('says what is wrong with a line, and goes on', async () => {
    const { said } = await typedIn([
      'sh: wirte heap+0 7',
      '# nothing',
      'decide copy',
      'why',
      'sh: map heap 1 rw- anon',
    ]);
    expect(said[0]).toMatch(/no operation 'wirte'; expected perhaps 'write'/);
    expect(said[2]).toBe('No fault waits.\n');
    expect(said[3]).toBe('There was no fault yet.\n');
    expect(said[4]).toMatch(/^1\. sh maps heap/);
  });

  test('does not write over a file, unless told to', async () => {
    const { said, cwd } = await typedIn([
      SHARED[0]!,
      'save it.txt',
      SHARED[1]!,
      'save it.txt',
      'save! it.txt',
    ]);
    expect(said[1]).toBe('Saved as it.txt.\n');
    expect(said[3]).toMatch(/^it\.txt is there already/);
    expect(readFileSync(path.join(cwd, 'it.txt'), 'utf8')).toBe(`${SHARED[0]}\n${SHARED[1]}\n`);
  });

  test('saves a program that runs, and a level with a transcript that replays', async () => {
    const { cwd } = await typedIn([
      ...SHARED,
      'save shared.txt',
      'me',
      'child: write heap+0 9',
      'decide copy',
      'save mine.json',
    ]);
    expect(readFileSync(path.join(cwd, 'shared.txt'), 'utf8')).toBe(`${SHARED.join('\n')}\n`);
    expect((await captured(run, ['shared.txt', '--json'], { cwd })).code).toBe(0);
    const { said } = await typedIn(['picture'], ['shared.txt'], cwd);
    expect(said[0]).toMatch(/content 7 5 0 0/);
    const again = await captured(replay, ['mine.json', '--level', 'mine.yaml', '--text'], { cwd });
    expect(again).toMatchObject({ code: 0, stderr: '' });
    expect(again.stdout).toMatch(/No decision left the par\.[\s\S]*child stores 9 to heap\+0/);
  });
});

describe('--maps', () => {
  test('starts from the mappings of a real process, with their rights', async () => {
    const cwd = freshFolder();
    const maps = readFileSync('/proc/self/maps', 'utf8');
    writeFileSync(path.join(cwd, 'maps'), maps);
    const { said } = await typedIn(['picture'], ['--maps', 'maps'], cwd);
    const rows = said[0]!
      .split('\n')
      .filter(line => /, [r-][w-][x-][ps], \d+ pages?(, file .*)?\.$/.test(line));
    const wanted = maps
      .split('\n')
      .filter(line => / [r-][w-][x-][ps] /.test(line) && !/\[v(var|dso|syscall)/.test(line));
    expect(rows.length).toBe(Math.min(60, wanted.length));
    const files = new Set(wanted.slice(0, 60).map(line => / (\/.*)$/.exec(line)?.[1]));
    files.delete(undefined);
    expect(programOfMaps(maps, 'maps').lines.filter(line => line.startsWith('file '))).toHaveLength(
      files.size,
    );
    for (const [i, row] of rows.entries())
      expect(row).toContain(`, ${/ ([r-][w-][x-][ps]) /.exec(wanted[i]!)![1]}, `);
  });

  test('as many as there is room for; the rest is counted', () => {
    const line = (i: number) => `${(4096 * i).toString(16)}-${(4096 * (i + 1)).toString(16)} rw-p 0 0:0 0`;
    const { lines, left } = programOfMaps(Array.from({ length: 63 }, (_, i) => line(i)).join('\n'), 'maps');
    expect([lines.length, left]).toEqual([60, 3]);
  });

  test('a private mapping of a file shows the file, and a shared one too', async () => {
    const cwd = freshFolder();
    const at =
      '1000-3000 rw-p 00000000 fe:00 7                /etc/motd\n3000-4000 rw-s 00002000 fe:00 7 /etc/motd\n';
    writeFileSync(path.join(cwd, 'maps'), at);
    const { said } = await typedIn(['sh: read motd_2+0', 'sh: write motd+0 9'], ['--maps', 'maps'], cwd);
    expect(said[0]).toMatch(/map-cache/);
    expect(said[1]).toMatch(/copy/);
  });

  test('that are none: file, line and what was expected', () => {
    expect(() => programOfMaps('nonsense', 'maps')).toThrow(/maps:1:1: .*expected ADDRESS-ADDRESS PERMS/);
  });
});
