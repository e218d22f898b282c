import { complete, judge, OwnFault, optimalOffers, type Situation } from '../judge/judge.ts';
import type { IdealState, World } from '../judge/run.ts';
import { isRight, type Judgement, type Verdict } from '../judge/verdict.ts';
import type { Move, Program, Seen } from '../language/moves.ts';
import { isAccess, sameSeen } from '../language/moves.ts';
import {
  type AnyMachine,
  type Choice,
  COUNTS,
  type Cost,
  costBetween,
  type Field,
  isTrap,
  NO_COST,
  type Prediction,
  type Trap,
} from '../machines/machine.ts';
import { machineOf } from '../machines/registry.ts';
import { answersOf, fieldsOf, formatAnswer } from './form.ts';
import type { Level } from './level.ts';
import { programFor } from './variants.ts';

/**
 * A level on its way through its script: at a question, or at the end. A value: answering makes a new one,
 * and the worlds inside are never changed, so that a course may be kept, branched from and gone back to.
 */
export interface Course {
  readonly level: Level;
  /** Counts from 0. */
  readonly variant: number;
  readonly program: Program;
  /** Moves of the program that belong to the set-up. */
  readonly setup: number;
  readonly machine: AnyMachine;
  readonly world: World;
  readonly ideal: IdealState;
  /** Which move is next, or has trapped. */
  readonly position: number;
  /** decide: the open fault, in the worlds of this course. */
  readonly situation?: Situation;
  /** Costs up to the beginning of the move that has trapped. */
  readonly mark: Cost;
  /** What the faults of the script have cost up to now, each move from its first trap until it completed. */
  readonly spent: Cost;
}

export type CourseQuestion =
  | { readonly depth: 'decide'; readonly move: Move; readonly trap: Trap; readonly offers: readonly string[] }
  | {
      readonly depth: 'predict';
      readonly move: Move;
      readonly fields: readonly Field[];
      readonly offers: readonly string[];
    };

export interface Answered {
  readonly verdict: Verdict;
  /** decide only. */
  readonly judgement?: Judgement;
  /** predict only: the right answer, and its text form. */
  readonly truth?: Prediction;
  readonly expected?: string;
  /** Where the level goes on; absent after a wrong decision, for then the same fault is asked again. */
  readonly next?: Course;
}

/** Is told each move that has completed and what its process saw; the world is only to be looked at. */
export type Observer = (move: Move, seen: Seen, world: World) => void;

export function addCosts(a: Cost, b: Cost): Cost {
  const sum: Record<string, number> = {};
  for (const count of COUNTS) sum[count] = a[count] + b[count];
  return sum as unknown as Cost;
}

/**
 * Runs the set-up with the kernel deciding, then the script up to its first question.
 * @param variant counts from 0
 * @throws RangeError if there is no such variant
 */
export function begin(level: Level, variant: number, observe?: Observer): Course {
  const machine = machineOf(level.system);
  if (machine === undefined) throw new RangeError(`no system ${level.system}`);
  const { program, setup } = programFor(level, variant);
  const world: World = machine.boot(program, level.rules);
  const ideal: IdealState = machine.ideal.boot(program, level.rules);
  for (const move of program.moves.slice(0, setup)) {
    const seen = complete(machine, world, move);
    show(machine, ideal, move, seen);
    observe?.(move, seen, world);
  }
  const course: Course = {
    level,
    variant,
    program,
    setup,
    machine,
    world,
    ideal,
    position: setup,
    mark: machine.cost(world),
    spent: NO_COST,
  };
  return proceed(course, observe);
}

/** The open question; undefined at the end of the script. */
export function question(course: Course): CourseQuestion | undefined {
  const { level, machine, situation } = course;
  const move = course.program.moves[course.position];
  if (move === undefined) return undefined;
  if (situation !== undefined) {
    const { fault } = situation;
    const offers = choices(course, fault).map(choice => machine.format(choice));
    return { depth: 'decide', move, trap: fault, offers };
  }
  const fields = fieldsOf(machine.fields, level.menu);
  return {
    depth: 'predict',
    move,
    fields,
    offers: answersOf(fields).map(answer => formatAnswer(fields, answer)),
  };
}

/**
 * What an answer is worth, and where the level goes on. Any decision may be given, on offer or not.
 * @throws RangeError at the end of the script, LanguageError where the text is no decision, OwnFault from
 * the judge
 */
