import { expect, test } from 'vitest';
import { complete } from '../../../src/judge/judge.ts';
import { parseProgram } from '../../../src/language/parse.ts';
import { broken } from '../../../src/machines/linux/invariants/invariants.ts';
import { linux } from '../../../src/machines/linux/linux.ts';

/** Two threads on two CPUs that both have page 0 in their TLBs, and a stranger on a third. */
const threads = (map: string, header = '') => `${header}p0 fork p9
p9 cpu 2
p9 map 0 1 rw- anon
p9 write 0 1
p0 map 0 4 rw- ${map}
p0 write 0 7
p0 thread p1
p1 cpu 1
p1 write 0 8
p0 write 0 7
`;
const ANON = threads('anon');
const SHARED = threads('shared 0 0', 'file 0 4 ext4\n');
const SWAP = threads('anon', 'swap file\n');
const FORKED = `${ANON}p0 fork p2\n`;
/** ARM's TLB keeps what a fault was about, and its hardware sets no bits. */
const OLD = threads('anon', 'arch arm\n');

/** What is flushed, row by row as section 12.0 of the specification has its table: on the CPU at work, on others. */
test.each([
  ['demand zero', ANON, 'p0 write 1 5', [0, 0]],
  ['the zero page', ANON, 'p0 read 1', [0, 0]],
  ['a page of a file', SHARED, 'p0 read 1', [0, 0]],
  ['swap-in', `${SWAP}p0 madv 0 1 pageout\n`, 'p0 read 0', [0, 0]],
  ['spurious', `${FORKED}p2 exit\np1 read 0\np0 write 0 5\n`, 'p1 write 0 6', [0, 0]],
  ['accessed and dirty, ARM', 'arch arm\np0 map 0 1 rw- sanon\np0 read 0\n', 'p0 write 0 5', [1, 0]],
  ['reuse', `${FORKED}p2 exit\n`, 'p0 write 0 5', [0, 0]],
  ['reuse, ARM', `${OLD}p0 fork p2\np2 exit\n`, 'p0 write 0 5', [1, 1]],
  ['a copy', FORKED, 'p0 write 0 5', [1, 1]],
  ['a copy of the zero page', `${ANON}p0 read 1\np1 read 1\n`, 'p0 write 1 5', [1, 1]],
  ['fork, once however many pages', `${ANON}p0 write 1 5\np0 write 2 5\n`, 'p0 fork p2', [1, 1]],
  ['fork, pages that are read-only already', FORKED, 'p0 fork p3', [1, 1]],
  ['mprotect', ANON, 'p0 prot 0 4 r--', [1, 1]],
  ['mprotect, no entry there', ANON, 'p0 prot 2 1 r--', [0, 0]],
  ['munmap, once however many pages', `${ANON}p0 write 1 5\n`, 'p0 unmap 0 2', [1, 1]],
  ['munmap, no entry there', ANON, 'p0 unmap 2 1', [0, 0]],
  ['MADV_DONTNEED', ANON, 'p0 madv 0 1 dontneed', [1, 1]],
  ['MADV_FREE', ANON, 'p0 madv 0 1 free', [1, 1]],
  ['a dirty page of a file', SHARED, 'p0 unmap 0 1', [1, 1]],
  ['ftruncate', SHARED, 'p0 ftrunc 0 0', [1, 1]],
  ['swap-out', SWAP, 'p0 madv 0 1 pageout', [1, 1]],
  ['mremap', ANON, 'p0 mremap 0 1 8 1', [1, 1]],
  ['writeback', SHARED, 'p0 fsync 0', [1, 1]],
  ['KSM', `${ANON}p0 write 1 7\np1 write 1 7\np0 madv 0 2 mergeable\n`, 'k ksm', [3, 3]],
  ['a thread exits', ANON, 'p1 exit', [0, 0]],
  ['the last one exits', `${ANON}p1 exit\n`, 'p0 exit', [1, 1]],
  [
    'a mapping of the kernel that is missing, ARM',
    'arch arm\np0 map 0 1 rw- anon\np0 write 0 5\np0 fork p1\np0 rsys module 0 0 1 5\np1 write 0 5\n',
    'p1 rsys module 0 0 1 6',
    [0, 0],
  ],
] as const)('%s', (_, before, operation, flushes) => {
  const program = parseProgram(before + operation, 'ledger');
  const world = linux.boot(program, '6.x');
  for (const move of program.moves.slice(0, -1)) complete(linux, world, move);
  const was = linux.cost(world);
  complete(linux, world, program.moves.at(-1)!);
  const is = linux.cost(world);
  expect([is.localFlushes - was.localFlushes, is.remoteFlushes - was.remoteFlushes]).toEqual(flushes);
  expect(broken(world)).toEqual([]);
});
