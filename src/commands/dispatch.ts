import { parseArgs } from 'node:util';
import { LanguageError } from '../language/errors.ts';
import { nearest } from '../language/nearest.ts';
import { printable } from '../language/printable.ts';
import { StoreError } from '../progress/files.ts';
import { type Command, usage } from './help.ts';
import { type Io, UsageError } from './io.ts';

/** Runs with the arguments after its name; answers the exit code. */
export type Run = (args: string[], io: Io) => Promise<number>;

/** How to get at each command: a function, so that one command does not load what another needs. */
export type Commands = Readonly<Record<Command, () => Promise<Run>>>;

/** What to print for a mistake in the input; undefined where the mistake is ours. */
function mistake(error: unknown, command: string): string | undefined {
  if ([LanguageError, UsageError, StoreError].some(kind => error instanceof kind))
    return (error as Error).message;
  const isOfParseArgs =
    error instanceof TypeError && String(Reflect.get(error, 'code')).startsWith('ERR_PARSE_ARGS');
  return isOfParseArgs ? `${error.message.split('. ')[0]}. See: ${command} --help` : undefined;
}

/**
 * Runs a command line. Without a command it opens the game.
 * @returns the exit code: 2 for a mistake in the input, else the command's own
 * @throws what a command throws by a fault of our own
 */
export async function dispatch(
  argv: readonly string[],
  io: Io,
  commands: Commands,
  version: string,
): Promise<number> {
  const [first = ''] = argv;
  const isNamed = first !== '' && !first.startsWith('-');
  if (isNamed && !Object.hasOwn(commands, first)) {
    const likely = nearest(first, Object.keys(commands));
    const guess = likely === undefined ? '.' : `; did you mean '${likely}'?`;
    io.stderr.write(`cowhand: no command '${first}'${guess} See: cowhand --help\n`);
    return 2;
  }
  const late = isNamed ? undefined : positionalsOf(argv).find(each => Object.hasOwn(commands, each));
  if (late !== undefined) {
    io.stderr.write(`cowhand: options come after the command; expected cowhand ${late} ${first} ...\n`);
    return 2;
  }
  const name = isNamed ? (first as Command) : '';
  const args = argv.slice(isNamed ? 1 : 0);
  const options = args.includes('--') ? args.slice(0, args.indexOf('--')) : args;
  if (options.includes('--help') || options.includes('-h')) {
    io.stdout.write(`${usage[name]}\n`);
    return 0;
  }
  if (options.includes('--version')) {
    io.stdout.write(`cowhand ${version}\n`);
    return 0;
  }
  try {
    const run = await commands[name === '' ? 'play' : name]();
    return await run(args, io);
  } catch (error) {
    const line = mistake(error, `cowhand ${name}`.trimEnd());
    if (line === undefined) throw error;
    io.stderr.write(`cowhand: ${line}\n`);
    return 2;
  }
}

/** What stands on a command line that begins with options, besides these and the folders that they name. */
const positionalsOf = (args: readonly string[]): readonly string[] =>
  parseArgs({
    args: [...args],
    options: { state: { type: 'string' }, levels: { type: 'string' } },
    strict: false,
  }).positionals;

/** The message for a fault of our own, with all that a report needs. */
export function faultReport(error: unknown, argv: readonly string[], version: string): string {
  return `cowhand: something broke, and it is our fault, not yours. What you decided is saved.
Please report it, with these lines:

version: cowhand ${version}, node ${process.version}, ${process.platform} ${process.arch}
command: ${printable(['cowhand', ...argv].join(' '))}
${error instanceof Error ? (error.stack ?? error.message) : String(error)}
`;
}
