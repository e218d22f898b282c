import { readFileSync } from 'node:fs';
import type { Program } from '../language/moves.ts';
import { parseProgram } from '../language/parse.ts';
import { parseRecordings, programOf } from '../machines/linux/recording/format.ts';
import { root } from './root.ts';

/**
 * The scenarios of the kernel's copy-on-write test (tools/testing/selftests/mm/cow.c) for small pages, as its output
 * names them, and of the copy-on-write and lazy labs of xv6. Most are recordings of a live kernel; no recorder can take
 * a long-term pin that only reads, nor bound the memory of its machine, so those are programs.
 */
export interface Scenario {
  /** Of a recording, unless there is a program. */
  readonly name: string;
  readonly title: string;
  readonly program?: string;
}

const PAGE = 'p0 map 0 1 rw- anon\np0 write 0 17\n';
const SWAPPED = `swap file\n${PAGE}p0 madv 0 1 pageout\n`;
/** The device must see what is written after it was given the page; the recorded stand-ins pin for a moment only. */
const READ_THROUGH = 'p0 rpin 0 0 1\np0 write 0 34\np0 ioread 0 0\np0 iounpin 0';
const PROTECT_AND_BACK = 'p0 prot 0 1 r--\np0 prot 0 1 rw-\n';

/** The longterm pins that only read, of a page that is there or was swapped out. */
const pins = (suffix: string, page: string): Scenario[] => [
  {
    name: `longterm_ro_shared${suffix}`,
    title: 'R/O GUP-fast pin on R/O-mapped shared page',
    program: `${page}p0 fork p1\n${READ_THROUGH}\np1 read 0`,
  },
  {
    name: `longterm_ro_previously_shared${suffix}`,
    title: 'R/O GUP-fast pin on R/O-mapped previously-shared page',
    program: `${page}p0 fork p1\np1 exit\n${READ_THROUGH}`,
  },
  {
    name: `longterm_ro_exclusive${suffix}`,
    title: 'R/O GUP-fast pin on R/O-mapped exclusive page',
    program: `${page}${PROTECT_AND_BACK}${READ_THROUGH}`,
  },
];

/** The same of what is not anonymous yet. */
const early = (name: string, header: string, map: string): Scenario => ({
  name: `longterm_ro_${name}`,
  title: `R/O longterm GUP-fast pin ... with ${name.replaceAll('_', ' ')}`,
  program: `${header}p0 map 0 1 rw- ${map}\np0 read 0\n${READ_THROUGH}`,
});

const recorded = (title: string, ...names: readonly string[]): Scenario[] =>
  names.map(name => ({ name, title }));

const pages = (count: number): number[] => Array.from({ length: count }, (_, i) => i);
/** Two thirds of a memory that would not hold a second copy. */
const FILLED = `memory 12\np0 map 0 8 rw- anon\n${pages(8)
  .map(i => `p0 write ${i} ${i + 1}`)
  .join('\n')}`;

