import data from '../../levels/levels.generated.json' with { type: 'json' };
import type { Chapter, Level, Library } from './level.ts';

/** The levels that come with the game, in the order of play. */
export const library = data as unknown as Library;

export const levelById = (id: string): Level | undefined => library.levels.find(level => level.id === id);

/** The chapter that a level says it belongs to; undefined for a level of one's own with a chapter of its own. */
export const chapterOf = (level: Pick<Level, 'system' | 'chapter'>): Chapter | undefined =>
  library.chapters.find(({ id, system }) => id === level.chapter && system === level.system);
