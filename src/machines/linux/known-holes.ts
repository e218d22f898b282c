/**
 * Where a kernel of the past shows somebody what it must not: found by running the scenarios of the kernel's
 * copy-on-write test, and mended by the commit that is named. A rule set's other scenarios come out right.
 */
export interface KnownHole {
  readonly rules: string;
  /** Names of scenarios (src/build/scenarios.ts). */
  readonly scenarios: readonly string[];
  readonly what: string;
  /** The commit or version that mended it. */
  readonly mended: string;
}

export const knownHoles: readonly KnownHole[] = [
  {
    rules: '2.6',
    scenarios: [
      'vmsplice_child_unmap',
      'vmsplice_child_unmap_mprotect',
      'vmsplice_child_unmap_mprotect_swapped',
      'vmsplice_child_unmap_swapped',
      'vmsplice_after_fork_parent_unmap',
      'vmsplice_after_fork_parent_unmap_swapped',
      'vmsplice_before_fork_parent_unmap',
      'vmsplice_before_fork_parent_unmap_swapped',
    ],
    what: 'CVE-2020-29374: a sole mapping may be written in place though a pipe still refers to the page',
    mended: '09854ba94c6a (5.9); of swapped pages 5.18',
  },
  {
    rules: '2.6',
    scenarios: ['iouring_fork', 'iouring_fork_swapped'],
    what: 'fork shares a pinned page, and the next write leaves the pin behind',
    mended: '70e806e4e645 (5.9)',
  },
  {
    rules: '5.8',
    scenarios: ['vmsplice_before_fork_parent_unmap', 'vmsplice_before_fork_parent_unmap_swapped'],
    what: '17839856fd58 breaks copy-on-write when a reference is taken, which is too early if fork comes after it',
    mended: '09854ba94c6a (5.9)',
  },
  {
    rules: '5.8',
    scenarios: ['iouring_fork', 'iouring_fork_swapped'],
    what: 'fork shares a pinned page, and the next write leaves the pin behind',
    mended: '70e806e4e645 (5.9)',
  },
  {
    rules: '5.10',
    scenarios: [
      'vmsplice_child_unmap_swapped',
      'vmsplice_child_unmap_mprotect_swapped',
      'vmsplice_after_fork_parent_unmap_swapped',
    ],
    what: 'do_swap_page still counts mappings, and is blind to what a pipe refers to',
    mended: '5.18',
  },
  {
    rules: '5.10',
    scenarios: [
      'iouring_ro',
      'iouring_ro_swapped',
      'longterm_ro_previously_shared',
      'longterm_ro_previously_shared_swapped',
      'longterm_ro_exclusive',
      'longterm_ro_exclusive_swapped',
    ],
    what: "a process's own pin makes its next write copy, and leaves the pin behind",
    mended: 'PageAnonExclusive (5.19)',
  },
  ...['2.6', '5.10'].flatMap((rules): KnownHole[] => [
    {
      rules,
      scenarios: ['longterm_ro_shared', 'longterm_ro_shared_swapped'],
      what: 'a pin that only reads is given a shared page, and the next write leaves it behind',
      mended: 'FAULT_FLAG_UNSHARE (5.19)',
    },
    {
      rules,
      scenarios: ['longterm_ro_shared_zeropage', 'longterm_ro_memfd', 'longterm_ro_tmpfile'],
      what: "a pin that only reads is given the zero page or a file's, and the first write leaves it behind",
      mended: 'gup_must_unshare for FOLL_LONGTERM (6.2)',
    },
  ]),
];
