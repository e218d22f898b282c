import fc from 'fast-check';
import { expect, test } from 'vitest';
import { Findings, judge } from '../../../src/judge/judge.ts';
import { isRight } from '../../../src/judge/verdict.ts';
import { hurd } from '../../../src/machines/hurd/hurd.ts';
import { programs } from './programs.ts';
import { watch } from './watch.ts';

test('every wrong decision has a consequence, whoever is asked', () => {
  fc.assert(
    fc.property(programs({ tasks: 3, length: 16 }), program => {
      watch(program, (world, ideal, move, fault) => {
        const offers = hurd.offers(world, fault, hurd.decisions);
        const situation = { world, ideal, move, fault, findings: new Findings() };
        const before = hurd.digest(world);
        for (const decision of offers) {
          const { verdict, consequence, cost } = judge(hurd, situation, decision, offers);
          expect(consequence === undefined).toBe(isRight(verdict));
          expect(cost.faults).toBeGreaterThan(0);
        }
        expect(hurd.digest(world)).toBe(before);
        return hurd.best(world, fault);
      });
    }),
    { numRuns: 15 },
  );
});
