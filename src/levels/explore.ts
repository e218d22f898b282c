import { OwnFault } from '../judge/judge.ts';
import { BeyondBounds, racesOf } from '../judge/race.ts';
import type { World } from '../judge/run.ts';
import { isRight, type Verdict } from '../judge/verdict.ts';
import type { Place } from '../language/errors.ts';
import { CELL_SIZE, CELLS, type Move, type Seen } from '../language/moves.ts';
import {
  type Cost,
  costBetween,
  type Facts,
  isTrap,
  NO_COST,
  type Trap,
  type View,
} from '../machines/machine.ts';
import {
  answer,
  asDetail,
  begin,
  type Course,
  type CourseQuestion,
  costSoFar,
  optimalNext,
  question,
} from './course.ts';
import type { Level } from './level.ts';
import { courseKey, MOST_STATES } from './par.ts';
import { stepsOf, variantsOf } from './variants.ts';

/** What the proof of a level goes through at most, in all variants together: many times what any level of the game needs. */
const MOST = { states: MOST_STATES, moves: 250_000 } as const;
type Bound = keyof typeof MOST;
/** How much of that is left. */
export type Budget = Record<Bound, number>;
export const wholeBudget = (): Budget => ({ ...MOST });

/** What a decision at a question leads to. */
export interface Option {
  readonly decision: string;
  readonly verdict: Verdict;
  /** Key of the next node, or END; absent after a wrong decision, which is asked again. */
  readonly next?: string;
  /** What the way there costs. */
  readonly cost?: Cost;
  /** How likely somebody who draws lots gives it; where it is not said, all options are as likely. */
  readonly chance?: number;
}
export const END = 'end';

/** A state in which a question is open. Equal states of different runs are one node. */
export interface Node {
  readonly key: string;
  readonly question: CourseQuestion;
  /** The step of the level file that asks. */
  readonly place: Place;
  /** The rule that decides; `no-fault` for an access that passes. */
  readonly rule: string;
  readonly facts: Facts;
  /** The kernel's own decision; predict: the right answer. */
  readonly reference: string;
  readonly kernelBeaten: boolean;
  readonly options: readonly Option[];
  /** What the cells of the page at fault should show, whatever its rights. */
  readonly cells: readonly number[];
  /** What the player sees of the machine. */
  readonly view: () => View;
}

/** All that can happen in a variant of a level. */
export interface Graph {
  readonly variant: number;
  readonly root: string;
  /** What the way to the root costs. */
  readonly start: Cost;
  readonly nodes: ReadonlyMap<string, Node>;
  /** Where our own machine or judge failed. */
  readonly faults: readonly { readonly place: Place; readonly message: string }[];
}

/**
 * Plays every sequence of decisions of a variant (counted from 0). Wrong decisions lead nowhere, since they
 * do not enter the world; wasteful ones branch. Never throws: what fails in our own rooms is listed.
 * @param left where it does not suffice, that is listed too
 */
export function explore(level: Level, variant: number, left: Budget = wholeBudget()): Graph {
  const nodes = new Map<string, Node>();
  const faults: { place: Place; message: string }[] = [];
  const steps = stepsOf(level.script, variantsOf(level)[variant]!);
  const first = steps[0]?.place ?? { file: level.file, line: 1, column: 1 };
  const own = (place: Place, error: unknown) =>
    faults.push({
      place,
      message: error instanceof Error ? `${error.name}: ${error.message}` : String(error),
    });

  let course: Course;
  try {
    course = begin(level, variant);
  } catch (error) {
    own(first, error);
    return { variant, root: END, start: NO_COST, nodes, faults };
  }
  const root = keyOf(course);
  const start = costSoFar(course);
  const open: Course[] = [course];
  for (let at = open.pop(); at !== undefined; at = open.pop()) {
    const asked = question(at);
    const key = keyOf(at);
    if (asked === undefined || nodes.has(key)) continue;
    const place = steps[at.position - at.setup]?.place ?? first;
    const spent = (Object.keys(MOST) as Bound[]).find(bound => left[bound] <= 0);
    if (spent !== undefined) {
      own(place, new BeyondBounds(BEYOND[spent]));
      break;
    }
    left.states--;
    const options: Option[] = [];
    let kernelBeaten = false;
    for (const decision of answersTo(at, asked)) {
      try {
        const { verdict, judgement, next } = answer(at, decision);
        kernelBeaten ||= judgement?.kernelBeaten ?? false;
        left.moves -= judgement?.consequence?.tried ?? 1;
        const chance = chanceOf(asked, decision);
        if (next === undefined || !isRight(verdict)) options.push({ decision, verdict, ...chance });
        else {
          const cost = costBetween(costSoFar(at), costSoFar(next));
          options.push({ decision, verdict, next: keyOf(next), cost, ...chance });
          open.push(next);
        }
      } catch (error) {
        own(place, error);
      }
    }
    try {
      const { machine, world } = at;
      const view = () => machine.view(world, 'trap' in asked ? asked.trap : undefined);
      nodes.set(key, { key, question: asked, place, options, kernelBeaten, view, ...stateOf(at, asked) });
    } catch (error) {
      own(place, error);
    }
  }
  return { variant, root, start, nodes, faults };
}

