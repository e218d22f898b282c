import type { Chapter, Level, Library } from '../levels/level.ts';
import { variantsOf } from '../levels/variants.ts';
import { isExamName } from '../study/exam.ts';
import { isProblemName } from '../study/problem.ts';
import { type ExamEntry, examEntries } from './exams.ts';
import type { LevelRecord, Progress } from './records.ts';
import { type Passable, starsOnMap } from './stars.ts';
import { locksOf } from './unlock.ts';

/** A level on the map. */
export interface LevelEntry extends LevelRecord {
  readonly level: Level;
  /** 0 to 3. */
  readonly stars: number;
  readonly finished: boolean;
  /** It was left before its end, and can be gone on with. */
  readonly underway: boolean;
  /** Of a level that is not open yet: the one to finish first. */
  readonly lockedBy?: Level;
}

/** A chapter on the map. */
export interface ChapterEntry {
  readonly chapter: Chapter;
  /** In the order of play. */
  readonly levels: readonly LevelEntry[];
  readonly stars: number;
  /** As many as there are to be had. */
  readonly of: number;
  /** The exam that it ends with, where there is one. */
  readonly exam: ExamEntry | undefined;
}

/** The map: all that the game has, and what the player has reached of it. */
export interface Chart {
  readonly chapters: readonly ChapterEntry[];
  /**
   * The level to go on with: one that was left before its end, else the first open one that is not finished, else
   * the first with fewer than three stars; undefined where all have three.
   */
  readonly next: LevelEntry | undefined;
  /** All exams in the order of play, the final ones too. */
  readonly exams: readonly ExamEntry[];
  /** Levels on record that the library does not have. */
  readonly unknown: readonly string[];
}

const MOST = 3;
const NOTHING: LevelRecord = { best: new Map(), attempts: 0, hints: 0 };

/** @param passableOf what the proof found of a level that comes with the game */
export function chartOf(
  library: Library,
  progress: Progress,
  passableOf: (level: string) => Passable,
): Chart {
  const recordOf = (id: string): LevelRecord => progress.levels.get(id) ?? NOTHING;
  const finished = (id: string): boolean => recordOf(id).best.size > 0;
  const exams = examEntries(progress);
  const examOf = ({ id, system }: Chapter): ExamEntry | undefined =>
    exams.find(exam => exam.chapter === id && exam.system === system);
  const locks = locksOf(
    library,
    id => recordOf(id).attempts > 0 || finished(id),
    finished,
    chapter => examOf(chapter)?.passed === true,
  );
  const known = new Map(library.levels.map(level => [level.id, level]));

  const entryOf = (level: Level): LevelEntry => {
    const record = recordOf(level.id);
    const lockedBy = known.get(locks.get(level.id) ?? '');
    return {
      level,
      ...record,
      stars: starsOnMap(record.best, variantsOf(level).length, passableOf(level.id)),
      finished: finished(level.id),
      underway: progress.open.some(run => run.level === level.id),
      ...(lockedBy === undefined ? {} : { lockedBy }),
    };
  };
  const chapters = library.chapters.map((chapter): ChapterEntry => {
    const levels = chapter.levels.flatMap(id => known.get(id) ?? []).map(entryOf);
    return {
      chapter,
      levels,
      stars: levels.reduce((sum, { stars }) => sum + stars, 0),
      of: levels.length * MOST,
      exam: examOf(chapter),
    };
  });

  const entries = chapters.flatMap(({ levels }) => levels);
  const left = progress.open.flatMap(run => entries.find(({ level }) => level.id === run.level) ?? []);
  return {
    chapters,
    exams,
    next:
      left[0] ??
      entries.find(entry => entry.lockedBy === undefined && !entry.finished) ??
      entries.find(({ stars }) => stars < MOST),
    unknown: [...progress.levels.keys()].filter(
      id => !isProblemName(id) && !isExamName(id) && !entries.some(({ level }) => level.id === id),
    ),
  };
}
