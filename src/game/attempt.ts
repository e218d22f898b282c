import { complete } from '../judge/judge.ts';
import { NONE } from '../judge/order.ts';
import { type ConsequenceStep, isRight, type Judgement, VERDICTS } from '../judge/verdict.ts';
import { addressOf, baseOf, type Move, type Seen } from '../language/moves.ts';
import {
  type Answered,
  answer,
  begin,
  type Course,
  type CourseQuestion,
  choiceOf,
  costSoFar,
  type Observer,
  question,
} from '../levels/course.ts';
import { parseAnswer } from '../levels/form.ts';
import type { Level } from '../levels/level.ts';
import { outlook as outlookOf } from '../levels/race.ts';
import { PASS } from '../levels/watch.ts';
import { type AnyMachine, costBetween, type Field, type Reason, type View } from '../machines/machine.ts';
import { machineOf } from '../machines/registry.ts';
import { kernelText, microText, taskSteps } from './micro-words.ts';
import { evidenceText, orderHint, raceText, scheduleHint } from './race-words.ts';
import { shownWords } from './steps.ts';
import { general } from './texts.ts';
import type { Answer, Moment, Outlook, Question } from './types.ts';
import { watchLabel, watchText } from './watch-words.ts';
import {
  caption,
  decisionText,
  factHint,
  fieldHint,
  formOf,
  operationText,
  predictionLabel,
  predictionText,
  rightHint,
  type Scene,
  wrongHint,
} from './words.ts';

/** Where an attempt stands: a question, or the end of the script. A value. */
export interface Position {
  readonly course: Course;
  /** Number of the open question, from 1. */
  readonly n: number;
  /** The pictures up to now; the last is the present. */
  readonly pictures: readonly Moment[];
  /** The computed hint, once it was opened for this question. */
  readonly hint: string | undefined;
}

/** One go at a level, from its set-up on. A value. */
export interface Attempt {
  /** One for each effective answer, and the first; the last is now. */
  readonly positions: readonly Position[];
  readonly answers: readonly Answer[];
  /** Answers to what was asked in passing. */
  readonly looks: readonly Answer[];
  /** Was a computed hint opened, ever? */
  readonly helped: boolean;
}

/** Runs the set-up and the script up to the first question. Throws RangeError for a variant there is not. */
export function newAttempt(level: Level, variant: number): Attempt {
  const watched: Watched[] = [];
  const course = begin(level, variant, watch(watched, machineOf(level.system)!));
  const seen = [...watched.map(each => completedPicture(course, each)), ...questionPicture(course)];
  const start = { caption: caption.start, view: course.machine.view(course.world) };
  const pictures = seen.length === 0 ? [start] : seen;
  return { positions: [{ course, n: 1, pictures, hint: undefined }], answers: [], looks: [], helped: false };
}

export const positionOf = (attempt: Attempt): Position => attempt.positions.at(-1)!;
export const presentOf = ({ pictures }: Position): View => pictures.at(-1)!.view;

/** The open question; undefined at the end of the script. */
export function questionOf({ course, n }: Position): Question | undefined {
  const asked = question(course);
  if (asked === undefined) return undefined;
  const { system } = course.level;
  const { move } = asked;
  const common = {
    n,
    move,
    operation: operationText(sceneOf(course, move)),
    process: move.process,
    address: addressAsked(course, asked),
  };
  const trap = 'trap' in asked && asked.trap !== undefined ? { trap: asked.trap } : {};
  if (asked.depth === 'decide')
    return {
      ...common,
      ...trap,
      depth: asked.depth,
      offers: asked.offers.map(id => ({ id, label: watchLabel(system, asked.decided, id) })),
    };
  if (asked.depth === 'break')
    return {
      ...common,
      depth: asked.depth,
      offers: asked.offers.map(id => ({ id, label: general.race.none })),
      kernel: kernelText(system, asked.kernel),
    };
  const fields = formOf(system, asked.fields, asked.depth);
  return {
    ...common,
    ...trap,
    depth: asked.depth,
    offers: asked.offers.map(id => ({ id, label: predictionLabel(fields, parseAnswer(id)) })),
    fields,
    ...(asked.depth === 'order' && { steps: taskSteps(system, asked.task, course.level.menu) }),
  };
}

/** The form of `text` that is on offer; undefined if none is. Fields of a prediction may come in any order. */
export function offered({ course }: Position, text: string): string | undefined {
  const asked = question(course);
  if (asked === undefined) return undefined;
  if (asked.depth === 'break') return schedule(asked.cast, text);
  const form = asked.depth === 'decide' ? text.trim() : inOrder(asked.fields, text);
  return asked.offers.find(offer => offer === form);
}

/** `none`, or names of processes with one space between; undefined where somebody is not of the cast. */
function schedule(cast: readonly string[], text: string): string | undefined {
  const words = text.trim().split(/[\s,]+/);
  if (words.join() === NONE) return NONE;
  return words.every(word => cast.includes(word)) ? words.join(' ') : undefined;
}

