import { spawn as spawnPiped } from 'node:child_process';
import { mkdtempSync, rmSync } from 'node:fs';
import os from 'node:os';
import path from 'node:path';
import { setTimeout as sleep } from 'node:timers/promises';
import { fileURLToPath } from 'node:url';
import { spawn } from '@lydell/node-pty';
import serialize from '@xterm/addon-serialize';
import xterm from '@xterm/headless';

/** The built game in a real pseudo-terminal, seen through the eyes of a terminal emulator. */

/** What `npm run build` wrote. */
export const program = fileURLToPath(new URL('../../dist/cowhand.cjs', import.meta.url));

export const keys = {
  up: '\x1b[A',
  down: '\x1b[B',
  right: '\x1b[C',
  left: '\x1b[D',
  enter: '\r',
  escape: '\x1b',
  tab: '\t',
  backspace: '\x7f',
  ctrlC: '\x03',
  ctrlZ: '\x1a',
} as const;

/** How long to wait for what must come, in milliseconds: on a machine that does much else a start takes seconds. */
export const PATIENCE = 60_000;

export interface Options {
  readonly cols?: number;
  readonly rows?: number;
  /** Added to an environment that holds nothing of the caller's but PATH: no CI, no colour switches. */
  readonly env?: Readonly<Record<string, string>>;
  readonly cwd?: string;
  /** A program to start instead of the game. */
  readonly command?: string;
  /** The terminal has no alternate screen, like a Linux console. */
  readonly single?: boolean;
  /** HOME, which all XDG directories are in. Without it: a fresh folder, removed at the end. */
  readonly home?: string;
}

export interface Exit {
  readonly code: number;
  /** The number of the signal that ended it, 0 for none. */
  readonly signal: number;
}

/** One place on the screen. Colours are the emulator's numbers, -1 for the default. */
export interface Cell {
  readonly char: string;
  readonly foreground: number;
  /** The foreground is a colour of its own, 0xrrggbb, and no number of a palette. */
  readonly isRgb: boolean;
  readonly background: number;
  readonly bold: boolean;
  readonly dim: boolean;
  readonly inverse: boolean;
}

export interface Session {
  readonly pid: number;
  readonly home: string;
  /** Resolves when the program has ended and all that it wrote is on the screen. */
  readonly exited: Promise<Exit>;
  /** The visible lines, without blanks at their ends. */
  lines(): string[];
  text(): string;
  /** The screen with its colours, as escape sequences. */
  screen(): string;
  /** All that was written since the start. */
  raw(): string;
  /** How often it was asked to wipe the screen, or a part of it, or to begin anew. */
  wipes(): number;
  cell(column: number, row: number): Cell;
  isAlternate(): boolean;
  /** A frame has begun and not ended. */
  isDrawing(): boolean;
  /** From the cursor's last show or hide sequence. */
  isCursorHidden(): boolean;
  press(...keys: readonly string[]): void;
  resize(cols: number, rows: number): void;
  kill(signal: NodeJS.Signals): void;
  /**
   * Waits until a complete frame shows it.
   * @throws with the screen, after `ms` milliseconds or when the program ended without showing it
   */
  waitFor(needle: string | RegExp, ms?: number): Promise<void>;
  /** Ends the program if it still runs. */
  close(): Promise<void>;
}

const environment = (home: string, extra: Readonly<Record<string, string>>): Record<string, string> => ({
  PATH: process.env['PATH'] ?? '',
  HOME: home,
  LANG: 'C.UTF-8',
  TERM: 'xterm-256color',
  COLORTERM: 'truecolor',
  TZ: 'UTC',
  ...extra,
});

const open = new Set<Session>();

/** For `afterEach`: no program outlives its test. */
export async function closeAll(): Promise<void> {
  await Promise.all([...open].map(session => session.close()));
}

const freshHome = (): string => mkdtempSync(path.join(os.tmpdir(), 'cowhand-test-'));

