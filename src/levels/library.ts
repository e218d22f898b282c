import written from '../../levels/bodies.generated.json' with { type: 'json' };
import listed from '../../levels/levels.generated.json' with { type: 'json' };
import { chapters } from './chapters.ts';
import type { Body, Level, Library } from './level.ts';

const bodyOf = (id: string): Body => (written as unknown as Readonly<Record<string, Body>>)[id]!;

/** A level whose body is read when it is first asked for. */
const levelOf = (level: Omit<Level, keyof Body>): Level => ({
  ...level,
  get story() {
    return bodyOf(level.id).story;
  },
  get setup() {
    return bodyOf(level.id).setup;
  },
  get script() {
    return bodyOf(level.id).script;
  },
  get hints() {
    return bodyOf(level.id).hints;
  },
});

/** The levels that come with the game, in the order of play. */
export const library: Library = {
  chapters,
  levels: (listed as unknown as readonly Omit<Level, keyof Body>[]).map(levelOf),
};

export const levelById = (id: string): Level | undefined => library.levels.find(level => level.id === id);
