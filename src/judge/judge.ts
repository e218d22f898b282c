import type { Move } from '../language/moves.ts';
import {
  type AnyMachine,
  type Choice,
  COUNTS,
  type Cost,
  costBetween,
  type Trap,
} from '../machines/machine.ts';
import { shortestConsequence } from './consequence.ts';
import { type Horizon, leastCost, sum } from './horizon.ts';
import type { IdealState, World } from './run.ts';
import { type Trial, tryDecision } from './trial.ts';
import type { Judgement } from './verdict.ts';

export { complete, OwnFault } from './run.ts';

/**
 * A fault to be decided: the world and the ideal as they are at the trap, and the move that trapped. Neither
 * may change while it is judged, by one judgement or by several.
 */
export interface Situation {
  readonly world: World;
  readonly ideal: IdealState;
  readonly move: Move;
  readonly fault: Trap;
  /** Trials of decisions, by text form: kept for further judgements where there is a map to keep them in. */
  readonly tried?: Map<string, Trial>;
  /** Where costs count to the end of the script: what is left of it. */
  readonly horizon?: Horizon;
}

/**
 * What a decision is worth, computed: it is carried out on a clone and the instruction retried; if world
 * and ideal are coupled then, it is right, and its cost is compared with that of the right decisions on
 * offer; if not, the shortest consequence is searched for. Throws OwnFault where a wrong decision has none.
 */
export function judge(
  machine: AnyMachine,
  situation: Situation,
  decision: Choice,
  offers: readonly Choice[],
): Judgement {
  const { world, fault } = situation;
  const reference: Choice = machine.best(world, fault);
  const known = trials(machine, situation);
  const cheaper = comparison(machine, situation);
  const right = offers.filter(offer => known(offer).right);
  const optimal = right.filter(offer => !right.some(other => cheaper(known(other).cost, known(offer).cost)));
  const trial = known(decision);
  const name = machine.format(decision);
  const kernel = known(reference);
  const common = {
    decision: name,
    cost: trial.cost,
    reference: machine.format(reference),
    kernelBeaten: kernel.right && right.some(offer => cheaper(known(offer).cost, kernel.cost)),
    reason: machine.why(world, fault, decision),
  };
  if (!trial.right) {
    const best = optimal.find(offer => machine.format(offer) === common.reference) ?? optimal[0];
    const { verdict, consequence } = shortestConsequence(machine, situation, decision, trial);
    return { ...common, verdict, consequence, bestCost: known(best ?? reference).cost };
  }
  const better = optimal.find(offer => cheaper(known(offer).cost, trial.cost));
  return better === undefined
    ? { ...common, verdict: 'optimal', bestCost: trial.cost }
    : { ...common, verdict: 'wasteful', bestCost: known(better).cost, better: machine.format(better) };
}

/** The decisions on offer that are right and that no other right one on offer beats. */
export function optimalOffers(
  machine: AnyMachine,
  situation: Situation,
  offers: readonly Choice[],
): readonly Choice[] {
  const known = trials(machine, situation);
  const cheaper = comparison(machine, situation);
  const right = offers.filter(offer => known(offer).right);
  return right.filter(offer => !right.some(other => cheaper(known(other).cost, known(offer).cost)));
}

/** The trials of a situation: each decision is tried once, whoever asks. */
function trials(machine: AnyMachine, situation: Situation): (decision: Choice) => Trial {
  const known = situation.tried ?? new Map<string, Trial>();
  return decision => {
    const name = machine.format(decision);
    const trial = known.get(name) ?? toHorizon(machine, situation, tryDecision(machine, situation, decision));
    known.set(name, trial);
    return trial;
  };
}

/** A right decision is charged what the rest of the script costs after it, where the level looks so far. */
function toHorizon(machine: AnyMachine, { horizon }: Situation, trial: Trial): Trial {
  if (horizon === undefined || !trial.right) return trial;
  return { ...trial, cost: sum(trial.cost, leastCost(machine, trial.world, trial.ideal, horizon)) };
}

/** To the end of a script one number decides; at a single fault only what is cheaper in every count is cheaper. */
const comparison = (machine: AnyMachine, { horizon }: Situation): ((a: Cost, b: Cost) => boolean) =>
  horizon === undefined ? cheaper : (a, b) => machine.price!(a) < machine.price!(b);

/** No more in every count and less in one. */
export function cheaper(a: Cost, b: Cost): boolean {
  const { less, more } = compareCosts(a, b);
  return less && !more;
}

function compareCosts(a: Cost, b: Cost): { less: boolean; more: boolean } {
  const spent = costBetween(b, a);
  return { less: COUNTS.some(count => spent[count] < 0), more: COUNTS.some(count => spent[count] > 0) };
}
