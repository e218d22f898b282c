import { titleBefore, titleKey } from '../../game/execution.ts';
import type { View } from '../../machines/machine.ts';

/** What a row shows that it did not show before: 'new', or the indices of the cells that changed. */
export type Change = 'new' | ReadonlySet<number>;
/** By the key of the row, or of a panel's title. */
export type Changes = ReadonlyMap<string, Change>;

export const UNCHANGED: Changes = new Map();

/** Compares two pictures of one system row by row; rows that are gone have nothing to be marked at. */
export function compare(before: View, after: View): Changes {
  if (before === after) return UNCHANGED;
  const old = new Map(before.panels.flatMap(panel => panel.rows.map(row => [row.key, row] as const)));
  const changes = new Map<string, Change>();
  for (const panel of after.panels) {
    if (titleBefore(before, panel) !== panel.title) changes.set(titleKey(panel), new Set());
    for (const row of panel.rows) {
      const was = old.get(row.key);
      if (was === undefined) {
        changes.set(row.key, 'new');
        continue;
      }
      const length = Math.max(row.cells.length, was.cells.length);
      const cells = Array.from({ length }, (_, i) => i).filter(i => row.cells[i] !== was.cells[i]);
      if (cells.length > 0) changes.set(row.key, new Set(cells));
    }
  }
  return changes;
}
