import { optimalOffers } from '../../../src/judge/judge.ts';
import { DECISIONS, decisions } from '../../../src/machines/linux/decision.ts';
import { linux } from '../../../src/machines/linux/linux.ts';
import { generateProgram } from '../../../src/study/program.ts';
import { type Handler, Noticed, watch } from './watch.ts';

const offers = DECISIONS.map(name => decisions[name]);

/**
 * What notices anything wrong with a kernel in the program of this seed; undefined if nothing does. 'cost' if
 * only that it decided rightly what costs too much; of a fetch, which is served as a read first, it may.
 */
export function noticedIn(seed: number, rules: string): string | undefined {
  let isDear = false;
  const kernel: Handler = (world, ideal, move, fault) => {
    const situation = { world, ideal, move, fault };
    const best = linux.best(world, fault);
    isDear ||= fault.access !== 'fetch' && !optimalOffers(linux, situation, offers).includes(best);
    return best;
  };
  try {
    watch(generateProgram(seed, linux.knows), kernel, rules);
    return isDear ? 'cost' : undefined;
  } catch (error) {
    if (error instanceof Noticed) return error.by;
    throw error;
  }
}
