import type { Move, Seen } from '../language/moves.ts';
import {
  type AnyMachine,
  isTrap,
  type Races,
  type Scope,
  type Task,
  type Trap,
} from '../machines/machine.ts';
import {
  onlyPossible,
  type Possible,
  possibleKey,
  type UnderWay,
  witnessAccess,
  witnessReturn,
} from './possible.ts';
import { type IdealState, OwnFault, type World } from './run.ts';
import type { Verdict } from './verdict.ts';

/**
 * Several CPUs at once: every process has moves of its own to make, in their order; the hardware does an
 * access in one step, the kernel a fault or a system call in micro-steps, and in between anybody else may
 * step. What an access shows is held against the ideal when it completes; a system call takes effect at any one
 * moment between its first step and its return.
 */

/** Bounds of a race; a level beyond them is refused. */
export const BOUNDS = {
  /** Of a task. */
  steps: 8,
  /** One that is asked about, and two others: a stale entry is seen only if a third CPU stores. */
  cpus: 3,
  /** Of the others together. */
  moves: 6,
  states: 50_000,
} as const;

/** More than can be gone through: the level is refused, the figure being the message. */
export class BeyondBounds extends Error {
  constructor(message: string) {
    super(message);
    this.name = 'BeyondBounds';
  }
}

/** A process with what it wants to do. */
export interface Member {
  readonly process: string;
  readonly moves: readonly Move[];
}

/** In which order a kernel does the micro-steps of a task. */
export interface Plan {
  readonly task: string;
  readonly steps: readonly string[];
}

export interface Race {
  readonly world: World;
  readonly ideal: IdealState;
  readonly cast: readonly Member[];
  /** The first member's first move has trapped with this already. */
  readonly trapped: Trap | undefined;
  readonly plan: Plan | undefined;
}

/** Where a member stands: before its next move, trapped at it, or with the kernel at work for it. */
interface Actor {
  readonly next: number;
  readonly trap?: Trap;
  readonly task?: Task;
  /** The move that the task carries out, where it is a system call. */
  readonly move?: Move;
  /** Micro-steps of the task that were performed. */
  readonly at: number;
  /** Presence, frame and rights of the entry at the last trap, as long as nobody else has stepped since. */
  readonly before?: string;
}

export interface RaceState {
  readonly world: World;
  /** All that the ideal may be by now, the likeliest first; one unless a system call was under way. */
  readonly ideals: readonly Possible[];
  readonly actors: readonly Actor[];
}

/** What one step did. */
export interface RaceStep {
  readonly process: string;
  readonly move: Move;
  /** The micro-step; absent where the hardware did it, or trapped. */
  readonly micro?: string;
  readonly task?: string;
  /** 'fault' where it trapped. Of a micro-step: done. */
  readonly seen: Seen | { readonly kind: 'fault' };
  readonly expected: Seen;
  readonly trespass?: string;
  readonly verdict?: Verdict;
}

export const beginRace = ({ world, ideal, cast, trapped }: Race): RaceState => ({
  world,
  ideals: onlyPossible(ideal),
  actors: cast.map((_, i) => ({
    next: 0,
    at: 0,
    ...(i === 0 && trapped !== undefined && { trap: trapped }),
  })),
});

/** What the member's next step would be; undefined where it has none, or waits for a lock or its birth. */
export function nextStep(
  machine: AnyMachine,
  race: Race,
  state: RaceState,
  i: number,
):
  | { readonly move: Move; readonly task?: Task; readonly micro?: string; readonly waits: boolean }
  | undefined {
  const actor = state.actors[i]!;
  const { moves, process } = race.cast[i]!;
  const move = moves[actor.next];
  if (move === undefined || !isBorn(race, state, process)) return undefined;
  const cause = actor.trap ?? move;
  if (actor.task === undefined && racesOf(machine).busy(state.world, process)) return { move, waits: true };
  const task = actor.task ?? planned(race, racesOf(machine).task(state.world, cause));
  if (task === undefined) return { move, waits: false };
  const micro = task.steps[actor.at];
  const first = actor.task === undefined;
  const waits = !racesOf(machine).ready(state.world, cause, task, micro, first);
  return { move, task, waits, ...(micro !== undefined && { micro }) };
}

/** A child acts once its fork has returned. */
const isBorn = ({ cast }: Race, { actors }: RaceState, process: string): boolean =>
  cast.every(({ moves }, a) => {
    const birth = moves.findIndex(move => 'child' in move && move.child === process);
    return birth < 0 || actors[a]!.next > birth;
  });

const planned = ({ plan }: Race, task: Task | undefined): Task | undefined =>
  task !== undefined && task.name === plan?.task ? { ...task, steps: plan.steps } : task;

