import { pad, truncate, widthOf, wrap } from './text.ts';

/** What a piece of text is, not how it looks: the theme says that. No role is told by colour alone. */
export type Role =
  | 'title'
  | 'dim'
  | 'strong'
  | 'fault'
  | 'changed'
  | 'right'
  | 'wasteful'
  | 'wrong'
  | 'key'
  | 'selected'
  | 'star';

export interface Span {
  readonly text: string;
  readonly role?: Role | undefined;
}
/** One line of the screen. */
export type Line = readonly Span[];

export const BLANK: Line = [];

export const span = (text: string, role?: Role): Span => ({ text, role });
export const line = (text: string, role?: Role): Line => [span(text, role)];

export const lineWidth = (spans: Line): number => spans.reduce((sum, { text }) => sum + widthOf(text), 0);

/** The line in at most `columns`; what does not fit ends in '…'. */
export function cut(spans: Line, columns: number): Line {
  const kept: Span[] = [];
  let left = columns;
  for (const [i, each] of spans.entries()) {
    const width = widthOf(each.text);
    const rest = spans.slice(i + 1).reduce((sum, { text }) => sum + widthOf(text), 0);
    if (width <= left && (rest === 0 || width < left)) {
      kept.push(each);
      left -= width;
      continue;
    }
    if (left > 0)
      kept.push({
        ...each,
        text: width <= left ? `${pad(each.text, left - 1)}…` : truncate(each.text, left),
      });
    break;
  }
  return kept;
}

/** The line in exactly `columns`. */
export function exactly(spans: Line, columns: number): Line {
  const short = cut(spans, columns);
  const blanks = columns - lineWidth(short);
  return blanks > 0 ? [...short, span(' '.repeat(blanks))] : short;
}

/** `left` and `right` at the two ends of a line; where they do not fit both, `left` is cut. */
export function ends(left: Line, right: Line, columns: number): Line {
  const room = columns - lineWidth(right) - 2;
  return room < 8 ? cut(left, columns) : [...exactly(left, room), span('  '), ...right];
}

/** A text as lines of at most `columns`; those after the first are indented by the width of `label`. */
export function paragraph(text: string, columns: number, label: Span = span(''), role?: Role): Line[] {
  const indent = widthOf(label.text);
  if (columns - indent < 16 && indent > 0) return [[label], ...paragraph(text, columns, span(''), role)];
  return wrap(text, columns - indent).map((text, i) => [
    i === 0 ? label : span(' '.repeat(indent)),
    span(text, role),
  ]);
}

/** Puts blocks of equally many lines beside each other. */
export function beside(left: readonly Line[], right: readonly Line[], leftWidth: number): Line[] {
  return Array.from({ length: Math.max(left.length, right.length) }, (_, i) => [
    ...exactly(left[i] ?? BLANK, leftWidth),
    ...(right[i] ?? BLANK),
  ]);
}
