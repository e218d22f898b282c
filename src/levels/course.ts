import { evidenceOf } from '../judge/evidence.ts';
import { complete, Findings, judge, optimalOffers, type Situation } from '../judge/judge.ts';
import type { IdealState, World } from '../judge/run.ts';
import { isRight } from '../judge/verdict.ts';
import { isAccess, type Move, type Seen } from '../language/moves.ts';
import {
  type AnyMachine,
  addCosts,
  type Choice,
  type Cost,
  costBetween,
  type Field,
  isTrap,
  NO_COST,
  type Prediction,
  type Trap,
} from '../machines/machine.ts';
import { machineOf } from '../machines/registry.ts';
import { answersOf, askedOf, fieldsOf, formatAnswer, parseAnswer } from './form.ts';
import type { Level } from './level.ts';
import { raceAnswer, raceOptimal, raceQuestion } from './race.ts';
import { type Answered, type Course, type CourseQuestion, type Observer, show } from './stage.ts';
import { programFor } from './variants.ts';
import { isWatched, watchAnswer, watchOptimal, watchQuestion } from './watch.ts';

export type { Answered, Course, CourseQuestion, Observer } from './stage.ts';

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
    show(machine, world, ideal, move, seen);
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
  return isRace(level) ? course : proceed(course, observe);
}

/** Are several CPUs let loose at once? */
const isRace = (level: Level): boolean =>
  level.depth === 'order' || (level.depth === 'break' && !isWatched(level));

/** The open question; undefined at the end of the script. */
export function question(course: Course): CourseQuestion | undefined {
  const { level, machine, situation, answered } = course;
  if (isRace(level)) return raceQuestion(course);
  if (answered !== undefined)
    return { depth: 'evidence', move: answered.move, ...formOf(evidenceFields(level)) };
  const move = course.program.moves[course.position];
  if (move === undefined) return undefined;
  if (situation === undefined)
    return { depth: 'predict', move, ...formOf(fieldsOf(machine.fields, level.menu)) };
  if (isWatched(level)) return watchQuestion(course);
  const { fault } = situation;
  if (level.depth === 'detail')
    return { depth: 'detail', move, trap: fault, ...formOf(detailFields(course)) };
  const offers = choices(course, fault).map(choice => machine.format(choice));
  return { depth: 'decide', move, trap: fault, offers };
}

const formOf = (fields: readonly Field[]) => ({
  fields,
  offers: answersOf(fields).map(each => formatAnswer(fields, each)),
});

/** The decision, and then what it leaves open. */
const detailFields = ({ level, machine }: Course): readonly Field[] => [
  { id: 'do', options: level.menu },
  ...fieldsOf(machine.details ?? [], level.asks ?? []),
];

/** For each fact, whether it decided. */
const evidenceFields = ({ evidence = [] }: Level): readonly Field[] =>
  evidence.map(id => ({ id, options: ['yes', 'no'] }));

/** `do=copy,flush=here` as the machine's decision. */
function detailed(machine: AnyMachine, text: string): Choice {
  const { do: name = '', ...fields } = parseAnswer(text);
  return machine.parse([name, ...Object.entries(fields).map(([id, value]) => `${id}=${value}`)].join(' '));
}

/**
 * What an answer is worth, and where the level goes on. Any decision may be given, on offer or not.
 * @throws RangeError at the end of the script, LanguageError where the text is no decision, OwnFault from
 * the judge
 */
export function answer(course: Course, decision: string, observe?: Observer): Answered {
  const { machine, situation, level, answered } = course;
  if (isRace(level)) return raceAnswer(course, decision, observe);
  if (answered !== undefined) return looked(course, answered, decision);
  const move = course.program.moves[course.position];
  if (move === undefined) throw new RangeError('the level is finished');
  if (situation === undefined) return predicted(course, move, decision, observe);
  const { fault } = situation;
  const goOn = (choice: Choice): Course => decided(course, fault, choice, observe);
  if (isWatched(level)) return watchAnswer(course, decision, goOn);
  const choice = choiceOf(course, decision);
  const judged = judge(machine, situation, choice, choices(course, fault));
  const judgement =
    level.depth === 'detail' ? { ...judged, decision, ...detailForms(course, judged) } : judged;
  const { verdict } = judgement;
  if (!isRight(verdict)) return { verdict, judgement };
  return { verdict, judgement, next: goOn(choice) };
}

