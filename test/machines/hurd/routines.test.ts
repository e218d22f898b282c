import fc from 'fast-check';
import { expect, test } from 'vitest';
import { hurd } from '../../../src/machines/hurd/hurd.ts';
import { isTrap } from '../../../src/machines/machine.ts';
import { programs } from './programs.ts';

/** Messages of one operation that are answered anyhow; then the reference answers. */
const MISRULED = 3;

test('apply equals routine and perform, for any decision in any state', () => {
  fc.assert(
    fc.property(programs({ tasks: 3, length: 30 }), fc.infiniteStream(fc.nat(1000)), (program, draws) => {
      const world = hurd.boot(program, 'both');
      for (const move of program.moves) {
        let result = hurd.step(world, move);
        for (let messages = 0; isTrap(result) && messages < 20; messages++) {
          const offers = hurd.offers(world, result, hurd.decisions);
          const decision =
            messages < MISRULED ? offers[draws.next().value % offers.length]! : hurd.best(world, result);
          const stepwise = hurd.clone(world);
          for (const micro of hurd.routine(stepwise, result, decision)) hurd.perform(stepwise, micro);
          hurd.apply(world, result, decision);
          expect(hurd.digest(stepwise)).toBe(hurd.digest(world));
          result = hurd.step(world, move);
        }
        if (isTrap(result) || result.kind === 'asleep') return;
      }
    }),
    { numRuns: 150 },
  );
});