export const scenarios: readonly Scenario[] = [
  ...recorded('Basic COW after fork()', 'cow_parent_writes', 'cow_parent_writes_swapped'),
  ...recorded(
    'Basic COW after fork() with mprotect() optimization',
    'cow_parent_mprotect',
    'cow_parent_mprotect_swapped',
  ),
  ...recorded('the same, the child writing', 'cow_child_writes', 'cow_child_writes_swapped'),
  ...recorded('the same with mprotect()', 'cow_child_mprotect'),
  ...recorded('vmsplice() + unmap in child', 'vmsplice_child_unmap', 'vmsplice_child_unmap_swapped'),
  ...recorded('vmsplice() + unmap in child with mprotect() optimization', 'vmsplice_child_unmap_mprotect'),
  {
    name: 'vmsplice_child_unmap_mprotect_swapped',
    title: 'vmsplice() + unmap in child with mprotect() optimization',
    program: `${SWAPPED}p0 fork p1\np1 vpin 0 0 1\np1 unmap 0 1\n${PROTECT_AND_BACK}p0 write 0 34\np1 vread 0`,
  },
  ...recorded(
    'vmsplice() before fork(), unmap in parent after fork()',
    'vmsplice_before_fork_parent_unmap',
    'vmsplice_before_fork_parent_unmap_swapped',
  ),
  ...recorded(
    'vmsplice() + unmap in parent after fork()',
    'vmsplice_after_fork_parent_unmap',
    'vmsplice_after_fork_parent_unmap_swapped',
  ),
  ...recorded('R/O-mapping a page registered as iouring fixed buffer', 'iouring_ro'),
  {
    name: 'iouring_ro_swapped',
    title: 'R/O-mapping a page registered as iouring fixed buffer',
    program: `${SWAPPED}p0 iopin 0 0 1\n${PROTECT_AND_BACK}p0 write 0 34\np0 ioread 0 0\np0 iounpin 0`,
  },
  ...recorded('fork() with an iouring fixed buffer', 'iouring_fork', 'iouring_fork_swapped'),
  ...pins('', PAGE),
  ...pins('_swapped', SWAPPED),
  ...recorded('a short pin on R/O-mapped shared page', 'ro_pin_shared', 'ro_pin_shared_swapped'),
  ...recorded('a short pin on R/O-mapped previously-shared page', 'ro_pin_previously_shared'),
  ...recorded('a short pin on R/O-mapped exclusive page', 'ro_pin_exclusive', 'ro_pin_exclusive_swapped'),
  ...recorded(
    'process_vm_readv() on shared page',
    'process_vm_readv_shared',
    'process_vm_readv_shared_swapped',
  ),
  ...recorded('Basic COW ... with shared zeropage', 'nonanon_cow_zeropage'),
  ...recorded('Basic COW ... with tmpfile', 'nonanon_cow_file_ext4'),
  ...recorded('Basic COW ... with memfd', 'nonanon_cow_file_tmpfs', 'nonanon_cow_fork_file_tmpfs'),
  early('shared_zeropage', '', 'anon'),
  early('memfd', 'file 0 1 tmpfs\n', 'priv 0 0'),
  early('tmpfile', 'file 0 1 ext4\n', 'priv 0 0'),
  ...recorded('swap in by read, then write', 'swap_basic'),
  ...recorded('swapped out, then fork()', 'swap_fork'),
  ...recorded('xv6 cowtest: simple', 'xv6_simple'),
  {
    name: 'xv6_simple_two_thirds',
    title: 'xv6 cowtest: simple, twice, with 2/3 of memory',
    program: `${FILLED}\np0 fork p1\np1 exit\np0 fork p2\np2 exit\np0 read 7`,
  },
  ...recorded('xv6 cowtest: three', 'xv6_three'),
  ...recorded('xv6 cowtest: file', 'xv6_file'),
  ...recorded('xv6 cowtest: forkfork', 'xv6_forkfork'),
  {
    name: 'xv6_lazy_alloc',
    title: 'xv6 lazytests: lazy alloc',
    program: `memory 16\novercommit always\np0 map 0 1024 rw- anon\n${pages(16)
      .map(i => `p0 write ${64 * i} ${i}\np0 read ${64 * i}`)
      .join('\n')}`,
  },
  {
    name: 'xv6_lazy_unmap',
    title: 'xv6 lazytests: lazy unmap',
    program:
      'p0 map 0 64 rw- anon\np0 write 9 1\np0 fork p1\np1 unmap 0 64\np1 write 9 2\np1 exit\np0 read 9',
  },
  {
    name: 'xv6_out_of_memory',
    title: 'xv6 lazytests: out of memory',
    program: `memory 4\novercommit always\np0 map 0 1 rw- anon\np0 write 0 7\np0 fork p1\np1 map 8 8 rw- anon\n${pages(
      4,
    )
      .map(i => `p1 write ${8 + i} 1`)
      .join('\n')}\np0 map 1 1 rw- anon\np0 write 1 8\np0 read 0`,
  },
];

/** The program of a scenario. Throws RangeError for a name that none has. */
export function scenarioNamed(name: string): Program {
  const scenario = scenarios.find(each => each.name === name);
  if (scenario === undefined) throw new RangeError(`no scenario ${name}`);
  if (scenario.program !== undefined) return parseProgram(scenario.program, name);
  const file = `test/conformance/data/named/${name}.json`;
  const [recording] = parseRecordings(readFileSync(root + file, 'utf8'), file);
  return programOf(recording!, file);
}
