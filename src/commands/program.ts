import { LanguageError } from '../language/errors.ts';
import { contradiction, type Program, type Settings } from '../language/moves.ts';
import { type Places, parseProgram, placesOf } from '../language/parse.ts';
import { printMove } from '../language/print.ts';
import { unrecordable } from '../language/recorder.ts';
import type { AnyMachine } from '../machines/machine.ts';
import { readStream, readText } from './files.ts';
import type { Io } from './io.ts';

/** A program, and where each part of it stands. */
interface Source {
  readonly program: Program;
  readonly places: Places;
}

/** Of a file, or of standard input where it is called `-`. */
async function sourceOf(given: string, io: Io): Promise<Source> {
  const file = given === '-' ? 'standard input' : given;
  const text = given === '-' ? await readStream(io.stdin, file) : readText(given, io.cwd);
  return { program: parseProgram(text, file), places: placesOf(text, file) };
}

/**
 * The program of a file, or of standard input where it is called `-`.
 * @param machine what it is to run on: its moves and settings
 * @param settings what the command line asks for, whatever the program says
 * @throws LanguageError for what is no program, and for a part of it that the machine does not have; UsageError for a
 * file that cannot be read
 */
export async function readProgram(
  given: string,
  io: Io,
  machine: Pick<AnyMachine, 'knows' | 'settings'>,
  settings: Settings = {},
): Promise<Program> {
  const { program: said, places } = await sourceOf(given, io);
  const program = withSettings(said, settings);
  const known: readonly string[] = machine.settings ?? [];
  for (const setting of Object.keys(said.settings ?? {}))
    if (!known.includes(setting))
      throw new LanguageError(
        places.headers.get(setting)!,
        `the machine has no '${setting}'`,
        known.length === 0 ? 'no settings' : known.join(', '),
      );
  const why = contradiction(program.settings ?? {});
  if (why !== undefined) throw new LanguageError(places.headers.get(why.setting)!, why.message, why.expected);
  const strange = program.moves.findIndex(move => !machine.knows(move, program.settings));
  if (strange < 0) return program;
  throw new LanguageError(
    places.operations[strange]!,
    `this machine does not know '${printMove(program.moves[strange]!, program)}'`,
    'an operation that it knows (docs/language.md)',
  );
}

/**
 * A program that the recorder of a live kernel takes, from a file as `readProgram` reads it.
 * @throws LanguageError for what is no program, and for a part of it that the recorder has not; UsageError for a file
 * that cannot be read
 */
export async function readForRecorder(given: string, io: Io): Promise<Program> {
  const { program, places } = await sourceOf(given, io);
  const lack = unrecordable(program);
  const { settings: usual, ...recordable } = program;
  if (lack === undefined) return recordable;
  const place = typeof lack.at === 'string' ? places.headers.get(lack.at)! : places.operations[lack.at]!;
  throw new LanguageError(place, lack.message, lack.expected);
}

/** The program on a machine that is set so, whatever it says. */
export const withSettings = (program: Program, settings: Settings): Program =>
  Object.keys(settings).length === 0
    ? program
    : { ...program, settings: { ...program.settings, ...settings } };
