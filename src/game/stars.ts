import { isRight } from '../judge/verdict.ts';
import type { Answer } from './types.ts';

/** The most that an attempt can earn, and what it earns by finishing like that. */
export const MOST_STARS = 3;

/**
 * Three stars for answers that are optimal throughout, two for right ones throughout or with the computed
 * hint opened, one for finishing. An answer that was taken back still counts.
 * @param helped was the computed hint opened?
 */
export function starsFor(answers: readonly Pick<Answer, 'verdict'>[], helped: boolean): number {
  if (!answers.every(({ verdict }) => isRight(verdict))) return 1;
  return helped || answers.some(({ verdict }) => verdict !== 'optimal') ? 2 : MOST_STARS;
}
