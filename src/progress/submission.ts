import type { GameEvent } from '../game/types.ts';
import { type Claim, type Submission, type SubmittedRun, withinBounds } from '../study/submission.ts';
import { noticesOf } from './notices.ts';
import { parseJournal } from './parse.ts';

interface Draft extends SubmittedRun {
  readonly events: GameEvent[];
  readonly times: string[];
  readonly claims: Claim[];
}

/** What a journal hands in: all its runs, and what each claims. `file` is for messages. */
export function journalSubmission(text: string, file: string): Submission {
  const { events, problems } = parseJournal(text);
  const runs = new Map<string, Draft>();
  const lost: string[] = [];
  for (const event of events) {
    if (event.type === 'start') {
      const { level, digest, variant, from, n } = event;
      const before = from === undefined ? undefined : runs.get(from);
      if (from !== undefined && (before?.events.length ?? 0) < n)
        lost.push(`a run of ${level} goes on from one that is not there`);
      else if (!runs.has(event.run))
        runs.set(event.run, {
          level,
          digest,
          variant,
          events: before?.events.slice(0, n) ?? [],
          times: before?.times.slice(0, n) ?? [],
          known: from === undefined ? 0 : n,
          claims: [],
        });
    } else if (event.type === 'event') {
      const run = runs.get(event.run);
      if (run === undefined) lost.push(`an event of run ${event.run} has no start`);
      else if (event.n === run.events.length) {
        run.events.push(event.event);
        run.times.push(event.at);
      } else if (event.n > run.events.length)
        lost.push(`a run of ${run.level} lacks step ${run.events.length + 1}`);
    } else if (event.type === 'finish') {
      const { stars, n, level } = event;
      const run = runs.get(event.run);
      if (run === undefined) lost.push(`${level} is claimed finished, but its run is not there`);
      else run.claims.push({ events: n, stars });
    }
  }
  return withinBounds({
    runs: [...runs.values()],
    problems: [...noticesOf(file, problems), ...new Set(lost)],
  });
}
