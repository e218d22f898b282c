import { mkdtempSync, readFileSync, rmSync } from 'node:fs';
import os from 'node:os';
import path from 'node:path';
import { afterEach, beforeEach, describe, expect, test } from 'vitest';
import { choose, closeAll, keys, launch, type Options, PATIENCE, runPiped, type Session } from './harness.ts';

/** The built game as people meet it: in a real terminal, with the keyboard, with signals, and in a pipe. */

let home: string;
beforeEach(() => {
  home = mkdtempSync(path.join(os.tmpdir(), 'cowhand-game-'));
});
afterEach(async () => {
  await closeAll();
  rmSync(home, { recursive: true, force: true });
});

const game = (args: readonly string[] = [], options: Options = {}): Session =>
  launch(args, { home, ...options });
const journal = (): string => readFileSync(path.join(home, '.local/state/cowhand/journal.ndjson'), 'utf8');

const ZEROS = 'Give it a new page of zeros';
const COPY = 'Copy the page to a new frame';
const NO_ACCESS = 'access not allowed';
const UNMAPPED = 'nothing mapped there';

describe('the first minutes', () => {
  test('one key from the first start to the first decision; wrong, wasteful, taken back, right, summary', async () => {
    const session = game();
    await session.waitFor('Begin: The trap · The bell rings');
    session.press(keys.enter);
    await session.waitFor('PAGE FAULT   sh  stores 7 to notes+0');

    await choose(session, NO_ACCESS);
    await session.waitFor('✗ MISREFUSED');
    await session.waitFor(/▸ {5}you/);
    session.press(keys.right);
    await session.waitFor(/▸ 1 {3}sh +stores 7 to notes\+0 +gets SIGSEGV ACCERR, should store 7/);
    session.press(keys.left);
    await session.waitFor(/▸ {5}you/);
    session.press('w');
    await session.waitFor('cowhand   Why');
    session.press(keys.escape);
    await session.waitFor('MISREFUSED');
    session.press(keys.enter);
    await session.waitFor('Enter take it back and decide again');
    session.press(keys.enter);

    await choose(session, COPY);
    await session.waitFor('≈ WASTEFUL');
    await session.waitFor('4096 bytes');
    session.press('u');
    await session.waitFor('Taken back.');
    await choose(session, ZEROS);
    await session.waitFor('✓ OPTIMAL');
    session.press(keys.enter);
    await session.waitFor('PAGE FAULT   sh  loads cellar+0');
    await choose(session, UNMAPPED);
    await session.waitFor('✓ OPTIMAL');
    session.press(keys.enter);
    await session.waitFor('1 of 3 stars');
    await session.waitFor('copying at once');
    session.press('q');
    expect(await session.exited).toEqual({ code: 0, signal: 0 });
    expect(session.isAlternate()).toBe(false);
    expect(session.isCursorHidden()).toBe(false);

    const again = game();
    await again.waitFor('Next: The trap · A proverb is not a notebook');
  });

  test('killed in the middle of the second level, it goes on there', async () => {
    const first = game();
    await first.waitFor('Begin:');
    first.press(keys.enter);
    await choose(first, ZEROS);
    await first.waitFor('OPTIMAL');
    first.press(keys.enter);
    await choose(first, UNMAPPED);
    await first.waitFor('OPTIMAL');
    first.press(keys.enter);
    await first.waitFor('3 of 3 stars');
    first.press(keys.enter);
    await first.waitFor('A proverb is not a notebook');
    await first.waitFor('Enter start');
    first.press(keys.enter);
    await first.waitFor('PAGE FAULT');
    // The variant decides what sh does first: either way one of these two is right.
    await choose(first, first.text().includes('to notes+0') ? ZEROS : NO_ACCESS);
    await first.waitFor('OPTIMAL');
    first.kill('SIGKILL');
    await first.exited;

    const second = game();
    await second.waitFor('Continue: The trap · A proverb is not a notebook');
    second.press(keys.enter);
    await second.waitFor('fault 2');
    await second.waitFor('PAGE FAULT');
    await choose(second, second.text().includes('to notes+0') ? ZEROS : NO_ACCESS);
    await second.waitFor('OPTIMAL');
    second.press(keys.enter);
    await second.waitFor('3 of 3 stars');
  });

  test('a burst of keys is not lost, and each key meets the screen that it was meant for', async () => {
    const session = game();
    await session.waitFor('Begin:');
    // Begin, choose the second, see it, go on, choose the fifth, see it, go on: all in one piece.
    session.press(keys.enter, keys.down, keys.enter, keys.enter, '5', keys.enter);
    await session.waitFor('3 of 3 stars');
    expect(journal().match(/"type":"decide"/g)).toHaveLength(2);
  });
});

