import { OwnFault } from '../judge/judge.ts';
import { baseOf } from '../language/moves.ts';
import { chapterOf } from '../levels/chapters.ts';
import { costSoFar } from '../levels/course.ts';
import type { Level } from '../levels/level.ts';
import { lesserCost, parOf } from '../levels/par.ts';
import { variantsOf } from '../levels/variants.ts';
import { asideOf, lookBack } from './aside.ts';
import {
  type Attempt,
  decide,
  help,
  newAttempt,
  offered,
  outlook,
  positionOf,
  presentOf,
  questionOf,
  takeBack,
} from './attempt.ts';
import { firstAnswers, mistakesOf, starsFor } from './stars.ts';
import type { Answer, ExamState, GameEvent, Moment, Outlook, Refused, Summary, Table } from './types.ts';

/** A level being played: the fold of its log. Opaque to everyone but this file; `table` shows it. */
export interface Run {
  readonly level: Level;
  readonly log: readonly GameEvent[];
  /** A restart adds one; the last is being played. */
  readonly attempts: readonly Attempt[];
  /** How many of the level's own hints are open; they stay open. */
  readonly hints: number;
}

/**
 * A fresh run, at its first question.
 * @param variant counts from 0
 * @throws RangeError if there is no such variant
 */
export const start = (level: Level, variant: number): Run => ({
  level,
  log: [],
  attempts: [newAttempt(level, variant)],
  hints: 0,
});

/** The run after an event, or why the event does not fit; then nothing changed. */
export function play(run: Run, event: GameEvent): Run | Refused {
  const change = changes[event.type](run, event as never);
  return isRefused(change) ? change : { ...run, ...change, log: [...run.log, event] };
}

export const isRefused = (played: Run | Refused | Partial<Run>): played is Refused => 'refused' in played;

type Changes = {
  readonly [E in GameEvent as E['type']]: (run: Run, event: E) => Partial<Run> | Refused;
};

const changes: Changes = {
  decide(run, { decision }) {
    const position = positionOf(attemptOf(run));
    const question = questionOf(position);
    if (question === undefined) return { refused: 'finished', expected: 'undo or restart' };
    const form = offered(position, decision);
    return form === undefined
      ? { refused: 'not-on-offer', expected: question.offers.map(({ id }) => id).join(', ') }
      : inAttempt(run, decide(attemptOf(run), form));
  },

  /** The last answer that took effect; without one the last restart. */
  undo(run) {
    const back = takeBack(attemptOf(run));
    if (back !== undefined) return inAttempt(run, back);
    return run.attempts.length > 1
      ? { attempts: run.attempts.slice(0, -1) }
      : { refused: 'nothing-to-undo', expected: 'a decision' };
  },

  hint(run) {
    const position = positionOf(attemptOf(run));
    if (questionOf(position) === undefined) return { refused: 'finished', expected: 'undo or restart' };
    if (run.level.exam !== undefined) return { refused: 'no-more-hints', expected: 'a decision' };
    if (run.hints < run.level.hints.length) return { hints: run.hints + 1 };
    return position.hint === undefined
      ? inAttempt(run, help(attemptOf(run)))
      : { refused: 'no-more-hints', expected: 'a decision' };
  },

  look(run, { answer }) {
    const aside = asideOf(attemptOf(run));
    if (aside === undefined || aside.answer !== undefined)
      return { refused: 'nothing-asked', expected: 'a decision' };
    const offers = aside.question.offers.map(({ id }) => id);
    return offers.includes(answer)
      ? inAttempt(run, lookBack(attemptOf(run), aside, answer))
      : { refused: 'not-on-offer', expected: offers.join(', ') };
  },

  restart(run, { variant }) {
    // The second time one has seen the answers.
    if (run.level.exam !== undefined) return { refused: 'exam', expected: 'another exam' };
    const variants = variantsOf(run.level).length;
    return Number.isInteger(variant) && variant >= 0 && variant < variants
      ? { attempts: [...run.attempts, newAttempt(run.level, variant)] }
      : { refused: 'no-such-variant', expected: `0 to ${variants - 1}` };
  },
};

