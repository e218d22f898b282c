import { isRefused, play, start, stateDigest, table } from '../game/run.ts';
import { digestOf } from '../levels/digest.ts';
import type { Level, Library } from '../levels/level.ts';
import { variantsOf } from '../levels/variants.ts';
import type { Submission, SubmittedRun } from './submission.ts';
import { fill, texts } from './texts.ts';

const words = texts.grade;

/** What is graded, and how a level is scored from the stars by variant. */
export interface Scheme {
  /** In this order. */
  readonly levels: readonly Level[];
  /** '3.5': the level's place in the course. */
  readonly numberOf: (level: Level) => string;
  /** Stars of a level from the most that were earned by variant (from 0). */
  readonly starsOf: (level: Level, best: ReadonlyMap<number, number>) => number;
  /** Of all stars, the least that passes. */
  readonly least: number;
}

export const MOST = 3;

export interface GradedLevel {
  readonly level: string;
  readonly number: string;
  readonly title: string;
  readonly concepts: readonly string[];
  readonly score: number;
  readonly max: number;
  readonly attempts: number;
  readonly hints: number;
  /** When it was first finished, where that is on record. */
  readonly firstSolvedAt: string | null;
  /** What came of each run, in words. */
  readonly output: readonly string[];
}

/**
 * ok: all was played again and came to what it claims; discrepancy: it came to something else; damaged: some of
 * it cannot be read or does not fit, and does not count; unreadable: nothing of it counts.
 */
export type Status = 'ok' | 'discrepancy' | 'damaged' | 'unreadable';

export interface Graded {
  readonly file: string;
  readonly student: string;
  readonly status: Status;
  readonly score: number;
  readonly max: number;
  readonly passed: boolean;
  readonly discrepancies: readonly string[];
  readonly problems: readonly string[];
  readonly levels: readonly GradedLevel[];
}

/** Plays everything again that was handed in. Only what the decisions come to counts, here and now. */
export function grade(
  submission: Submission,
  { file, student }: Pick<Graded, 'file' | 'student'>,
  scheme: Scheme,
): Graded {
  const discrepancies: string[] = [];
  const problems = [...submission.problems];
  const records = new Map(scheme.levels.map(level => [level.id, newRecord()]));
  let counted = 0;
  for (const run of submission.runs) {
    const level = scheme.levels.find(({ id }) => id === run.level);
    const record = records.get(run.level);
    // What is not asked for is not looked at.
    if (level === undefined || record === undefined) {
      counted++;
      continue;
    }
    const trouble = guarded(level, () => replayInto(record, run, level, discrepancies));
    if (trouble === undefined) counted++;
    else problems.push(trouble);
  }
  const levels = scheme.levels.map(level => gradedLevel(level, records.get(level.id)!, scheme));
  const score = levels.reduce((sum, each) => sum + each.score, 0);
  const status: Status =
    counted === 0
      ? 'unreadable'
      : problems.length > 0
        ? 'damaged'
        : discrepancies.length > 0
          ? 'discrepancy'
          : 'ok';
  return {
    file,
    student,
    status,
    score,
    max: scheme.levels.length * MOST,
    passed: status !== 'unreadable' && score >= scheme.least,
    discrepancies,
    problems: counted === 0 && problems.length === 0 ? [words.empty] : problems,
    levels,
  };
}

/** A fault of our own is never the student's success: it is said, and nothing counts. */
function guarded(level: Level, replay: () => string | undefined): string | undefined {
  try {
    return replay();
  } catch (error) {
    return fill(words.ours, { level: level.id, message: String(error) });
  }
}

/** What is on record of a level while a submission is played again. */
interface Record {
  readonly best: Map<number, number>;
  attempts: number;
  hints: number;
  firstSolvedAt: string | null;
  readonly output: string[];
}
const newRecord = (): Record => ({ best: new Map(), attempts: 0, hints: 0, firstSolvedAt: null, output: [] });

