import { writeSync } from 'node:fs';
import { printable } from '../language/printable.ts';

/** Where a command prints: what is given to it is written when it returns. */
export interface Printer {
  write(text: string): void;
}

/** All that a command may know of the world outside: nothing below `cli.tsx` reads `process` for it. */
export interface Io {
  readonly stdin: NodeJS.ReadStream;
  /** What is printed here is made printable: a file's text cannot send the terminal any codes. */
  readonly stdout: Printer;
  readonly stderr: Printer;
  /** The standard output as it is, for what draws on it. */
  readonly screen: NodeJS.WriteStream;
  /** The standard error as it is, for a progress bar. */
  readonly meter: NodeJS.WriteStream;
  readonly env: Readonly<Record<string, string | undefined>>;
  /** Absolute path that relative arguments are resolved against. */
  readonly cwd: string;
  readonly now: () => Date;
  /** The program and the arguments that start this program again, for a process of its own. */
  readonly self: readonly string[];
  /** A fresh unsigned 32-bit number, for drawing a variant. */
  readonly seed: () => number;
}

/**
 * The world as it is. Node's streams are opened only by what asks for them, for that takes time.
 * @param gone is called where nobody reads the standard output any more
 * @param screen opens the standard output as a stream
 */
export const realIo = (gone = (): void => {}, screen = (): NodeJS.WriteStream => process.stdout): Io => ({
  get stdin() {
    return process.stdin;
  },
  stdout: { write: text => print(1, text, gone) },
  // Who does not hear of a mistake has its exit code.
  stderr: { write: text => print(2, text, () => {}) },
  get screen() {
    return screen();
  },
  get meter() {
    return process.stderr;
  },
  env: process.env,
  cwd: process.cwd(),
  now: () => new Date(),
  self: [process.execPath, ...process.execArgv, process.argv[1] ?? ''],
  seed: () => Math.floor(Math.random() * 2 ** 32),
});

/** Writes all of a text to a file descriptor, made printable, and waits where a pipe is full. */
export function print(descriptor: number, text: string, gone: () => void): void {
  let rest = Buffer.from(printable(text));
  while (rest.length > 0) {
    try {
      rest = rest.subarray(writeSync(descriptor, rest));
    } catch (error) {
      const { code } = error as NodeJS.ErrnoException;
      if (code === 'EPIPE') {
        gone();
        return;
      }
      if (code !== 'EAGAIN') throw error;
      Atomics.wait(new Int32Array(new SharedArrayBuffer(4)), 0, 0, FULL_MS);
    }
  }
}

/** How long a full pipe is left alone, in milliseconds. */
const FULL_MS = 5;

/** The command line asks for what there is not: one line on stderr, exit 2. */
export class UsageError extends Error {
  override readonly name = 'UsageError';
}
