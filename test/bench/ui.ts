import { spawnSync } from 'node:child_process';
import { mkdtempSync, rmSync } from 'node:fs';
import { tmpdir } from 'node:os';
import path from 'node:path';
import { setTimeout as sleep } from 'node:timers/promises';
import { fileURLToPath } from 'node:url';
import { writeDist } from '../../src/build/bundle.ts';
import { root } from '../../src/build/root.ts';
import { installIn } from '../build/installed.ts';
import { bare, type Size, start } from './pty.ts';

/**
 * `npm run bench:ui [-- --json]`: how soon the built game is there, and how fast it answers, in a pseudo-terminal.
 * Starts alternate with those of a Node that does nothing, and medians are compared, so that the speed of the
 * machine cancels out. Exit 1 where a goal is missed. `--json` prints {name: {value, unit, goal, met}}.
 */
interface Figure {
  readonly value: number;
  readonly unit: 'x' | 'ms' | 'MB' | 'bytes';
  /** At most; left out where a figure only says how fast the machine is just now. */
  readonly goal?: number;
}
type Figures = Record<string, Figure>;

const STARTS = 31;
const PRESSES = 40;
/** Between two keys, in milliseconds: longer than a frame takes, so that each is drawn by itself. */
const APART = 80;
const USUAL: Size = { cols: 80, rows: 24 };

const program = path.join(root, 'dist', 'cowhand.cjs');
const data = (name: string): string => fileURLToPath(new URL(`data/${name}`, import.meta.url));

/**
 * Commands without a screen, and how they end. Where one has hardly any work (a program of one load, a hand-in without
 * an answer) the whole of it is measured. Where one always works (proves a level, makes an exercise and judges its
 * answers), what is measured is a start that loads all that the command loads and uses none of it (`loading.cjs`); how
 * long it takes with its work is told beside it.
 */
const COMMANDS: readonly {
  readonly name: string;
  readonly args: readonly string[];
  readonly code?: number;
  readonly works?: boolean;
}[] = [
  { name: 'run', args: ['run', data('one-load.txt')] },
  { name: 'levels', args: ['levels'] },
  { name: 'grade', args: ['grade', data('nothing.ndjson')], code: 1 },
  { name: 'check FILE', args: ['check', path.join(root, 'levels/linux/trap/first-ring.yaml')], works: true },
  {
    name: 'worksheet',
    args: ['worksheet', '--seed', '1', '--count', '1', '--system', 'linux'],
    works: true,
  },
];

const median = (values: readonly number[]): number =>
  [...values].sort((a, b) => a - b)[Math.floor(values.length / 2)]!;

/** Milliseconds that a Node with these arguments takes from its start to its end. */
function timed(args: readonly string[], home: string, code = 0, more: Record<string, string> = {}): number {
  const begun = performance.now();
  const env = { ...bare(home), ...more };
  const { status, stderr } = spawnSync(process.execPath, args, { env, encoding: 'utf8' });
  if (status !== code) throw new Error(`${args.join(' ')} ended with ${status}: ${stderr}`);
  return performance.now() - begun;
}

/** A program that is measured, and what is said of it. */
type Program = readonly [said: string, file: string];

/**
 * A command line, to be timed as a whole, and where it works also without its work. What is installed keeps what it
 * compiles at a first start, which is not measured.
 */
function timerOf(
  { name, args, code, works = false }: (typeof COMMANDS)[number],
  [said, file]: Program,
  home: string,
) {
  const whole: number[] = [];
  const loading: number[] = [];
  const asked = path.join(home, `asked by ${name}`);
  const hooked = ['--require', data('../loading.cjs'), file, ...args];
  timed(hooked, home, code, { ASKED: asked });
  return {
    once(): void {
      whole.push(timed([file, ...args], home, code));
      if (works) loading.push(timed(hooked, home, 0, { LOAD: asked }));
    },
    figures(base: number): Figures {
      const all: Figure = { value: median(whole) / base, unit: 'x' };
      if (!works) return { [`${name}${said}`]: { ...all, goal: 1.6 } };
      return {
        [`${name}${said}`]: { value: median(loading) / base, unit: 'x', goal: 1.6 },
        [`${name}${said} and its work`]: all,
      };
    },
  };
}

