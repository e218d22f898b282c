import { text as textOf } from 'node:stream/consumers';
import type { Move, Program } from '../language/moves.ts';
import { operationPlaces, parseProgram } from '../language/parse.ts';
import { printMove } from '../language/print.ts';
import { readText } from './files.ts';
import { type Io, UsageError } from './io.ts';

/**
 * The program of a file, or of standard input where it is called `-`.
 * @param knows the moves that it may have; by default all of the language
 * @throws LanguageError for what is no program, UsageError for a file that cannot be read and for a move
 * that `knows` does not, with its place
 */
export async function readProgram(
  given: string,
  io: Io,
  knows: (move: Move) => boolean = () => true,
): Promise<Program> {
  const file = given === '-' ? 'standard input' : given;
  const text = given === '-' ? await textOf(io.stdin) : readText(given, io.cwd);
  const program = parseProgram(text, file);
  const strange = program.moves.findIndex(move => !knows(move));
  if (strange < 0) return program;
  const { line, column } = operationPlaces(text, file)[strange]!;
  const operation = printMove(program.moves[strange]!, program);
  throw new UsageError(`${file}:${line}:${column}: the machine does not know '${operation}' yet`);
}
