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
import type { IdealState, World } from './run.ts';
import { Findings, tryDecision } from './trial.ts';

/** What a level that counts to the end of its script still has before it, and what may be decided there. */
export interface Horizon {
  readonly moves: readonly Move[];
  readonly menu: readonly string[];
}

/** Costs by state and moves left; a number where it is only known that the price is no less. */
export type Known = Map<string, Cost | number>;

/**
 * What the moves cost at least, by the machine's prices, if every decision on the way is a right one on the
 * menu; undefined where that is no less than `below`. The world and the ideal are only looked at.
 * @param known is added to
 * @throws RangeError where the machine has no prices
 */
export function leastCost(
  machine: AnyMachine,
  world: World,
  ideal: IdealState,
  horizon: Horizon,
  known: Known,
  below = Number.POSITIVE_INFINITY,
): Cost | undefined {
  if (machine.price === undefined) throw new RangeError(`${machine.system} has no prices`);
  const key = `${horizon.moves.length} ${machine.key(world, ideal)}`;
  const before = known.get(key);
  if (typeof before === 'object') return machine.price(before) < below ? before : undefined;
  if (before !== undefined && before >= below) return undefined;
  const cost = playedOn(machine, world, ideal, horizon, known, below);
  known.set(key, cost ?? below);
  return cost;
}

function playedOn(
  machine: AnyMachine,
  world: World,
  ideal: IdealState,
  { moves, menu }: Horizon,
  known: Known,
  below: number,
): Cost | undefined {
  const start: Cost = machine.cost(world);
  const ahead = machine.clone(world);
  const wanted = machine.ideal.clone(ideal);
  for (const [i, move] of moves.entries()) {
    const result: Seen | Trap = machine.step(ahead, move);
    if (isTrap(result)) {
      const spent = costBetween(start, machine.cost(ahead));
      const rest = { menu, moves: moves.slice(i) };
      const left = leastFrom(machine, ahead, wanted, result, rest, known, below - machine.price!(spent));
      return left && addCosts(spent, left);
    }
    machine.ideal.advance(wanted, move, result);
  }
  const spent = costBetween(start, machine.cost(ahead));
  return machine.price!(spent) < below ? spent : undefined;
}

/** The same from a trap of the first move on. What costs too much by itself is followed no further. */
function leastFrom(
  machine: AnyMachine,
  world: World,
  ideal: IdealState,
  fault: Trap,
  rest: Horizon,
  known: Known,
  below: number,
): Cost | undefined {
  const situation = { world, ideal, move: rest.moves[0]!, fault, findings: new Findings() };
  let least: Cost | undefined;
  let most = below;
  for (const offer of machine.offers(world, fault, rest.menu) as readonly Choice[]) {
    const after = machine.clone(world);
    machine.apply(after, fault, offer);
    const spent = costBetween(machine.cost(world), machine.cost(after));
    const left = most - machine.price!(spent);
    if (left <= 0 || !tryDecision(machine, situation, offer).right) continue;
    const cost = leastCost(machine, after, ideal, rest, known, left);
    if (cost === undefined) continue;
    least = addCosts(spent, cost);
    most = machine.price!(least);
  }
  return least;
}
