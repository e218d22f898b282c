/** Largest seed; seeds are unsigned 32-bit numbers. */
export const MOST_SEED = 2 ** 32 - 1;

/** Draws whole numbers; the same seed draws the same ones everywhere. */
export interface Draws {
  /** A number from 0 to `below` - 1. */
  readonly below: (below: number) => number;
  readonly oneOf: <T>(choices: readonly T[]) => T;
}

/**
 * SplitMix32: a counter of odd step whose bits are mixed. Not for secrets.
 * Source: Steele, Lea, Flood, Fast Splittable Pseudorandom Number Generators (2014), the 32-bit finaliser
 * of MurmurHash3.
 * @param seed an unsigned 32-bit number
 */
export function drawsFrom(seed: number): Draws {
  let counter = seed >>> 0;
  const next = (): number => {
    counter = (counter + 0x9e37_79b9) >>> 0;
    let mixed = counter;
    mixed = Math.imul(mixed ^ (mixed >>> 16), 0x85eb_ca6b);
    mixed = Math.imul(mixed ^ (mixed >>> 13), 0xc2b2_ae35);
    return (mixed ^ (mixed >>> 16)) >>> 0;
  };
  const below = (limit: number): number => Math.floor((next() / 2 ** 32) * limit);
  return { below, oneOf: choices => choices[below(choices.length)]! };
}
