import { mkdtempSync, readFileSync, rmSync, writeFileSync } from 'node:fs';
import os from 'node:os';
import path from 'node:path';
import { PassThrough } from 'node:stream';
import { afterEach, beforeEach, describe, expect, test } from 'vitest';
import type { Io } from '../../src/commands/io.ts';
import { play } from '../../src/commands/play.ts';

let folder: string;
beforeEach(() => {
  folder = mkdtempSync(path.join(os.tmpdir(), 'cowhand-play-'));
});
afterEach(() => rmSync(folder, { recursive: true, force: true }));

/** Plays without a terminal, with these lines on the input. */
async function played(args: readonly string[], lines: readonly string[] = []) {
  const written = { stdout: '', stderr: '' };
  const stream = (name: keyof typeof written) =>
    new PassThrough({ encoding: 'utf8' }).on('data', (data: string) => {
      written[name] += data;
    }) as unknown as NodeJS.WriteStream;
  const stdin = new PassThrough();
  stdin.end(lines.map(line => `${line}\n`).join(''));
  const io: Io = {
    stdin: stdin as unknown as NodeJS.ReadStream,
    stdout: stream('stdout'),
    stderr: stream('stderr'),
    screen: stream('stdout'),
    env: { LANG: 'C.UTF-8' },
    cwd: folder,
    now: () => new Date('2026-01-01T00:00:00Z'),
    seed: () => 0,
    self: [],
    meter: stream('stderr'),
  };
  const code = await play([...args], io);
  return { code, ...written };
}

describe('what is asked for', () => {
  test.each([
    [['no-such-level'], "no level 'no-such-level'"],
    [['first-rign'], "did you mean 'first-ring'?"],
    [['gone.yaml'], "cannot read 'gone.yaml': ENOENT"],
    [['first-ring', '--variant', '2'], 'no variant 2 of first-ring; expected 1 to 1'],
    [['two-desks', '--variant', '0'], 'no variant 0 of two-desks; expected 1 to 4'],
    [['two-desks', '--variant', 'x'], 'no variant x of two-desks'],
    [['--variant', '1'], '--variant and --seed need a LEVEL'],
    [['--decide', 'copy'], 'need a LEVEL'],
    [['first-ring', 'two-desks'], "not also 'two-desks'"],
  ])('%j is refused: %s', async (args, message) => {
    await expect(played(args)).rejects.toThrow(message);
  });

  test('without a terminal and without --plain: one line says what to do, exit 2', async () => {
    const { code, stdout, stderr } = await played(['first-ring']);
    expect([code, stdout]).toEqual([2, '']);
    expect(stderr.trimEnd().split('\n')).toHaveLength(1);
    expect(stderr).toContain('--plain');
  });
});

describe('a level file of one’s own', () => {
  const good = readFileSync(new URL('../../levels/linux/trap/first-ring.yaml', import.meta.url), 'utf8');

  test('is played, and nothing of it is kept', async () => {
    const file = path.join(folder, 'mine.yaml');
    writeFileSync(file, good.replace('id: first-ring', 'id: mine'));
    const { code, stdout } = await played(
      [file, '--plain', '--state', folder],
      ['zeroed', 'refuse-unmapped'],
    );
    expect(code).toBe(0);
    expect(stdout).toContain('Finished. 3 of 3 stars.');
    const again = await played(['--plain', '--state', folder], []);
    expect(again.stdout).toContain('The bell rings');
    expect(again.stdout).not.toContain('You go on where you were.');
  });

  test('that is no level is refused with file, line and column', async () => {
    writeFileSync(path.join(folder, 'bad.yaml'), good.replace('depth: decide', 'depth: guess'));
    const { code, stdout, stderr } = await played(['bad.yaml', '--plain']);
    expect([code, stdout]).toEqual([2, '']);
    expect(stderr).toMatch(/^bad\.yaml:\d+:\d+: .*depth/m);
  });

  test('plays with --decide too', async () => {
    writeFileSync(path.join(folder, 'mine.yaml'), good.replace('id: first-ring', 'id: mine'));
    const args = ['mine.yaml', '--decide', 'zeroed', '--decide', 'refuse-unmapped', '--json'];
    const { code, stdout } = await played(args);
    expect(code).toBe(0);
    expect(JSON.parse(stdout)).toMatchObject({ finished: true, stars: 3 });
  });
});

test('where progress cannot be kept it is played all the same, and said', async () => {
  const file = path.join(folder, 'file');
  writeFileSync(file, '');
  const { code, stdout, stderr } = await played(
    ['first-ring', '--plain', '--state', path.join(file, 'below')],
    ['zeroed', 'refuse-unmapped'],
  );
  expect(code).toBe(0);
  expect(stdout).toContain('Not saved: cannot read');
  expect(stdout).toContain('Finished. 3 of 3 stars.');
  expect(stderr).toContain('a file stands where a directory should be');
});
