import type { Move, Seen } from '../language/moves.ts';
import {
  type AnyMachine,
  addCosts,
  type Choice,
  type Cost,
  costBetween,
  isTrap,
  type Trap,
} from '../machines/machine.ts';
import { type IdealState, OwnFault, type World } from './run.ts';
import { Findings, tryDecision } from './trial.ts';

/** What a level that counts to the end of its script still has before it, and what may be decided there. */
export interface Horizon {
  readonly moves: readonly Move[];
  readonly menu: readonly string[];
}

/**
 * What the moves cost at least, by the machine's prices, if every decision on the way is a right one on the
 * menu. The world and the ideal are only looked at.
 * @param known costs by state and moves left, which are added to
 * @throws RangeError where the machine has no prices
 */
export function leastCost(
  machine: AnyMachine,
  world: World,
  ideal: IdealState,
  horizon: Horizon,
  known: Map<string, Cost>,
): Cost {
  if (machine.price === undefined) throw new RangeError(`${machine.system} has no prices`);
  const key = `${horizon.moves.length} ${machine.key(world, ideal)}`;
  const before = known.get(key);
  if (before !== undefined) return before;
  const cost = playedOn(machine, world, ideal, horizon, known);
  known.set(key, cost);
  return cost;
}

function playedOn(
  machine: AnyMachine,
  world: World,
  ideal: IdealState,
  { moves, menu }: Horizon,
  known: Map<string, Cost>,
): Cost {
  const start: Cost = machine.cost(world);
  const ahead = machine.clone(world);
  const wanted = machine.ideal.clone(ideal);
  for (const [i, move] of moves.entries()) {
    const result: Seen | Trap = machine.step(ahead, move);
    if (isTrap(result)) {
      const rest = { menu, moves: moves.slice(i) };
      const spent = costBetween(start, machine.cost(ahead));
      return addCosts(spent, leastFrom(machine, ahead, wanted, result, rest, known));
    }
    machine.ideal.advance(wanted, move, result);
  }
  return costBetween(start, machine.cost(ahead));
}

/** The same from a trap of the first move on. What costs too much by itself is followed no further. */
function leastFrom(
  machine: AnyMachine,
  world: World,
  ideal: IdealState,
  fault: Trap,
  rest: Horizon,
  known: Map<string, Cost>,
): Cost {
  const offers: readonly Choice[] = machine.offers(world, fault, rest.menu);
  const situation = { world, ideal, move: rest.moves[0]!, fault, findings: new Findings() };
  let least: Cost | undefined;
  for (const offer of offers) {
    const after = machine.clone(world);
    machine.apply(after, fault, offer);
    const spent = costBetween(machine.cost(world), machine.cost(after));
    const isLess = (cost: Cost): boolean =>
      least === undefined || machine.price!(cost) < machine.price!(least);
    if (!isLess(spent) || !tryDecision(machine, situation, offer).right) continue;
    const cost = addCosts(spent, leastCost(machine, after, ideal, rest, known));
    if (isLess(cost)) least = cost;
  }
  if (least === undefined) throw new OwnFault(`nothing right is on offer for ${rest.moves[0]!.op}`);
  return least;
}
