import { problemsAlone } from '../levels/check.ts';
import { INTRODUCTIONS } from '../levels/checks/rote.ts';
import { answer, begin, type Course, optimalNext, question } from '../levels/course.ts';
import type { Level } from '../levels/level.ts';
import { type Problem as Mistake, problemAt } from '../levels/problem.ts';
import type { Problem } from './generate.ts';

/** Proves a generated problem as a level is proved that is no introduction; nothing is wrong with a good one. */
export function problemMistakes({ level }: Pick<Problem, 'level'>): Mistake[] {
  const place = { file: level.id, line: 1, column: 1 };
  return problemsAlone({ level, placeOf: () => place }, INTRODUCTIONS);
}

/**
 * What is wrong with an exam, which has one variant and may be long: its way of right answers is walked, and at each
 * question every answer on offer is judged. Somewhere one must be optimal, and each wrong one must have a consequence.
 */
export function examMistakes(level: Level): Mistake[] {
  const place = { file: level.id, line: 1, column: 1 };
  let asked = 0;
  let course: Course | undefined = begin(level, 0);
  for (let open = question(course); open !== undefined; open = question(course)) {
    asked++;
    // What decided is computed once for all answers, and right is exactly what was computed.
    if (open.depth !== 'evidence') for (const offer of open.offers) answer(course, offer);
    course = optimalNext(course)[0]?.next;
    if (course === undefined)
      return [problemAt(place, 'dead-end', `no answer to question ${asked} is right; expected one`)];
  }
  const least = (level.evidence === undefined ? 1 : 2) * level.script.length;
  return asked >= least
    ? []
    : [
        problemAt(
          place,
          'start',
          `${asked} questions are asked; expected ${least}: some access does not fault`,
        ),
      ];
}
