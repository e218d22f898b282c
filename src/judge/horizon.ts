import type { Move, Seen } from '../language/moves.ts';
import {
  type AnyMachine,
  type Choice,
  COUNTS,
  type Cost,
  costBetween,
  isTrap,
  type Trap,
} from '../machines/machine.ts';
import type { IdealState, World } from './run.ts';
import { tryDecision } from './trial.ts';

/** What a level that counts to the end of its script still has before it, and what may be decided there. */
export interface Horizon {
  readonly moves: readonly Move[];
  readonly menu: readonly string[];
}

/**
 * What the moves cost at least, by the machine's prices, if every decision on the way is a right one on the
 * menu. The world and the ideal are only looked at.
 * @throws RangeError where the machine has no prices
 */
export function leastCost(machine: AnyMachine, world: World, ideal: IdealState, horizon: Horizon): Cost {
  if (machine.price === undefined) throw new RangeError(`${machine.system} has no prices`);
  const { moves, menu } = horizon;
  const start: Cost = machine.cost(world);
  const ahead = machine.clone(world);
  const wanted = machine.ideal.clone(ideal);
  for (const [i, move] of moves.entries()) {
    const result: Seen | Trap = machine.step(ahead, move);
    if (isTrap(result)) {
      const rest = { menu, moves: moves.slice(i) };
      return sum(costBetween(start, machine.cost(ahead)), leastFrom(machine, ahead, wanted, result, rest));
    }
    machine.ideal.advance(wanted, move, result);
  }
  return costBetween(start, machine.cost(ahead));
}

/** The same from a trap of the first move on. */
function leastFrom(machine: AnyMachine, world: World, ideal: IdealState, fault: Trap, rest: Horizon): Cost {
  const offers: readonly Choice[] = machine.offers(world, fault, rest.menu);
  const situation = { world, ideal, move: rest.moves[0]!, fault };
  const costs = offers
    .filter(offer => tryDecision(machine, situation, offer).right)
    .map(offer => {
      const after = machine.clone(world);
      machine.apply(after, fault, offer);
      return sum(
        costBetween(machine.cost(world), machine.cost(after)),
        leastCost(machine, after, ideal, rest),
      );
    });
  return costs.reduce((a, b) => (machine.price!(b) < machine.price!(a) ? b : a));
}

export function sum(a: Cost, b: Cost): Cost {
  const total: Record<string, number> = {};
  for (const count of COUNTS) total[count] = a[count] + b[count];
  return total as unknown as Cost;
}
