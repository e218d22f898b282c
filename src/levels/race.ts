import { complete } from '../judge/judge.ts';
import {
  judgeOrder,
  judgeSchedule,
  type KnownOrders,
  NONE,
  type Order,
  optimalOrders,
  type Picks,
  played,
} from '../judge/order.ts';
import { BOUNDS, type Member, nextStep, type Race, type RaceStep, racesOf } from '../judge/race.ts';
import { type Exploration, exploreRace, TRAP } from '../judge/schedule.ts';
import { isRight } from '../judge/verdict.ts';
import type { Move, Seen } from '../language/moves.ts';
import {
  type AnyMachine,
  addCosts,
  type Field,
  isTrap,
  type Task,
  type Trap,
  type View,
} from '../machines/machine.ts';
import { formatAnswer } from './form.ts';
import type { Level } from './level.ts';
import { type Answered, type Course, type CourseQuestion, type Observer, show } from './stage.ts';

/**
 * The questions of order and break: after the set-up all processes are let loose at once, each with the moves
 * that the script gives it. The first move of the script is the one that is asked about.
 */

/** No further step, in an order. */
export const END = 'end';

interface Prepared {
  readonly race: Race;
  readonly task: Task | undefined;
  readonly orders: readonly Order[];
  readonly known: KnownOrders;
  /** What all its interleavings show, once somebody has asked. */
  explored?: Exploration;
}
const prepared = new WeakMap<Level, Map<string, Prepared>>();

/** The race of a course that stands before its question: the same in every course of the variant that stands there. */
function prepare(course: Course): Prepared {
  const { machine, level, variant, position } = course;
  const ofLevel = prepared.get(level) ?? new Map<string, Prepared>();
  prepared.set(level, ofLevel);
  const question = `${variant} ${position}`;
  const before = ofLevel.get(question);
  if (before !== undefined) return before;
  const races = racesOf(machine);
  const cast = castOf(course);
  const world = machine.clone(course.world);
  const ideal = machine.ideal.clone(course.ideal);
  let race: Race = { world, ideal, cast, trapped: undefined, plan: undefined };
  let task: Task | undefined;
  let orders: readonly Order[] = [];
  if (level.depth === 'break') races.become(world, kernelOf(course) ?? '');
  else {
    const move = cast[0]!.moves[0]!;
    task = races.task(world, move);
    if (task === undefined) {
      const trapped: Seen | Trap = machine.step(world, move);
      if (isTrap(trapped)) {
        race = { ...race, trapped };
        task = races.task(world, trapped);
      }
    }
    if (task !== undefined) orders = ordersOf(task, level.menu);
  }
  const made: Prepared = { race, task, orders, known: new Map() };
  ofLevel.set(question, made);
  return made;
}

/** All that a race shows without an order of the player's. */
function explored(machine: AnyMachine, prepared: Prepared): Exploration {
  prepared.explored ??= exploreRace(machine, prepared.race);
  return prepared.explored;
}

/** Who takes part, in the order of the script, with the moves of each. */
function castOf({ program, setup }: Course): Member[] {
  const moves = program.moves.slice(setup);
  const processes = [...new Set(moves.map(({ process }) => process))];
  return processes.map(process => ({ process, moves: moves.filter(move => move.process === process) }));
}

/** Questions of a break level are asked one after the other, a kernel each. */
const kernelOf = ({ level, position, setup }: Course): string | undefined => level.menu[position - setup];

/** Every way to take some of the menu's steps one after the other, put into the task. */
function ordersOf({ steps }: Task, menu: readonly string[]): Order[] {
  const asked = steps.map((step, i) => (menu.includes(step) ? i : -1)).filter(i => i >= 0);
  if (asked.length === 0) return [];
  const before = steps.slice(0, asked[0]);
  const after = steps.slice(asked.at(-1)! + 1);
  const fields = orderFields(menu);
  return sequences(menu).map(chosen => ({
    text: formatOrder(fields, chosen),
    steps: [...before, ...chosen, ...after],
  }));
}

/** All ordered choices of the items, the short ones first. */
function sequences(items: readonly string[]): string[][] {
  let longest: string[][] = [[]];
  const all = [...longest];
  for (let length = 1; length <= items.length; length++) {
    longest = longest.flatMap(chosen =>
      items.filter(item => !chosen.includes(item)).map(item => [...chosen, item]),
    );
    all.push(...longest);
  }
  return all;
}

/** A field for each place. */
const orderFields = (menu: readonly string[]): readonly Field[] =>
  menu.map((_, i) => ({ id: String(i + 1), options: [...menu, END] }));

const formatOrder = (fields: readonly Field[], chosen: readonly string[]): string =>
  formatAnswer(
    fields,
    Object.fromEntries([...chosen, END].slice(0, fields.length).map((step, i) => [String(i + 1), step])),
  );

/** The kernel's own order, as an answer. */
const referenceOf = (task: Task, menu: readonly string[]): string =>
  formatOrder(
    orderFields(menu),
    task.steps.filter(step => menu.includes(step)),
  );

/** The open question; undefined where there is none, or no more. */
export function raceQuestion(course: Course): CourseQuestion | undefined {
  const { level, program, setup, position } = course;
  const move = program.moves[setup];
  if (move === undefined) return undefined;
  if (level.depth === 'break') {
    const kernel = kernelOf(course);
    if (kernel === undefined) return undefined;
    return {
      depth: 'break',
      move,
      kernel,
      offers: [NONE],
      cast: castOf(course).map(({ process }) => process),
    };
  }
  if (position > setup) return undefined;
  const { race, task, orders } = prepare(course);
  if (task === undefined || orders.length === 0) return undefined;
  return {
    depth: 'order',
    move,
    ...(race.trapped !== undefined && { trap: race.trapped }),
    task,
    fields: orderFields(level.menu),
    offers: orders.map(({ text }) => text),
  };
}

