import { isRight } from '../judge/verdict.ts';
import { type ExamName, examIn, exams, formatExam, parseExam, titleOf } from '../study/exam.ts';
import type { Progress } from './records.ts';

/** The exam of a chapter, or the final one of a system, and what the player has reached in it. */
export interface ExamEntry extends Omit<ExamName, 'seed'> {
  readonly title: string;
  /** The most stars of those that were finished; undefined where none was. */
  readonly stars: number | undefined;
  /** Three stars for optimal answers, one for the mark; below it there is none. */
  readonly passed: boolean;
  /** How many were finished. */
  readonly taken: number;
  /** Of the best that was finished: questions that were answered rightly at first, and how many there were. */
  readonly right: number;
  readonly of: number;
  /** The id of the one that was left before its end. */
  readonly underway: string | undefined;
}

/** All exams in the order of play, with what was reached. */
export function examEntries(progress: Progress): ExamEntry[] {
  const taken = [...progress.levels].flatMap(([id, { best }]) => {
    const name = examIn(id);
    return name === undefined || best.size === 0 ? [] : [{ id, name, stars: Math.max(...best.values()) }];
  });
  return exams().map(exam => {
    const same = ({ system, chapter }: Omit<ExamName, 'seed'>): boolean =>
      system === exam.system && chapter === exam.chapter;
    const own = taken
      .filter(({ name }) => same(name))
      .map(each => ({ ...each, ...pointsOf(progress, each.id) }))
      .sort((a, b) => b.stars - a.stars || b.right - a.right);
    const [best] = own;
    const open = progress.open.find(({ level }) => {
      const name = parseExam(level);
      return name !== undefined && same(name);
    });
    return {
      ...exam,
      title: titleOf(exam),
      stars: best?.stars,
      passed: (best?.stars ?? 0) > 0,
      taken: own.length,
      right: best?.right ?? 0,
      of: best?.of ?? 0,
      underway: open?.level,
    };
  });
}

/** First answers of an exam, as the journal tells them. */
function pointsOf({ answers }: Progress, id: string): { readonly right: number; readonly of: number } {
  const first = answers.filter(({ level, first: isFirst }) => level === id && isFirst);
  return { right: first.filter(({ verdict }) => isRight(verdict)).length, of: first.length };
}

/** The id of an exam to take: the one that is under way, else one of this seed. */
export const examToTake = ({ underway, system, chapter }: ExamEntry, seed: number): string =>
  underway ?? formatExam({ system, chapter, seed });
