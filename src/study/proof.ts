import { problemsAlone } from '../levels/check.ts';
import { INTRODUCTIONS } from '../levels/checks/rote.ts';
import type { Problem as Mistake } from '../levels/problem.ts';
import type { Problem } from './generate.ts';

/** Proves a generated problem as a level is proved that is no introduction; nothing is wrong with a good one. */
export function problemMistakes({ level }: Pick<Problem, 'level'>): Mistake[] {
  const place = { file: level.id, line: 1, column: 1 };
  return problemsAlone({ level, placeOf: () => place }, INTRODUCTIONS);
}
