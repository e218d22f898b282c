/** One place of a terminal's screen. */
export interface Glyph {
  readonly char: string;
  /** '#rrggbb'; undefined for the terminal's own. */
  readonly color?: string | undefined;
  readonly bold: boolean;
  readonly dim: boolean;
  readonly inverse: boolean;
}

/** Of one character, in pixels. */
const WIDTH = 8;
const HEIGHT = 17;
const MARGIN = 10;
const BACK = '#1c1e22';
const FRONT = '#d6d8db';

/** A screen as a picture: each run of characters that look alike is one text, stretched to its columns. */
export function svgOf(rows: readonly (readonly Glyph[])[], title: string): string {
  const columns = Math.max(...rows.map(row => row.length));
  const [width, height] = [columns * WIDTH + 2 * MARGIN, rows.length * HEIGHT + 2 * MARGIN];
  return `<svg xmlns="http://www.w3.org/2000/svg" xml:space="preserve" viewBox="0 0 ${width} ${height}" role="img" aria-label="${escaped(title)}">
<style>text{font:14px "DejaVu Sans Mono",Menlo,Consolas,monospace;white-space:pre;fill:${FRONT}}.b{font-weight:bold}.d{opacity:.62}</style>
<rect width="${width}" height="${height}" rx="8" fill="${BACK}"/>
${rows.flatMap((row, y) => runsOf(row).map(run => textOf(run, y))).join('\n')}
</svg>
`;
}

interface Run {
  /** The column where it begins. */
  readonly from: number;
  readonly text: string;
  readonly look: Glyph;
}

const alike = (a: Glyph, b: Glyph): boolean =>
  a.color === b.color && a.bold === b.bold && a.dim === b.dim && a.inverse === b.inverse;

/** Runs of glyphs that look alike, without the blanks around them. */
function runsOf(row: readonly Glyph[]): Run[] {
  const runs: Run[] = [];
  for (const [x, glyph] of row.entries()) {
    const last = runs.at(-1);
    const char = glyph.char || ' ';
    if (last !== undefined && alike(last.look, glyph) && last.from + last.text.length === x)
      runs[runs.length - 1] = { ...last, text: last.text + char };
    else runs.push({ from: x, text: char, look: glyph });
  }
  return runs.flatMap(run => {
    const text = run.text.trim();
    const from = run.from + run.text.indexOf(text);
    return text === '' ? [] : [{ ...run, text, from }];
  });
}

function textOf({ from, text, look }: Run, row: number): string {
  const [x, y] = [MARGIN + from * WIDTH, MARGIN + row * HEIGHT];
  const classes = [look.bold ? 'b' : '', look.dim ? 'd' : ''].join(' ').trim();
  const length = text.length * WIDTH;
  const back = look.inverse
    ? `<rect x="${x}" y="${y}" width="${length}" height="${HEIGHT}" fill="${look.color ?? FRONT}"/>`
    : '';
  const fill = look.inverse ? BACK : look.color;
  const attributes = [
    `x="${x}" y="${y + 13}" textLength="${length}"`,
    ...(classes === '' ? [] : [`class="${classes}"`]),
    ...(fill === undefined ? [] : [`style="fill:${fill}"`]),
  ];
  return `${back}<text ${attributes.join(' ')}>${escaped(text)}</text>`;
}

const escaped = (text: string): string =>
  text.replaceAll('&', '&amp;').replaceAll('<', '&lt;').replaceAll('"', '&quot;');
