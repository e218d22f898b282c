import { expect } from 'vitest';
import { begin, optimalNext } from '../../src/levels/course.ts';
import { variantsOf } from '../../src/levels/variants.ts';
import { type Problem, problemOf } from '../../src/study/generate.ts';
import { formatName, type ProblemName, parseName } from '../../src/study/problem.ts';
import { problemMistakes } from '../../src/study/proof.ts';

/** The optimal answers to the first question, in each variant. */
const firstAnswers = ({ level }: Problem): string[] =>
  variantsOf(level).map((_, variant) =>
    optimalNext(begin(level, variant))
      .map(({ decision }) => decision)
      .join(),
  );

/** Holds a problem to what is promised of every one. */
export function expectGood(name: ProblemName): void {
  const id = formatName(name);
  expect(parseName(id)).toEqual(name);
  const problem = problemOf(name);
  expect(problemOf(name)).toEqual(problem);
  expect(problemMistakes(problem), id).toEqual([]);
  // The answer to the first question hangs on how its history went.
  expect(new Set(firstAnswers(problem)).size, id).toBeGreaterThan(1);
}
