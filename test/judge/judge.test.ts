import fc from 'fast-check';
import { describe, expect, test } from 'vitest';
import { judge, type Situation } from '../../src/judge/judge.ts';
import { isRight, type Judgement } from '../../src/judge/verdict.ts';
import { linux } from '../../src/machines/linux/linux.ts';
import { isTrap } from '../../src/machines/machine.ts';
import { programs } from '../machines/linux/programs.ts';

/** Each fault of a program that the kernel serves, with all eight decisions judged there. */
function* faultsOf(
  program: Parameters<typeof linux.boot>[0],
): Generator<{ situation: Situation; judgements: Judgement[] }> {
  const world = linux.boot(program, '6.x');
  const ideal = linux.ideal.boot(program);
  for (const move of program.moves) {
    let result = linux.step(world, move);
    while (isTrap(result)) {
      const situation = { world: linux.clone(world), ideal: linux.ideal.clone(ideal), move, fault: result };
      const offers = linux.offers(world, result, linux.decisions);
      yield { situation, judgements: offers.map(offer => judge(linux, situation, offer, offers)) };
      linux.apply(world, result, linux.best(world, result));
      result = linux.step(world, move);
    }
    linux.ideal.advance(ideal, move, result);
  }
}

describe('the judge', () => {
  test('every wrong decision has a consequence, every right one a cost, at any fault', () => {
    let longest = 0;
    fc.assert(
      fc.property(programs({ processes: 3, length: 30 }), program => {
        for (const { judgements } of faultsOf(program))
          for (const { verdict, consequence, cost } of judgements) {
            expect(consequence === undefined).toBe(isRight(verdict));
            expect(cost.faults).toBeGreaterThan(0);
            longest = Math.max(longest, consequence?.steps.length ?? 0);
          }
      }),
      { numRuns: 150 },
    );
    expect(longest).toBeGreaterThan(1);
    console.log('longest', longest);
  });
});
