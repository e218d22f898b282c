import type { LoadedLevel } from '../compile.ts';
import { type Problem, problemAt } from '../problem.ts';
import type { Rote } from '../rote.ts';

/** The first levels of a chapter may be passed by rote: they introduce. */
export const INTRODUCTIONS = 2;
export const MOST_BY_CHANCE = 1 / 20;

/**
 * Nobody passes by looking at one thing only, and hardly anybody by drawing lots.
 * @param place the level's number in its chapter, from 0
 */
export function roteProblems({ placeOf }: LoadedLevel, rote: Rote, place: number): Problem[] {
  const problems: Problem[] = [];
  if (rote.smallest === null && place >= INTRODUCTIONS)
    problems.push(
      problemAt(
        placeOf('variants'),
        'rote',
        `whoever looks only at ${rote.player} passes every variant; expected variants that differ in what decides`,
      ),
    );
  if (rote.randomThreeStars > MOST_BY_CHANCE)
    problems.push(
      problemAt(
        placeOf('script'),
        'chance',
        `drawing lots earns three stars in ${(rote.randomThreeStars * 100).toFixed(1)} of 100 attempts; expected at most ${MOST_BY_CHANCE * 100}: more questions or a longer menu`,
      ),
    );
  return problems;
}
