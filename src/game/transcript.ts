import { digestOf } from '../levels/digest.ts';
import type { Level } from '../levels/level.ts';
import { variantsOf } from '../levels/variants.ts';
import { isRefused, play, type Run, start, stateDigest } from './run.ts';
import type { GameEvent } from './types.ts';

/** Raised when a transcript is written, or the digest of a state is made, in another way. */
export const TRANSCRIPT_VERSION = 1;

/** One thing that the player did, and the digest of the state that it led to. Variants count from 1. */
export type Entry = GameEvent & { readonly state: string };

/** A run as its player can hand it on: what was asked, what was decided, and where each step led. */
export interface Transcript {
  readonly version: number;
  readonly level: string;
  /** Of what the level asked (`digestOf`). */
  readonly digest: string;
  /** With which the run began; counts from 1, as players count. */
  readonly variant: number;
  /** By which the variant was drawn; null where it was chosen. */
  readonly seed: number | null;
  /** Digest of the state at the first question. */
  readonly start: string;
  readonly log: readonly Entry[];
}

/** Why a transcript does not replay: `step` counts the entries of its log from 1; 0 is the start. */
export interface Failure {
  readonly why: 'newer' | 'level' | 'variant' | 'refused' | 'state';
  readonly step: number;
  readonly found: string;
  readonly expected: string;
}

/** The transcript of a run. `seed` is that of its first variant, if one was drawn. */
export function transcriptOf(run: Run, variant: number, seed: number | null): Transcript {
  let at = start(run.level, variant);
  const first = stateDigest(at);
  const log = run.log.map((event): Entry => {
    at = play(at, event) as Run;
    return { ...counted(event, 1), state: stateDigest(at) };
  });
  const { id } = run.level;
  return {
    version: TRANSCRIPT_VERSION,
    level: id,
    digest: digestOf(run.level),
    variant: variant + 1,
    seed,
    start: first,
    log,
  };
}

/** Variants count from 0 inside the game and from 1 outside: `by` is 1 on the way out and -1 on the way in. */
const counted = (event: GameEvent, by: 1 | -1): GameEvent =>
  event.type === 'restart' ? { ...event, variant: event.variant + by } : event;

/** The events of a transcript, as the game takes them. */
export const eventsOf = ({ log }: Pick<Transcript, 'log'>): GameEvent[] =>
  log.map(({ state: _, ...event }) => counted(event, -1));

/**
 * Plays a transcript again on the level that it names; every state must be the one that was recorded. Of an older
 * version the digests were made in another way: then the decisions alone must be such as the level takes.
 */
export function replayTranscript(transcript: Transcript, level: Level): Run | Failure {
  const { version, digest, variant, log } = transcript;
  const fail = (why: Failure['why'], step: number, found: unknown, expected: unknown): Failure => ({
    why,
    step,
    found: String(found),
    expected: String(expected),
  });
  if (version > TRANSCRIPT_VERSION) return fail('newer', 0, version, TRANSCRIPT_VERSION);
  if (digest !== digestOf(level)) return fail('level', 0, digest, digestOf(level));
  const variants = variantsOf(level).length;
  if (variant < 1 || variant > variants) return fail('variant', 0, variant, `1 to ${variants}`);
  let run = start(level, variant - 1);
  const isComparable = version === TRANSCRIPT_VERSION;
  if (isComparable && transcript.start !== stateDigest(run))
    return fail('state', 0, transcript.start, stateDigest(run));
  for (const [i, event] of eventsOf(transcript).entries()) {
    const next = play(run, event);
    if (isRefused(next)) return fail('refused', i + 1, said(event), next.expected);
    run = next;
    const { state } = log[i]!;
    if (isComparable && state !== stateDigest(run)) return fail('state', i + 1, state, stateDigest(run));
  }
  return run;
}

export const isFailure = (replayed: Run | Failure): replayed is Failure => 'why' in replayed;

const said = (event: GameEvent): string =>
  event.type === 'decide'
    ? event.decision
    : event.type === 'restart'
      ? `variant ${event.variant + 1}`
      : event.type;