/** The game, up to the end of its first frame; of it, too, not the first start. */
async function gameOf([said, file]: Program, home: string) {
  const frames: number[] = [];
  const memory: number[] = [];
  const first = start([file], home, USUAL);
  await first.shown('Begin:');
  await first.end('SIGTERM');
  const once = async (): Promise<void> => {
    const game = start([file], home, USUAL);
    frames.push(await game.shown('Begin:'));
    memory.push(game.memory() ?? 0);
    await game.end();
  };
  return {
    once,
    figures(base: number): Figures {
      const frame: Figures = {
        [`first frame${said}`]: { value: median(frames) / base, unit: 'x', goal: 4.5 },
      };
      return memory.includes(0)
        ? frame
        : { ...frame, [`memory then${said}`]: { value: median(memory), unit: 'MB', goal: 75 } };
    },
  };
}

async function starts(home: string): Promise<Figures> {
  const nothing: number[] = [];
  const { command } = installIn(mkdtempSync(path.join(home, 'installed-')));
  const programs: Program[] = [
    ['', program],
    [', installed', command],
  ];
  const timers = [
    ...(await Promise.all(programs.map(each => gameOf(each, home)))),
    ...programs.flatMap(each => COMMANDS.map(command => timerOf(command, each, home))),
  ];
  for (let i = 0; i < STARTS; i++) {
    nothing.push(timed(['-e', '0'], home));
    for (const timer of timers) await timer.once();
  }
  const base = median(nothing);
  return Object.assign(
    { 'an empty Node': { value: base, unit: 'ms' } },
    ...timers.map(timer => timer.figures(base)),
  );
}

/** From a key to the frame that shows what it did: the cursor goes down and up in the menu of a fault. */
async function keys(home: string, size: Size, goal: number): Promise<Figures> {
  const game = start(
    [program, 'play', 'two-desks', '--state', mkdtempSync(path.join(home, 'state-'))],
    home,
    size,
  );
  await game.shown('Enter');
  await game.press('\r');
  const moves: { ms: number; bytes: number }[] = [];
  for (let i = 0; i < PRESSES; i++) {
    await sleep(APART);
    moves.push(await game.press(i % 2 === 0 ? '\x1b[B' : '\x1b[A'));
  }
  await game.end();
  const at = `at ${size.cols}x${size.rows}`;
  return {
    [`key to frame ${at}`]: { value: median(moves.map(({ ms }) => ms)), unit: 'ms', goal },
    [`a move of the cursor ${at}`]: {
      value: Math.max(...moves.map(({ bytes }) => bytes)),
      unit: 'bytes',
      goal: 1536,
    },
  };
}

function print(figures: Figures): void {
  const judged = Object.entries(figures).map(([name, figure]) => ({
    name,
    ...figure,
    met: figure.goal === undefined || figure.value <= figure.goal,
  }));
  if (judged.some(({ met }) => !met)) process.exitCode = 1;
  if (process.argv.includes('--json')) {
    console.log(JSON.stringify(Object.fromEntries(judged.map(({ name, ...rest }) => [name, rest])), null, 2));
    return;
  }
  for (const { name, value, unit, goal, met } of judged) {
    const digits = unit === 'bytes' ? 0 : 1;
    const judgement = goal === undefined ? '' : `at most ${goal}: ${met ? 'met' : 'MISSED'}`;
    console.log(
      `${name.padEnd(36)} ${value.toFixed(unit === 'x' ? 2 : digits).padStart(7)} ${unit.padEnd(6)} ${judgement}`.trimEnd(),
    );
  }
}

await writeDist();
const home = mkdtempSync(path.join(tmpdir(), 'cowhand-bench-'));
try {
  print({
    ...(await starts(home)),
    ...(await keys(home, USUAL, 10)),
    ...(await keys(home, { cols: 200, rows: 60 }, 25)),
  });
} finally {
  rmSync(home, { recursive: true, force: true });
}
