import data from '../../levels/proofs.generated.json' with { type: 'json' };
import type { Cost } from '../machines/machine.ts';
import type { Counts } from './proof.ts';

/** What the proof of a level found that play needs. */
export interface Proved {
  /** Largest sets of variants (from 0) that one player by rote passes: three stars in these prove little. */
  readonly passable: readonly (readonly number[])[];
  /** By variant: the least cost of a run that is optimal at every fault. */
  readonly par: readonly Cost[];
  readonly counts: Counts;
  /** A checksum of what it asks: the same for levels that ask the same. */
  readonly asks: string;
}

const proofs = data as unknown as Readonly<Record<string, Proved>>;

/** The proof of a level that comes with the game. */
export const provedOf = (id: string): Proved | undefined =>
  Object.hasOwn(proofs, id) ? proofs[id] : undefined;

/** Do three stars in these variants show more than a rule of thumb? */
export const beyondRote = (passable: Proved['passable'], variants: readonly number[]): boolean =>
  variants.length > 0 && !passable.some(set => variants.every(variant => set.includes(variant)));
