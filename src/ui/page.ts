import type { Line } from './lines.ts';

/** The room that a page may fill. */
export interface Area {
  readonly columns: number;
  readonly lines: number;
  /** The columns for two pictures beside each other, where the terminal has room for them. */
  readonly wide?: number;
}

export interface Choice {
  /** What is chosen. */
  readonly value: string;
  readonly label: string;
}

/** A list to choose from; `ink-select-input` draws it and reads its keys. */
export interface Choices {
  /** A list with another id starts anew at its `initial` choice. */
  readonly id: string;
  readonly items: readonly Choice[];
  readonly initial?: number;
}

/** A screen as plain data: what the drawing needs, nothing to compute. */
export interface Page {
  readonly above: readonly Line[];
  readonly choices?: Choices;
  readonly below: readonly Line[];
  /** The columns of its lines, where they are more than the area's. */
  readonly columns?: number;
  /** Of a screen that scrolls: the offset of the last possible view. */
  readonly most?: number;
}

/** Screens are not made wider or higher than is good to read; wider terminals have them in the middle. */
export const WIDEST = 100;
const HIGHEST = 32;
/** From so many columns on, two pictures have room beside each other; so many are enough for them. */
const WIDE = 160;
const WIDEST_PAIR = 220;

/**
 * The room in a terminal: one line less than it has, since Ink clears the whole screen for a frame as high
 * as the terminal.
 */
export const areaOf = (columns: number, rows: number): Area => ({
  columns: Math.max(1, Math.min(columns, WIDEST)),
  lines: Math.max(1, columns < WIDE ? Math.min(rows - 1, HIGHEST) : rows - 1),
  ...(columns < WIDE ? {} : { wide: Math.min(columns, WIDEST_PAIR) }),
});

/** The lines of a page that scrolls: those from `scroll` on that fit into `room`. */
export function scrolled(lines: readonly Line[], scroll: number, room: number) {
  const most = Math.max(0, lines.length - room);
  const from = Math.min(scroll, most);
  return { visible: lines.slice(from, from + room), from, most };
}
