import { isProblemName } from '../study/problem.ts';
import { cardsOf, type DueCard } from '../study/review.ts';
import { difficultyFor, review, type Series } from '../study/series.ts';
import type { Progress } from './records.ts';

/** The most stars that were earned in a level; undefined where it was not finished. */
export function starsIn({ levels }: Progress, id: string): number | undefined {
  const best = [...(levels.get(id)?.best.values() ?? [])];
  return best.length === 0 ? undefined : Math.max(...best);
}

/** The problems that were finished with their stars, the last one first. */
export const problemsPlayed = (progress: Progress): (readonly [id: string, stars: number])[] =>
  progress.runs.flatMap(({ level }) => {
    const stars = isProblemName(level) ? starsIn(progress, level) : undefined;
    return stars === undefined ? [] : [[level, stars] as const];
  });

/** Misconceptions that are due for review at that time, the longest due first. */
export const dueAt = ({ answers }: Progress, now: Date): DueCard[] =>
  cardsOf(answers).filter(({ due }) => due <= now);

/** Problems about what is due, as long as something is. */
export const reviewFrom = (progress: () => Progress, now: () => Date, seed: () => number): Series =>
  review(
    () => dueAt(progress(), now()),
    seed,
    id => progress().levels.has(id),
    difficultyFor(problemsPlayed(progress())),
  );
