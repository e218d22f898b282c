import { eventsOf } from '../game/transcript.ts';
import type { GameEvent } from '../game/types.ts';
import { formatProblem } from '../levels/problem.ts';
import { MOST_ENTRIES, readTranscripts, type TranscriptFile } from './transcript-file.ts';

/** A run that a student has handed in: what was decided, and what it claims to have come to. */
export interface SubmittedRun {
  readonly level: string;
  /** What the level asked (`digestOf`). */
  readonly digest: string;
  /** From 0. */
  readonly variant: number;
  readonly events: readonly GameEvent[];
  /** So many of the events belong to a run that is handed in too. */
  readonly known: number;
  /** When each event happened (ISO 8601), where that is on record. */
  readonly times?: readonly string[];
  /** Of a transcript: the digests of the states, at the start and after each event. */
  readonly states?: readonly string[];
  readonly claims: readonly Claim[];
}

/** That after so many events the level was finished with so many stars. Never believed, only compared. */
export interface Claim {
  readonly events: number;
  readonly stars: number;
}

export interface Submission {
  readonly runs: readonly SubmittedRun[];
  /** What of the file cannot be read, and does not count. */
  readonly problems: readonly string[];
}

/** Is this a journal rather than transcripts? Each line of one is an object, and there is nothing around them. */
export const isJournal = (file: string): boolean => /\.(ndjson|jsonl)$/.test(file);

/** What a file of transcripts hands in. */
export function transcriptSubmission(source: string, file: string): Submission {
  const read = readTranscripts(source, file);
  return 'problems' in read
    ? { runs: [], problems: read.problems.map(formatProblem) }
    : { runs: read.transcripts.map(submitted), problems: [] };
}

function submitted(transcript: TranscriptFile): SubmittedRun {
  const { level, digest, variant, log, stars } = transcript;
  const events = eventsOf(transcript);
  return {
    level,
    digest,
    variant: variant - 1,
    events,
    known: 0,
    states: [transcript.start, ...log.map(({ state }) => state)],
    claims: stars === undefined || stars === 0 ? [] : [{ events: events.length, stars }],
  };
}

/** Splits what nobody can have played off; the problem says of which run. */
export function withinBounds({ runs, problems }: Submission): Submission {
  const long = runs.filter(({ events }) => events.length > MOST_ENTRIES);
  return {
    runs: runs.filter(run => !long.includes(run)),
    problems: [
      ...problems,
      ...long.map(
        ({ level, events }) =>
          `a run of ${level} has ${events.length} steps; expected at most ${MOST_ENTRIES}`,
      ),
    ],
  };
}
