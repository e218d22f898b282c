import { compare } from '../../../src/machines/linux/recording/compare.ts';
import { replay } from '../../../src/machines/linux/recording/replay.ts';
import { recorded } from '../../conformance/data.ts';
import { noticedIn } from './noticed.ts';

/** What of the recordings a kernel does not do: 'recording NAME step N'; undefined if it does all. */
export function deniedByRecording(rules: string): string | undefined {
  for (const { file, recording } of recorded) {
    const [difference] = compare(recording, replay(recording, file, rules));
    if (difference !== undefined) return `recording ${recording.id} step ${difference.step}`;
  }
  return undefined;
}

/** Random programs that a kernel is tried with before the recordings, and after them for what it costs. */
const PROGRAMS = 100;
const PRICED = 400;

/** The first witness against a kernel; undefined: it passes for whole. */
export function witnessAgainst(rules: string): string | undefined {
  return noticed(PROGRAMS, rules, false) ?? deniedByRecording(rules) ?? noticed(PRICED, rules, true);
}

function noticed(programs: number, rules: string, costs: boolean): string | undefined {
  for (let seed = 0; seed < programs; seed++) {
    const by = noticedIn(seed, rules, costs);
    if (by !== undefined) return by;
  }
  return undefined;
}
