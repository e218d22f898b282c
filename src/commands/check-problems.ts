import { formatProblem } from '../levels/problem.ts';
import { problemOf } from '../study/generate.ts';
import { GENERATOR, systemsOf } from '../study/makers/makers.ts';
import { DIFFICULTIES, focusesOf, formatName, type ProblemName } from '../study/problem.ts';
import { problemMistakes } from '../study/proof.ts';
import type { Io } from './io.ts';
import { progressBar } from './progress-bar.ts';

/** The name of the nth problem of a row: every difficulty and system in turn, two of three about something. */
export function nthName(n: number, seed: number): ProblemName {
  const systems = systemsOf();
  const system = systems[n % systems.length]!;
  const round = Math.floor(n / systems.length);
  const focuses = Object.values(focusesOf(system)).flat();
  const difficulty = DIFFICULTIES[round % DIFFICULTIES.length]!;
  const name = { generator: GENERATOR, system, difficulty, seed: (seed + n) >>> 0 };
  return round % 3 === 0 ? name : { ...name, focus: focuses[round % focuses.length]! };
}

/**
 * `cowhand check --problems N [--seed S]`: proves N generated problems as levels are proved.
 * @returns 0 if all are, 1 if one has a mistake
 */
export function checkProblems(count: number, seed: number, io: Io): number {
  const bar = progressBar(count, io.meter);
  let failed = 0;
  for (let n = 0; n < count; n++) {
    const name = nthName(n, seed);
    const mistakes = problemMistakes(problemOf(name));
    if (mistakes.length > 0) {
      failed++;
      io.stdout.write(
        `FAILED  ${formatName(name)}\n${mistakes.map(each => `  ${formatProblem(each)}\n`).join('')}`,
      );
    }
    bar.at(n + 1);
  }
  bar.done();
  io.stdout.write(`${count - failed} of ${count} problems proved, from seed ${seed} on.\n`);
  return failed > 0 ? 1 : 0;
}
