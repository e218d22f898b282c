import fc from 'fast-check';
import { expect, test } from 'vitest';
import { search } from '../../src/judge/consequence.ts';
import { classify, run } from '../../src/judge/run.ts';
import { type Trial, tryDecision } from '../../src/judge/trial.ts';
import { linux } from '../../src/machines/linux/linux.ts';
import { type AnyMachine, isTrap, type Scope } from '../../src/machines/machine.ts';
import { generateProgram } from '../../src/study/program.ts';
import { MOST_SEED } from '../../src/study/random.ts';

const seeds = fc.integer({ min: 0, max: MOST_SEED });

/** All wrong decisions at the faults of a program of which the retried instruction itself shows nothing. */
function* silentlyWrong(seed: number): Generator<{ trial: Trial; scope: Scope }> {
  const program = generateProgram(seed, linux.knows);
  const world = linux.boot(program, '6.x');
  const ideal = linux.ideal.boot(program);
  for (const move of program.moves) {
    let result = linux.step(world, move);
    while (isTrap(result)) {
      const situation = { world, ideal, move, fault: result };
      for (const decision of linux.offers(world, result, linux.decisions)) {
        const trial = tryDecision(linux, situation, decision);
        if (!trial.right && trial.verdict === undefined) yield { trial, scope: linux.scope(world, result) };
      }
      linux.apply(world, result, linux.best(world, result));
      result = linux.step(world, move);
    }
    linux.ideal.advance(ideal, move, result);
  }
}

/** The untouched page is always looked at, and every state is asked for what it shows. */
const thorough: AnyMachine = {
  ...linux,
  uncoupled: (world, ideal) => {
    const difference = linux.uncoupled(world, ideal);
    return difference && { what: difference.what, rows: difference.rows };
  },
};
const whole = ({ places, untouched, ...scope }: Scope): Scope => ({
  ...scope,
  places: untouched === undefined ? places : [...places, untouched],
});

/** A search without pruning visits up to 25 times as many states. */
const FEW_STATES = 150;

test('what a search leaves out changes neither the verdict nor the length of a consequence', () => {
  const lengths = new Map<number, number>();
  fc.assert(
    fc.property(seeds, seed => {
      for (const { trial, scope } of silentlyWrong(seed)) {
        const counter = { tried: 0 };
        const found = search(linux, scope, trial, counter);
        if (found === undefined || counter.tried > FEW_STATES) continue;
        const length = found.path.length;
        const wanted = search(thorough, whole(scope), trial, { tried: 0 }, length);
        expect([wanted?.verdict, wanted?.path.length]).toEqual([found.verdict, length]);
        lengths.set(length, (lengths.get(length) ?? 0) + 1);
      }
    }),
    { numRuns: 40 },
  );
  expect(lengths.get(1)).toBeGreaterThan(50);
  expect(lengths.get(2)).toBeGreaterThan(10);
});

test('no move shows anything of what is latent', () => {
  let latent = 0;
  fc.assert(
    fc.property(seeds, seed => {
      for (const { trial, scope } of silentlyWrong(seed)) {
        if (linux.uncoupled(trial.world, trial.ideal)?.latent === undefined) continue;
        latent++;
        for (const move of linux.moves(trial.world, whole(scope))) {
          const world = linux.clone(trial.world);
          const outcome = run(linux, world, move);
          const expected = linux.ideal.expect(trial.ideal, move);
          expect(classify(expected, outcome, linux.trespass(world))).toBeUndefined();
        }
      }
    }),
    { numRuns: 60 },
  );
  expect(latent).toBeGreaterThan(50);
});
