import type { GameEvent, Outlook, Refused, Table } from '../game/types.ts';
import type { Level } from '../levels/level.ts';
import type { Chart } from '../progress/chart.ts';
import type { Preferences } from './preferences.ts';

/**
 * The levels, the player's progress and the attempt that is being played: all that the screens and plain mode
 * know of them. Every event is saved before `play` answers.
 */
export interface Game {
  /** What of the save could not be read, and what became of it: a sentence each. */
  readonly notices: readonly string[];
  /** Why something is not saved; undefined as long as all is. To be shown while it lasts, and at the end. */
  readonly trouble: string | undefined;
  /** What the player has settled once for all; another object whenever something of it changed. */
  readonly preferences: Preferences;
  /** Settles something: a name and a value of `SETTINGS`. */
  set(name: string, value: string): void;
  /** The map; undefined for a level file of one's own, which stands alone. */
  chart(): Chart | undefined;
  /** The level or exam that was left last before its end. */
  underway(): Level | undefined;
  /** The level that follows in the order of play; after a problem, the problem that follows. */
  after(level: string): Level | undefined;
  /** Today's shift: where it goes on, and how much of it is done; undefined for a level of one's own. */
  shift(): Shift | undefined;
  /**
   * The exam of a chapter, or FINAL of a system: the one that is under way, else a new one, drawn by chance; undefined
   * where there is none.
   */
  exam(system: string, chapter: string): Level | undefined;
  /** How many misconceptions are due for review. */
  due(): number;
  /** A problem about the one that is due longest, made anew; undefined where none is. */
  review(): Level | undefined;
  /** Goes on with the level's unfinished run, or begins one. */
  open(level: Level): Opened;
  /** An event of the open run. Throws where none is. */
  play(event: GameEvent): Table | Refused;
  /** What a schedule for the open question has come to; undefined where none is asked for. */
  outlook(picks: readonly string[]): Outlook | undefined;
  /** Another variant of the open level, drawn by chance; from 0. */
  drawVariant(): number;
}

export interface Shift {
  /** The first problem that is not finished; undefined where all are. */
  readonly next: Level | undefined;
  readonly done: number;
  readonly of: number;
}

export interface Opened {
  readonly table: Table;
  /** The run was begun earlier. */
  readonly resumed: boolean;
}

export const isRefusal = (played: Table | Refused): played is Refused => 'refused' in played;

/** Was nothing ever played? */
export const isFresh = ({ chapters, exams }: Chart): boolean =>
  exams.every(({ taken, underway }) => taken === 0 && underway === undefined) &&
  chapters.every(({ levels }) => levels.every(({ attempts, finished }) => attempts === 0 && !finished));

/** Was the level or exam begun, and left before its end? */
export function isUnderway(game: Game, { id }: Level): boolean {
  const chart = game.chart();
  return (
    chart?.exams.some(({ underway }) => underway === id) === true ||
    chart?.chapters.some(({ levels }) =>
      levels.some(({ level, underway }) => underway && level.id === id),
    ) === true
  );
}

/** Does an attempt stand, not at its end, in which something is decided that was not taken back? */
const isBegun = ({ question, answers }: Table): boolean =>
  question !== undefined && answers.some(({ takenBack }) => !takenBack);

/** An exam is not begun anew. */
export const losesByRestart = (table: Table): boolean => isBegun(table) && table.exam === undefined;

/** Nothing is kept of a level of one's own, nor where nothing can be saved. */
export const losesByLeaving = (table: Table, game: Game): boolean =>
  isBegun(table) && (game.chart() === undefined || game.trouble !== undefined);