describe('the terminal is left as it was', () => {
  const started = async (): Promise<Session> => {
    const session = game();
    await session.waitFor('Begin:');
    expect(session.isAlternate()).toBe(true);
    expect(session.isCursorHidden()).toBe(true);
    return session;
  };
  const isClean = (session: Session) => {
    expect(session.isAlternate()).toBe(false);
    expect(session.isCursorHidden()).toBe(false);
    // Lines are wrapped again.
    expect(session.raw().lastIndexOf('\x1b[?7h')).toBeGreaterThan(session.raw().lastIndexOf('\x1b[?7l'));
  };

  test.each([
    ['q', 'q'],
    ['Ctrl-C', keys.ctrlC],
  ])('by %s, with exit code 0', async (_, key) => {
    const session = await started();
    session.press(key);
    expect(await session.exited).toEqual({ code: 0, signal: 0 });
    isClean(session);
  });

  test.each([
    ['SIGINT', 130],
    ['SIGTERM', 143],
    ['SIGHUP', 129],
  ] as const)('by %s, with exit code %i', async (signal, code) => {
    const session = await started();
    session.kill(signal);
    expect(await session.exited).toEqual({ code, signal: 0 });
    isClean(session);
  });

  test('Ctrl-Z gives the terminal back; where no shell stops it, the game comes back by itself', async () => {
    const session = await started();
    const enters = () => session.raw().split('\x1b[?1049h').length - 1;
    session.press(keys.ctrlZ);
    await expect.poll(enters, { timeout: PATIENCE }).toBe(2);
    expect(session.raw()).toContain('\x1b[?1049l');
    await session.waitFor('Begin:');
    session.press(keys.down);
    await session.waitFor('❯ 2');
    session.press('q');
    expect((await session.exited).code).toBe(0);
    isClean(session);
  });
});

describe('the screen', () => {
  test('is drawn anew in every size, and never wiped while playing', async () => {
    const session = game(['play', 'two-desks']);
    await session.waitFor('Enter start');
    session.press(keys.enter);
    await session.waitFor('PAGE FAULT');
    const before = session.wipes();
    session.press(keys.down);
    await session.waitFor('❯ 2');
    session.press(keys.down);
    await session.waitFor('❯ 3');
    expect(session.wipes()).toBe(before);
    for (const [cols, rows] of [
      [60, 20],
      [120, 30],
      [40, 12],
      [80, 24],
    ] as const) {
      session.resize(cols, rows);
      await expect.poll(() => session.lines()[rows - 2], { timeout: PATIENCE }).toMatch(/choose.*decide/);
      expect(session.lines().filter(line => /❯ 3 {2}Map the shared/.test(line))).toHaveLength(1);
      expect(session.lines()[0]).toContain('cowhand');
      expect(session.lines().at(-1)).toBe('');
    }
    await session.waitFor('physical memory');
  });

  test('is drawn although the environment says CI', async () => {
    const session = game([], { env: { CI: 'true', CONTINUOUS_INTEGRATION: '1' } });
    await session.waitFor('Begin:');
    session.press(keys.enter);
    await session.waitFor('PAGE FAULT');
  });

  test('has no colour with NO_COLOR, and the same text', async () => {
    const coloured = game(['play', 'first-ring']);
    await coloured.waitFor('Enter start');
    const plain = game(['play', 'first-ring'], { env: { NO_COLOR: '1' } });
    await plain.waitFor('Enter start');
    expect(plain.text()).toBe(coloured.text());
    // Colours are 3x, 4x and 9x; bold and dim stay.
    // biome-ignore lint/suspicious/noControlCharactersInRegex: it is looked for
    expect(plain.raw()).not.toMatch(/\x1b\[(3|4|9)\d/);
  });

  test('is ASCII in a locale without UTF-8', async () => {
    const session = game(['play', 'two-desks'], { env: { LANG: 'C' } });
    await session.waitFor('Enter start');
    session.press(keys.enter);
    await session.waitFor('PAGE FAULT');
    expect(session.text()).toMatch(/^[\x20-\x7e\n]*$/);
    expect(session.text()).toContain('> 1  Copy');
  });
});

describe('plain lines', () => {
  test('a level from a pipe to its end', async () => {
    const { code, stdout } = await runPiped(['play', 'first-ring', '--plain'], {
      home,
      input: '4\ncopy\nu\nzeroed\n5\n',
    });
    expect(code).toBe(0);
    expect(stdout).toContain('Misrefused.');
    expect(stdout).toContain('Step 1 of 1. sh stores 7 to notes+0: gets SIGSEGV ACCERR, should store 7.');
    expect(stdout).toContain('Wasteful.');
    expect(stdout).toContain('Taken back.');
    expect(stdout).toContain('Finished. 1 of 3 stars.');
    // biome-ignore lint/suspicious/noControlCharactersInRegex: no cursor is moved
    expect(stdout).not.toMatch(/\x1b/);
  });

  test('end of input in the middle: saved, exit 1, and it goes on there', async () => {
    const first = await runPiped(['play', 'first-ring', '--plain'], { home, input: 'zeroed\n' });
    expect(first.code).toBe(1);
    expect(first.stdout).toContain('cowhand play first-ring --plain goes on.');
    const second = await runPiped(['play', '--plain'], { home, input: 'refuse-unmapped\n' });
    expect(second.code).toBe(0);
    expect(second.stdout).toContain('You go on where you were.');
    expect(second.stdout).toContain('Finished. 3 of 3 stars.');
  });

  test('are what a screen reader gets', async () => {
    const session = game(['play', 'first-ring'], { env: { ACCESSIBLE: '1' } });
    await session.waitFor('Decision?');
    expect(session.isAlternate()).toBe(false);
    expect(session.isCursorHidden()).toBe(false);
    session.press('2\r');
    await session.waitFor('Optimal.');
    session.press('q\r');
    expect((await session.exited).code).toBe(1);
  });
});
