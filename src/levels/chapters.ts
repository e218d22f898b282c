import data from '../../levels/chapters.generated.json' with { type: 'json' };
import type { Chapter, Level } from './level.ts';

/** The chapters that come with the game, in the order of play. */
export const chapters = data as readonly Chapter[];

/** The chapter that a level says it belongs to; undefined for a level of one's own with a chapter of its own. */
export const chapterOf = (level: Pick<Level, 'system' | 'chapter'>): Chapter | undefined =>
  chapters.find(({ id, system }) => id === level.chapter && system === level.system);
