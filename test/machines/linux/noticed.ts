import { optimalOffers } from '../../../src/judge/judge.ts';
import { type Move, PAGE_SIZE } from '../../../src/language/moves.ts';
import { DECISIONS, decisions } from '../../../src/machines/linux/decision.ts';
import { linux } from '../../../src/machines/linux/linux.ts';
import type { Fault } from '../../../src/machines/linux/world.ts';
import { generateProgram } from '../../../src/study/program.ts';
import { type Handler, Noticed, watch } from './watch.ts';

const offers = DECISIONS.map(name => decisions[name]);

/**
 * Where the kernel may not be optimal: a fetch is served as a read first; before a write(2) fails at a page
 * the pages before it are served, though nothing of them may count; and a page that read(2) is about to
 * fill is copied before.
 */
const mayBeBeaten = (move: Move, fault: Fault): boolean =>
  fault.access === 'fetch' || move.op === 'wsys' || (move.op === 'rsys' && move.length >= PAGE_SIZE);

/**
 * What notices anything wrong with a kernel in the program of this seed; undefined if nothing does. 'cost' if
 * only that it decided rightly what costs too much.
 */
export function noticedIn(seed: number, rules: string): string | undefined {
  let isDear = false;
  const kernel: Handler = (world, ideal, move, fault) => {
    const situation = { world, ideal, move, fault };
    const best = linux.best(world, fault);
    isDear ||= !mayBeBeaten(move, fault) && !optimalOffers(linux, situation, offers).includes(best);
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
