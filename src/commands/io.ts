import { printable } from '../language/printable.ts';

/** All that a command may know of the world outside: nothing below `cli.tsx` reads `process` for it. */
export interface Io {
  readonly stdin: NodeJS.ReadStream;
  /** What is printed here is made printable: a file's text cannot send the terminal any codes. */
  readonly stdout: NodeJS.WriteStream;
  readonly stderr: NodeJS.WriteStream;
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

export const realIo = (): Io => ({
  // Opened only by what reads it, for that takes time.
  get stdin() {
    return process.stdin;
  },
  stdout: printing(process.stdout),
  stderr: printing(process.stderr),
  screen: process.stdout,
  meter: process.stderr,
  env: process.env,
  cwd: process.cwd(),
  now: () => new Date(),
  self: [process.execPath, ...process.execArgv, process.argv[1] ?? ''],
  seed: () => Math.floor(Math.random() * 2 ** 32),
});

/** The stream, whose `write` makes printable what it is given. */
const printing = (stream: NodeJS.WriteStream): NodeJS.WriteStream =>
  Object.create(stream, { write: { value: (text: string) => stream.write(printable(text)) } });

/** The command line asks for what there is not: one line on stderr, exit 2. */
export class UsageError extends Error {
  override readonly name = 'UsageError';
}
