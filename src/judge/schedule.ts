import type { Move, Seen } from '../language/moves.ts';
import type { AnyMachine, Cost, Violation } from '../machines/machine.ts';
import { costBetween } from '../machines/machine.ts';
import { distinctBytes, search, unusedBytes } from './consequence.ts';
import { witnessAccess } from './possible.ts';
import {
  advance,
  BeyondBounds,
  BOUNDS,
  beginRace,
  isOver,
  type Race,
  type RaceState,
  raceKey,
  scopeOf,
} from './race.ts';
import { classify, type IdealState, OwnFault, run, type World } from './run.ts';
import { type Consequence, type ConsequenceStep, type Verdict, worse } from './verdict.ts';

/** A race that shows a difference: who steps, as indices of the cast, and what is done after all is over. */
export interface BadSchedule {
  readonly verdict: Verdict;
  readonly path: readonly number[];
  readonly after: readonly Move[];
}

export interface Exploration {
  /** The shortest, of several the worst; none where no schedule shows anything. */
  readonly bad: BadSchedule | undefined;
  readonly states: number;
}

/** The micro-step that is no kernel's: the access traps. */
export const TRAP = 'trap';
const DONE = { kind: 'done' } as const;

/** Moves after a race, to show what it has spoilt. */
const MOST_AFTER = 4;

/** Values that the moves of a race store, told apart from all others. */
const STORES = 1_000_000;

/**
 * Goes through every interleaving of a race, breadth first, for every content of memory: right means that no
 * schedule shows what the ideal does not allow, and that all is as it should be when everybody is done.
 * Throws OwnFault beyond the bound of states.
 */
export function exploreRace(machine: AnyMachine, race: Race): Exploration {
  const symbolic = symbolized(machine, race);
  const start = beginRace(symbolic);
  const visited = new Set([raceKey(machine, start)]);
  let frontier: { state: RaceState; path: readonly number[] }[] = [{ state: start, path: [] }];
  let bad: BadSchedule | undefined;
  const offer = (found: BadSchedule): void => {
    const before = bad === undefined ? Number.POSITIVE_INFINITY : lengthOf(bad);
    if (lengthOf(found) < before) bad = found;
    else if (lengthOf(found) === before && worse(bad!.verdict, found.verdict) !== bad!.verdict) bad = found;
  };
  for (let length = 1; frontier.length > 0 && (bad === undefined || length <= lengthOf(bad)); length++) {
    const next: typeof frontier = [];
    for (const { state, path } of frontier)
      for (const [i] of symbolic.cast.entries()) {
        const after = advance(machine, symbolic, state, i);
        if (after === undefined) continue;
        const way = [...path, i];
        const { verdict } = after.step;
        if (verdict !== undefined) {
          offer({ verdict, path: way, after: [] });
          continue;
        }
        const key = raceKey(machine, after.state);
        if (visited.has(key)) continue;
        visited.add(key);
        if (visited.size > BOUNDS.states)
          throw new BeyondBounds(`more than ${BOUNDS.states} states of a race; expected at most as many`);
        if (isOver(symbolic, after.state)) {
          const most = bad === undefined ? Number.POSITIVE_INFINITY : lengthOf(bad) - way.length - 1;
          const left = most < 0 ? undefined : afterwards(machine, symbolic, after.state, way, most);
          if (left !== undefined) offer(left);
        } else next.push({ state: after.state, path: way });
      }
    frontier = next;
  }
  return { bad, states: visited.size };
}

export const lengthOf = ({ path, after }: BadSchedule): number => path.length + after.length;

/** What a race has spoilt that nobody has seen yet; `most` moves may show it. */
export function afterwards(
  machine: AnyMachine,
  race: Race,
  { world, ideals }: RaceState,
  path: readonly number[],
  most = Number.POSITIVE_INFINITY,
): BadSchedule | undefined {
  if (ideals.every(({ ideal }) => machine.uncoupled(world, ideal) !== undefined)) {
    const scope = scopeOf(race);
    for (const { ideal } of ideals) {
      const found = search(machine, scope, { world, ideal }, { tried: 0 }, Math.min(most, MOST_AFTER));
      if (found !== undefined && ideals.every(each => isShown(machine, world, each.ideal, found.path)))
        return { verdict: found.verdict, path, after: found.path };
    }
    if (most < MOST_AFTER) return undefined;
    throw new OwnFault(
      `a race ends uncoupled (${machine.uncoupled(world, ideals[0]!.ideal)?.what}), and nothing shows it`,
    );
  }
  return (machine.broken(world) as readonly Violation[]).length > 0
    ? { verdict: 'miscount', path, after: [] }
    : undefined;
}