/** Starts the game with these arguments in a terminal of 80x24, or what `options` say. */
export function launch(args: readonly string[] = [], options: Options = {}): Session {
  const { cols = 80, rows = 24, env = {} } = options;
  const home = options.home ?? freshHome();
  const terminal = new xterm.Terminal({ cols, rows, allowProposedApi: true, scrollback: 1000 });
  const serializer = new serialize.SerializeAddon();
  terminal.loadAddon(serializer as never);
  if (options.single === true)
    for (const final of ['h', 'l'])
      terminal.parser.registerCsiHandler({ prefix: '?', final }, ([mode]) => mode === 1049);

  const [command, ...given] =
    options.command === undefined ? [process.execPath, program, ...args] : [options.command, ...args];
  const child = spawn(command, given, {
    // It becomes TERM, whatever the environment says.
    name: env['TERM'] ?? 'xterm-256color',
    cols,
    rows,
    cwd: options.cwd ?? home,
    env: environment(home, env),
  });

  let raw = '';
  let lastData = 0;
  let drawn = Promise.resolve();
  let waiting: (() => void)[] = [];
  const wake = () => {
    const woken = waiting;
    waiting = [];
    for (const resume of woken) resume();
  };
  child.onData(data => {
    raw += data;
    lastData = Date.now();
    drawn = drawn.then(() => new Promise<void>(done => terminal.write(data, done))).then(wake);
  });
  // Answers to the program's questions to the terminal: without them it may wait for ever.
  terminal.onData(answer => child.write(answer));

  let exit: Exit | undefined;
  const exited = new Promise<Exit>(resolve => {
    child.onExit(async ({ exitCode, signal }) => {
      // The news of the exit can overtake the last output.
      const ended = Date.now();
      do await sleep(25);
      while (Date.now() - Math.max(lastData, ended) < 25);
      await drawn;
      exit = { code: exitCode, signal: signal ?? 0 };
      wake();
      resolve(exit);
    });
  });

  const lines = (): string[] => {
    const buffer = terminal.buffer.active;
    return Array.from(
      { length: terminal.rows },
      (_, y) => buffer.getLine(buffer.viewportY + y)?.translateToString(true) ?? '',
    );
  };
  const text = (): string => lines().join('\n').trimEnd();
  const shows = (needle: string | RegExp): boolean =>
    !terminal.modes.synchronizedOutputMode &&
    (typeof needle === 'string' ? text().includes(needle) : needle.test(text()));

  const session: Session = {
    pid: child.pid,
    home,
    exited,
    lines,
    text,
    screen: () => serializer.serialize(),
    raw: () => raw,
    // biome-ignore lint/suspicious/noControlCharactersInRegex: codes are counted
    wipes: () => raw.match(/\x1b\[[0-3]?J|\x1bc/g)?.length ?? 0,
    cell: (column, row) => {
      const buffer = terminal.buffer.active;
      const cell = buffer.getLine(buffer.viewportY + row)?.getCell(column);
      return {
        char: cell?.getChars() ?? '',
        foreground: cell?.getFgColor() ?? -1,
        isRgb: Boolean(cell?.isFgRGB()),
        background: cell?.getBgColor() ?? -1,
        bold: Boolean(cell?.isBold()),
        dim: Boolean(cell?.isDim()),
        inverse: Boolean(cell?.isInverse()),
      };
    },
    isDrawing: () => terminal.modes.synchronizedOutputMode,
    isAlternate: () => terminal.buffer.active.type === 'alternate',
    isCursorHidden: () => raw.lastIndexOf('\x1b[?25l') > raw.lastIndexOf('\x1b[?25h'),
    press: (...pressed) => child.write(pressed.join('')),
    resize: (newCols, newRows) => {
      terminal.resize(newCols, newRows);
      child.resize(newCols, newRows);
    },
    kill: signal => process.kill(child.pid, signal),
    waitFor: async (needle, ms = PATIENCE) => {
      const until = Date.now() + ms;
      while (!shows(needle)) {
        const left = until - Date.now();
        if (exit || left <= 0) {
          const why = exit ? `the program ended with code ${exit.code}` : `${ms} ms passed`;
          throw new Error(`${why} and this was not shown: ${needle}\nThe screen:\n${text()}`);
        }
        await new Promise<void>(resolve => {
          const timer = setTimeout(resolve, left);
          waiting.push(() => {
            clearTimeout(timer);
            resolve();
          });
        });
      }
    },
    close: async () => {
      open.delete(session);
      if (!exit) child.kill('SIGKILL');
      await exited;
      terminal.dispose();
      if (options.home === undefined) rmSync(home, { recursive: true, force: true });
    },
  };
  open.add(session);
  return session;
}

export interface Piped {
  readonly code: number;
  readonly stdout: string;
  readonly stderr: string;
}

/** Runs the built game without a terminal until it ends, with `input` on its standard input. */
export async function runPiped(
  args: readonly string[],
  options: Pick<Options, 'env' | 'cwd' | 'home'> & { readonly input?: string } = {},
): Promise<Piped> {
  const home = options.home ?? freshHome();
  const child = spawnPiped(process.execPath, [program, ...args], {
    cwd: options.cwd ?? home,
    env: environment(home, options.env ?? {}),
  });
  let stdout = '';
  let stderr = '';
  child.stdout.setEncoding('utf8').on('data', (data: string) => {
    stdout += data;
  });
  child.stderr.setEncoding('utf8').on('data', (data: string) => {
    stderr += data;
  });
  // A program that ends without reading its input is none of the test's business.
  child.stdin.on('error', () => undefined).end(options.input ?? '');
  const code = await new Promise<number>((resolve, reject) => {
    child.on('error', reject);
    child.on('close', (status, signal) => resolve(status ?? 128 + (os.constants.signals[signal!] ?? 0)));
  });
  if (options.home === undefined) rmSync(home, { recursive: true, force: true });
  return { code, stdout, stderr };
}

/** The digit before the choice with that label. */
function choiceOf(session: Session, label: string): string {
  const line = session.lines().find(each => each.includes(label));
  const digit = line?.match(/(\d) {2}/)?.[1];
  if (digit === undefined) throw new Error(`no choice '${label}' on\n${session.text()}`);
  return digit;
}

/** Waits until the question is open, and takes the choice with that label. */
export async function choose(session: Session, label: string): Promise<void> {
  await session.waitFor(label);
  session.press(choiceOf(session, label));
}
