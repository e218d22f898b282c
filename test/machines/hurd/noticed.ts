import { Findings, optimalOffers } from '../../../src/judge/judge.ts';
import { hurd } from '../../../src/machines/hurd/hurd.ts';
import type { Choice } from '../../../src/machines/machine.ts';
import { seeded } from './programs.ts';
import { type Handler, Noticed, watch } from './watch.ts';

/** Random programs that a machine is tried with. */
const PROGRAMS = 150;
const LENGTH = 60;
/** What decisions cost is looked at in one of so many: it takes long. */
const COSTLY = 6;

/**
 * A pager cannot know that a soft frame is gone, nor that physmem will find its task at the limit; and physmem,
 * which takes what it frees from everybody, cannot know that nobody has it mapped.
 */
const mayBeBeaten = (best: Choice, optimal: readonly Choice[]): boolean =>
  ['recall', 'free'].includes(best.do) || optimal.some(decision => decision.do === 'evict');

/**
 * What notices anything wrong with a machine in the program of this seed; undefined if nothing does. 'cost' if
 * only that it decided rightly what costs too much.
 */
function noticedIn(seed: number, rules: string): string | undefined {
  let isDear = false;
  const costly: Handler = (world, ideal, move, fault) => {
    const situation = { world, ideal, move, fault, findings: new Findings() };
    const best = hurd.best(world, fault);
    if (!isDear && seed % COSTLY === 0) {
      const offers = hurd.offers(world, fault, hurd.decisions);
      const optimal = optimalOffers(hurd, situation, offers);
      isDear ||= !optimal.includes(best) && !mayBeBeaten(best, optimal);
    }
    return best;
  };
  try {
    watch(seeded(seed, LENGTH), costly, rules);
    return isDear ? 'cost' : undefined;
  } catch (error) {
    if (error instanceof Noticed) return error.by;
    throw error;
  }
}

/** The first witness against a machine; undefined: it passes for whole. */
export function witnessAgainst(rules: string, programs = PROGRAMS): string | undefined {
  for (let seed = 1; seed <= programs; seed++) {
    const by = noticedIn(seed, rules);
    if (by !== undefined) return by;
  }
  return undefined;
}
