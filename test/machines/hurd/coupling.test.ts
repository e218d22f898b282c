import fc from 'fast-check';
import { describe, expect, test } from 'vitest';
import { Findings, optimalOffers } from '../../../src/judge/judge.ts';
import { tryDecision } from '../../../src/judge/trial.ts';
import { hurd } from '../../../src/machines/hurd/hurd.ts';
import { programs } from './programs.ts';
import { reference, watch } from './watch.ts';

/** Wasteful answers to one operation, one after the other, may lead to the same question again and again. */
const MOST_WASTEFUL = 8;
/** Operations that the first property carries out at least: the specification asks for 50 000. */
const STEPS = 50_000;

describe('world and ideal stay coupled, no invariant breaks, and every task sees what the ideal allows', () => {
  test('with the reference answering', () => {
    let steps = 0;
    fc.assert(
      fc.property(programs({ tasks: 5, length: 140 }), program => {
        watch(program, reference);
        steps += program.moves.length;
      }),
      { numRuns: 780 },
    );
    expect(steps).toBeGreaterThan(STEPS);
  });

  test('with the reference answering, contents equal', () => {
    fc.assert(
      fc.property(programs({ tasks: 4, length: 60, values: 1 }), program => {
        watch(program, reference);
      }),
      { numRuns: 100 },
    );
  });

  test('with any right decision at random', () => {
    fc.assert(
      fc.property(programs({ tasks: 3, length: 30 }), fc.infiniteStream(fc.nat(1000)), (program, draws) => {
        let messages = 0;
        let last: unknown;
        watch(program, (world, ideal, move, fault) => {
          messages = move === last ? messages + 1 : 0;
          last = move;
          if (messages > MOST_WASTEFUL) return hurd.best(world, fault);

          const offers = hurd.offers(world, fault, hurd.decisions);
          const right = offers.filter(offer => tryDecision(hurd, { world, ideal, move, fault }, offer).right);
          expect(right.length).toBeGreaterThan(0);
          return right[draws.next().value % right.length]!;
        });
      }),
      { numRuns: 40 },
    );
  });

  test('the reference is right at every message, and something is optimal', () => {
    fc.assert(
      fc.property(programs({ tasks: 3, length: 30 }), program => {
        watch(program, (world, ideal, move, fault) => {
          const situation = { world, ideal, move, fault, findings: new Findings() };
          const best = hurd.best(world, fault);
          expect(tryDecision(hurd, situation, best).right).toBe(true);
          const offers = hurd.offers(world, fault, hurd.decisions);
          expect(optimalOffers(hurd, situation, offers).length).toBeGreaterThan(0);
          return best;
        });
      }),
      { numRuns: 40 },
    );
  });
});
