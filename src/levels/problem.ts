import type { Place } from '../language/errors.ts';

/** Something that is wrong with a level file: where, which check found it, what was expected. */
export interface Problem {
  readonly file: string;
  readonly line: number;
  readonly column: number;
  readonly check: string;
  readonly message: string;
}

export const problemAt = ({ file, line, column }: Place, check: string, message: string): Problem => ({
  file,
  line,
  column,
  check,
  message,
});

/** `levels/x.yaml:3:5: ...`, as compilers print it. */
export const formatProblem = ({ file, line, column, message }: Problem): string =>
  `${file}:${line}:${column}: ${message}`;

/** In the order of the file, each once. */
export function tidy(problems: readonly Problem[]): Problem[] {
  const unique = new Map(problems.map(problem => [JSON.stringify(problem), problem]));
  return [...unique.values()].sort(
    (a, b) => (a.file < b.file ? -1 : a.file > b.file ? 1 : 0) || a.line - b.line || a.column - b.column,
  );
}