/** What an order or a schedule is worth, and where the level goes on. */
export function raceAnswer(course: Course, text: string, observe?: Observer): Answered {
  const { machine, level } = course;
  const prepared = prepare(course);
  const { race, task, orders, known } = prepared;
  if (level.depth === 'break') {
    const kernel = kernelOf(course);
    if (kernel === undefined) throw new RangeError('the level is finished');
    const all = explored(machine, prepared);
    const judgement = judgeSchedule(machine, race, all, kernel, picksOf(text), text);
    return { verdict: judgement.verdict, judgement, next: { ...course, position: course.position + 1 } };
  }
  const given = orders.find(order => order.text === text);
  if (task === undefined || given === undefined) throw new RangeError(`'${text}' is no order`);
  const reference = referenceOf(task, level.menu);
  const judgement = judgeOrder(machine, race, task.name, given, orders, reference, known);
  const { verdict, cost } = judgement;
  return isRight(verdict)
    ? { verdict, judgement, next: done(course, cost, observe) }
    : { verdict, judgement };
}

/** 'none', or names of processes: 'sh sh t1'. */
const picksOf = (text: string): Picks => (text.trim() === NONE ? NONE : text.trim().split(/[\s,]+/));

/** After a right order the kernel carries out all that the script has left, one after the other. */
function done(course: Course, cost: Course['spent'], observe?: Observer): Course {
  const { machine, program, setup } = course;
  const world = machine.clone(course.world);
  const ideal = machine.ideal.clone(course.ideal);
  for (const move of program.moves.slice(setup)) {
    const seen = complete(machine, world, move);
    show(machine, world, ideal, move, seen);
    observe?.(move, seen, world);
  }
  return { ...course, world, ideal, position: course.position + 1, spent: addCosts(course.spent, cost) };
}

/** Where each optimal answer leads; of a break question, one of the shortest schedules, or that there is none. */
export function raceOptimal(course: Course): readonly { readonly decision: string; readonly next: Course }[] {
  const { machine, level } = course;
  const asked = raceQuestion(course);
  if (asked === undefined) return [];
  const { race, task, orders, known } = prepare(course);
  if (level.depth === 'break')
    return [
      {
        decision: raceAnswer(course, NONE).judgement!.reference,
        next: { ...course, position: course.position + 1 },
      },
    ];
  return optimalOrders(machine, race, task!.name, orders, known).map(({ text }) => ({
    decision: text,
    next: done(course, known.get(text)!.cost!),
  }));
}

/** What a schedule has come to so far: the picture, and what everybody would do next. */
export interface Outlook {
  readonly view: View;
  /** The picks that did step. */
  readonly picks: readonly string[];
  /** The last of them. */
  readonly last: Act | undefined;
  /** Shows a difference: the schedule is an answer. */
  readonly shows: boolean;
  /**
   * Everybody, in the order of the script. Who `waits` cannot step: another CPU holds a lock that it needs, or
   * it has nothing left to do.
   */
  readonly next: readonly (Partial<Act> & { readonly process: string; readonly waits: boolean })[];
}

/** A step of a process: a move, its trap, or a micro-step of the kernel's for it. */
interface Act {
  readonly process: string;
  readonly move: Move;
  readonly micro?: { readonly task: string; readonly step: string };
}

/** Throws RangeError where no break question is open. */
export function outlook(course: Course, picks: readonly string[]): Outlook {
  if (raceQuestion(course)?.depth !== 'break') throw new RangeError('no schedule is asked for');
  const { machine } = course;
  const { race } = prepare(course);
  const { state, path, last, shows } = played(machine, race, picks);
  const trap = state.actors.find(({ trap }) => trap !== undefined)?.trap;
  const next = race.cast.map(({ process }, i) => {
    const step = nextStep(machine, race, state, i);
    if (step === undefined) return { process, waits: true };
    const { move, task, micro, waits } = step;
    const kernel = micro === undefined ? {} : { micro: { task: task!.name, step: micro } };
    return { process, move, waits, ...kernel };
  });
  return {
    view: machine.view(state.world, trap),
    picks: path.map(i => race.cast[i]!.process),
    last: last === undefined ? undefined : actOf(last),
    shows: shows !== undefined,
    next,
  };
}

function actOf({ process, move, micro, task, seen, verdict }: RaceStep): Act {
  if (micro !== undefined) return { process, move, micro: { task: task ?? '', step: micro } };
  return seen.kind === 'fault' && verdict === undefined
    ? { process, move, micro: { task: '', step: TRAP } }
    : { process, move };
}

/** What of a race is too much to go through, in figures; nothing where all is within the bounds. */
export function beyondBounds(course: Course): string | undefined {
  const { machine } = course;
  const { race, task } = prepare(course);
  const [, ...others] = race.cast;
  const moves = others.reduce((sum, member) => sum + member.moves.length, 0);
  const cpus = racesOf(machine).cpus(course.world);
  if ((task?.steps.length ?? 0) > BOUNDS.steps)
    return `${task!.steps.length} micro-steps; expected at most ${BOUNDS.steps}`;
  if (cpus > BOUNDS.cpus) return `${cpus} CPUs; expected at most ${BOUNDS.cpus}`;
  if (moves > BOUNDS.moves) return `${moves} moves of the others; expected at most ${BOUNDS.moves}`;
  return undefined;
}
