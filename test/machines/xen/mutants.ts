import { eraOf } from '../../../src/machines/xen/mutations.ts';
import { guestMoves, opening } from './guests.ts';
import { itself, Noticed, watch } from './watch.ts';

/** Guests that a hypervisor is tried with. */
const GUESTS = 400;

/** The first witness against a hypervisor: an invariant, the oracle of isolation or the coupling. */
export function witnessAgainst(rules: string): string | undefined {
  for (let seed = 0; seed < GUESTS; seed++)
    try {
      const kind = seed % 3 === 0 ? 'pv32' : 'pv64';
      watch([...opening(kind, seed % 4 !== 0), ...guestMoves(seed, 60, eraOf(rules))], itself, rules);
    } catch (error) {
      if (error instanceof Noticed) return error.by;
      throw error;
    }
  return undefined;
}
