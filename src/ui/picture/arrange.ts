import type { Panel, View } from '../../machines/machine.ts';
import { beside, type Line } from '../lines.ts';
import { bottomOf, drawPanel, frameOf, naturalWidth } from './panel.ts';
import { type Density, itemsOf, type Marking, UNMARKED } from './rows.ts';

const CALM: Density = { join: 'none', aligned: true, gap: 2, bottom: true };
const CLOSE: Density = { ...CALM, gap: 1 };
const DENSITIES: readonly Density[] = [
  CALM,
  { ...CALM, join: 'leaves' },
  { ...CLOSE, join: 'leaves' },
  { ...CLOSE, join: 'all' },
  { ...CLOSE, join: 'all', bottom: false },
  { ...CLOSE, join: 'flow' },
  { ...CLOSE, join: 'flow', bottom: false },
  { ...CLOSE, join: 'pack', aligned: false },
  { ...CLOSE, join: 'pack', aligned: false, bottom: false },
];

/**
 * A view as lines: `columns` wide, at most `height` many. The first panel by rank is on the left and the others
 * are on its right, or below it where there is no room. Where one does not fit, it is left out
 * and with it all that come after it by rank; inside a panel the rows at fault are left out last, and the title says how many are missing.
 */
export function layoutView(view: View, columns: number, height: number, marking: Marking = UNMARKED): Line[] {
  if (height < 3 || columns < 12) return [];
  const panels = [...view.panels].sort((a, b) => a.rank - b.rank).filter(panel => panel.rows.length > 0);
  const [first, ...others] = panels;
  if (first === undefined) return [];
  const explained: Marking = marking.changes.size > 0 ? { ...marking, legend: first.id } : marking;
  for (const density of DENSITIES) {
    const lines =
      sideBySide(first, others, columns, height, explained, density) ??
      stacked(panels, columns, height, explained, density);
    if (lines !== undefined) return lines;
  }
  return [];
}

/** The two columns, if the panels of rank 0 fit them whole (or, at the last density, cut). */
function sideBySide(
  first: Panel,
  others: readonly Panel[],
  columns: number,
  height: number,
  marking: Marking,
  density: Density,
): Line[] | undefined {
  if (others.length === 0) return undefined;
  const right = Math.max(...others.map(panel => naturalWidth(panel, density, marking))) + 2;
  const left = columns - right;
  if (left < naturalWidth(first, density, marking) + 2) return undefined;
  const last = density === DENSITIES.at(-1);
  const needed = others.filter(panel => panel.rank === first.rank);
  const heightOf = (panel: Panel, width: number) =>
    itemsOf(panel, width - 2, marking, density).length + frameOf(panel, density);
  const tallest = Math.max(
    heightOf(first, left),
    needed.reduce((sum, panel) => sum + heightOf(panel, right), 0),
  );
  if (tallest > height && !last) return undefined;
  const stack: Line[] = [];
  let lowest = first;
  for (const panel of others) {
    const room = height - stack.length;
    if (heightOf(panel, right) > room && (panel.rank !== first.rank || room < 3)) break;
    stack.push(...drawPanel(panel, right, room, marking, density, isOpen(stack, density)));
    lowest = panel;
  }
  const main = drawPanel(first, left, height, marking, density);
  close(main, first, left, height, marking, density);
  close(stack, lowest, right, height, marking, density);
  return beside(main, stack, left);
}

/** Is there a panel without a border at its bottom? */
const isOpen = (lines: readonly Line[], density: Density): boolean => lines.length > 0 && !density.bottom;

/** Where a line is left, the lowest panel has a border at its bottom all the same. */
function close(
  lines: Line[],
  lowest: Panel,
  width: number,
  height: number,
  marking: Marking,
  density: Density,
): void {
  if (isOpen(lines, density) && lines.length < height) lines.push(bottomOf(lowest, width, marking));
}

/** One below the other: where there is one panel, or no room for two columns. */
function stacked(
  panels: readonly Panel[],
  columns: number,
  height: number,
  marking: Marking,
  density: Density,
): Line[] | undefined {
  const heightOf = (panel: Panel) =>
    itemsOf(panel, columns - 2, marking, density).length + frameOf(panel, density);
  const equals = panels.filter(({ rank }) => rank === panels[0]!.rank);
  const fits = equals.reduce((sum, panel) => sum + heightOf(panel), 0) <= height;
  if (!fits && density !== DENSITIES.at(-1)) return undefined;
  const lines: Line[] = [];
  const rooms = fits ? [] : shared(equals.map(heightOf), height);
  let lowest = panels[0]!;
  for (const [i, panel] of panels.entries()) {
    const left = height - lines.length;
    const room = fits ? left : (rooms[i] ?? 0);
    if (room < 3 || (panel.rank !== lowest.rank && heightOf(panel) > room)) break;
    lines.push(...drawPanel(panel, columns, room, marking, density, isOpen(lines, density)));
    lowest = panel;
  }
  // What they mean is said below the lowest of several.
  const below = marking.legend === undefined ? marking : { ...marking, legend: lowest.id };
  close(lines, lowest, columns, height, below, density);
  return lines;
}

/** Lines that a panel of several is worth at least: its title, and a row at fault with those above it. */
const LEAST = 4;

/**
 * The room of panels that together need more: as much for each of the first, and what one leaves over for the others.
 * @param needs their lines
 */
function shared(needs: readonly number[], height: number): number[] {
  const rooms = needs.slice(0, Math.max(1, Math.floor(height / LEAST)));
  let left = height;
  for (const [n, { need, i }] of rooms
    .map((need, i) => ({ need, i }))
    .sort((a, b) => a.need - b.need)
    .entries()) {
    rooms[i] = Math.min(need, Math.floor(left / (rooms.length - n)));
    left -= rooms[i]!;
  }
  return rooms;
}
