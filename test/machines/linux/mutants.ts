import { parseProgram } from '../../../src/language/parse.ts';
import { compare } from '../../../src/machines/linux/recording/compare.ts';
import { replay } from '../../../src/machines/linux/recording/replay.ts';
import { recorded } from '../../conformance/data.ts';
import { noticedBy, noticedIn } from './noticed.ts';

/** What of the recordings a kernel does not do: 'recording NAME step N'; undefined if it does all. */
export function deniedByRecording(rules: string): string | undefined {
  for (const { file, recording } of recorded) {
    const [difference] = compare(recording, replay(recording, file, rules));
    if (difference !== undefined) return `recording ${recording.id} step ${difference.step}`;
  }
  return undefined;
}

/** What random programs hardly ever do. */
const RARE = ['arch arm\np0 map 0 1 rw- sanon\np0 read 0\np0 write 0 5'];

/** Random programs that a kernel is tried with before the recordings. */
const PROGRAMS = 400;

/** The first witness against a kernel: random programs, rare ones, then recordings. undefined: it passes for whole. */
export function witnessAgainst(rules: string): string | undefined {
  for (let seed = 0; seed < PROGRAMS; seed++) {
    const by = noticedIn(seed, rules);
    if (by !== undefined) return by;
  }
  for (const text of RARE) {
    const by = noticedBy(parseProgram(text, 'rare'), rules);
    if (by !== undefined) return by;
  }
  return deniedByRecording(rules);
}
