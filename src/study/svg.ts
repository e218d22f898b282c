import type { Panel, Row, View } from '../machines/machine.ts';

/** Sizes in SVG units. A character of the font is six tenths as wide as it is high. */
const FONT = 14;
const CHARACTER = FONT * 0.6;
const LINE = 20;
const PAD = 12;
const GAP = 70;

/**
 * The picture of memory as an SVG: trees of processes on the left, tables on the right, and a line from each entry
 * to the frame that it names. Nothing in it hangs on colour alone.
 */
export function svgOf({ panels }: View, title: string): string {
  const shown = panels.filter(({ rows }) => rows.length > 0);
  const left = stack(
    shown.filter(({ columns }) => columns.length === 0),
    PAD,
  );
  const right = stack(
    shown.filter(({ columns }) => columns.length > 0),
    PAD + left.width + (left.width > 0 ? GAP : 0),
  );
  const frames = new Map(right.rows.map(row => [row.row.cells[0] ?? '', row]));
  const lines = left.rows.flatMap(({ row, y }) => {
    const to = row.cells.slice(1).flatMap(cell => frames.get(cell) ?? [])[0];
    if (to === undefined) return [];
    const [from, end] = [PAD + left.width - 4, to.x + 4];
    return [
      `<path class="map" d="M${from} ${y - 5} C${from + 40} ${y - 5} ${end - 40} ${to.y - 5} ${end} ${to.y - 5}"/>`,
    ];
  });
  const width = PAD + Math.max(left.right, right.right);
  const height = PAD + Math.max(left.bottom, right.bottom);
  return `<svg xmlns="http://www.w3.org/2000/svg" xml:space="preserve" viewBox="0 0 ${width} ${height}" width="${width}" height="${height}" role="img">
<title>${escaped(title)}</title>
<style>text{font:${FONT}px monospace;white-space:pre}.box{fill:none;stroke:#555}.head{font-weight:bold}.fault{font-weight:bold;text-decoration:underline}.map{fill:none;stroke:#0072b2}</style>
<rect width="${width}" height="${height}" fill="#fff"/>
${[...left.drawn, ...right.drawn, ...lines].join('\n')}
</svg>
`;
}

interface Placed {
  readonly row: Row;
  readonly x: number;
  readonly y: number;
}

/** Panels below each other, from `x` on. */
function stack(panels: readonly Panel[], x: number) {
  const texts = panels.map(textsOf);
  const longest = Math.max(
    0,
    ...texts.flat().map(text => text.length),
    ...panels.map(({ title }) => title.length),
  );
  const width = panels.length === 0 ? 0 : Math.ceil(longest * CHARACTER) + 2 * PAD;
  const drawn: string[] = [];
  const rows: Placed[] = [];
  let y = PAD;
  for (const [i, panel] of panels.entries()) {
    const lines = texts[i]!;
    const heading = lines.length - panel.rows.length;
    drawn.push(
      `<rect class="box" x="${x}" y="${y}" width="${width}" height="${(lines.length + 1) * LINE + PAD}"/>`,
      `<text class="head" x="${x + PAD}" y="${y + LINE}">${escaped(panel.title)}</text>`,
    );
    for (const [k, text] of lines.entries()) {
      const row = panel.rows[k - heading];
      const at = y + (k + 2) * LINE;
      const look = row === undefined ? 'head' : row.marks.length > 0 ? 'fault' : '';
      drawn.push(
        `<text${look === '' ? '' : ` class="${look}"`} x="${x + PAD}" y="${at}">${escaped(text)}</text>`,
      );
      if (row !== undefined) rows.push({ row, x, y: at });
    }
    y += (lines.length + 1) * LINE + 2 * PAD;
  }
  return { drawn, rows, width, right: x + width, bottom: y };
}

/** A table with its headings in columns, a tree with its indents. */
function textsOf({ columns, rows }: Panel): string[] {
  if (columns.length === 0)
    return rows.map(
      ({ indent, cells, marks }) =>
        `${'  '.repeat(indent)}${cells.join('  ')}${marks.length > 0 ? '  ◂' : ''}`,
    );
  const all = [columns, ...rows.map(({ cells }) => cells)];
  const widths = columns.map((_, i) => Math.max(...all.map(cells => (cells[i] ?? '').length)));
  return all.map(cells =>
    widths
      .map((width, i) => (cells[i] ?? '').padEnd(width))
      .join('  ')
      .trimEnd(),
  );
}

const escaped = (text: string): string =>
  text.replaceAll('&', '&amp;').replaceAll('<', '&lt;').replaceAll('>', '&gt;');
