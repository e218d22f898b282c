import { optimalOffers } from '../../../src/judge/judge.ts';
import { DECISIONS, decisions } from '../../../src/machines/linux/decision.ts';
import { linux } from '../../../src/machines/linux/linux.ts';
import { compare } from '../../../src/machines/linux/recording/compare.ts';
import { replay } from '../../../src/machines/linux/recording/replay.ts';
import { generateProgram } from '../../../src/study/program.ts';
import { recorded } from '../../conformance/data.ts';
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

/** What of the recordings a kernel does not do: 'recording NAME step N'; undefined if it does all. */
export function deniedByRecording(rules: string): string | undefined {
  for (const { file, recording } of recorded) {
    const [difference] = compare(recording, replay(recording, file, rules));
    if (difference !== undefined) return `recording ${recording.id} step ${difference.step}`;
  }
  return undefined;
}

/** Random programs that a kernel is tried with before the recordings. */
const PROGRAMS = 400;

/** The first witness against a kernel: random programs, then recordings. undefined: it passes for whole. */
export function witnessAgainst(rules: string): string | undefined {
  for (let seed = 0; seed < PROGRAMS; seed++) {
    const by = noticedIn(seed, rules);
    if (by !== undefined) return by;
  }
  return deniedByRecording(rules);
}
