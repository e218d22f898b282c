import type { Table } from '../game/types.ts';
import type { Level } from '../levels/level.ts';
import type { Game } from './game.ts';
import { PLAY, type State } from './state.ts';

/** The first screen. */
export const atStart: State = { layers: [{ at: 'start' }], note: '' };

/** Straight into a level: its story, or where it was left. */
export function inLevel(game: Game, level: Level): State {
  const { table, resumed }: { table: Table; resumed: boolean } = game.open(level);
  const shown = resumed ? PLAY : ({ at: 'story' } as const);
  return { layers: game.chart() === undefined ? [shown] : [{ at: 'start' }, shown], table, note: '' };
}
