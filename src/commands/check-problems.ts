import { formatProblem } from '../levels/problem.ts';
import { problemOf } from '../study/generate.ts';
import { GENERATOR, systemsOf } from '../study/makers/makers.ts';
import { DIFFICULTIES, focusesOf, formatName, type ProblemName } from '../study/problem.ts';
import { problemMistakes } from '../study/proof.ts';
import { inChild } from './child.ts';
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

/** What is wrong with the nth problem of a row; nothing, if it is good. */
export interface ProvedProblem {
  readonly n: number;
  readonly mistakes: readonly string[];
}

/** Proves those of `count` problems that are wanted, as levels are proved. */
export function* proveProblems(
  count: number,
  seed: number,
  wanted: (n: number) => boolean,
): Generator<ProvedProblem> {
  for (let n = 0; n < count; n++)
    if (wanted(n)) yield { n, mistakes: problemMistakes(problemOf(nthName(n, seed))).map(formatProblem) };
}

/**
 * `cowhand check --problems N [--seed S] [--jobs J]`: proves N generated problems, in J processes.
 * @returns 0 if all are, 1 if one has a mistake
 */
export async function checkProblems(count: number, seed: number, jobs: number, io: Io): Promise<number> {
  const bar = progressBar(count, io);
  const known = new Set<number>();
  let failed = 0;
  const take = ({ n, mistakes }: ProvedProblem): void => {
    known.add(n);
    if (mistakes.length > 0) {
      failed++;
      io.stdout.write(
        `FAILED  ${formatName(nthName(n, seed))}\n${mistakes.map(each => `  ${each}\n`).join('')}`,
      );
    }
    bar.at(known.size);
  };
  const args = ['check', '--problems', String(count), '--seed', String(seed), '--share'];
  const parts = Array.from({ length: jobs > 1 ? jobs : 0 }, (_, i) => `${i + 1}/${jobs}`);
  await Promise.all(parts.map(part => inChild([...args, part], take, io)));
  // All, or those of a process that ended early.
  for (const proved of proveProblems(count, seed, n => !known.has(n))) take(proved);
  bar.done();
  io.stdout.write(`${count - failed} of ${count} problems proved, from seed ${seed} on.\n`);
  return failed > 0 ? 1 : 0;
}