export function answer(course: Course, decision: string, observe?: Observer): Answered {
  const { machine, situation } = course;
  const move = course.program.moves[course.position];
  if (move === undefined) throw new RangeError('the level is finished');
  if (situation === undefined) return predicted(course, move, decision, observe);
  const { fault } = situation;
  const judgement = judge(machine, situation, machine.parse(decision), choices(course, fault));
  const { verdict } = judgement;
  if (!isRight(verdict)) return { verdict, judgement };
  return { verdict, judgement, next: decided(course, fault, decision, observe) };
}

/** Where each optimal answer to the open question leads; nowhere at the end of the script. */
export function optimalNext(course: Course): readonly { readonly decision: string; readonly next: Course }[] {
  const { machine, situation } = course;
  const move = course.program.moves[course.position];
  if (move === undefined) return [];
  if (situation === undefined) {
    const { expected, next } = predicted(course, move, '', undefined);
    return [{ decision: expected!, next: next! }];
  }
  const { fault } = situation;
  return optimalOffers(machine, situation, choices(course, fault)).map(choice => {
    const decision = machine.format(choice);
    return { decision, next: decided(course, fault, decision, undefined) };
  });
}

/** What the run has cost up to now, the open fault included. */
export function costSoFar({ machine, world, mark, spent, situation }: Course): Cost {
  return situation === undefined ? spent : addCosts(spent, costBetween(mark, machine.cost(world)));
}

/** Where a right decision leads. */
function decided(course: Course, trap: Trap, decision: string, observe: Observer | undefined): Course {
  const { machine } = course;
  const world: World = machine.clone(course.world);
  machine.apply(world, trap, machine.parse(decision));
  return proceed({ ...course, world, ideal: machine.ideal.clone(course.ideal) }, observe);
}

/** The next move is carried out whether it was foretold or not: the first answer counts. */
function predicted(course: Course, move: Move, decision: string, observe: Observer | undefined): Answered {
  const { machine, level } = course;
  const fields = fieldsOf(machine.fields, level.menu);
  const outcome = machine.outcome(course.world, move);
  const truth = Object.fromEntries(
    fields.flatMap(({ id }) => (outcome[id] === undefined ? [] : [[id, outcome[id]]])),
  );
  const expected = formatAnswer(fields, truth);
  const world: World = machine.clone(course.world);
  const ideal: IdealState = machine.ideal.clone(course.ideal);
  const before = machine.cost(world);
  const seen = complete(machine, world, move);
  show(machine, ideal, move, seen);
  observe?.(move, seen, world);
  const after = machine.cost(world);
  const next = proceed(
    {
      ...course,
      world,
      ideal,
      position: course.position + 1,
      mark: after,
      spent: addCosts(course.spent, costBetween(before, after)),
    },
    observe,
  );
  return { verdict: decision === expected ? 'optimal' : 'mispredicted', truth, expected, next };
}

const choices = (course: Course, trap: Trap): readonly Choice[] =>
  course.machine.offers(course.world, trap, course.level.menu);

/** Runs the script on, in the course's own worlds, until the next question or its end. */
function proceed(course: Course, observe: Observer | undefined): Course {
  const { program, machine, world, ideal, level } = course;
  let { position, mark, spent } = course;
  let trapped = course.situation !== undefined;
  for (; position < program.moves.length; position++) {
    const move = program.moves[position]!;
    if (level.depth === 'predict' && isAccess(move)) break;
    const result: Seen | Trap =
      level.depth === 'predict' ? complete(machine, world, move) : machine.step(world, move);
    if (isTrap(result)) {
      const situation = {
        world,
        ideal,
        move,
        fault: result,
        tried: new Map(),
        ...(level.horizon === 'script' && {
          horizon: { moves: program.moves.slice(position + 1), menu: level.menu },
        }),
      };
      return { ...without(course), position, mark, spent, situation };
    }
    show(machine, ideal, move, result);
    observe?.(move, result, world);
    const now = machine.cost(world);
    if (trapped) spent = addCosts(spent, costBetween(mark, now));
    mark = now;
    trapped = false;
  }
  return { ...without(course), position, mark, spent };
}

function without(course: Course): Omit<Course, 'situation'> {
  const { situation: _, ...rest } = course;
  return rest;
}

/** The ideal follows what was shown, which it must allow: every decision up to here was right. */
function show(machine: AnyMachine, ideal: IdealState, move: Move, seen: Seen): void {
  const expected: readonly Seen[] = machine.ideal.expect(ideal, move);
  if (!expected.some(allowed => sameSeen(allowed, seen)))
    throw new OwnFault(
      `${move.process} ${move.op} showed ${JSON.stringify(seen)}, the ideal allows ${JSON.stringify(expected)}`,
    );
  machine.ideal.advance(ideal, move, seen);
}
