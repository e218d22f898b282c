import type { Place } from '../language/errors.ts';

/** What each asks of a level is told in docs/levels.md. */
export const CHECKS = [
  'yaml',
  'schema',
  'system',
  'rules',
  'menu',
  'variants',
  'when',
  'operation',
  'setup',
  'id',
  'chapter',
  'chapters',
  'shipped',
  'concepts',
  'misconceptions',
  'taught-before',
  'introduced',
  'tags',
  'treats',
  'words',
  'story',
  'start',
  'solvable',
  'dead-end',
  'cells',
  'bounds',
  'rote',
  'chance',
  'alike',
  'shown',
  'our-fault',
] as const;
export type Check = (typeof CHECKS)[number];

/** Something that is wrong with a level file: where, which check found it, what was expected. */
export interface Problem {
  readonly file: string;
  readonly line: number;
  readonly column: number;
  readonly check: Check;
  readonly message: string;
}

export const problemAt = ({ file, line, column }: Place, check: Check, message: string): Problem => ({
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
