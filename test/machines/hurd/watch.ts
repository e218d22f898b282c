import { type Move, type Program, type Seen, sameSeen } from '../../../src/language/moves.ts';
import type { Decision } from '../../../src/machines/hurd/decision.ts';
import { hurd } from '../../../src/machines/hurd/hurd.ts';
import type { IdealMemory } from '../../../src/machines/hurd/ideal.ts';
import type { HurdFault, World } from '../../../src/machines/hurd/world.ts';
import { isTrap } from '../../../src/machines/machine.ts';

export type Handler = (world: World, ideal: IdealMemory, move: Move, fault: HurdFault) => Decision;

/** Something that must not be, and what it was noticed by: 'H2', 'ideal', 'coupling' or 'cost'. */
export class Noticed extends Error {
  readonly by: string;

  constructor(by: string, what: string) {
    super(`${by}: ${what}`);
    this.by = by;
  }
}

const MOST_MESSAGES = 40;

/**
 * Runs a program, `handler` answering all messages that the rule set asks about. Throws Noticed where a task
 * is shown what the ideal does not allow, or an invariant or the coupling does not hold after a step.
 */
export function watch(program: Program, handler: Handler, rules = 'both'): World {
  const world = hurd.boot(program, rules);
  const ideal = hurd.ideal.boot(program);
  for (const move of program.moves) {
    const step = JSON.stringify(move);
    const expected = hurd.ideal.expect(ideal, move);
    let result: Seen | HurdFault = hurd.step(world, move);
    for (let messages = 0; isTrap(result); messages++) {
      if (messages === MOST_MESSAGES) throw new Noticed('ideal', `${step} makes no progress`);
      hurd.apply(world, result, handler(world, ideal, move, result));
      result = hurd.step(world, move);
    }
    const seen = result;
    const trespass = hurd.trespass(world);
    if (trespass !== undefined) throw new Noticed('ideal', `${step} trespasses: ${trespass}`);
    if (!expected.some(allowed => sameSeen(allowed, seen)))
      throw new Noticed('ideal', `${step} shows ${JSON.stringify(seen)}, not ${JSON.stringify(expected)}`);
    hurd.ideal.advance(ideal, move, seen);
    const [violation] = hurd.broken(world);
    if (violation !== undefined)
      throw new Noticed(violation.invariant, `after ${step}: ${violation.what} ${violation.rows.join(', ')}`);
    const uncoupled = hurd.uncoupled(world, ideal);
    if (uncoupled !== undefined) throw new Noticed('coupling', `after ${step}: ${uncoupled.what}`);
  }
  return world;
}

export const reference: Handler = (world, _ideal, _move, fault) => hurd.best(world, fault);
