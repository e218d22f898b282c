import { CELL_SIZE, CELLS } from '../../../language/moves.ts';
import type { Panel, Row } from '../../machine.ts';
import { byteAt, type Content } from '../hardware/content.ts';

/** Frozen rows and panels, and how a page's contents are shown. */

export const row = (
  key: string,
  role: string,
  indent: number,
  cells: string[],
  marks: Row['marks'] = [],
): Row => Object.freeze({ key, role, indent, cells: Object.freeze(cells), marks });

export const panel = (id: string, rank: number, title: string, columns: string[], rows: Row[]): Panel =>
  Object.freeze({ id, rank, title, columns, rows: Object.freeze(rows) });

export const cellsOf = (content: Content): string =>
  Array.from({ length: CELLS }, (_, cell) => byteAt(content, cell * CELL_SIZE)).join(' ');
