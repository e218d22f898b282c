import { execFileSync } from 'node:child_process';
import { mkdirSync, mkdtempSync, rmSync } from 'node:fs';
import os from 'node:os';
import path from 'node:path';
import { setTimeout as sleep } from 'node:timers/promises';
import { writeDist } from '../../src/build/bundle.ts';
import { PATIENCE, program, runPiped } from './harness.ts';
import { TOURS, type Tour } from './tour.ts';

/**
 * `npm run test:tmux [-- TIMES]`: goes to every screen through tmux, in several sizes, and looks at what tmux shows.
 * Exit 1 where anything is not as it must be, 2 where there is no tmux.
 */
const SERVER = `cowhand-test-${process.pid}`;
const home = mkdtempSync(path.join(os.tmpdir(), 'cowhand-tmux-'));

const tmux = (...args: string[]): string =>
  execFileSync('tmux', ['-L', SERVER, '-f', '/dev/null', ...args], {
    encoding: 'utf8',
    env: { PATH: process.env['PATH'], HOME: home, LANG: 'C.UTF-8', TERM: 'xterm-256color' },
    stdio: ['ignore', 'pipe', 'pipe'],
  });
const screen = (): string => tmux('capture-pane', '-p', '-t', 'game');
const said = (format: string): string => tmux('display', '-p', '-t', 'game', format).trim();

async function until(what: string, holds: () => boolean): Promise<void> {
  for (const end = Date.now() + PATIENCE; Date.now() < end; await sleep(20)) if (holds()) return;
  throw new Error(`waited in vain for ${what}; tmux shows\n${screen()}`);
}
const shown = (text: string | RegExp): Promise<void> =>
  until(String(text), () => (typeof text === 'string' ? screen().includes(text) : text.test(screen())));

/** The screen once it stays as it is: tmux may show half of a frame that it has not read to its end. */
async function settled(): Promise<string> {
  let last = screen();
  for (let before = ''; before !== last; last = screen()) {
    before = last;
    await sleep(100);
  }
  return last;
}

/** A shell in a window of 80x24. */
const open = (): string => tmux('new-session', '-d', '-s', 'game', '-x', '80', '-y', '24', 'sh');
const type = (args: readonly string[]): string =>
  tmux('send-keys', '-t', 'game', `'${process.execPath}' '${program}' ${args.join(' ')}`, 'Enter');
const press = (...keys: readonly string[]): string =>
  tmux(
    'send-keys',
    '-t',
    'game',
    ...keys.map(key => (key.length === 1 ? key : key[0]!.toUpperCase() + key.slice(1))),
  );

/** Goes from screen to screen; each is there in three sizes, with its title above and what can be done below. */
async function walk(tour: Tour): Promise<void> {
  mkdirSync(home, { recursive: true });
  if (tour.before !== undefined) await runPiped(tour.before.args, { home, input: tour.before.input });
  open();
  try {
    type(tour.args);
    for (const { keys, shows, at } of tour.stops) {
      if (keys.length > 0) press(...keys);
      await shown(shows);
      if (at === undefined) continue;
      const footer = (await settled()).split('\n')[22]!.trim().split('  ')[0]!;
      for (const [columns, rows] of [
        [60, 20],
        [200, 60],
        [80, 24],
      ] as const) {
        tmux('resize-window', '-t', 'game', '-x', String(columns), '-y', String(rows));
        await until(`'${footer}' below at ${columns}x${rows}`, () => {
          const lines = screen().split('\n');
          return (
            lines[rows - 2]!.includes(footer) && lines[rows - 1] === '' && said('#{alternate_on}') === '1'
          );
        });
      }
      await shown(shows);
    }
  } finally {
    tmux('kill-server');
    rmSync(home, { recursive: true });
  }
}

async function play(): Promise<void> {
  mkdirSync(home, { recursive: true });
  open();
  try {
    type(['play', 'two-desks', '--variant', '1']);
    await shown('Enter start');
    await until('the alternate screen', () => said('#{alternate_on} #{cursor_flag}') === '1 0');
    tmux('send-keys', '-t', 'game', 'Enter');
    await shown('PAGE FAULT');
    for (const [columns, rows] of [
      [60, 20],
      [200, 60],
      [80, 24],
    ] as const) {
      tmux('resize-window', '-t', 'game', '-x', String(columns), '-y', String(rows));
      await until(`a footer at ${columns}x${rows}`, () =>
        /choose/.test(screen().split('\n')[rows - 2] ?? ''),
      );
      await shown('PAGE FAULT');
    }
    tmux('send-keys', '-t', 'game', 'Down', 'Down', 'Up');
    await shown('❯ 2');
    tmux('send-keys', '-t', 'game', 'i');
    await shown('All there is to see');
    tmux('send-keys', '-t', 'game', 'Escape');
    await shown('PAGE FAULT');
    tmux('send-keys', '-t', 'game', 'C-z');
    await shown(/Stopped|suspended/i);
    await until('the usual screen', () => said('#{alternate_on} #{cursor_flag}') === '0 1');
    tmux('send-keys', '-t', 'game', 'fg', 'Enter');
    await shown('PAGE FAULT');
    tmux('send-keys', '-t', 'game', '2');
    await shown(/^ [✓≈✗] /m);
    tmux('send-keys', '-t', 'game', 'q');
    await until('the usual screen', () => said('#{alternate_on} #{cursor_flag}') === '0 1');
  } finally {
    tmux('kill-server');
    rmSync(home, { recursive: true });
  }
}

try {
  execFileSync('tmux', ['-V']);
} catch {
  console.error('there is no tmux here; install it to run these tests');
  process.exit(2);
}
await writeDist();
const [times = '1'] = process.argv.slice(2);
try {
  for (let n = 1; n <= Number(times); n++) {
    for (const tour of TOURS) await walk(tour);
    await play();
  }
  console.log(
    `played ${times} times through ${execFileSync('tmux', ['-V']).toString().trim()}: all as it must be`,
  );
} finally {
  rmSync(home, { recursive: true, force: true });
}