/** Where each optimal answer to the open question leads; nowhere at the end of the script. */
export function optimalNext(course: Course): readonly { readonly decision: string; readonly next: Course }[] {
  const { machine, situation, level, answered } = course;
  if (isRace(level)) return raceOptimal(course);
  if (answered !== undefined) {
    const { expected, next } = looked(course, answered, '');
    return [{ decision: expected!, next: next! }];
  }
  const move = course.program.moves[course.position];
  if (move === undefined) return [];
  if (situation === undefined) {
    const { expected, next } = predicted(course, move, '', undefined);
    return [{ decision: expected!, next: next! }];
  }
  const { fault } = situation;
  if (isWatched(level)) return watchOptimal(course, choice => decided(course, fault, choice, undefined));
  return optimalOffers(machine, situation, choices(course, fault)).map(choice => {
    const decision = level.depth === 'detail' ? asDetail(course, choice) : machine.format(choice);
    return { decision, next: decided(course, fault, choice, undefined) };
  });
}

/** What the run has cost up to now, the open fault included. */
export function costSoFar({ machine, world, mark, spent, situation }: Course): Cost {
  return situation === undefined ? spent : addCosts(spent, costBetween(mark, machine.cost(world)));
}

/** Where a right decision leads: on, or first to the question what decided. */
function decided(course: Course, trap: Trap, choice: Choice, observe: Observer | undefined): Course {
  const { machine, level, situation } = course;
  const world: World = machine.clone(course.world);
  machine.apply(world, trap, choice);
  const next = proceed({ ...course, world, ideal: machine.ideal.clone(course.ideal) }, observe);
  return (level.evidence ?? []).length > 0 ? { ...next, answered: situation! } : next;
}

/** Which facts decided the fault that was answered last. */
function looked(course: Course, answered: Situation, decision: string): Answered {
  const { machine, level } = course;
  const decides = evidenceOf(machine, answered, machine.offers(answered.world, answered.fault, level.menu));
  const truth: Prediction = Object.fromEntries(
    (level.evidence ?? []).map(id => [id, decides.get(id) === true ? 'yes' : 'no']),
  );
  const expected = formatAnswer(evidenceFields(level), truth);
  const { answered: _, ...next } = course;
  return { verdict: decision === expected ? 'optimal' : 'mispredicted', truth, expected, next };
}

/** The machine's decision that an answer stands for. */
export const choiceOf = ({ machine, level }: Course, decision: string): Choice =>
  level.depth === 'detail' ? detailed(machine, decision) : machine.parse(decision);

/** A decision of the machine as an answer: with the value of each field that is asked. */
export function asDetail(course: Course, choice: Choice): string {
  const { machine } = course;
  const text = machine.format(choice);
  const fields = detailFields(course);
  const offers = answersOf(fields).map(each => formatAnswer(fields, each));
  const { do: name } = choice;
  return (
    offers.find(offer => machine.format(detailed(machine, offer)) === text) ??
    offers.find(offer => parseAnswer(offer)['do'] === name && isKernelOwn(course, choice, offer)) ??
    text
  );
}

/** Does this answer leave every field as the kernel's own routine has it? */
function isKernelOwn({ machine, situation }: Course, choice: Choice, offer: string): boolean {
  const usual: Prediction = {
    ...Object.fromEntries((machine.details ?? []).map(({ id, options }) => [id, options[0]!])),
    ...(situation !== undefined && machine.usual?.(situation.world, situation.fault, choice)),
  };
  return Object.entries(parseAnswer(offer)).every(([id, value]) => id === 'do' || usual[id] === value);
}

/** The other decisions that a judgement names, as answers. */
const detailForms = (course: Course, { reference, better }: { reference: string; better?: string }) => ({
  reference: asDetail(course, course.machine.parse(reference)),
  ...(better !== undefined && { better: asDetail(course, course.machine.parse(better)) }),
});

/** The next move is carried out whether it was foretold or not: the first answer counts. */
function predicted(course: Course, move: Move, decision: string, observe: Observer | undefined): Answered {
  const { machine, level } = course;
  const fields = fieldsOf(machine.fields, level.menu);
  const truth = askedOf(fields, machine.outcome(course.world, move, course.ideal));
  const expected = formatAnswer(fields, truth);
  const world: World = machine.clone(course.world);
  const ideal: IdealState = machine.ideal.clone(course.ideal);
  const before = machine.cost(world);
  const seen = complete(machine, world, move);
  show(machine, world, ideal, move, seen);
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

function choices(course: Course, trap: Trap): readonly Choice[] {
  const { machine, level, world } = course;
  if (level.depth !== 'detail') return machine.offers(world, trap, level.menu);
  const fields = detailFields(course);
  return answersOf(fields).map(each => detailed(machine, formatAnswer(fields, each)));
}

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
        findings: new Findings(),
        ...(level.horizon === 'script' && {
          horizon: { moves: program.moves.slice(position + 1), menu: level.menu },
        }),
      };
      return { ...without(course), position, mark, spent, situation };
    }
    show(machine, world, ideal, move, result);
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
