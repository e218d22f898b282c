import type { Move } from '../language/moves.ts';
import {
  type AnyMachine,
  addCosts,
  type Choice,
  type Cost,
  isNoMore,
  type Trap,
} from '../machines/machine.ts';
import { shortestConsequence } from './consequence.ts';
import { type Horizon, leastCost } from './horizon.ts';
import type { IdealState, World } from './run.ts';
import { Findings, ONE_FAULT, type Trial, tryDecision } from './trial.ts';
import type { Judgement } from './verdict.ts';

export { complete, OwnFault } from './run.ts';
export { Findings } from './trial.ts';

/**
 * A fault to be decided: the world and the ideal as they are at the trap, and the move that trapped. Neither
 * may change while it is judged, by one judgement or by several.
 */
export interface Situation {
  readonly world: World;
  readonly ideal: IdealState;
  readonly move: Move;
  readonly fault: Trap;
  /** What was found out about it: kept for further judgements where there is a place to keep it. */
  readonly findings?: Findings;
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
  const reference = referenceAt(machine, situation);
  const { trial, cost, isBeaten, isOptimal } = worths(machine, situation, offers);
  const tried = trial(decision);
  const common = {
    decision: machine.format(decision),
    cost: cost(decision),
    reference: machine.format(reference),
    kernelBeaten: isBeaten(reference) && trial(reference).right,
    reason: machine.why(world, fault, decision),
  };
  // Spread into a literal, each would have a shape of its own, which is slow to make and to use.
  if (!tried.right) {
    const own = offers.find(offer => machine.format(offer) === common.reference && isOptimal(offer));
    const bestCost = cost(own ?? offers.find(isOptimal) ?? reference);
    const { verdict, consequence } = shortestConsequence(machine, situation, decision, tried);
    return Object.assign(common, { verdict, consequence, bestCost });
  }
  if (!isBeaten(decision))
    return Object.assign(common, { verdict: 'optimal' as const, bestCost: common.cost });
  const isBetter = comparison(machine, situation);
  const better = offers.find(offer => isOptimal(offer) && isBetter(cost(offer), common.cost))!;
  const named = { bestCost: cost(better), better: machine.format(better) };
  return Object.assign(common, { verdict: 'wasteful' as const, ...named });
}

/** What the kernel decides. */
function referenceAt(machine: AnyMachine, { world, fault, findings = new Findings() }: Situation): Choice {
  findings.reference ??= machine.best(world, fault) as Choice;
  return findings.reference;
}

/** The decisions on offer that are right and that no other right one on offer beats. */
export const optimalOffers = (
  machine: AnyMachine,
  situation: Situation,
  offers: readonly Choice[],
): readonly Choice[] => offers.filter(worths(machine, situation, offers).isOptimal);

/** What the decisions at a fault are worth: each is tried once, and looked at as closely as an answer needs. */
function worths(machine: AnyMachine, situation: Situation, offers: readonly Choice[]) {
  const { horizon, findings = new Findings() } = situation;
  const isCheaper = comparison(machine, situation);
  const beaten = new Map<Trial, boolean>();
  const trials = new Map<Choice, Trial>();
  const trial = (decision: Choice): Trial => {
    const known = trials.get(decision);
    if (known !== undefined) return known;
    const tried = tryDecision(machine, situation, decision, findings);
    trials.set(decision, tried);
    return tried;
  };
  const cost = (decision: Choice): Cost => toHorizon(machine, situation, trial(decision), findings)!;
  /** What costs too much before the rest of the script is counted need not be right, nor be followed to its end. */
  const isBeaten = (decision: Choice): boolean => {
    const tried = trial(decision);
    const known = beaten.get(tried);
    if (known !== undefined) return known;
    const most = cost(decision);
    const beats = (offer: Choice): boolean => {
      const other = trial(offer);
      if (!isCheaper(other.least, most) || !isCheaper(other.cost, most) || !other.right) return false;
      return horizon === undefined || toHorizon(machine, situation, other, findings, most) !== undefined;
    };
    const is = isCheaper(ONE_FAULT, most) && offers.some(beats);
    beaten.set(tried, is);
    return is;
  };
  const isOptimal = (decision: Choice): boolean => trial(decision).right && !isBeaten(decision);
  return { trial, cost, isBeaten, isOptimal };
}

/**
 * A right decision is charged what the rest of the script costs after it, where the level looks so far; undefined
 * where that comes to no less than `below`.
 */
function toHorizon(
  machine: AnyMachine,
  { horizon }: Situation,
  trial: Trial,
  findings: Findings,
  below?: Cost,
): Cost | undefined {
  if (horizon === undefined || !trial.right) return trial.cost;
  const left = below && machine.price!(below) - machine.price!(trial.cost);
  const rest = leastCost(machine, trial.world, trial.ideal, horizon, findings.ahead, left);
  return rest && addCosts(trial.cost, rest);
}

/** To the end of a script one number decides; at a single fault only what is cheaper in every count is cheaper. */
const comparison = (machine: AnyMachine, { horizon }: Situation): ((a: Cost, b: Cost) => boolean) =>
  horizon === undefined ? cheaper : (a, b) => machine.price!(a) < machine.price!(b);

/** No more in every count and less in one. */
export const cheaper = (a: Cost, b: Cost): boolean => isNoMore(a, b) && !isNoMore(b, a);
