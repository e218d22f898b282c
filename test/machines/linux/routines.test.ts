import fc from 'fast-check';
import { describe, expect, test } from 'vitest';
import { DECISIONS, decisions } from '../../../src/machines/linux/fault/decision.ts';
import type { Fault } from '../../../src/machines/linux/fault/fault.ts';
import { doUserAddrFault } from '../../../src/machines/linux/fault/fault-path.ts';
import { apply, perform, routine } from '../../../src/machines/linux/fault/routines.ts';
import { broken } from '../../../src/machines/linux/invariants/invariants.ts';
import { digest } from '../../../src/machines/linux/key.ts';
import { boot, step } from '../../../src/machines/linux/step.ts';
import type { World } from '../../../src/machines/linux/world.ts';
import { isTrap } from '../../../src/machines/machine.ts';
import { programs } from './programs.ts';

/** Runs a program in which any decision at all is made at each fault, right or wrong; refuses at the fourth. */
function misrule(
  program: Parameters<typeof boot>[0],
  draw: () => number,
  decide: (world: World, fault: Fault, name: (typeof DECISIONS)[number]) => void,
  after: (world: World) => void = () => {},
): World {
  const world = boot(program, '6.x');
  for (const move of program.moves) {
    let result = step(world, move);
    for (let faults = 0; isTrap(result); faults++) {
      decide(world, result, faults < 4 ? DECISIONS[draw() % DECISIONS.length]! : 'refuse-access');
      result = step(world, move);
    }
    after(world);
  }
  return world;
}

const draws = () => fc.infiniteStream(fc.nat(DECISIONS.length - 1));

describe('decisions as routines', () => {
  test('apply equals routine and perform, for any decision in any state', () => {
    fc.assert(
      fc.property(programs({ processes: 4, length: 40 }), draws(), (program, stream) => {
        misrule(
          program,
          () => stream.next().value,
          (world, fault, name) => {
            const stepwise = world.clone();
            for (const micro of routine(stepwise, fault, decisions[name])) perform(stepwise, micro);
            apply(world, fault, decisions[name]);
            expect(digest(stepwise)).toBe(digest(world));
          },
        );
      }),
      { numRuns: 400 },
    );
  });

  test('no decision, however wrong, loses count of frames, entries or TLB entries', () => {
    const counts = new Set(['I5', 'I6', 'I7', 'I8', 'I9', 'I12', 'I13', 'I16']);
    fc.assert(
      fc.property(programs({ processes: 4, length: 40 }), draws(), (program, stream) => {
        misrule(
          program,
          () => stream.next().value,
          (world, fault, name) => apply(world, fault, decisions[name]),
          world => expect(broken(world).filter(({ invariant }) => counts.has(invariant))).toEqual([]),
        );
      }),
      { numRuns: 600 },
    );
  });

  test('a clone goes its own way', () => {
    fc.assert(
      fc.property(programs({ processes: 4, length: 40 }), fc.nat(40), (program, at) => {
        const world = boot(program, '6.x');
        let kept: { world: World; digest: string } | undefined;
        program.moves.forEach((move, i) => {
          if (i === at) kept = { world: world.clone(), digest: digest(world) };
          let result = step(world, move);
          while (isTrap(result)) {
            apply(world, result, doUserAddrFault(world, result));
            result = step(world, move);
          }
        });
        if (kept !== undefined) expect(digest(kept.world)).toBe(kept.digest);
      }),
      { numRuns: 300 },
    );
  });
});
