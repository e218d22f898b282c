import fc from 'fast-check';
import { describe, expect, test } from 'vitest';
import { optimalOffers } from '../../../src/judge/judge.ts';
import { tryDecision } from '../../../src/judge/trial.ts';
import { DECISIONS, decisions } from '../../../src/machines/linux/fault/decision.ts';
import { linux } from '../../../src/machines/linux/linux.ts';
import { programs } from './programs.ts';
import { type Handler, watch } from './watch.ts';

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
