import { isRight } from '../judge/verdict.ts';
import type { Level } from '../levels/level.ts';
import type { Answer } from './types.ts';

/** The most that an attempt can earn, and what it earns by finishing like that. */
export const MOST_STARS = 3;

type Given = Pick<Answer, 'n' | 'verdict'>;

/**
 * Three stars for answers that are optimal throughout, two for right ones throughout or with the computed
 * hint opened, one for finishing; of an exam, for reaching its mark, and none below it. An answer that was taken back
 * still counts.
 * @param helped was the computed hint opened?
 */
export function starsFor(answers: readonly Given[], helped: boolean, exam?: Level['exam']): number {
  if (!answers.every(({ verdict }) => isRight(verdict)))
    return exam === undefined || mistakesOf(answers) <= exam.mistakes ? 1 : 0;
  return helped || answers.some(({ verdict }) => verdict !== 'optimal') ? 2 : MOST_STARS;
}

/** Questions whose first answer was wrong. */
export const mistakesOf = (answers: readonly Given[]): number =>
  firstAnswers(answers).filter(({ verdict }) => !isRight(verdict)).length;

/** The first answer to each question that was answered. */
export const firstAnswers = (answers: readonly Given[]): Given[] =>
  answers.filter((given, i) => answers.findIndex(({ n }) => n === given.n) === i);
