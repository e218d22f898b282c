import stringWidth from 'string-width';

const plain = /^[\x20-\x7e]*$/;
const graphemes = new Intl.Segmenter('en', { granularity: 'grapheme' });

/** Columns that a text takes in a terminal; a text of ASCII, as nearly all of ours, takes one a character. */
export const widthOf = (text: string): number => (plain.test(text) ? text.length : stringWidth(text));

/** What a reader calls characters: 'é' is one, however it is coded. */
export const charactersOf = (text: string): string[] =>
  Array.from(graphemes.segment(text), ({ segment }) => segment);

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
