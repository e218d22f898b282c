import { ANON, FILLED, type State } from './states.ts';

/** Memory that has an end, and promises that are counted. The rights are those that a state is made with. */

const short = (name: string, header: string, program: string, more: Partial<State> = {}): State => ({
  name,
  header,
  program,
  rights: ['rw-'],
  ...more,
});

const ONE = 'memory 1\novercommit always';
const NO_PROMISES = 'memory 8\novercommit never';
const FILE = 'file 0 1 ext4';
/** Takes the one frame. */
const TAKER = 'p0 map 4 1 rw- anon\np0 write 4 7';
const READER = 'p0 map 4 1 rw- shared 0 0\np0 read 4';
const AWAY = `${FILLED}\np0 madv 0 1 pageout`;

export const SHORTAGE_STATES: readonly State[] = [
  short('no frame left: none', ONE, `${ANON}\n${TAKER}`),
  short('no frame left: zero page', ONE, `${ANON}\n${TAKER}\np0 read 0`),
  short(
    'no frame left: none, of a process whose end gives little back',
    ONE,
    `${ANON}\n${TAKER}\np0 fork p1\np1 unmap 4 1`,
    { by: 'p1' },
  ),
  short('no frame left: anonymous, shared with the child', ONE, `${FILLED}\np0 fork p1`),
  short('no frame left: anonymous, sole (child gone)', ONE, `${FILLED}\np0 fork p1\np1 exit`),
  short('no frame left: below a stack', ONE, 'p0 map 2 1 rw- anon gd\np0 write 2 5'),
  short(
    'no frame left: private file, page of the file mapped',
    `${ONE}\n${FILE}`,
    'p0 map 0 1 rw- priv 0 0\np0 read 0',
  ),
  short('no frame left but that of a clean page of a file: none', `${ONE}\n${FILE}`, `${ANON}\n${READER}`),
  short(
    'no frame left but that of a dirty page of a file: none',
    `${ONE}\n${FILE}`,
    `${ANON}\n${READER}\np0 write 4 7`,
  ),
  short('no frame left, room in swap: none', `${ONE}\nswap zram`, `${ANON}\n${TAKER}`),
  short(
    'no frame left, room in swap: swapped out, its owner alone',
    'memory 2\nswap zram',
    `${AWAY}\np0 map 4 2 rw- anon\np0 write 4 7\np0 write 5 8`,
  ),
  short(
    'no frame left, no room in swap: swapped out, its owner alone',
    `${ONE}\nswap zram`,
    `${AWAY}\n${TAKER}`,
  ),
  short('overcommitting forbidden, all promised that was asked for: none', NO_PROMISES, ANON),
  short('overcommitting forbidden, mmap refused: no VMA', NO_PROMISES, 'p0 map 0 3 rw- anon', {
    rights: ['none'],
  }),
  short(
    'overcommitting forbidden, mprotect refused: none',
    NO_PROMISES,
    'p0 map 0 3 r-- anon\np0 prot 0 3 rw-',
    { rights: ['r--'] },
  ),
  short(
    'overcommitting forbidden, fork refused: zero page',
    NO_PROMISES,
    'p0 map 0 2 rw- anon\np0 read 0\np0 fork p1',
  ),
  short(
    'overcommitting forbidden, nothing left to promise: below a stack',
    'memory 6\novercommit never',
    'p0 map 2 1 rw- anon gd\np0 write 2 5',
  ),
];