/** The exact state of the world in which the question is open, as 16 hexadecimal digits. */
export function stateDigest(run: Run): string {
  const { machine, world } = positionOf(attemptOf(run)).course;
  return machine.digest(world);
}

/** What a schedule has come to that is being put together; undefined where none is asked for. */
export const lookAhead = (run: Run, picks: readonly string[]): Outlook | undefined =>
  outlook(positionOf(attemptOf(run)), picks);

/** All pictures of the attempt up to now, the present one last, each with what happened just before. */
export const picturesOf = (run: Run): readonly Moment[] => positionOf(attemptOf(run)).pictures;

const attemptOf = ({ attempts }: Run): Attempt => attempts.at(-1)!;

const inAttempt = ({ attempts }: Run, attempt: Attempt): Partial<Run> => ({
  attempts: [...attempts.slice(0, -1), attempt],
});

/** What was answered in this attempt, for whom the rest of the table is too much. */
export const answersOf = (run: Run): readonly Answer[] => attemptOf(run).answers;

/** All that a screen shows of a run, as plain data; the same object for the same run. */
export function table(run: Run): Table {
  const known = tables.get(run) ?? laid(run);
  tables.set(run, known);
  return known;
}

const tables = new WeakMap<Run, Table>();

function laid(run: Run): Table {
  const { level, attempts, hints } = run;
  const attempt = attemptOf(run);
  const position = positionOf(attempt);
  const { course, pictures, hint } = position;
  const question = questionOf(position);
  const aside = asideOf(attempt);
  const { id, title, chapter, story, depth, exam } = level;
  return {
    level: { id, title, chapter, chapterTitle: chapterOf(level)?.title ?? chapter, story, depth },
    ...(exam !== undefined && { exam: examOf(attempt, exam) }),
    variant: course.variant,
    variants: variantsOf(level).length,
    regions: course.program.regions,
    base: baseOf(course.program.settings),
    view: presentOf(position),
    ...(question === undefined ? { summary: summaryOf(attempt) } : { question }),
    ...(aside !== undefined && { aside }),
    cost: costSoFar(course),
    ...(question?.depth === 'break' && { outlook: outlook(position, [])! }),
    answers: attempt.answers,
    hints: {
      opened: [...level.hints.slice(0, hints), ...(hint === undefined ? [] : [hint])],
      total: exam === undefined ? level.hints.length + 1 : 0,
    },
    moments: pictures.slice(0, -1),
    canUndo: attempt.positions.length > 1 || attempts.length > 1,
    starsLeft: starsFor(attempt.answers, attempt.helped, exam),
  };
}

/** What was done is compared with par by `lesserCost`: count by count, in the order of COUNTS. */
function summaryOf(attempt: Attempt): Summary {
  const { course } = positionOf(attempt);
  const cost = costSoFar(course);
  const par = parOf(course.level, course.variant);
  const stars = starsFor(attempt.answers, attempt.helped, course.level.exam);
  if (stars === 3 && lesserCost(par, cost) !== par)
    throw new OwnFault(`an optimal run of ${course.level.id} costs less than par`);
  return {
    stars,
    cost,
    par,
    eager: course.machine.eager(course.world),
    ...(course.machine.compare !== undefined && { comparison: course.machine.compare(course.world) }),
    looks: {
      right: attempt.looks.filter(({ verdict }) => verdict === 'optimal').length,
      of: attempt.looks.length,
    },
    wasteful: attempt.answers
      .filter(({ verdict }) => verdict === 'wasteful')
      .map(({ n, depth, operation, text }) => ({
        n,
        operation: depth === 'break' ? '' : operation,
        text: text.waste,
      })),
    belowPar: lesserCost(par, cost) !== par,
  };
}

const examOf = ({ answers }: Attempt, { mistakes }: NonNullable<Level['exam']>): ExamState => {
  const of = firstAnswers(answers).length;
  const wrong = mistakesOf(answers);
  return { right: of - wrong, of, wrong, mistakes };
};
