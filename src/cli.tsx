#!/usr/bin/env node
import { writeSync } from 'node:fs';
import packageJson from '../package.json' with { type: 'json' };
import { type Command, usage } from './commands/help.ts';
import { type Io, realIo, UsageError } from './commands/io.ts';
import { nearest } from './commands/nearest.ts';
import { LanguageError } from './language/errors.ts';

type Run = (args: string[], io: Io) => Promise<number>;

/** Each command is a chunk of its own: one that needs no screen loads none. */
const commands: Record<Command, () => Promise<Run>> = {
  play: async () => (await import('./commands/play.ts')).play,
  levels: async () => (await import('./commands/levels.ts')).levels,
  check: async () => (await import('./commands/check.ts')).check,
  conform: async () => (await import('./commands/conform.ts')).conform,
  progress: async () => (await import('./commands/progress.ts')).progress,
};
const names = Object.keys(commands) as Command[];
const isCommand = (word: string): word is Command => Object.hasOwn(commands, word);

/** What to print for a mistake in the input; undefined where the mistake is ours. */
function mistake(error: unknown, command: string): string | undefined {
  if (error instanceof LanguageError || error instanceof UsageError) return error.message;
  const isArgument =
    error instanceof TypeError && String(Reflect.get(error, 'code')).startsWith('ERR_PARSE_ARGS');
  return isArgument ? `${error.message.split('. ')[0]}. See: ${command} --help` : undefined;
}

/** The message for a fault of our own, with all that a report needs. */
function faultReport(error: unknown, argv: readonly string[]): string {
  return `cowhand: something broke, and it is our fault, not yours. What you decided is saved.
Please report it, with these lines:

version: cowhand ${packageJson.version}, node ${process.version}, ${process.platform} ${process.arch}
command: ${['cowhand', ...argv].join(' ')}
${error instanceof Error ? (error.stack ?? error.message) : String(error)}
`;
}

/** Runs a command line and answers its exit code. */
async function run(argv: readonly string[], io: Io): Promise<number> {
  const [first = ''] = argv;
  const named = !first.startsWith('-') && first !== '';
  if (named && !isCommand(first)) {
    const likely = nearest(first, names);
    io.stderr.write(
      `cowhand: no command '${first}'${likely ? `; did you mean '${likely}'?` : '.'} See: cowhand --help\n`,
    );
    return 2;
  }
  const command = named && isCommand(first) ? first : undefined;
  const args = argv.slice(command ? 1 : 0);
  const before = args.includes('--') ? args.slice(0, args.indexOf('--')) : args;
  if (before.includes('--help') || before.includes('-h')) {
    io.stdout.write(`${usage[command ?? '']}\n`);
    return 0;
  }
  if (before.includes('--version')) {
    io.stdout.write(`cowhand ${packageJson.version}\n`);
    return 0;
  }
  try {
    const start = await commands[command ?? 'play']();
    return await start(args, io);
  } catch (error) {
    const line = mistake(error, command ? `cowhand ${command}` : 'cowhand');
    if (line === undefined) throw error;
    io.stderr.write(`cowhand: ${line}\n`);
    return 2;
  }
}

const argv = process.argv.slice(2);

// A reader that has seen enough (`cowhand levels | head`) is no error.
process.stdout.on('error', (error: NodeJS.ErrnoException) => {
  if (error.code === 'EPIPE') process.exit(0);
  throw error;
});

/** The report is written last, after the listeners that leave the alternate screen. */
const die = (error: unknown): void => {
  process.once('exit', () => writeSync(2, faultReport(error, argv)));
  process.exit(70);
};
process.on('uncaughtException', die);

run(argv, realIo()).then(code => process.stdout.write('', () => process.exit(code)), die);
