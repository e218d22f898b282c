import { type Move, type Program, type Seen, sameSeen } from '../../../src/language/moves.ts';
import { describe } from '../../../src/language/print.ts';
import type { Decision } from '../../../src/machines/linux/fault/decision.ts';
import type { IdealMemory } from '../../../src/machines/linux/ideal/ideal.ts';
import { transitions } from '../../../src/machines/linux/invariants/transitions.ts';
import { linux } from '../../../src/machines/linux/linux.ts';
import { findVma } from '../../../src/machines/linux/memory/vma.ts';
import type { Fault, World } from '../../../src/machines/linux/world.ts';
import { isTrap } from '../../../src/machines/machine.ts';

export type Handler = (world: World, ideal: IdealMemory, move: Move, fault: Fault) => Decision;

/** Something that a kernel must not do, and what it was noticed by: 'I5', 'ideal', 'coupling' or 'cost'. */
export class Noticed extends Error {
  readonly by: string;

  constructor(by: string, what: string) {
    super(`${by}: ${what}`);
    this.by = by;
  }
}

/** An instruction that no handler may let fault more often than this. */
const MOST_FAULTS = 16;

/**
 * Runs a program under a handler. Throws Noticed where a process is shown what the ideal does not allow, or
 * an invariant or the coupling does not hold after a step.
 * A page below a stack may be served before the stack has come down to it: then the instruction faults
 * again, and until then an entry lies outside all VMAs.
 */
export function watch(program: Program, handler: Handler, rules = '6.x'): void {
  const world = linux.boot(program, rules);
  const ideal = linux.ideal.boot(program);
  for (const move of program.moves) {
    const step = () => `${move.process} ${describe(move, program.regions)}`;
    const expected = linux.ideal.expect(ideal, move);
    const before = world.clone();
    let result: Seen | Fault = linux.step(world, move);
    for (let faults = 0; isTrap(result); faults++) {
      if (faults === MOST_FAULTS) throw new Noticed('I30', `${step()} makes no progress`);
      const outside = findVma(world.mms[result.mm]!.vmas, result.page) === undefined;
      linux.apply(world, result, handler(world, ideal, move, result));
      holdInvariants(world, step, outside ? 'I18' : undefined);
      result = linux.step(world, move);
    }
    const seen = result;
    const trespass = linux.trespass(world);
    if (trespass !== undefined) throw new Noticed('ideal', `${step()} trespasses: ${trespass}`);
    if (!expected.some(allowed => sameSeen(allowed, seen)))
      throw new Noticed('ideal', `${step()} shows ${JSON.stringify(seen)}, not ${JSON.stringify(expected)}`);
    linux.ideal.advance(ideal, move, seen);
    holdTransitions(before, move, seen, world, step);
    holdInvariants(world, step);
    const uncoupled = linux.uncoupled(world, ideal);
    if (uncoupled !== undefined) throw new Noticed('coupling', `after ${step()}: ${uncoupled.what}`);
  }
}

function holdTransitions(before: World, move: Move, seen: Seen, after: World, step: () => string): void {
  for (const { id, broken } of transitions) {
    const what = broken(before, move, seen, after);
    if (what !== undefined) throw new Noticed(id, `${step()}: ${what}`);
  }
}

function holdInvariants(world: World, step: () => string, but?: string): void {
  const violation = linux.broken(world).find(({ invariant }) => invariant !== but);
  if (violation !== undefined)
    throw new Noticed(violation.invariant, `after ${step()}: ${violation.what} ${violation.rows.join(', ')}`);
}
