import { beyondRote, type Proved } from '../levels/proved.ts';

/** Sets of variants (from 0), the largest, each of which a player passes who looks at one thing only. */
export type Passable = Proved['passable'];

const MOST = 3;

/**
 * The stars of a level on the map. The third asks for three stars in variants that no player passes together
 * who looks at one thing only; one such variant will do where somebody like that passes them all.
 * @param best the most stars by variant
 * @param variants how many variants the level has
 */
export function starsOnMap(
  best: ReadonlyMap<number, number>,
  variants: number,
  passable: Passable,
): 0 | 1 | 2 | 3 {
  const full = fullVariants(best);
  const proves = easy(variants, passable) ? full.length > 0 : beyondRote(passable, full);
  if (proves) return MOST;
  return Math.min(Math.max(0, ...best.values()), MOST - 1) as 0 | 1 | 2;
}

/**
 * Draws the variant of the next attempt: one that the third star on the map still needs, else one without three
 * stars, else any; never the last one played if there is another such.
 * @param draw any whole number from 0: the same one draws the same variant
 */
export function drawVariant(
  best: ReadonlyMap<number, number>,
  variants: number,
  passable: Passable,
  draw: number,
  last?: number,
): number {
  const full = fullVariants(best);
  const all = Array.from({ length: variants }, (_, variant) => variant);
  const lacking = all.filter(variant => !full.includes(variant));
  const around = easy(variants, passable) ? [] : passable.filter(holdsAll(full));
  const telling = lacking.filter(variant => full.length > 0 && around.some(set => !set.includes(variant)));
  const others = (set: readonly number[]) => set.filter(variant => variant !== last);
  const choice = [others(telling), others(lacking), others(all), all].find(set => set.length > 0) ?? [0];
  return choice[draw % choice.length]!;
}

const fullVariants = (best: ReadonlyMap<number, number>): number[] =>
  [...best].flatMap(([variant, stars]) => (stars >= MOST ? [variant] : []));
const holdsAll =
  (some: readonly number[]) =>
  (set: readonly number[]): boolean =>
    some.every(variant => set.includes(variant));
const easy = (variants: number, passable: Passable): boolean =>
  passable.some(set => new Set(set).size >= variants);
