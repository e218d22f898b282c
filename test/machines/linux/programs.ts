import fc from 'fast-check';
import type { Move, Program } from '../../../src/language/moves.ts';
import { printProgram } from '../../../src/language/print.ts';
import { linux } from '../../../src/machines/linux/linux.ts';
import { PAGES, programOf, type Shape } from '../../../src/study/program.ts';
import { MOST_SEED } from '../../../src/study/random.ts';

export { PAGES };

/**
 * Programs of Linux with every operation that there is, or of those that `knows` lets pass; what fails is made
 * shorter by leaving operations out, and shown as text. `length` is the most numbers that one is made of. With `values` 1 all
 * stores write the same byte, so that only symbols can tell contents apart.
 */
export function programs({
  length,
  knows = linux.knows,
  ...shape
}: Shape & { length: number; knows?: (move: Move) => boolean }): fc.Arbitrary<Program> {
  const number = fc.noShrink(fc.integer({ min: 0, max: MOST_SEED }));
  return fc
    .array(number, { minLength: 2, maxLength: length, size: 'max' })
    .map(numbers => printable(programOf(numbers, knows, shape)));
}

/** A counterexample is shown as the text of its program, to be run by itself. */
function printable(program: Program): Program {
  return Object.defineProperty(program, fc.toStringMethod, { value: () => `\n${printProgram(program)}` });
}
