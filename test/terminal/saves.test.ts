import { execFileSync } from 'node:child_process';
import {
  appendFileSync,
  chmodSync,
  mkdirSync,
  mkdtempSync,
  readFileSync,
  rmSync,
  writeFileSync,
} from 'node:fs';
import os from 'node:os';
import path from 'node:path';
import { afterEach, beforeEach, describe, expect, test } from 'vitest';
import { drawsFrom } from '../../src/study/random.ts';
import { closeAll, keys, launch, program, runPiped } from './harness.ts';
import { killWhilePlaying } from './kill.ts';
import { decisionsOf, journalOf, startPlayer } from './player.ts';

/** Nothing that was decided is lost: killed games, several games at once, and places where nothing can be saved. */

let home: string;
beforeEach(() => {
  home = mkdtempSync(path.join(os.tmpdir(), 'cowhand-saves-'));
});
afterEach(async () => {
  await closeAll();
  rmSync(home, { recursive: true, force: true });
});

const stateOf = (folder: string): string => path.join(folder, '.local/state/cowhand');

test('games killed at any moment lose no decision that was shown', async () => {
  await killWhilePlaying(5, drawsFrom(7));
});

test.each([2, 4])('%i games at once on one save lose nothing', async games => {
  const players = Array.from({ length: games }, (_, i) => startPlayer(home, drawsFrom(i)));
  await Promise.all(players.map(player => player.play(3)));
  await closeAll();
  const journal = journalOf(home);
  expect(journal.problems.filter(({ kind }) => kind !== 'torn')).toEqual([]);
  expect(decisionsOf(journal)).toBeGreaterThanOrEqual(3 * games);
  const next = launch([], { home });
  await next.waitFor(/Continue:|Next:/);
});

describe('where nothing can be saved the game is played all the same, and says so', () => {
  test('a disk that is full', async () => {
    const before = await runPiped(['play', 'first-ring', '--plain'], { home, input: 'zeroed\n' });
    expect(before.code).toBe(1);
    const file = path.join(stateOf(home), 'journal.ndjson');
    const saved = readFileSync(file, 'utf8');
    // No file may grow beyond what it is: the kernel's own limit, in blocks of 1024 bytes.
    const limit = Math.ceil(saved.length / 1024);
    appendFileSync(file, '\n'.repeat(limit * 1024 - saved.length));
    const played = execFileSync(
      'bash',
      ['-c', `ulimit -f ${limit}; "$0" "$1" play first-ring --plain 2>&1`, process.execPath, program],
      { env: { PATH: process.env['PATH'], HOME: home, LANG: 'C.UTF-8' }, input: 'refuse-unmapped\n' },
    ).toString();
    expect(played).toContain('You go on where you were.');
    expect(played).toContain('Not saved: cannot save');
    expect(played).toContain('the file may not grow any more');
    expect(played).toContain('Finished. 3 of 3 stars.');
    expect(readFileSync(file, 'utf8').startsWith(saved)).toBe(true);
  });

  test('a home that is read-only', async () => {
    // Root may write anywhere but below a file.
    if (process.getuid?.() === 0) writeFileSync(path.join(home, '.local'), '');
    else chmodSync(home, 0o500);
    const session = launch([], { home });
    await session.waitFor('Not saved: cannot');
    session.press(keys.enter);
    await session.waitFor('PAGE FAULT');
    session.press('2');
    await session.waitFor('OPTIMAL');
    session.press('q');
    await session.waitFor('q again leaves');
    session.press('q');
    expect((await session.exited).code).toBe(0);
    expect(session.lines().join('')).toContain('--state DIR keeps progress in another directory');
    chmodSync(home, 0o700);
  });
});

test('a hostile save sends the terminal nothing, and the game is played', async () => {
  const codes = '\x1b[2J\x1b]0;owned\x07\x9b31m';
  const line = (fields: object) => JSON.stringify({ v: 1, at: '2026-01-01T00:00:00Z', ...fields });
  mkdirSync(stateOf(home), { recursive: true });
  writeFileSync(
    path.join(stateOf(home), 'journal.ndjson'),
    [
      '['.repeat(1_000_000),
      `{"v":1,"at":"x","__proto__":{"type":"drop"},"constructor":1}`,
      line({ type: 'finish', run: 'a', n: 0, level: `evil${codes}`, variant: 0, stars: 3 }),
      line({ type: 'finish', run: '__proto__', n: 0, level: '__proto__', variant: 0, stars: 3 }),
      line({ type: 'set', name: '__proto__', value: 'x' }),
      line({ type: 'start', run: 'b', n: 0, level: 'x'.repeat(5_000_000), variant: 9e15, digest: 'd' }),
    ].join('\n'),
  );
  const listed = await runPiped(['progress'], { home });
  expect(listed.code).toBe(0);
  expect(listed.stdout).toContain('evil?[2J?]0;owned??31m');
  const session = launch([], { home });
  await session.waitFor(/lines 1\s+and 2 cannot be read/);
  session.press(keys.enter);
  await session.waitFor('PAGE FAULT');
  for (const text of [listed.stdout, listed.stderr, session.raw()])
    for (const code of ['\x1b]0', '\x07', '\x9b']) expect(text).not.toContain(code);
});
