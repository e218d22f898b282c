import { asFaulted, hardOthers } from './reference.ts';
import { hurdRoutines, type Routines } from './routines.ts';
import type { HurdFault, World } from './world.ts';

/**
 * Who is asked, where the player decides; everybody else answers as the reference does. `store` is a pager that is
 * asked only where data is missing or demanded, as the stores of libhurd-mm are.
 */
export type Asks = 'pager' | 'store' | 'map' | 'request';

/** What the machine does at every step, apart from decisions. All true in the reference. */
export interface Mechanics {
  readonly zeroAtBind: boolean;
  readonly sharedJoinsRing: boolean;
  readonly copyRaisesCow: boolean;
  readonly removalLowersCow: boolean;
  readonly unmapBeforeFree: boolean;
  readonly protectTakesRights: boolean;
  readonly wholeRingMoves: boolean;
  readonly evictSavesDirty: boolean;
  readonly softenOnlyClean: boolean;
  readonly forkSharesSlots: boolean;
  readonly forkRevokesWrites: boolean;
  readonly cacheIsSoft: boolean;
}

export interface RuleSet {
  readonly name: string;
  readonly asks: ReadonlySet<Asks>;
  readonly mechanics: Mechanics;
  readonly routines: Routines;
  /** The rights that the pager asks physmem for. */
  readonly asksFor: (world: World, fault: HurdFault) => number;
  /** Must a writer get a frame of its own? Counts rings that somebody holds firmly. */
  readonly mustCopy: (world: World, container: string, index: number) => boolean;
}

const mechanics: Mechanics = {
  zeroAtBind: true,
  sharedJoinsRing: true,
  copyRaisesCow: true,
  removalLowersCow: true,
  unmapBeforeFree: true,
  protectTakesRights: true,
  wholeRingMoves: true,
  evictSavesDirty: true,
  softenOnlyClean: true,
  forkSharesSlots: true,
  forkRevokesWrites: true,
  cacheIsSoft: true,
};

const reference = (name: string, asks: readonly Asks[]): RuleSet => ({
  name,
  asks: new Set(asks),
  mechanics,
  routines: hurdRoutines,
  asksFor: asFaulted,
  mustCopy: hardOthers,
});

/** Who the player is: the pager of a task, or only its stores; physmem; or both. */
export const ruleSets: Readonly<Record<string, RuleSet>> = {
  pager: reference('pager', ['pager']),
  stores: reference('stores', ['store']),
  physmem: reference('physmem', ['map', 'request']),
  both: reference('both', ['pager', 'map', 'request']),
};