/** The state after a step of a member, and what the step did; undefined where it cannot step. */
export function advance(
  machine: AnyMachine,
  race: Race,
  state: RaceState,
  i: number,
): { readonly state: RaceState; readonly step: RaceStep } | undefined {
  const upcoming = nextStep(machine, race, state, i);
  if (upcoming === undefined || upcoming.waits) return undefined;
  const { move, task } = upcoming;
  const world: World = machine.clone(state.world);
  const actor = state.actors[i]!;
  if (task === undefined) return access(machine, state, i, move, world);

  const races = racesOf(machine);
  const cause = actor.trap ?? move;
  if (actor.task === undefined) races.begin(world, cause, task);
  if (upcoming.micro !== undefined) races.perform(world, cause, task, upcoming.micro);
  const at = actor.at + 1;
  const step = {
    process: move.process,
    move,
    task: task.name,
    ...(upcoming.micro !== undefined && { micro: upcoming.micro }),
  };
  if (at < task.steps.length) {
    const working: Actor = { ...actor, task, at, ...(actor.trap === undefined && { move }) };
    return {
      state: { world, ideals: state.ideals, actors: others(state.actors, i, working) },
      step: { ...step, seen: DONE, expected: DONE },
    };
  }
  const seen = races.end(world, cause, task);
  if (actor.trap !== undefined && seen === undefined) {
    const { before } = actor;
    const retrying: Actor = { next: actor.next, at: 0, ...(before !== undefined && { before }) };
    return {
      state: { world, ideals: state.ideals, actors: others(state.actors, i, retrying) },
      step: { ...step, seen: DONE, expected: DONE },
    };
  }
  return completed(machine, state, i, world, { ...step, seen: seen ?? DONE });
}

const DONE: Seen = { kind: 'done' };

/** The hardware does an access, or traps. */
function access(machine: AnyMachine, state: RaceState, i: number, move: Move, world: World) {
  const actor = state.actors[i]!;
  const result: Seen | Trap = machine.step(world, move);
  if (!isTrap(result))
    return completed(machine, state, i, world, { process: move.process, move, seen: result });
  const before: string = machine.entry(world, result);
  const step: RaceStep = {
    process: move.process,
    move,
    seen: { kind: 'fault' },
    expected: machine.ideal.expect(state.ideals[0]!.ideal, move)[0]!,
    ...(before === actor.before && { verdict: 'livelock' as const }),
  };
  const trapped: Actor = { next: actor.next, at: 0, trap: result, before };
  return { state: { world, ideals: state.ideals, actors: others(state.actors, i, trapped) }, step };
}

/** A move is done: what it showed is held against the ideal, which follows. */
function completed(
  machine: AnyMachine,
  state: RaceState,
  i: number,
  world: World,
  did: Pick<RaceStep, 'process' | 'move' | 'micro' | 'task'> & { readonly seen: Seen },
) {
  const { move, seen, task } = did;
  const calls = underWay(state);
  const { ideals, expected, verdict } =
    task === undefined || state.actors[i]!.trap !== undefined
      ? witnessAccess(machine, world, state.ideals, calls, move, seen)
      : witnessReturn(machine, world, state.ideals, calls, { by: i, move }, seen);
  const trespass = machine.trespass(world);
  const step: RaceStep = {
    ...did,
    expected,
    ...(trespass !== undefined && { trespass }),
    ...(verdict !== undefined && { verdict }),
  };
  const rested: Actor = { next: state.actors[i]!.next + 1, at: 0 };
  return { state: { world, ideals, actors: others(state.actors, i, rested) }, step };
}

/** System calls that have begun and not returned. */
const underWay = ({ actors }: RaceState): UnderWay[] =>
  actors.flatMap(({ task, move }, by) => (task === undefined || move === undefined ? [] : [{ by, move }]));

/** The actors with one of them changed; nobody else's faults are in a row any more. */
const others = (actors: readonly Actor[], i: number, changed: Actor): readonly Actor[] =>
  actors.map((actor, k) => {
    if (k === i) return changed;
    const { before: _, ...disturbed } = actor;
    return disturbed;
  });

export function racesOf(machine: AnyMachine): Races<World, Trap> {
  if (machine.races === undefined) throw new OwnFault(`${machine.system} has no races`);
  return machine.races;
}

/** Has every member done all that it wanted to do? */
export const isOver = ({ cast }: Race, { actors }: RaceState): boolean =>
  actors.every(({ next }, i) => next === cast[i]!.moves.length);

/** The same for two states of a race that can only go on in the same ways. */
export const raceKey = (machine: AnyMachine, { world, ideals, actors }: RaceState): string =>
  `${actors.map(({ next, at, task, trap, before }) => `${next} ${at} ${task?.steps.join() ?? ''} ${trap === undefined ? '' : machine.entry(world, trap)} ${before ?? ''}`).join('|')} ${ideals.map(possible => possibleKey(machine, world, possible)).join('|')}`;

/** What the processes of a race may do after it, to show what it has spoilt. */
export function scopeOf({ cast }: Race): Scope {
  const touching = cast.flatMap(({ moves }) => moves.filter(move => 'page' in move));
  const pages = [...new Set(touching.map(move => move.page))];
  const [first] = touching;
  return {
    places: cast.flatMap(({ process }) => pages.map(page => ({ process, page }))),
    offset: first !== undefined && 'offset' in first ? first.offset : 0,
  };
}