/** Answers the open question with something that is on offer. */
export function decide(attempt: Attempt, decision: string): Attempt {
  const position = positionOf(attempt);
  const { course, n, pictures } = position;
  const asked = question(course)!;
  const watched: Watched[] = [];
  const answered = answer(course, decision, watch(watched, course.machine));
  const { next } = answered;
  const before = presentOf(position);
  const carriedOut =
    isDecided(asked) && next !== undefined ? [decisionPicture(course, asked, answered.judgement!)] : [];
  const followed =
    next === undefined
      ? []
      : [
          ...(asked.depth === 'evidence'
            ? [{ caption: caption.wentOn, view: course.machine.view(next.world) }]
            : []),
          ...watched.map(each => completedPicture(course, each)),
          ...questionPicture(next),
        ];
  const given: Answer = {
    n,
    depth: asked.depth,
    operation: operationText(sceneOf(course, asked.move)),
    process: asked.move.process,
    address: addressAsked(course, asked),
    errorCode: 'trap' in asked ? (asked.trap?.errorCode ?? null) : null,
    offers: asked.offers,
    decision,
    verdict: answered.verdict,
    ...(isForetold(asked)
      ? foretoldPart(course, asked, decision, answered)
      : judgedPart(course, asked, answered.judgement!, before)),
    wentOn: next !== undefined,
    takenBack: false,
    before,
    // Of an instruction that has not completed yet: what the decision made of the world.
    after: (watched.length > 0 ? followed : [...carriedOut, ...followed])[0]?.view ?? before,
  };
  const answers = [...attempt.answers, given];
  if (next === undefined) return { ...attempt, answers };
  const here: Position = {
    course: next,
    n: n + 1,
    pictures: [...pictures, ...carriedOut, ...followed],
    hint: undefined,
  };
  return { ...attempt, positions: [...attempt.positions, here], answers };
}

type Decided = Extract<CourseQuestion, { depth: 'decide' | 'detail' }>;
type Foretold = Extract<CourseQuestion, { depth: 'predict' | 'evidence' }>;

const isDecided = (asked: CourseQuestion): asked is Decided =>
  asked.depth === 'decide' || asked.depth === 'detail';
const isForetold = (asked: CourseQuestion): asked is Foretold =>
  asked.depth === 'predict' || asked.depth === 'evidence';

function judgedPart(
  course: Course,
  asked: Exclude<CourseQuestion, Foretold>,
  judgement: Judgement,
  before: View,
) {
  const scene = sceneOf(course, asked.move);
  const text = isDecided(asked)
    ? 'decided' in asked && asked.decided !== undefined
      ? watchText(scene, judgement, before)
      : decisionText(scene, judgement, before)
    : raceText(scene, asked.depth, judgement);
  return { judgement, cost: judgement.cost, text };
}

function foretoldPart(course: Course, asked: Foretold, decision: string, answered: Answered) {
  const { truth, expected, next } = answered;
  const reason = asked.depth === 'evidence' ? undefined : reasonOf(course, asked.move);
  const form = formOf(course.level.system, asked.fields, asked.depth);
  const scene = sceneOf(course, asked.move);
  const given = parseAnswer(decision);
  return {
    truth: truth!,
    expected: expected!,
    ...(reason === undefined ? {} : { reason }),
    cost: costBetween(costSoFar(course), costSoFar(next!)),
    text:
      asked.depth === 'evidence'
        ? evidenceText(form, given, truth!)
        : predictionText(scene, form, given, truth!, reason),
  };
}

/** What the decision made of the world, before the instruction runs again. */
function decisionPicture(course: Course, { trap }: Decided, judgement: Judgement): Moment {
  const { machine, world, level } = course;
  const ahead = machine.clone(world);
  machine.apply(ahead, trap, choiceOf(course, judgement.decision));
  return { caption: caption.decided(level.system, judgement), view: machine.view(ahead, trap) };
}

/** What a schedule has come to that is being put together; undefined where none is asked for. */
export function outlook({ course }: Position, picks: readonly string[]): Outlook | undefined {
  if (question(course)?.depth !== 'break') return undefined;
  const { view, picks: stepped, shows, last, next } = outlookOf(course, picks);
  const say = (move: Move, micro: ConsequenceStep['micro']): string =>
    microText(sceneOf(course, move), micro);
  return {
    view,
    schedule: stepped.join(' '),
    caption: last === undefined ? '' : `${last.process} ${say(last.move, last.micro)}`,
    shows,
    next: next.map(({ process, move, micro, waits }) => ({
      process,
      label: move === undefined ? general.race.done : say(move, micro),
      waits,
    })),
  };
}

