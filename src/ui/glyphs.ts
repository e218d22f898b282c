import { charactersOf, widthOf } from './text.ts';

/** What stands for a character where the terminal shows only ASCII; as wide as the character. */
const ascii: Readonly<Record<string, string>> = {
  '▸': '>',
  '◂': '<',
  '❯': '>',
  '✗': 'x',
  '✓': '+',
  '≈': '~',
  '★': '*',
  '☆': 'o',
  '·': '-',
  '…': '.',
  '→': '>',
  '←': '<',
  '↑': '^',
  '↓': 'v',
  '─': '-',
  '│': '|',
  '×': 'x',
  '‹': '<',
  '›': '>',
  '’': "'",
  '‘': "'",
  '“': '"',
  '”': '"',
  '–': '-',
  '—': '-',
};
const corners = '┌┐└┘├┤┬┴┼';

/** The text in ASCII, exactly as wide as before. */
export function toAscii(text: string): string {
  if (/^[\x20-\x7e]*$/.test(text)) return text;
  return charactersOf(text)
    .map(character => {
      if (/^[\x20-\x7e]$/.test(character)) return character;
      if (corners.includes(character)) return '+';
      return ascii[character] ?? '?'.repeat(widthOf(character));
    })
    .join('');
}

/** True where the locale is not UTF-8, or the terminal is known to lack the glyphs. */
export function wantsAscii(env: Readonly<Record<string, string | undefined>>): boolean {
  const locale = env['LC_ALL'] || env['LC_CTYPE'] || env['LANG'] || '';
  return !/utf-?8/i.test(locale) || env['TERM'] === 'linux' || env['TERM'] === 'dumb';
}