/** Plays a run again. Says why, if it does not fit; then nothing of it counts. */
function replayInto(
  record: Record,
  submitted: SubmittedRun,
  level: Level,
  discrepancies: string[],
): string | undefined {
  const { variant, events, known, times, states, claims, digest } = submitted;
  const name = level.id;
  if (digest !== digestOf(level)) return fill(words.changed, { level: name });
  const variants = variantsOf(level).length;
  if (variant >= variants) return fill(words.variant, { level: name, variant: variant + 1, variants });
  let run = start(level, variant);
  const finished = new Map<number, { variant: number; stars: number }>();
  let differs = states === undefined || states[0] === stateDigest(run) ? -1 : 0;
  for (const [i, event] of events.entries()) {
    const next = play(run, event);
    if (isRefused(next)) return fill(words.refused, { level: name, step: i + 1, expected: next.expected });
    run = next;
    if (differs < 0 && states !== undefined && states[i + 1] !== stateDigest(run)) differs = i + 1;
    const { summary, variant: played } = table(run);
    if (summary !== undefined) finished.set(i + 1, { variant: played, stars: summary.stars });
  }
  record.attempts += known === 0 ? 1 : 0;
  for (const { type } of events.slice(known)) {
    if (type === 'restart') record.attempts++;
    if (type === 'hint') record.hints++;
  }
  for (const [n, { variant: played, stars }] of finished) {
    record.best.set(played, Math.max(record.best.get(played) ?? 0, stars));
    const at = times?.[n - 1] ?? null;
    if (at !== null && (record.firstSolvedAt === null || at < record.firstSolvedAt))
      record.firstSolvedAt = at;
  }
  const last = [...finished.values()].at(-1);
  record.output.push(
    last === undefined
      ? fill(words.unfinished, { variant: variant + 1, steps: events.length })
      : fill(words.finished, { variant: last.variant + 1, stars: last.stars }),
  );
  for (const { events: n, stars } of claims) {
    const came = finished.get(n);
    if (came?.stars !== stars)
      discrepancies.push(
        came === undefined
          ? fill(words.claimedUnfinished, { level: name, claimed: stars, step: n })
          : fill(words.claimed, { level: name, claimed: stars, stars: came.stars, step: n }),
      );
  }
  if (differs >= 0) discrepancies.push(fill(words.state, { level: name, step: differs }));
  return undefined;
}

const gradedLevel = (level: Level, record: Record, { numberOf, starsOf }: Scheme): GradedLevel => ({
  level: level.id,
  number: numberOf(level),
  title: level.title,
  concepts: level.teaches,
  score: starsOf(level, record.best),
  max: MOST,
  attempts: record.attempts,
  hints: record.hints,
  firstSolvedAt: record.firstSolvedAt,
  output: record.output.length === 0 ? [words.nothing] : record.output,
});

/**
 * The levels that a list of level and chapter ids names, in the order of play; all where it is empty.
 * @returns or the id that names neither
 */
export function requiredLevels(
  { chapters, levels }: Library,
  names: readonly string[],
): readonly Level[] | { readonly unknown: string } {
  const ids = names.flatMap(name => {
    const chapter = chapters.find(({ id }) => id === name);
    return chapter === undefined ? [name] : chapter.levels;
  });
  const unknown = ids.find(id => !levels.some(level => level.id === id));
  if (unknown !== undefined) return { unknown };
  return ids.length === 0 ? levels : levels.filter(({ id }) => ids.includes(id));
}

/** '3.5': the number of the chapter among those of its system, and of the level in it. */
export function placeNumber({ chapters }: Library, level: Level): string {
  const of = chapters.filter(({ system }) => system === level.system);
  const chapter = of.findIndex(({ levels }) => levels.includes(level.id));
  return chapter < 0 ? '' : `${chapter + 1}.${of[chapter]!.levels.indexOf(level.id) + 1}`;
}