const BEYOND: Readonly<Record<Bound, string>> = {
  states: `right decisions lead to more than ${MOST.states} states`,
  moves: `wrong decisions are followed for more than ${MOST.moves} moves`,
};

/** All answers; of schedules, which are too many, one of the shortest, and that there is none. */
const answersTo = (course: Course, asked: CourseQuestion): readonly string[] =>
  asked.depth === 'break'
    ? [...new Set([...asked.offers, ...optimalNext(course).map(({ decision }) => decision)])]
    : asked.offers;

/** Lots are drawn step by step: who is next, or that there is no schedule. */
const chanceOf = (asked: CourseQuestion, decision: string): { readonly chance?: number } =>
  asked.depth === 'break' ? { chance: (1 / (asked.cast.length + 1)) ** decision.split(' ').length } : {};

const keyOf = (course: Course): string => (question(course) === undefined ? END : courseKey(course));

/** The facts by which the question is to be decided. */
export function stateOf(
  course: Course,
  asked: CourseQuestion,
): Pick<Node, 'rule' | 'facts' | 'reference' | 'cells'> {
  const { machine, world } = course;
  const cells = cellsAt(course, asked.move);
  if (asked.depth === 'decide' || asked.depth === 'detail') {
    const best = machine.best(world, asked.trap);
    const { rule, facts } = machine.why(world, asked.trap, best);
    return {
      rule,
      facts,
      reference:
        asked.depth === 'detail'
          ? asDetail(course, best)
          : asked.decided === undefined
            ? machine.format(best)
            : optimalNext(course)[0]!.decision,
      cells,
    };
  }
  if (asked.depth === 'order' || asked.depth === 'break') {
    const name = asked.depth === 'order' ? asked.task.name : asked.kernel;
    const facts = 'page' in asked.move ? machine.facts(world, asked.move) : {};
    const [optimal] = optimalNext(course);
    return { rule: racesOf(machine).why(name).rule, facts, reference: optimal?.decision ?? '', cells };
  }
  const reference = answer(course, '').expected;
  if (reference === undefined) throw new OwnFault('a prediction has no right answer');
  if (asked.depth === 'evidence') return { rule: 'evidence', facts: {}, reference, cells };
  return {
    rule: foreseenRule(course, asked.move),
    facts: machine.facts(world, asked.move),
    reference,
    cells,
  };
}

/** The rule that decides the last fault of a move; `no-fault` where it passes. */
function foreseenRule({ machine, world }: Course, move: Move): string {
  const ahead: World = machine.clone(world);
  let rule = 'no-fault';
  for (
    let result: Seen | Trap = machine.step(ahead, move);
    isTrap(result);
    result = machine.step(ahead, move)
  ) {
    const best = machine.best(ahead, result);
    rule = machine.why(ahead, result, best).rule;
    machine.apply(ahead, result, best);
  }
  return rule;
}

/** The ideal's content of the page that a move touches, four cells of it. */
function cellsAt({ machine, ideal }: Course, move: Move): readonly number[] {
  if (!('page' in move)) return [];
  const { process, page } = move;
  const readable: Move = { op: 'prot', process, page, pages: 1, perm: 'rw-' };
  const open = machine.ideal.clone(ideal);
  machine.ideal.advance(open, readable, machine.ideal.expect(open, readable)[0]!);
  return Array.from({ length: CELLS }, (_, cell) => {
    const [seen] = machine.ideal.expect(open, { op: 'read', process, page, offset: cell * CELL_SIZE });
    return seen?.kind === 'value' ? (seen.bytes[0] ?? 0) : 0;
  });
}