/** Do these moves show that the world is not this ideal? Exits show what is held by nobody. */
function isShown(machine: AnyMachine, before: World, ideal: IdealState, path: readonly Move[]): boolean {
  const world = machine.clone(before);
  const follows = machine.ideal.clone(ideal);
  for (const move of path) {
    const outcome = run(machine, world, move);
    const expected: readonly Seen[] = machine.ideal.expect(follows, move);
    if (classify(expected, outcome, machine.trespass(world)) !== undefined) return true;
    if (outcome.kind !== 'fault') machine.ideal.advance(follows, move, outcome);
  }
  return path.every(({ op }) => op === 'exit');
}

/** The race with symbols for all contents, and for what is stored. */
function symbolized(machine: AnyMachine, race: Race): Race {
  const world = machine.clone(race.world);
  const ideal = machine.ideal.clone(race.ideal);
  machine.symbolize(world, ideal);
  let next = STORES;
  return { ...race, world, ideal, cast: withValues(race, () => next++) };
}

const withValues = ({ cast }: Race, value: () => number): Race['cast'] =>
  cast.map(({ process, moves }) => ({
    process,
    moves: moves.map(move => ('value' in move ? { ...move, value: value() } : move)),
  }));

/**
 * What the first move of a race costs by itself, from its trap until it is done; undefined where it never is.
 */
export function quietCost(machine: AnyMachine, race: Race): Cost | undefined {
  const before: Cost = machine.cost(race.world);
  let state = beginRace(race);
  for (let steps = 0; state.actors[0]!.next === 0; steps++) {
    const after = advance(machine, race, state, 0);
    if (after === undefined || after.step.verdict !== undefined || steps > 4 * BOUNDS.steps) return undefined;
    state = after.state;
  }
  const spent = costBetween(before, machine.cost(state.world));
  return race.trapped === undefined ? spent : { ...spent, faults: spent.faults + 1 };
}

/** Plays a schedule with the bytes on the screen, or with distinct ones where those would hide the difference. */
export function showSchedule(
  machine: AnyMachine,
  race: Race,
  schedule: BadSchedule,
  tried: number,
): Consequence {
  const plain = play(machine, race, schedule, false);
  return plain.shows || schedule.verdict === 'leak' || schedule.verdict === 'miscount'
    ? { ...plain.consequence, tried, relabelled: false }
    : { ...play(machine, race, schedule, true).consequence, tried, relabelled: true };
}

function play(machine: AnyMachine, race: Race, { path, after }: BadSchedule, relabel: boolean) {
  const world = machine.clone(race.world);
  const ideal = machine.ideal.clone(race.ideal);
  const legend: ReadonlyMap<number, number> = machine.symbolize(world, ideal);
  const bytes = relabel ? distinctBytes(legend) : legend;
  const stored = race.cast.flatMap(({ moves }) =>
    moves.flatMap(move => ('value' in move ? [move.value] : [])),
  );
  const unused = unusedBytes([...bytes.values(), ...(relabel ? [] : stored)]);
  machine.mapValues(world, ideal, (value: number) => bytes.get(value) ?? value);
  const shown: Race = { ...race, world, ideal, ...(relabel && { cast: withValues(race, unused) }) };
  let state = beginRace(shown);
  const steps: ConsequenceStep[] = [];
  let shows = false;
  for (const i of path) {
    const next = advance(machine, shown, state, i);
    if (next === undefined) throw new OwnFault('a schedule cannot be played again');
    state = next.state;
    const { move, micro, task, seen, expected, trespass, verdict } = next.step;
    shows = verdict !== undefined;
    const trapped = seen.kind === 'fault' && verdict === undefined;
    steps.push({
      move,
      seen: trapped ? DONE : seen,
      ideal: trapped ? DONE : expected,
      ...(trapped && { micro: { task: '', step: TRAP } }),
      ...(micro !== undefined && { micro: { task: task ?? '', step: micro } }),
      ...(trespass !== undefined && { trespass }),
      view: machine.view(state.world, seen.kind === 'fault' ? state.actors[i]!.trap : undefined),
    });
  }
  for (const move of after) {
    const told = 'value' in move ? { ...move, value: unused() } : move;
    const { world } = state;
    const outcome = run(machine, world, told);
    const trespass = machine.trespass(world);
    const seen = outcome.kind === 'fault' ? ({ kind: 'fault' } as const) : outcome;
    const { ideals, expected, verdict } = witnessAccess(machine, world, state.ideals, [], told, outcome);
    shows = verdict !== undefined;
    state = { ...state, ideals };
    steps.push({
      move: told,
      seen,
      ideal: expected,
      ...(trespass !== undefined && { trespass }),
      view: machine.view(world),
    });
  }
  const broken: readonly Violation[] = machine.broken(state.world);
  return { shows, consequence: { decided: machine.view(race.world, race.trapped), steps, broken } };
}
