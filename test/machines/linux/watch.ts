import { expect } from 'vitest';
import { type Move, type Program, type Seen, sameSeen } from '../../../src/language/moves.ts';
import type { Decision } from '../../../src/machines/linux/decision.ts';
import type { IdealMemory } from '../../../src/machines/linux/ideal.ts';
import { linux } from '../../../src/machines/linux/linux.ts';
import type { Fault, World } from '../../../src/machines/linux/world.ts';
import { isTrap } from '../../../src/machines/machine.ts';

export type Handler = (world: World, ideal: IdealMemory, move: Move, fault: Fault) => Decision;

/** Runs a program under a handler; after every step the ideal must allow what was shown, and all must hold. */
export function watch(program: Program, handler: Handler, rules = '6.x'): void {
  const world = linux.boot(program, rules);
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
