import type { Move } from '../../../src/language/moves.ts';
import { eraOf } from '../../../src/machines/xen/mutations.ts';
import { fullGuests } from './full-guests.ts';
import { guestMoves, opening } from './guests.ts';
import { itself, Noticed, watch } from './watch.ts';

/** Guests that a hypervisor is tried with: first fully virtualized ones, then paravirtual ones. */
const FULL_GUESTS = 4;
const GUESTS = 400;

function movesOf(seed: number, era: string): Move[] {
  if (seed < FULL_GUESTS) return fullGuests(seed, 60);
  const nth = seed - FULL_GUESTS;
  return [...opening(nth % 3 === 0 ? 'pv32' : 'pv64', nth % 4 !== 0), ...guestMoves(nth, 60, era)];
}

/** The first witness against a hypervisor: an invariant, the oracle of isolation or the coupling. */
export function witnessAgainst(rules: string): string | undefined {
  for (let seed = 0; seed < FULL_GUESTS + GUESTS; seed++)
    try {
      watch(movesOf(seed, eraOf(rules)), itself, rules);
    } catch (error) {
      if (error instanceof Noticed) return error.by;
      throw error;
    }
  return undefined;
}
