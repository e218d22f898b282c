import type { Move, Seen } from '../language/moves.ts';
import {
  type AnyMachine,
  addCosts,
  type Choice,
  type Cost,
  costBetween,
  isTrap,
  NO_COST,
  type Trap,
} from '../machines/machine.ts';
import type { Situation } from './judge.ts';
import type { Known } from './known.ts';
import type { IdealState, World } from './run.ts';
import { Findings, ONE_FAULT, type Trial, tryDecision } from './trial.ts';

/** What a level that counts to the end of its script still has before it, and what may be decided there. */
export interface Horizon {
  readonly moves: readonly Move[];
  readonly menu: readonly string[];
}

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
  if (horizon.moves.length === 0) return below > 0 ? NO_COST : undefined;
  const found = known.at(machine, world, ideal, horizon.moves.length);
  if (found.cost === undefined && found.least < below) {
    found.cost = playedOn(machine, world, ideal, horizon, known, below);
    found.least = found.cost === undefined ? below : machine.price(found.cost);
  }
  return found.least < below ? found.cost : undefined;
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
  const price = (cost: Cost): number => machine.price!(cost);
  let least: Cost | undefined;
  let most = below;
  for (const offer of machine.offers(world, fault, rest.menu) as readonly Choice[]) {
    const trial = tryDecision(machine, situation, offer);
    if (price(costBetween(ONE_FAULT, trial.least)) >= most || !trial.right) continue;
    const ahead = goneOn(machine, situation, offer, trial, rest);
    const spent = costBetween(machine.cost(world), machine.cost(ahead.world));
    const cost = leastCost(machine, ahead.world, ahead.ideal, ahead.rest, known, most - price(spent));
    if (cost === undefined) continue;
    least = addCosts(spent, cost);
    most = price(least);
  }
  return least;
}

/** Where a right decision leads to, with what is left of the script: behind the move, or before it, to trap once more. */
function goneOn(
  machine: AnyMachine,
  { world, ideal, fault }: Situation,
  decision: Choice,
  trial: Trial,
  rest: Horizon,
): { readonly world: World; readonly ideal: IdealState; readonly rest: Horizon } {
  if (!trial.trapsAgain)
    return { world: trial.world, ideal: trial.ideal, rest: { menu: rest.menu, moves: rest.moves.slice(1) } };
  const after = machine.clone(world);
  machine.apply(after, fault, decision);
  return { world: after, ideal, rest };
}
