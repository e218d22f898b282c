import { conceptsOf } from '../levels/catalogue.ts';
import type { Level } from '../levels/level.ts';
import { problemLevel } from '../study/series.ts';
import type { Chart } from './chart.ts';
import type { Progress } from './records.ts';

/** How far somebody has mastered a concept. */
export interface Mastery {
  readonly concept: string;
  readonly title: string;
  /** 0 to 1: the stars that were earned where it matters, of those to be had. */
  readonly share: number;
}

const MOST = 3;
/** So many of the problems that were played last count for each concept. */
const LATEST = 5;

/**
 * Mastery by concept, in the order in which levels teach them: of the levels that teach or use it, and of the
 * problems about it that were played last.
 */
export function masteryOf({ chapters }: Chart, progress: Progress): Mastery[] {
  const entries = chapters.flatMap(({ levels }) => levels);
  const problems = latestProblems(progress);
  const titles = new Map(
    entries.flatMap(({ level }) =>
      level.teaches.map(id => [id, conceptsOf(level.system)[id]?.title ?? id] as const),
    ),
  );
  return [...titles].map(([concept, title]) => {
    const earned = [
      ...entries.filter(({ level }) => isAbout(level, concept)).map(({ stars }) => stars),
      ...problems
        .filter(({ level }) => isAbout(level, concept))
        .slice(0, LATEST)
        .map(({ stars }) => stars),
    ];
    const sum = earned.reduce((total, stars) => total + stars, 0);
    return { concept, title, share: sum / (MOST * earned.length) };
  });
}

const isAbout = ({ teaches, uses }: Level, concept: string): boolean =>
  teaches.includes(concept) || uses.includes(concept);

/** Generated problems that were played, the last one first, each once. */
function latestProblems({ runs, levels }: Progress): { level: Level; stars: number }[] {
  return [...new Set(runs.map(({ level }) => level))].flatMap(id => {
    const level = problemLevel(id);
    return level === undefined
      ? []
      : [{ level, stars: Math.max(0, ...(levels.get(id)?.best.values() ?? [])) }];
  });
}
