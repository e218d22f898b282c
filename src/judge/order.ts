import type { Move } from '../language/moves.ts';
import { type AnyMachine, type Cost, NO_COST } from '../machines/machine.ts';
import { cheaper } from './judge.ts';
import { advance, beginRace, isOver, type Race, type RaceState, type RaceStep, racesOf } from './race.ts';
import {
  afterwards,
  type BadSchedule,
  type Exploration,
  exploreRace,
  lengthOf,
  quietCost,
  showSchedule,
} from './schedule.ts';
import type { Judgement } from './verdict.ts';

/** What was found out about the orders of one race, by text form: kept for further judgements. */
export type KnownOrders = Map<string, Worth>;
interface Worth {
  /** Of the first member's move by itself; undefined where it is never done. */
  readonly cost: Cost | undefined;
  /** What all interleavings show, once somebody has asked. */
  explored?: Exploration;
}

/** An order of micro-steps that can be given, with its text form. */
export interface Order {
  readonly text: string;
  readonly steps: readonly string[];
}

/**
 * What an order of the micro-steps of a task is worth: wrong, with the shortest schedule that shows it, or
 * right, for no schedule shows anything; then its cost is compared with that of the other right ones.
 * @param race without a plan
 * @param orders all that may be given; the kernel's own is `reference`
 */
export function judgeOrder(
  machine: AnyMachine,
  race: Race,
  task: string,
  given: Order,
  orders: readonly Order[],
  reference: string,
  known: KnownOrders,
): Judgement {
  const all = worths(machine, race, task, known);
  const { cost = NO_COST } = all.worth(given);
  const { bad, states } = all.explored(given);
  const common = {
    decision: given.text,
    cost,
    reference,
    kernelBeaten: false,
    reason: racesOf(machine).why(task),
    tried: states,
  };
  if (bad !== undefined) {
    const planned = { ...race, plan: { task, steps: given.steps } };
    const consequence = showSchedule(machine, planned, bad, states);
    const own = orders.find(({ text }) => text === reference);
    const bestCost = own === undefined ? NO_COST : (all.worth(own).cost ?? NO_COST);
    return { ...common, verdict: bad.verdict, consequence, bestCost };
  }
  const better = cheaperOrder(given, orders, all);
  return better === undefined
    ? { ...common, verdict: 'optimal', bestCost: cost }
    : { ...common, verdict: 'wasteful', bestCost: all.worth(better).cost ?? NO_COST, better: better.text };
}

/** The orders that are right and that no other right one beats. */
export function optimalOrders(
  machine: AnyMachine,
  race: Race,
  task: string,
  orders: readonly Order[],
  known: KnownOrders,
): readonly Order[] {
  const all = worths(machine, race, task, known);
  return orders.filter(
    order => all.explored(order).bad === undefined && cheaperOrder(order, orders, all) === undefined,
  );
}

/** A right order that costs less. Only those that would are looked at any closer. */
function cheaperOrder(given: Order, orders: readonly Order[], known: Known): Order | undefined {
  const { cost = NO_COST } = known.worth(given);
  return orders.find(order => {
    const other = known.worth(order);
    return other.cost !== undefined && cheaper(other.cost, cost) && known.explored(order).bad === undefined;
  });
}

interface Known {
  worth(order: Order): Worth;
  explored(order: Order): Exploration;
}

function worths(machine: AnyMachine, race: Race, task: string, known: KnownOrders): Known {
  const planned = ({ steps }: Order): Race => ({ ...race, plan: { task, steps } });
  const worth = (order: Order): Worth => {
    const made = known.get(order.text) ?? { cost: quietCost(machine, planned(order)) };
    known.set(order.text, made);
    return made;
  };
  const explored = (order: Order): Exploration => {
    const about = worth(order);
    about.explored ??= exploreRace(machine, planned(order));
    return about.explored;
  };
  return { worth, explored };
}

/** The answer that no schedule shows anything. */
export const NONE = 'none';

/** A schedule that somebody gives: who steps, one after the other; or that there is none. */
export type Picks = readonly string[] | typeof NONE;

/**
 * What a schedule against a broken kernel is worth: right if it shows a difference, optimal if none shorter
 * does. That there is none is right if every interleaving agrees.
 * @param race in the broken kernel's world
 * @param explored what all its interleavings show
 * @param kernel its name
 */
export function judgeSchedule(
  machine: AnyMachine,
  race: Race,
  { bad, states }: Exploration,
  kernel: string,
  picks: Picks,
  text: string,
): Judgement & { readonly longer: number } {
  const best = bad === undefined ? NONE : writtenSchedule(race, bad);
  const common = {
    decision: text,
    cost: NO_COST,
    bestCost: NO_COST,
    reference: best,
    kernelBeaten: false,
    reason: racesOf(machine).why(kernel),
    tried: states,
    longer: 0,
  };
  if (picks === NONE)
    return bad === undefined
      ? { ...common, verdict: 'optimal' }
      : { ...common, verdict: 'overlooked', consequence: showSchedule(machine, race, bad, states) };
  const shown = played(machine, race, picks).shows;
  if (shown === undefined || bad === undefined) return { ...common, verdict: 'mispredicted' };
  const longer = lengthOf(shown) - lengthOf(bad);
  return longer > 0
    ? { ...common, verdict: 'wasteful', better: best, longer }
    : { ...common, verdict: 'optimal' };
}

/** 'sh sh t1 sh'. */
export const writtenSchedule = ({ cast }: Race, { path }: BadSchedule): string =>
  path.map(i => cast[i]!.process).join(' ');

interface Played {
  readonly state: RaceState;
  readonly path: readonly number[];
  /** What the last step did. */
  readonly last: RaceStep | undefined;
  readonly shows: BadSchedule | undefined;
}

/** Where a schedule leads: picks that cannot step are left out; it ends where it shows a difference. */
export function played(machine: AnyMachine, race: Race, picks: readonly string[]): Played {
  let state = beginRace(race);
  const path: number[] = [];
  let last: RaceStep | undefined;
  for (const name of picks) {
    const i = race.cast.findIndex(({ process }) => process === name);
    const next = i < 0 ? undefined : advance(machine, race, state, i);
    if (next === undefined) continue;
    state = next.state;
    path.push(i);
    last = next.step;
    const { verdict } = last;
    if (verdict !== undefined) return { state, path, last, shows: { verdict, path, after: [] as Move[] } };
  }
  const shows = isOver(race, state) ? afterwards(machine, race, state, path) : undefined;
  return { state, path, last, shows };
}
