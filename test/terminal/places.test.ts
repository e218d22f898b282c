import { mkdtempSync, rmSync } from 'node:fs';
import os from 'node:os';
import path from 'node:path';
import { setTimeout as sleep } from 'node:timers/promises';
import { afterEach, beforeEach, describe, expect, test } from 'vitest';
import { looks } from '../../src/ui/theme.ts';
import {
  closeAll,
  keys,
  launch,
  type Options,
  PATIENCE,
  program,
  runPiped,
  type Session,
} from './harness.ts';

/** The game in every size and kind of terminal, under signals and under fast fingers. */

let home: string;
beforeEach(() => {
  home = mkdtempSync(path.join(os.tmpdir(), 'cowhand-places-'));
});
afterEach(async () => {
  await closeAll();
  rmSync(home, { recursive: true, force: true });
});

/** A level at its first question. */
async function atQuestion(options: Options = {}, level = 'two-desks'): Promise<Session> {
  const session = launch(['play', level, '--variant', '1'], options);
  await session.waitFor('Enter start');
  session.press(keys.enter);
  await session.waitFor('PAGE FAULT');
  return session;
}

describe('sizes', () => {
  test('80x24 holds all that decides the fault', async () => {
    const text = (await atQuestion()).text();
    for (const part of ['processes', 'physical memory', 'PAGE FAULT', 'error code', '❯ 1', 'choose'])
      expect(text).toContain(part);
  });

  test('60x20 drops panels, and keeps the trap and every choice', async () => {
    const whole = await atQuestion();
    const choices = whole.lines().filter(line => /^ [❯ ] \d {2}/.test(line));
    await whole.close();
    const small = (await atQuestion({ cols: 60, rows: 20 })).lines();
    expect(small.filter(line => /^ [❯ ] \d {2}/.test(line)).length).toBe(choices.length);
    expect(small.some(line => line.includes('PAGE FAULT'))).toBe(true);
    expect(small.at(-1)).toBe('');
    expect(small.every(line => line.length <= 60)).toBe(true);
  });

  test('200x60 shows who maps what, and before and after beside each other', async () => {
    const session = await atQuestion({ cols: 200, rows: 60 });
    expect(session.text()).toContain('Who maps what');
    session.press('2');
    await session.waitFor(/^ Before +After$/m);
    expect(session.text().match(/─ processes ─/g)).toHaveLength(2);
  });

  test('growing and shrinking while playing leaves no trace of the sizes before', async () => {
    const session = await atQuestion();
    for (const [cols, rows] of [
      [200, 60],
      [50, 15],
      [161, 25],
      [30, 8],
      [80, 24],
    ] as const) {
      session.resize(cols, rows);
      await expect.poll(() => session.lines()[rows - 2], { timeout: PATIENCE }).toMatch(/choose/);
    }
    await session.waitFor('physical memory');
    const grown = session.lines();
    await session.close();
    expect(grown).toEqual((await atQuestion()).lines());
  });
});