/** Takes the last effective answer back; undefined where there is none. */
export function takeBack(attempt: Attempt): Attempt | undefined {
  if (attempt.positions.length === 1) return undefined;
  const last = attempt.answers.findLastIndex(({ wentOn, takenBack }) => wentOn && !takenBack);
  return {
    ...attempt,
    positions: attempt.positions.slice(0, -1),
    answers: attempt.answers.map((each, i) => (i === last ? { ...each, takenBack: true } : each)),
  };
}

/** Opens the computed hint of the open question. */
export function help(attempt: Attempt): Attempt {
  const position = positionOf(attempt);
  const hint = computedHint(attempt, position);
  return { ...attempt, positions: [...attempt.positions.slice(0, -1), { ...position, hint }], helped: true };
}

/**
 * What the worst decision on offer leads to, of those not tried yet; of a prediction, one field. Where nothing on offer is
 * right, it says so, and where everything wrong has been tried.
 */
function computedHint({ answers }: Attempt, { course, n }: Position): string {
  const asked = question(course)!;
  const { system } = course.level;
  if (isForetold(asked)) {
    const form = formOf(system, asked.fields, asked.depth);
    const { truth } = answer(course, '');
    return (asked.depth === 'evidence' ? factHint : fieldHint)(form[0]!, truth!);
  }
  if (asked.depth === 'break') return scheduleHint(answer(course, NONE).judgement!);
  if ('decided' in asked && asked.decided !== undefined) {
    const { verdict, judgement } = answer(course, PASS);
    return isRight(verdict) ? general.watch.hint : wrongHint(sceneOf(course, asked.move), judgement!);
  }
  const tried = answers.filter(given => given.n === n && !given.takenBack).map(({ decision }) => decision);
  const judged = asked.offers.map(offer => answer(course, offer).judgement!);
  const wrong = judged.filter(({ verdict }) => !isRight(verdict));
  if (wrong.length === judged.length) return general.hint.deadEnd;
  const rank = ({ verdict }: Judgement) => VERDICTS.indexOf(verdict);
  const [worst] = wrong.filter(({ decision }) => !tried.includes(decision)).sort((a, b) => rank(b) - rank(a));
  if (worst !== undefined) {
    const scene = sceneOf(course, asked.move);
    if (asked.depth !== 'order') return wrongHint(scene, worst);
    return orderHint(scene, formOf(system, asked.fields, asked.depth), worst);
  }
  if (wrong.length > 0) return general.hint.tried;
  return rightHint(
    system,
    judged.find(({ verdict }) => verdict === 'wasteful'),
    asked.depth,
  );
}

/** Why the last fault of a move is answered as the kernel answers it; undefined where it does not fault. */
function reasonOf({ machine, world }: Course, move: Move): Reason | undefined {
  const ahead = machine.clone(world);
  let reason: Reason | undefined;
  complete(machine, ahead, move, (trap, decision) => {
    reason = machine.why(ahead, trap, decision);
  });
  return reason;
}

/** A move that completed, what its process saw, and the picture after it. */
interface Watched {
  readonly move: Move;
  readonly seen: Seen;
  readonly view: View;
}

const watch =
  (watched: Watched[], machine: AnyMachine): Observer =>
  (move, seen, world) =>
    watched.push({ move, seen, view: machine.view(world) });

function completedPicture(course: Course, { move, seen, view }: Watched): Moment {
  const shows = seen.kind === 'done' ? '' : shownWords(seen);
  return { caption: caption.completed(sceneOf(course, move), shows), view };
}

/** The picture in which a fault is put. A prediction is asked of the picture that there is. */
function questionPicture(course: Course): Moment[] {
  const asked = question(course);
  if (asked?.depth === 'evidence') {
    const { machine, answered } = course;
    return [{ caption: caption.evidence, view: machine.view(answered!.world, answered!.fault) }];
  }
  if (asked === undefined || !('trap' in asked) || asked.trap === undefined) return [];
  const { machine, world } = course;
  return [
    { caption: caption.trap(sceneOf(course, asked.move), asked.trap), view: machine.view(world, asked.trap) },
  ];
}

const sceneOf = ({ level, program }: Course, move: Move): Scene => ({
  system: level.system,
  regions: program.regions,
  move,
});

function addressAsked({ program }: Course, asked: CourseQuestion): number {
  if ('trap' in asked && asked.trap !== undefined) return asked.trap.address;
  const { move } = asked;
  if ('at' in move) return move.at;
  const offset = 'offset' in move ? move.offset : 0;
  return 'page' in move ? addressOf(move.page, offset, baseOf(program.settings)) : 0;
}

/** A prediction as the form writes it, however the fields are ordered and spaced. */
function inOrder(fields: readonly Field[], text: string): string {
  const pairs = text.split(',').map(pair => pair.trim());
  const place = (pair: string) => fields.findIndex(({ id }) => pair.startsWith(`${id}=`));
  return pairs.sort((a, b) => place(a) - place(b)).join(',');
}
