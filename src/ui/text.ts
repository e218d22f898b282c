import stringWidth from 'string-width';

/** ASCII, and the glyphs of our own screens: one character, one column. */
const NARROW =
  /^[\x20-\x7e\xa1-\xac\xae-\xff\u2010-\u2027\u2190-\u2193\u2248\u2500-\u257f\u25b8\u25c2\u2605\u2606\u2713\u2717\u276f]*$/;
let graphemes: Intl.Segmenter | undefined;

/** Columns that a text takes in a terminal. string-width is right of every text, and slow: it is asked of the rest. */
export const widthOf = (text: string): number => (NARROW.test(text) ? text.length : stringWidth(text));

/** What a reader calls characters: 'é' is one, however it is coded. */
export function charactersOf(text: string): string[] {
  if (NARROW.test(text)) return text.split('');
  graphemes ??= new Intl.Segmenter('en', { granularity: 'grapheme' });
  return Array.from(graphemes.segment(text), ({ segment }) => segment);
}

/** The text in at most `columns`, its end replaced by '…' where it is longer. */
export function truncate(text: string, columns: number): string {
  if (widthOf(text) <= columns) return text;
  if (columns <= 0) return '';
  let kept = '';
  let width = 0;
  for (const character of charactersOf(text)) {
    width += widthOf(character);
    if (width > columns - 1) break;
    kept += character;
  }
  return `${kept}…`;
}

/** The text in exactly `columns`, blanks on its right (or left). */
export function pad(text: string, columns: number, side: 'left' | 'right' = 'left'): string {
  const short = truncate(text, columns);
  const blanks = ' '.repeat(Math.max(0, columns - widthOf(short)));
  return side === 'left' ? short + blanks : blanks + short;
}

/** Lines of at most `columns`, broken between words; a word that is longer is broken between characters. */
export function wrap(text: string, columns: number): string[] {
  if (columns <= 0) return [];
  const lines: string[] = [];
  for (const paragraph of text.split('\n')) {
    let line = '';
    for (const word of paragraph.split(/ +/)) {
      const longer = line === '' ? word : `${line} ${word}`;
      if (widthOf(longer) <= columns) {
        line = longer;
        continue;
      }
      if (line !== '') lines.push(line);
      line = '';
      for (const character of charactersOf(word)) {
        if (line !== '' && widthOf(line) + widthOf(character) > columns) {
          lines.push(line);
          line = '';
        }
        line += character;
      }
    }
    lines.push(line.trimEnd());
  }
  while (lines.at(-1) === '') lines.pop();
  return lines;
}
