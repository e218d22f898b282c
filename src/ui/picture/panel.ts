import { titleKey } from '../../game/execution.ts';
import type { Panel, Row } from '../../machines/machine.ts';
import { exactly, type Line, lineWidth, span } from '../lines.ts';
import { truncate, widthOf } from '../text.ts';
import { fill, texts } from '../texts.ts';
import { type Density, headings, type Item, itemsOf, type Marking } from './rows.ts';

/** Columns that the panel needs inside its border so that no cell is cut. */
export function naturalWidth(panel: Panel, density: Density, marking: Marking): number {
  const unjoined: Density = { ...density, join: 'none' };
  const items = itemsOf(panel, Number.POSITIVE_INFINITY, marking, unjoined);
  const rows = items.map(({ line }) => lineWidth(line));
  return Math.max(widthOf(markedTitle(panel, marking)) + 4, lineWidth(headings(panel)), ...rows) + 1;
}

/** Lines of a panel that are not rows: the title, the bottom, the headings. */
export const frameOf = (panel: Panel, density: Density): number =>
  1 + (density.bottom ? 1 : 0) + (panel.columns.length > 0 ? 1 : 0);

/**
 * A panel with its border, at most `height` lines; the title says how many rows are missing.
 * @param below it begins at the last row of another panel, which has no border at its bottom
 */
export function drawPanel(
  panel: Panel,
  width: number,
  height: number,
  marking: Marking,
  density: Density,
  below = false,
): Line[] {
  const inner = width - 2;
  const items = itemsOf(panel, inner, marking, density);
  const kept = keep(panel, items, height - frameOf(panel, density), marking);
  const missing = items.length - kept.length;
  const whole = markedTitle(panel, marking);
  const title = missing > 0 ? missingTitle(whole, missing, width - BORDER) : whole;
  const side = span('│', 'dim');
  const boxed = (line: Line): Line => [side, ...exactly(line, inner), side];
  const lines: Line[] = [below ? border('├', title, '┤', width) : border('┌', title, '┐', width)];
  if (panel.columns.length > 0) lines.push(boxed(headings(panel)));
  lines.push(...kept.map(item => boxed(item.line)));
  if (density.bottom) lines.push(bottomOf(panel, width, marking));
  return lines;
}

/** The border below a panel, with what the marks mean where that is to be said. */
export const bottomOf = ({ id }: Panel, width: number, { legend }: Marking): Line =>
  border('└', id === legend ? texts.panel.legend : '', '┘', width);

/** A title that says something else than before has the mark of a cell that does. */
const markedTitle = (panel: Panel, { changes }: Marking): string =>
  changes.has(titleKey(panel)) ? `*${panel.title}` : panel.title;

/** What a border takes of a title's line. */
const BORDER = 6;

/** The title of a panel of which not all is shown, and how much is not. */
function missingTitle(title: string, n: number, columns: number): string {
  const whole = fill(texts.panel.more, { title, n });
  return widthOf(whole) <= columns ? whole : fill(texts.panel.short, { title, n });
}

function border(left: string, title: string, right: string, width: number): Line {
  const text = title === '' ? '' : ` ${truncate(title, width - BORDER)} `;
  const rest = Math.max(0, width - 3 - widthOf(text));
  const role = left === '└' ? 'dim' : title.startsWith('*') ? 'changed' : 'title';
  return [span(`${left}─`, 'dim'), span(text, role), span(`${'─'.repeat(rest)}${right}`, 'dim')];
}

/** The items that exactly, in their order: those at fault first, then those that changed or broke, then their like. */
function keep(panel: Panel, items: readonly Item[], room: number, marking: Marking): readonly Item[] {
  if (items.length <= room) return items;
  const urgent = new Map<string, number>();
  const raise = (key: string, urgency: number) => urgent.set(key, Math.max(urgency, urgent.get(key) ?? 0));
  const above: Row[] = [];
  for (const row of panel.rows) {
    above.length = Math.min(above.length, row.indent);
    above[row.indent] = row;
    const urgency = row.marks.includes('fault')
      ? 4
      : marking.broken.has(row.key) || row.marks.length > 0
        ? 3
        : marking.changes.has(row.key)
          ? 2
          : 0;
    if (urgency === 0) continue;
    raise(row.key, urgency);
    for (const ancestor of above) if (ancestor !== undefined) raise(ancestor.key, urgency);
    for (const sibling of familyOf(panel, row)) raise(sibling.key, 1);
  }
  const urgencyOf = (item: Item) => Math.max(...item.rows.map(row => urgent.get(row.key) ?? 0));
  const chosen = items
    .map((item, i) => ({ i, urgency: urgencyOf(item) }))
    .sort((a, b) => b.urgency - a.urgency || a.i - b.i)
    .slice(0, Math.max(0, room))
    .map(({ i }) => i);
  return items.filter((_, i) => chosen.includes(i));
}

/** The rows that stand under the same row of the outermost level as `row`. */
function familyOf(panel: Panel, row: Row): readonly Row[] {
  const at = panel.rows.indexOf(row);
  if (row.indent === 0) return [];
  let start = at;
  while (start > 0 && panel.rows[start]!.indent > 0) start--;
  const next = panel.rows.findIndex((each, i) => i > start && each.indent === 0);
  return panel.rows.slice(start, next < 0 ? undefined : next);
}
