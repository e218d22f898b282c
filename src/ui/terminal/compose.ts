import { stripVTControlCharacters } from 'node:util';
import { widthOf } from '../text.ts';

/** What Ink's drawing of a frame consists of (`ink/build/output.js`). Columns and rows count from 0. */
export type Operation =
  | {
      readonly type: 'write';
      readonly x: number;
      readonly y: number;
      /** Lines, with the codes of their styles, which end in the line in which they begin. */
      readonly text: string;
      readonly transformers: readonly ((line: string, index: number) => string)[];
    }
  | { readonly type: 'clip'; readonly clip: Clip }
  | { readonly type: 'unclip' };

/** What is drawn stays within; `x2` and `y2` are the first outside. */
interface Clip {
  readonly x1?: number | undefined;
  readonly x2?: number | undefined;
  readonly y1?: number | undefined;
  readonly y2?: number | undefined;
}

/**
 * The frame, as Ink makes it cell by cell, from whole lines: many times as fast. That is right where no text
 * stands over another and none is cut at a side or begins above the screen, as with ours.
 * @returns undefined where it is not right, and the cells are needed
 */
export function compose(operations: readonly Operation[], height: number): string | undefined {
  const rows = Array.from({ length: height }, () => '');
  /** The first column behind what is drawn. */
  const ends = rows.map(() => 0);
  const clips: Clip[] = [];
  for (const operation of operations) {
    if (operation.type === 'clip') clips.push(operation.clip);
    else if (operation.type === 'unclip') clips.pop();
    else {
      const { x, y, text, transformers } = operation;
      const { x1 = 0, x2 = Number.POSITIVE_INFINITY, y1 = 0, y2 = height } = clips.at(-1) ?? {};
      const from = Math.max(y, y1);
      const lines = text.split('\n').slice(from - y, Math.max(0, Math.min(y2, height) - y));
      if (y < 0) return undefined;
      for (const [i, line] of lines.entries()) {
        const row = from + i;
        const columns = widthOf(stripVTControlCharacters(line));
        if (x < Math.max(x1, ends[row]!) || x + columns > x2) return undefined;
        const drawn = transformers.reduce((text, transform) => transform(text, i), line);
        rows[row] += `${' '.repeat(x - ends[row]!)}${drawn}`;
        ends[row] = x + columns;
      }
    }
  }
  return rows.map(row => row.trimEnd()).join('\n');
}
