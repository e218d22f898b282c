import written from '../../levels/bodies.generated.json' with { type: 'json' };
import listed from '../../levels/levels.generated.json' with { type: 'json' };
import { chapters } from './chapters.ts';
import { BODY, type Body, type Level, type Library } from './level.ts';

/** The parts of a level that are read when one is first asked for. */
const bodyParts: PropertyDescriptorMap = Object.fromEntries(
  BODY.map(part => [
    part,
    {
      enumerable: true,
      get(this: Level) {
        return (written as unknown as Readonly<Record<string, Body>>)[this.id]![part];
      },
    },
  ]),
);

/** The levels that come with the game, in the order of play. */
export const library: Library = {
  chapters,
  levels: listed.map(level => Object.defineProperties(level, bodyParts) as unknown as Level),
};

export const levelById = (id: string): Level | undefined => library.levels.find(level => level.id === id);
