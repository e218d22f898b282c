import { isRefused, play, type Run, start, table } from '../game/run.ts';
import type { GameEvent, Refused } from '../game/types.ts';
import type { Level } from '../levels/level.ts';
import { actsOf, revealedBy } from '../levels/revealed.ts';
import { isWatched } from '../levels/watch.ts';
import { replay } from './replay.ts';
import type { Attempt, Store, Told } from './store.ts';

/** A level being played, where every event is saved before it shows. */
export interface Session {
  readonly run: Run;
  /** Did it go on where the level was left? */
  readonly resumed: boolean;
  /** True where the level was left before its end but has changed since, so that it began anew. */
  readonly changed: boolean;
  /** The run after the event; or why it does not fit, and then nothing is saved. */
  play(event: GameEvent): Run | Refused;
}

/**
 * Goes on with a level where it was left, else begins it.
 * @param variant from 0, for beginning it
 */
export function openSession(store: Store, level: Level, variant: number): Session {
  const left = store.progress.open.find(open => open.level === level.id);
  const replayed = left === undefined ? undefined : replay(left, level);
  if (left !== undefined && replayed === undefined) store.drop(left);
  return replayed === undefined
    ? session(start(level, variant), store.begin(level, variant), false, left !== undefined)
    : session(replayed, store.resume(left!), true, false);
}

function session(first: Run, attempt: Attempt, resumed: boolean, changed: boolean): Session {
  let run = first;
  const result = finishOf(run);
  // The process was ended between the last decision and its result.
  if (result !== undefined) attempt.finish(result);
  return {
    get run() {
      return run;
    },
    resumed,
    changed,
    play(event) {
      const next = play(run, event);
      if (isRefused(next)) return next;
      const told =
        event.type === 'decide' ? toldBy(next) : event.type === 'look' ? lookedBy(next) : undefined;
      attempt.play(event, finishOf(next), told);
      run = next;
      return run;
    },
  };
}

function finishOf(run: Run) {
  const { variant, summary } = table(run);
  return summary === undefined ? undefined : { variant, stars: summary.stars };
}

/** In the place of a rule: what was asked is which facts decided. */
export const EVIDENCE = 'evidence';

/** What an answer given in passing told: whether its author knows what decided. */
function lookedBy(run: Run): Told | undefined {
  const answer = table(run).aside?.answer;
  return (
    answer && {
      system: run.level.system,
      rule: EVIDENCE,
      verdict: answer.verdict,
      first: true,
      shown: [],
    }
  );
}

/** What the last answer of a run told of its author. */
export function toldBy(run: Run): Told | undefined {
  const { answers } = table(run);
  const answer = answers.at(-1);
  if (answer === undefined) return undefined;
  const { depth, decision, judgement, verdict, n } = answer;
  const rule = depth === 'evidence' ? EVIDENCE : ((judgement?.reason ?? answer.reason)?.rule ?? 'no-fault');
  const { system } = run.level;
  const asked = {
    system,
    depth,
    rule,
    reference: judgement?.reference ?? answer.expected ?? '',
    ...(isWatched(run.level) && { decided: judgement?.decision }),
  };
  const acts = verdict === 'optimal' ? [] : actsOf(asked, decision, verdict);
  return {
    system,
    rule,
    verdict,
    first: answers.findIndex(each => each.n === n) === answers.length - 1,
    shown: [...new Set(acts.flatMap(act => revealedBy(system, rule, act)))],
  };
}
