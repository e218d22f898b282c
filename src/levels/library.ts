import data from '../../levels/levels.generated.json' with { type: 'json' };
import { chapters } from './chapters.ts';
import type { Level, Library } from './level.ts';

/** The levels that come with the game, in the order of play. */
export const library: Library = { chapters, levels: data as unknown as readonly Level[] };

export const levelById = (id: string): Level | undefined => library.levels.find(level => level.id === id);
