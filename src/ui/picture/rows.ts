import type { Panel, Row } from '../../machines/machine.ts';
import { cut, type Line, lineWidth, type Span, span } from '../lines.ts';
import { pad, widthOf } from '../text.ts';
import { type Changes, UNCHANGED } from './compare.ts';

/** What is to be marked in a picture besides the machine's own marks. */
export interface Marking {
  readonly changes: Changes;
  /** Keys of rows that break an invariant. */
  readonly broken: ReadonlySet<string>;
  /** The panel that explains the marks of changes. */
  readonly legend?: string;
}
export const UNMARKED: Marking = { changes: UNCHANGED, broken: new Set() };

/** One line inside a panel, and the rows that it shows: a small terminal has several rows on a line. */
export interface Item {
  readonly line: Line;
  readonly rows: readonly Row[];
}

/** How tightly rows are set: each step saves lines, or columns, at the price of some calm. */
export interface Density {
  /**
   * Which rows share the line of their parent where they are its only child; 'flow': leaves beside each other too;
   * 'pack': the first of them behind their parent.
   */
  readonly join: 'none' | 'leaves' | 'all' | 'flow' | 'pack';
  /** Whether the cells of rows of one role stand below each other. */
  readonly aligned: boolean;
  readonly gap: 1 | 2;
  readonly bottom: boolean;
}
/** The rows of a panel as lines that fit `inner` columns. */
export const itemsOf = (panel: Panel, inner: number, marking: Marking, density: Density): Item[] =>
  panel.columns.length > 0
    ? tableItems(panel, inner, marking, density)
    : treeItems(panel, inner, marking, density);

/** Widths of the cells of each role: rows of one role share their columns. */
function widthsOf(panel: Panel): ReadonlyMap<string, readonly number[]> {
  const widths = new Map<string, number[]>();
  for (const row of panel.rows) {
    const known = widths.get(row.role) ?? [];
    for (const [i, cell] of row.cells.entries()) known[i] = Math.max(known[i] ?? 0, widthOf(cell));
    widths.set(row.role, known);
  }
  return widths;
}

interface Column {
  readonly width: number;
  readonly side: 'left' | 'right';
}

/** A table's first column has room for the mark of the frame at fault; numbers stand on the right. */
function columnsOf(panel: Panel): readonly Column[] {
  return panel.columns.map((heading, i) => {
    const cells = panel.rows.map(row => row.cells[i] ?? '');
    const widest = Math.max(0, ...cells.map(widthOf)) + (i === 0 ? 2 : 0);
    const numbers = cells.every(cell => /^(-|\d*)$/.test(cell));
    return { width: Math.max(widthOf(heading), widest), side: numbers ? 'right' : 'left' };
  });
}

/** The headings of a table as one line. */
export const headings = (panel: Panel): Line => {
  const columns = columnsOf(panel);
  const cells = panel.columns.map((heading, i) => pad(heading, columns[i]!.width, columns[i]!.side));
  return [span(` ${cells.join(' ')}`.trimEnd(), 'dim')];
};

const isChanged = (marking: Marking, row: Row, cell: number): boolean => {
  const change = marking.changes.get(row.key);
  return change === 'new' || (change?.has(cell) ?? false);
};

/** The mark before a row: at fault, or new. */
function markBefore(row: Row, marking: Marking): Span {
  if (row.marks.includes('fault')) return span('▸', 'fault');
  if (marking.changes.get(row.key) === 'new') return span('+', 'changed');
  return span(' ');
}

/** `*` in the gap before a cell that changed. */
const gap = (row: Row, cell: number, width: number, marking: Marking): Span => {
  const change = marking.changes.get(row.key);
  const starred = change !== undefined && change !== 'new' && change.has(cell);
  return starred ? span(`${' '.repeat(width - 1)}*`, 'changed') : span(' '.repeat(width));
};

const brokenMark = (row: Row, marking: Marking): Line =>
  marking.broken.has(row.key) ? [span(' ✗', 'wrong')] : [];

function tableItems(panel: Panel, inner: number, marking: Marking, density: Density): Item[] {
  const columns = columnsOf(panel);
  const items = panel.rows.map(row => {
    const spans: Span[] = [markBefore(row, marking)];
    const last = row.cells.findLastIndex(cell => cell !== '');
    for (const [i, cell] of row.cells.slice(0, last + 1).entries()) {
      const { width, side } = columns[i] ?? { width: widthOf(cell), side: 'left' };
      const marked = i === 0 && row.marks.includes('frame') ? `${cell} ◂` : cell;
      const blanks = ' '.repeat(Math.max(0, width - widthOf(marked)));
      const role =
        row.marks.length > 0 && i === 0 ? 'fault' : isChanged(marking, row, i) ? 'changed' : undefined;
      const before = side === 'right' ? blanks : '';
      if (i > 0) spans.push(gap(row, i, 1 + before.length, marking));
      spans.push(span(marked, role), span(side === 'left' && i < last ? blanks : ''));
    }
    return { line: [...spans, ...brokenMark(row, marking)], rows: [row] };
  });
  return density.join === 'none' ? items : joinShort(items, inner, marking);
}

