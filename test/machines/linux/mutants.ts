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
const RARE = [
  'arch arm\np0 map 0 1 rw- sanon\np0 read 0\np0 write 0 5',
  'arch arm\np0 map 1 1 rw- anon\np0 fork p1\np0 rsys module 1 0 1 5\np1 wsys module 1 0 1',
  ...['module', 'bare'].map(stream => `p0 map 1 1 r-- anon\np0 rsys ${stream} 1 0 1 5`),
  'memory 1\novercommit always\np0 map 0 2 rw- anon\np0 write 0 7\np0 write 1 8',
  'memory 3\novercommit always\np0 map 0 3 rw- anon\np0 write 0 7\np0 write 1 8\np0 write 2 9\np0 fork p1\np1 unmap 1 2\np1 write 0 5',
  'memory 1\nswap zram\np0 map 0 2 rw- anon\np0 write 0 7\np0 write 1 8\np0 read 0',
  'memory 6\novercommit never\np0 map 0 2 rw- anon\np0 fork p1\np0 map 4 2 rw- anon',
  'memory 6\novercommit never\np0 map 0 3 r-- anon\np0 prot 0 3 rw-',
  'memory 6\novercommit never\np0 map 300 1 rw- anon gd\np0 write 298 7',
  'smap on\np0 map 0 1 rw- anon\np0 rsys bare 0 0 1 5',
  'p0 map 0 1 rwx anon\np0 write 0 7\np0 kfetch 0',
  'p0 map 0 1 rw- anon\np0 rsys atomic 0 0 1 5',
  'wp checked\np0 map 0 1 rw- anon\np0 write 0 7\np0 fork p1\np0 rsys pipe 0 0 1 5\np1 read 0',
  'stack eager\np0 map 1 1 rw- anon gd\np0 write 1 7\np0 fork p1\np1 read 1',
];

/** Random programs that a kernel is tried with before the recordings, and after them for what it costs. */
const PROGRAMS = 100;
const PRICED = 400;

/** The first witness against a kernel; undefined: it passes for whole. */
export function witnessAgainst(rules: string): string | undefined {
  const rare = () => firstOf(RARE, text => noticedBy(parseProgram(text, 'rare'), rules, false));
  const random = (programs: number, costs: boolean) =>
    firstOf(Array.from({ length: programs }).keys(), seed => noticedIn(seed, rules, costs));
  return rare() ?? random(PROGRAMS, false) ?? deniedByRecording(rules) ?? random(PRICED, true);
}

function firstOf<T>(things: Iterable<T>, witness: (thing: T) => string | undefined): string | undefined {
  for (const thing of things) {
    const by = witness(thing);
    if (by !== undefined) return by;
  }
  return undefined;
}