describe('kinds', () => {
  test('a Linux console: ASCII and its sixteen colours', async () => {
    const session = await atQuestion({ env: { TERM: 'linux', COLORTERM: '' } });
    expect(session.text()).toMatch(/^[\x20-\x7e\n]*$/);
    // biome-ignore lint/suspicious/noControlCharactersInRegex: colours of more than sixteen are looked for
    expect(session.raw()).not.toMatch(/\x1b\[[34]8;/);
    session.press('2');
    await session.waitFor(/OPTIMAL|WASTEFUL|CORRUPTION|BREACH|MISREFUSED|LIVELOCK/);
  });

  test('without an alternate screen the shell goes on below the picture, whose last line is left', async () => {
    const shell = launch(['--norc', '--noprofile', '-i'], {
      home,
      command: 'bash',
      single: true,
      env: { PS1: 'ready> ', NODE: process.execPath, GAME: program, TERM: 'linux' },
    });
    await shell.waitFor('ready>');
    shell.press('"$NODE" "$GAME" play two-desks --variant 1\r');
    await shell.waitFor('Enter start');
    shell.press(keys.enter);
    await shell.waitFor('PAGE FAULT');
    const shown = shell.lines().slice(0, -1);
    shell.press(keys.ctrlZ);
    await shell.waitFor(/Stopped[\s\S]*ready>$/);
    shell.press('fg\r');
    await shell.waitFor('PAGE FAULT');
    await expect.poll(() => shell.lines().slice(0, -1), { timeout: PATIENCE }).toEqual(shown);
    shell.press('q');
    await shell.waitFor(/ready>$/);
    expect(shell.isAlternate()).toBe(false);
    expect(shell.lines().map(line => line.trimEnd())).toEqual([...shown, 'ready>']);
  });

  test.each<[string, keyof typeof looks, Record<string, string>]>([
    ['dark', 'dark', {}],
    ['light, as the terminal tells', 'light', { COLORFGBG: '0;15' }],
    ['dark with high contrast, as the player has settled', 'contrast', {}],
  ])('a background that is %s', async (_, theme, env) => {
    if (theme === 'contrast') expect((await runPiped(['settings', 'theme', theme], { home })).code).toBe(0);
    const session = await atQuestion({ home, env });
    const row = session.lines().findIndex(line => line.includes('❯ 1'));
    const { foreground, isRgb, inverse } = session.cell(1, row);
    const { color, inverse: wanted = false }: { color?: string; inverse?: boolean } = looks[theme].selected;
    expect({ color: isRgb ? `#${foreground.toString(16).padStart(6, '0')}` : undefined, inverse }).toEqual({
      color,
      inverse: wanted,
    });
  });

  test('a dumb terminal gets plain lines without any codes', async () => {
    const session = launch(['play', 'first-ring'], { home, env: { TERM: 'dumb' } });
    await session.waitFor('Decision?');
    session.press('2\r');
    await session.waitFor('Optimal.');
    // biome-ignore lint/suspicious/noControlCharactersInRegex: it is looked for
    expect(session.raw()).not.toMatch(/\x1b/);
  });

  test('with FORCE_COLOR there is colour even where NO_COLOR says none, and with neither information lost', async () => {
    const forced = await atQuestion({ env: { NO_COLOR: '1', FORCE_COLOR: '3' } });
    // biome-ignore lint/suspicious/noControlCharactersInRegex: colours are looked for
    expect(forced.raw()).toMatch(/\x1b\[38;2;/);
    const text = forced.text();
    await forced.close();
    expect((await atQuestion({ env: { NO_COLOR: '1' } })).text()).toBe(text);
  });
});

test('what changed is lit up for a moment, and never where the player wants no motion', async () => {
  const INVERSE = '\x1b[7m';
  const afterAnswer = async (): Promise<Session> => {
    const session = await atQuestion({ home });
    expect(session.raw()).not.toContain(INVERSE);
    session.press('2');
    await session.waitFor(/OPTIMAL|WASTEFUL|CORRUPTION|BREACH|MISREFUSED|LIVELOCK/);
    // Longer than it lasts.
    await sleep(1500);
    return session;
  };
  const moving = await afterAnswer();
  expect(moving.raw()).toContain(INVERSE);
  const isInverse = moving
    .lines()
    .flatMap((line, row) => [...line].map((_, i) => moving.cell(i, row).inverse));
  expect(isInverse).not.toContain(true);
  await moving.close();
  expect((await runPiped(['settings', 'motion', 'never'], { home })).code).toBe(0);
  rmSync(path.join(home, '.local'), { recursive: true });
  expect((await afterAnswer()).raw()).not.toContain(INVERSE);
});

describe('keys', () => {
  test('a burst of 200 keys, 2 ms apart, is taken whole and in order', async () => {
    const session = await atQuestion();
    const choices = session.lines().filter(line => /^ [❯ ] \d {2}/.test(line)).length;
    for (let i = 0; i < 200; i++) {
      session.press(keys.down);
      await sleep(2);
    }
    await session.waitFor(`❯ ${(200 % choices) + 1}`);
    // Letters, of which each opens a screen or closes one: an odd number is left open.
    for (let i = 0; i < 100; i++) {
      session.press('i', keys.escape);
      await sleep(2);
    }
    session.press('m');
    await session.waitFor('Who maps what');
    session.press(keys.escape);
    await session.waitFor('PAGE FAULT');
  });

  test('a key of the player’s own choice works, is in the footer, and the old one does nothing', async () => {
    const set = launch(['settings', 'key.inspect', 'x'], { home });
    expect((await set.exited).code).toBe(0);
    const session = await atQuestion({ home });
    await session.waitFor('x inspect');
    session.press('i', 'x');
    await session.waitFor('All there is to see');
  });

  test('the settings are changed in the game, and hold at once and at the next start', async () => {
    const session = await atQuestion({ home });
    session.press('s');
    await session.waitFor('❯ 1  Colours');
    // Glyphs: of auto, unicode and ascii.
    session.press('3', '3');
    await session.waitFor('> 3  Glyphs');
    session.press(keys.escape);
    await session.waitFor(/^ > 1 /m);
    await session.close();
    const next = launch(['play', 'two-desks'], { home });
    await next.waitFor('PAGE FAULT');
    expect(next.text()).toMatch(/^[\x20-\x7e\n]*$/);
  });

  test('Ctrl-Z suspends to the shell that started it, and fg brings the same screen back', async () => {
    const shell = launch(['--norc', '--noprofile', '-i'], {
      home,
      command: 'bash',
      env: { PS1: 'ready> ', NODE: process.execPath, GAME: program },
    });
    await shell.waitFor('ready>');
    shell.press('"$NODE" "$GAME" play two-desks --variant 1\r');
    await shell.waitFor('Enter start');
    shell.press(keys.enter);
    await shell.waitFor('PAGE FAULT');
    shell.press(keys.down);
    await shell.waitFor('❯ 2');
    const before = shell.lines();
    shell.press(keys.ctrlZ);
    await shell.waitFor(/Stopped/);
    expect(shell.isAlternate()).toBe(false);
    expect(shell.isCursorHidden()).toBe(false);
    shell.press('echo is"-"back\r');
    await shell.waitFor('is-back');
    shell.press('fg\r');
    await shell.waitFor('❯ 2');
    expect(shell.isAlternate()).toBe(true);
    expect(shell.lines()).toEqual(before);
    shell.press(keys.down);
    await shell.waitFor('❯ 3');
    shell.press('q');
    await shell.waitFor(/ready>$/);
    expect(shell.isAlternate()).toBe(false);
  });
});
