/** All that a command may know of the world outside: nothing below `cli.tsx` reads `process` for it. */
export interface Io {
  readonly stdin: NodeJS.ReadStream;
  readonly stdout: NodeJS.WriteStream;
  readonly stderr: NodeJS.WriteStream;
  readonly env: Readonly<Record<string, string | undefined>>;
  /** Absolute path that relative arguments are resolved against. */
  readonly cwd: string;
  readonly now: () => Date;
  /** A fresh unsigned 32-bit number, for drawing a variant. */
  readonly seed: () => number;
}

export const realIo = (): Io => ({
  stdin: process.stdin,
  stdout: process.stdout,
  stderr: process.stderr,
  env: process.env,
  cwd: process.cwd(),
  now: () => new Date(),
  seed: () => Math.floor(Math.random() * 2 ** 32),
});

/** The command line asks for what there is not: one line on stderr, exit 2. */
export class UsageError extends Error {
  override readonly name = 'UsageError';
}
