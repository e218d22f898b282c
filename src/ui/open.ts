import type { Level } from '../levels/level.ts';
import { type Game, isUnderway } from './game.ts';
import { type Layer, PLAY, type State } from './state.ts';

/** The first screen. */
export const atStart: State = { layers: [{ at: 'start' }], note: '' };

/** Straight into a level: where it was left, or its story. */
export function inLevel(game: Game, level: Level): State {
  // A level of one's own has no map below it.
  const below: readonly Layer[] = game.chart() === undefined ? [] : atStart.layers;
  return isUnderway(game, level)
    ? { layers: [...below, PLAY], table: game.open(level).table, note: '' }
    : { layers: [...below, { at: 'story', level }], note: '' };
}
