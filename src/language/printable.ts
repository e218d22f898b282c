/**
 * What a terminal would obey rather than show: control characters but for tab and line feed, those of Latin-1 too
 * (0x9b alone begins an escape sequence), and marks that turn the direction of what follows.
 */
// biome-ignore lint/suspicious/noControlCharactersInRegex: they are looked for
const OBEYED = /[\x00-\x08\x0b-\x1f\x7f-\x9f\u061c\u200e\u200f\u2028-\u202e\u2066-\u2069]/g;

/** A text from outside as a terminal may be given it: whatever it would obey is shown as '?'. */
export const printable = (text: string): string => text.replace(OBEYED, '?');
