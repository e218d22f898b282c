import type { Verdict } from '../judge/verdict.ts';
import type { View } from '../machines/machine.ts';
import { isRefused, picturesOf, play, type Run, start, table } from './run.ts';
import { fill } from './template.ts';
import { general } from './texts.ts';
import type { Answer, GameEvent, Moment } from './types.ts';

/** One picture of a film, with what happened just before it. */
export interface Shot extends Moment {
  /** Which event of the log brought it about, from 1; 0 for what came before the first. */
  readonly event: number;
  /** Of the first picture after an answer: what the answer was worth. */
  readonly verdict?: Verdict;
  /** Rows that break an invariant. */
  readonly broken: ReadonlySet<string>;
}

/** A run as a row of pictures, consequences of wrong decisions included. */
export interface Film {
  readonly shots: readonly Shot[];
  /** Where the first decision that left the par shows: the first that is not optimal. */
  readonly left: number | undefined;
}

const UNBROKEN: ReadonlySet<string> = new Set();
const words = general.film;

/** The film of a run. `variant` is the one that it began with, from 0. */
export function filmOf({ level, log }: Pick<Run, 'level' | 'log'>, variant: number): Film {
  let run = start(level, variant);
  const shots: Shot[] = picturesOf(run).map(picture => ({ ...picture, event: 0, broken: UNBROKEN }));
  for (const [i, event] of log.entries()) {
    const next = play(run, event);
    if (isRefused(next)) throw new RangeError(`event ${i + 1} does not fit`);
    shots.push(...shotsOf(run, next, event).map(shot => ({ broken: UNBROKEN, ...shot, event: i + 1 })));
    run = next;
  }
  const left = shots.findIndex(({ verdict }) => verdict !== undefined && verdict !== 'optimal');
  return { shots, left: left < 0 ? undefined : left };
}

function shotsOf(before: Run, after: Run, event: GameEvent): (Moment & Partial<Shot>)[] {
  const now = picturesOf(after).at(-1)!.view;
  if (event.type !== 'decide') return [{ caption: captionOf(event), view: now }];
  const answer = table(after).answers.at(-1)!;
  const { verdict, judgement } = answer;
  if (judgement?.consequence !== undefined && !answer.wentOn) return consequenceOf(answer, before);
  const known = picturesOf(before).length;
  const shown =
    answer.truth !== undefined || answer.depth === 'break'
      ? [{ caption: answer.text.headline, view: answer.before }]
      : [];
  const [first, ...rest] = [...shown, ...picturesOf(after).slice(known)];
  return first === undefined ? [] : [{ ...first, verdict }, ...rest];
}

/** A wrong decision, its consequence move by move, and the question that is asked again. */
function consequenceOf(answer: Answer, run: Run): (Moment & Partial<Shot>)[] {
  const { text, judgement, verdict, decision } = answer;
  const { decided, steps, broken } = judgement!.consequence!;
  const rows = new Set(broken.flatMap(violation => violation.rows));
  const offer = table(run).question?.offers.find(({ id }) => id === decision);
  const what = text.decided === '' ? (offer?.label ?? decision) : text.decided;
  return [
    { caption: fill(words.decided, { what }), view: decided, verdict, broken: rows },
    ...steps.map(({ view }, i): Moment & Partial<Shot> => {
      const { who, operation, shows } = text.steps[i]!;
      return { caption: `${who} ${operation}${shows === '' ? '' : `: ${shows}`}`, view, broken: rows };
    }),
    { caption: words.again, view: answer.before as View },
  ];
}

const captionOf = (event: Exclude<GameEvent, { type: 'decide' }>): string =>
  event.type === 'restart' ? fill(words.restart, { variant: event.variant + 1 }) : words[event.type];