/** Rows of a table that say hardly anything, such as free frames, share a line. */
function joinShort(items: readonly Item[], inner: number, marking: Marking): Item[] {
  const isShort = ({ rows }: Item) =>
    rows.every(
      row =>
        row.cells.filter(cell => cell !== '').length <= 2 &&
        row.marks.length === 0 &&
        !marking.changes.has(row.key) &&
        !marking.broken.has(row.key),
    );
  const joined: Item[] = [];
  for (const item of items) {
    const previous = joined.at(-1);
    const line = previous && [...previous.line, span('  '), ...item.line];
    if (previous && line && isShort(previous) && isShort(item) && lineWidth(line) <= inner)
      joined[joined.length - 1] = { line, rows: [...previous.rows, ...item.rows] };
    else joined.push(item);
  }
  return joined;
}

interface Node {
  readonly row: Row;
  readonly children: Node[];
}

function treeOf(rows: readonly Row[]): Node[] {
  const root: Node[] = [];
  const open: Node[] = [];
  for (const row of rows) {
    const node: Node = { row, children: [] };
    while (open.length > 0 && open.at(-1)!.row.indent >= row.indent) open.pop();
    (open.at(-1)?.children ?? root).push(node);
    open.push(node);
  }
  return root;
}

function treeItems(panel: Panel, inner: number, marking: Marking, density: Density): Item[] {
  const widths = widthsOf(panel);
  const items: Item[] = [];
  const cellsOf = (row: Row, padded: boolean): Line => {
    const shared = widths.get(row.role)!;
    return row.cells.flatMap((cell, i) => {
      const role = isChanged(marking, row, i)
        ? 'changed'
        : row.marks.includes('fault')
          ? 'fault'
          : row.indent === 0 && i === 0
            ? 'strong'
            : undefined;
      const isLast = i === row.cells.length - 1;
      const isBare = !density.aligned || (isLast && !padded);
      const text = span(isBare ? cell : pad(cell, shared[i]!), role);
      return i === 0 ? [text] : [gap(row, i, density.gap, marking), text];
    });
  };
  /** @param from 1 where the chain goes on behind something on its line */
  const drawn = (chain: readonly Node[], from = 0): Line =>
    chain.flatMap(({ row }, at) => {
      const i = at + from;
      const mark = markBefore(row, marking);
      const lead: Line =
        i > 0
          ? [span(' '), mark, span(' ')]
          : row.indent === 0
            ? [mark]
            : [span(' '.repeat(2 * row.indent - 1)), mark, span(' ')];
      return [...lead, ...cellsOf(row, at < chain.length - 1), ...brokenMark(row, marking)];
    });
  const visit = (node: Node): void => {
    let chain = chainFrom(node, density.join);
    while (chain.length > 1 && lineWidth(drawn(chain)) > inner) chain = chain.slice(0, -1);
    items.push({ line: cut(drawn(chain), inner), rows: chain.map(({ row }) => row) });
    for (const child of chain.at(-1)!.children) {
      visit(child);
      if (flows && child.children.length === 0) flow(child, chain.at(-1)!.row);
    }
  };
  const flows = density.join === 'flow' || density.join === 'pack';
  /** Puts the row that was drawn last behind the leaf (packed: or the parent) before it, where they fit one line. */
  const flow = ({ row }: Node, parent: Row): void => {
    const [previous, last] = items.slice(-2);
    const before = previous?.rows.at(-1);
    if (last === undefined || before === undefined) return;
    if (before.indent !== row.indent && !(density.join === 'pack' && before === parent)) return;
    const line: Line = [...previous!.line, ...drawn([{ row, children: [] }], 1)];
    if (lineWidth(line) > inner) return;
    items.splice(-2, 2, { line, rows: [...previous!.rows, row] });
  };
  for (const node of treeOf(panel.rows)) visit(node);
  return items;
}

/** The node and its only children, as far as the density joins them. */
function chainFrom(node: Node, join: Density['join']): readonly Node[] {
  const [only, ...more] = node.children;
  if (join === 'none' || only === undefined || more.length > 0) return [node];
  if (join === 'leaves') return only.children.length === 0 ? [node, only] : [node];
  return [node, ...chainFrom(only, join)];
}
