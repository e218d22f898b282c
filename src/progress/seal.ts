import { corrections, sumOf } from '../language/sum.ts';

/** What a line may have been before it was sealed: more than one text where the checksum leaves it open. */
export interface Unsealed {
  readonly lines: readonly string[];
  /** One character of it was damaged or lost, and made out from the checksum. */
  readonly mended: boolean;
}

/** What ends a line that carries the checksum of the line without it. */
const sealOf = (line: string): string => `,"sum":"${sumOf(line)}"}`;
const SEAL = /,"sum":"([0-9a-f]{8})"\}$/;
const LENGTH = sealOf('').length;
/** Its characters that are always the same, by their places. */
const FIXED = [...Array.from(',"sum":"........"}').entries()].filter(([, character]) => character !== '.');

/** What stands in for the end of a sealed line where that was damaged or lost. */
const SEAM = /(?<=,"sum":"[0-9a-f]{8}"\}).?(?=\{|$)/s;

/** No event is longer. Of a line with more damage the longer ones would pass for mended more often. */
const LONGEST = 2000;

/** A line, the text of one object, with its checksum, which tells when a byte of it changes. */
export const seal = (line: string): string => `${line.slice(0, -1)}${sealOf(line)}`;

/** The sealed lines that a line holds: more than one where the end between them was damaged. */
export const partsOf = (line: string): string[] => line.split(SEAM).filter(part => part !== '');

/**
 * What the line was without its checksum; nothing where more than one character is damaged. A line with other damage
 * passes for mended once in 150 000 times (twice 150 places, 95 characters, 32 bits), and must then still be an
 * event. Lines without a checksum, of an earlier version or written by hand, are taken as they are.
 */
export function unseal(line: string): Unsealed {
  for (const length of [LENGTH, LENGTH - 1]) {
    const whole = `${line.slice(0, -length)}}`;
    const [is, was] = [line.slice(-length), sealOf(whole)];
    if (is === was || isLeftOf(is, was)) return { lines: [whole], mended: is !== was };
  }
  if (!wasSealed(line)) return { lines: [line], mended: false };
  const sum = SEAL.exec(line)?.[1];
  const whole = `${line.slice(0, -LENGTH)}}`;
  const isLost = sum === undefined || whole.length > LONGEST;
  return { lines: isLost ? [] : corrections(whole, sum), mended: true };
}

/** Whether a line ends as a sealed one does, but for a few characters. */
function wasSealed(line: string): boolean {
  const end = line.slice(-LENGTH);
  return FIXED.filter(([at, character]) => end[at] === character).length >= FIXED.length / 2;
}

/** Whether a text can be what was left of another one when one character of it was changed or lost. */
function isLeftOf(text: string, whole: string): boolean {
  const lost = whole.length - text.length;
  const at = Array.from(whole).findIndex((character, i) => text[i] !== character);
  return (lost === 0 || lost === 1) && text.slice(at + 1 - lost) === whole.slice(at + 1);
}
