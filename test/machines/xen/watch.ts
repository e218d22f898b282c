import { type Move, type Seen, sameSeen } from '../../../src/language/moves.ts';
import { isTrap } from '../../../src/machines/machine.ts';
import type { Decision } from '../../../src/machines/xen/decision.ts';
import type { IdealHost } from '../../../src/machines/xen/ideal-isolation.ts';
import { eraOf } from '../../../src/machines/xen/mutations.ts';
import { flushSlots } from '../../../src/machines/xen/slots.ts';
import { changesType, transitions, usesIn } from '../../../src/machines/xen/transitions.ts';
import type { Fault, World } from '../../../src/machines/xen/world.ts';
import { xen } from '../../../src/machines/xen/xen.ts';

export type Handler = (world: World, ideal: IdealHost, move: Move, fault: Fault) => Decision;
export const itself: Handler = (world, _ideal, _move, fault) => xen.best(world, fault);

/** Something that a hypervisor must not do, and what it was noticed by: 'I5', 'ideal' or 'coupling'. */
export class Noticed extends Error {
  readonly by: string;
  constructor(by: string, what: string) {
    super(`${by}: ${what}`);
    this.by = by;
  }
}

const MOST_FAULTS = 24;

/**
 * Runs moves under a handler. Throws Noticed where a guest is shown what isolation does not allow, or an
 * invariant or the coupling does not hold after a step.
 * @returns how many requests and faults there were
 */
export function watch(moves: readonly Move[], handler: Handler, rules: string): number {
  const era = eraOf(rules);
  const program = { files: [], regions: [], processes: ['xen'], moves };
  const world = xen.boot(program, rules);
  const ideal = xen.ideal.boot(program, era);
  let asked = 0;
  for (const move of moves) {
    const expected = xen.ideal.expect(ideal, move);
    const before = world.clone();
    if (before.rules.unhooks) for (const domain of before.domains) flushSlots(before, domain);
    let result: Seen | Fault = xen.step(world, move);
    for (let faults = 0; isTrap(result); faults++) {
      asked++;
      if (faults === MOST_FAULTS) throw new Noticed('ideal', `${JSON.stringify(move)} makes no progress`);
      const uses = usesIn(world);
      xen.apply(world, result, handler(world, ideal, move, result));
      const changed = changesType(uses, world);
      if (changed !== undefined) throw new Noticed('I7', `${JSON.stringify(move)}: ${changed}`);
      result = xen.step(world, move);
    }
    const seen = result;
    const trespass = xen.trespass(world);
    if (trespass !== undefined) throw new Noticed('ideal', `${JSON.stringify(move)} trespasses: ${trespass}`);
    if (!expected.some(allowed => sameSeen(allowed, seen)))
      throw new Noticed(
        'ideal',
        `${JSON.stringify(move)} shows ${JSON.stringify(seen)}, not ${JSON.stringify(expected)}`,
      );
    for (const { id, broken } of transitions) {
      const what = broken(before, move, seen, world);
      if (what !== undefined) throw new Noticed(id, `${JSON.stringify(move)}: ${what}`);
    }
    xen.ideal.advance(ideal, move, seen);
    const uncoupled = xen.uncoupled(world, ideal);
    if (uncoupled !== undefined) {
      const by = /^I\d+/.exec(uncoupled.what)?.[0] ?? 'coupling';
      throw new Noticed(by, `after ${JSON.stringify(move)}: ${uncoupled.what} ${uncoupled.rows.join(', ')}`);
    }
    if (seen.kind === 'signal' && (seen.signal === 'CRASH' || seen.signal === 'PANIC')) return asked;
  }
  return asked;
}
