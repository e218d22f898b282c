import { type Move, type Program, type Seen, sameSeen } from '../../../src/language/moves.ts';
import type { Decision } from '../../../src/machines/hurd/decision.ts';
import { hurd } from '../../../src/machines/hurd/hurd.ts';
import type { IdealMemory } from '../../../src/machines/hurd/ideal.ts';
import { type Happened, transitions } from '../../../src/machines/hurd/transitions.ts';
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
const ACCESSES: readonly string[] = ['read', 'write', 'fetch', 'late'];

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
    const carriedOut = (): Seen | HurdFault => {
      // What an access changes is its own store, or the answers to its fault.
      const before = ACCESSES.includes(move.op) ? undefined : hurd.clone(world);
      const result = hurd.step(world, move);
      if (before !== undefined) holds(before, { move }, world);
      return result;
    };
    let result = carriedOut();
    for (let messages = 0; isTrap(result); messages++) {
      const fault = result;
      const before = hurd.clone(world);
      const decision = handler(world, ideal, move, fault);
      hurd.apply(world, fault, decision);
      holds(before, { move, answer: { fault, decision } }, world);
      if (messages === MOST_MESSAGES) throw new Noticed('ideal', `${step} makes no progress`);
      result = carriedOut();
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

/** Throws Noticed where a step changed what it must not. */
function holds(before: World, happened: Happened, after: World): void {
  for (const { id, broken } of transitions) {
    const what = broken(before, happened, after);
    if (what !== undefined) throw new Noticed(id, `${JSON.stringify(happened)}: ${what}`);
  }
}

export const reference: Handler = (world, _ideal, _move, fault) => hurd.best(world, fault);
