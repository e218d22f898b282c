/**
 * The states of an entry that the verdict matrix tries: how each comes about, and who then touches the page. What is
 * touched is page 0 if nothing else is said; page 8 is mapped and was never touched.
 */

export interface State {
  readonly name: string;
  /** Lines before the first operation: files, swap, how the machine is made. */
  readonly header?: string;
  readonly program: string;
  /** The process that touches the page; p0 if left out. */
  readonly by?: string;
  readonly page?: number;
  /** VMA rights that are tried, put in force last; 'none' where there is no VMA. All if left out. */
  readonly rights?: readonly string[];
  /** The page that gets them, if it is not the one that is touched. */
  readonly protects?: number;
  /** Accesses that are tried, by name; those of programs and system calls if left out. */
  readonly accesses?: Accesses;
}

/** By name; the operation without its process. */
export type Accesses = Readonly<Record<string, (page: number) => string>>;

/** Two cells of page 0 that differ, as in levels. */
const FILL = 'p0 write 0 5\np0 write 0 7 1024';
export const ANON = 'p0 map 0 1 rw- anon';
export const FILLED = `${ANON}\n${FILL}`;

const FILE = 'file 0 1 ext4';
const SWAP = 'swap file';
const PRIVATE = 'p0 map 0 1 rw- priv 0 0';
const SHARED = 'p0 map 0 1 rw- shared 0 0';
const PAGED_OUT = `${FILLED}\np0 madv 0 1 pageout`;
const MERGED = 'p0 map 0 2 rw- anon\np0 write 0 5\np0 write 1 5\np0 madv 0 2 mergeable\nk ksm';
const THREADS = `${FILLED}\np0 thread p1\np1 cpu 1`;

/** A state of p0's page 0 that is tried with the two rights which tell most. */
export const further = (name: string, program: string, header = ''): State => ({
  name,
  program,
  header,
  rights: ['rw-', 'r--'],
});

export const STATES: readonly State[] = [
  { name: 'none', program: ANON },
  {
    name: 'none, its page dropped, shared with nobody',
    program: `${FILLED}\np0 madv 0 1 dontneed`,
  },
  { name: 'zero page', program: 'p0 map 0 1 rw- anon\np0 read 0' },
  {
    name: 'zero page, in parent and child',
    by: 'p1',
    program: 'p0 map 0 2 rw- anon\np0 read 0\np0 write 1 9\np0 fork p1',
  },
  { name: 'anonymous, exclusive', program: FILLED },
  {
    name: 'anonymous, sole (child gone)',
    program: `${FILLED}\np0 fork p1\np1 exit`,
  },
  {
    name: 'anonymous, sole (child wrote its own)',
    program: `${FILLED}\np0 fork p1\np1 write 0 6`,
  },
  {
    name: 'anonymous, shared with the child',
    program: `${FILLED}\np0 fork p1`,
  },
  {
    name: 'anonymous, shared with the parent',
    by: 'p1',
    program: `${FILLED}\np0 fork p1`,
  },
  {
    name: 'anonymous, shared by three',
    by: 'p1',
    program: `${FILLED}\np0 fork p1\np1 fork p2`,
  },
  {
    name: 'anonymous, shared, all bytes zero',
    program: 'p0 map 0 1 rw- anon\np0 write 0 0\np0 fork p1',
  },
  {
    name: 'shared object, page not there',
    program: 'p0 map 0 1 rw- sanon\np0 fork p1',
  },
  {
    name: 'shared object, page there, not mapped here',
    by: 'p1',
    program: `p0 map 0 1 rw- sanon\n${FILL}\np0 fork p1`,
  },
  {
    name: 'shared object, mapped',
    program: `p0 map 0 1 rw- sanon\n${FILL}\np0 fork p1\np1 read 0`,
  },
  {
    name: 'below a stack',
    program: 'p0 map 2 1 rw- anon gd\np0 write 2 5',
    protects: 2,
  },
  {
    name: 'below a stack at its limit',
    program: 'p0 map 2 1 rw- anon gd\np0 write 2 5\np0 rlimstack 2',
    protects: 2,
  },
  further('private file, page not read yet', PRIVATE, 'file 0 1 ext4 cold'),
  further('private file, page of the file mapped', `${PRIVATE}\np0 read 0`, FILE),
  further('private file, behind its end', `${PRIVATE}\np0 ftrunc 0 0`, FILE),
  further('shared file, mapped and never written to', `${SHARED}\np0 fork p1\np0 read 0`, FILE),
  further('shared file, written back', `${SHARED}\n${FILL}\np0 fsync 0`, FILE),
  further('swapped out, its owner alone', PAGED_OUT, SWAP),
  further('swapped out, shared with the child', `${PAGED_OUT}\np0 fork p1`, SWAP),
  further('swapped in by the child, not here', `${PAGED_OUT}\np0 fork p1\np1 read 0`, SWAP),
  further('swapped in, still in the swap cache', `${PAGED_OUT}\np0 fork p1\np0 read 0\np1 exit`, SWAP),
  further('pinned, and copied for the child at fork', `${FILLED}\np0 iopin 0 0 1\np0 fork p1`),
  further('exclusive since a pin that only read', `${FILLED}\np0 fork p1\np1 exit\np0 dwrite 0`),
  further('held by a pipe, the child gone', `${FILLED}\np0 fork p1\np1 vpin 0 0 1\np1 exit`),
  further('locked, shared with the child', `${FILLED}\np0 mlock 0 1\np0 fork p1`),
  further('merged by KSM, mapped once', `${MERGED}\np0 unmap 1 1`),
  further('guard region', `${FILLED}\np0 madv 0 1 guard`),
  further('shared with the child, a thread on another CPU', `${THREADS}\np1 read 0\np0 fork p2`),
  further(
    'made writable by a thread on another CPU',
    `${THREADS}\np0 fork p2\np0 read 0\np2 exit\np1 write 0 6`,
  ),
  {
    name: 'in the guard gap of a stack',
    program: `${ANON}\np0 map 2 1 rw- anon gd`,
    page: 1,
    rights: ['rw-'],
  },
  { name: 'no VMA', program: 'p0 map 1 1 rw- anon', rights: ['none'] },
];
