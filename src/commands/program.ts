import { text as textOf } from 'node:stream/consumers';
import { contradiction, type Program, type Settings } from '../language/moves.ts';
import { operationPlaces, parseProgram } from '../language/parse.ts';
import { printMove } from '../language/print.ts';
import type { AnyMachine } from '../machines/machine.ts';
import { readText } from './files.ts';
import { type Io, UsageError } from './io.ts';

/**
 * The program of a file, or of standard input where it is called `-`.
 * @param machine what it is to run on: its moves and settings; by default all of the language may be there
 * @param settings what the command line asks for, whatever the program says
 * @throws LanguageError for what is no program, UsageError for a file that cannot be read and for a move
 * or setting that the machine does not know, with its place
 */
export async function readProgram(
  given: string,
  io: Io,
  machine?: Pick<AnyMachine, 'knows' | 'settings'>,
  settings: Settings = {},
): Promise<Program> {
  const file = given === '-' ? 'standard input' : given;
  const text = given === '-' ? await textOf(io.stdin) : readText(given, io.cwd);
  const program = withSettings(parseProgram(text, file), settings);
  if (machine === undefined) return program;
  for (const setting of Object.keys(program.settings ?? {}))
    if (!(machine.settings as readonly string[] | undefined)?.includes(setting))
      throw new UsageError(
        `${file}: the machine has no '${setting}'; expected ${inWordsOf(machine.settings)}`,
      );
  const strange = program.moves.findIndex(move => !machine.knows(move, program.settings));
  if (strange < 0) return program;
  const { line, column } = operationPlaces(text, file)[strange]!;
  const operation = printMove(program.moves[strange]!, program);
  throw new UsageError(`${file}:${line}:${column}: the machine does not know '${operation}' yet`);
}

/** The program on a machine that is set so. Throws UsageError where no machine has all of its settings. */
export function withSettings(program: Program, settings: Settings): Program {
  const all = { ...program.settings, ...settings };
  const why = contradiction(all);
  if (why !== undefined) throw new UsageError(why.join('; expected '));
  return Object.keys(settings).length === 0 ? program : { ...program, settings: all };
}

const inWordsOf = (settings: readonly string[] = []): string =>
  settings.length === 0 ? 'no settings' : settings.join(', ');
