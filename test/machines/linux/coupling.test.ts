import fc from 'fast-check';
import { describe, expect, test } from 'vitest';
import { optimalOffers } from '../../../src/judge/judge.ts';
import { tryDecision } from '../../../src/judge/trial.ts';
import { type Move, type Program, type Seen, sameSeen } from '../../../src/language/moves.ts';
import { DECISIONS, type Decision, decisions } from '../../../src/machines/linux/decision.ts';
import type { IdealMemory } from '../../../src/machines/linux/ideal.ts';
import { linux } from '../../../src/machines/linux/linux.ts';
import type { Fault, World } from '../../../src/machines/linux/world.ts';
import { isTrap } from '../../../src/machines/machine.ts';
import { programs } from './programs.ts';

type Handler = (world: World, ideal: IdealMemory, move: Move, fault: Fault) => Decision;

/** Runs a program under a handler; after every step the ideal must allow what was shown, and all must hold. */
function watch(program: Program, handler: Handler): void {
  const world = linux.boot(program, '6.x');
  const ideal = linux.ideal.boot(program);
  for (const move of program.moves) {
    const expected = linux.ideal.expect(ideal, move);
    let result: Seen | Fault = linux.step(world, move);
    for (let faults = 0; isTrap(result); faults++) {
      expect(faults, 'an instruction that makes no progress').toBeLessThan(4);
      linux.apply(world, result, handler(world, ideal, move, result));
      expect(linux.broken(world)).toEqual([]);
      result = linux.step(world, move);
    }
    expect(linux.trespass(world)).toBeUndefined();
    const seen = result;
    expect(
      expected.some(allowed => sameSeen(allowed, seen)),
      `${JSON.stringify(move)} shows ${JSON.stringify(seen)}, not ${JSON.stringify(expected)}`,
    ).toBe(true);
    linux.ideal.advance(ideal, move, seen);
    expect(linux.uncoupled(world, ideal)).toBeUndefined();
    expect(linux.broken(world)).toEqual([]);
  }
}

const reference: Handler = (world, _ideal, _move, fault) => linux.best(world, fault);

describe('world and ideal stay coupled, and every process sees what the ideal allows', () => {
  for (const [contents, values] of [
    ['distinct', 255],
    ['equal', 1],
  ] as const) {
    test(`with the kernel deciding, contents ${contents}`, () => {
      fc.assert(
        fc.property(programs({ processes: 6, length: 60, values }), program => watch(program, reference)),
        { numRuns: 2000 },
      );
    });

    test(`with any right decision at random, contents ${contents}`, () => {
      fc.assert(
        fc.property(
          programs({ processes: 4, length: 40, values }),
          fc.infiniteStream(fc.nat(1000)),
          (program, draws) => {
            watch(program, (world, ideal, move, fault) => {
              const situation = { world, ideal, move, fault };
              const right = DECISIONS.filter(name => tryDecision(linux, situation, decisions[name]).right);
              expect(right.length).toBeGreaterThan(0);
              return decisions[right[draws.next().value % right.length]!];
            });
          },
        ),
        { numRuns: 600 },
      );
    });
  }

  test('the kernel is right at every fault, and something is optimal', () => {
    const offers = DECISIONS.map(name => decisions[name]);
    fc.assert(
      fc.property(programs({ processes: 3, length: 40 }), program =>
        watch(program, (world, ideal, move, fault) => {
          const situation = { world, ideal, move, fault };
          const best = linux.best(world, fault);
          expect(tryDecision(linux, situation, best).right).toBe(true);
          expect(optimalOffers(linux, situation, offers).length).toBeGreaterThan(0);
          return best;
        }),
      ),
      { numRuns: 300 },
    );
  });
});
