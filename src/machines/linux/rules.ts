import type { Settings } from '../../language/moves.ts';
import type { Extable } from './calls/interrupted.ts';
import { kernelStreams, type Stream, type StreamRules, verifiedEntry } from './calls/streams.ts';
import type { Decision } from './fault/decision.ts';
import type { Fault } from './fault/fault.ts';
import { accessError, isBug, kernelmodeFixupOrOops, mayNotSleep, outOfMemory } from './fault/fault-path.ts';
import { kernelRoutines, type Routines } from './fault/routines.ts';
import type { Rule } from './fault/why.ts';
import { ANON, EXCLUSIVE, KSM, SWAPCACHE } from './hardware/frames.ts';
import { enoughMemory } from './memory/commit.ts';
import { selectBadProcess } from './memory/oom.ts';
import { kernelStack, type StackRules } from './memory/stack.ts';
import { slotCachedBy, swapCount } from './memory/swap.ts';
import type { Vma } from './memory/vma.ts';
import type { Process } from './process.ts';
import type { World } from './world.ts';

/** A kernel as a value: what distinguishes it stands here, one line a rule, and nowhere else. */
export interface RuleSet {
  readonly name: string;
  /** Does the VMA forbid the access, so that it is refused before the entry is looked at? */
  readonly forbids: (vma: Vma, fault: Fault) => boolean;
  /** Is the kernel's own fault an oops, whatever it is about? */
  readonly isBug: (fault: Fault) => boolean;
  /** Is it one that must not be served, for that may sleep? */
  readonly mayNotSleep: (fault: Fault) => boolean;
  /** Is there no frame for what was decided, nor any to be reclaimed? */
  readonly outOfMemory: (world: World, fault: Fault, decision: Decision) => boolean;
  /** Who dies then, asked for by whom? */
  readonly selectBadProcess: (world: World, asking: Process) => Process;
  /** What becomes of a refusal where the kernel's own instruction has faulted. */
  readonly unserved: Readonly<Record<Extable, (refusal: Decision) => Decision>>;
  /**
   * May a process that is about to write keep this anonymous frame? The caller knows that the entry is
   * read-only and the VMA writable.
   */
  readonly reuse: (world: World, pfn: number) => 'exclusive' | 'sole' | undefined;
  /** Does it mark frames that only one process may come for (PageAnonExclusive)? If not, nobody is shown such a mark. */
  readonly marksExclusive: boolean;
  /** Advice that madvise has not heard of yet. */
  readonly lacksAdvice: readonly string[];
  /** Functions that decided what others decide in the newest kernel. */
  readonly functions: Readonly<Partial<Record<Rule, string>>>;
  /** May mprotect make the entry of a private page writable at once, without waiting for a fault? */
  readonly upgrade: (world: World, pfn: number) => boolean;
  /** The steps of each decision, in order. */
  readonly routines: Routines;
  readonly fork: ForkRules;
  readonly zap: ZapRules;
  readonly protect: ProtectRules;
  readonly shmem: ShmemRules;
  readonly swap: SwapRules;
  readonly gup: GupRules;
  readonly files: FileRules;
  readonly stack: StackRules;
  /** What read(2) and write(2) make of a copy that was cut short. */
  readonly streams: Readonly<Record<Stream, StreamRules>>;
  /** Micro-steps of decisions and system calls, by their task, where they are not in the kernel's order. */
  readonly orders?: Readonly<Record<string, readonly string[]>>;
  /** May so many pages more be promised to somebody? */
  readonly enoughMemory: (world: World, pages: number) => boolean;
  /** Which entries does the software check before a store have served, where CR0.WP does not hold? */
  readonly verify: (low: number) => boolean;
  /** CR4.SMEP: does user memory stop the kernel when it jumps there, if the program has it so? */
  readonly smep: boolean;
  /** CR0.WP: do read-only entries hold for the kernel's own stores? Or are these checked in software? */
  readonly wp: NonNullable<Settings['wp']>;
  /** Is a mapping of the kernel's own, which one address space lacks, copied from init_mm? */
  readonly repairsKernelMap: boolean;
}

/** What fork does to the entries of private memory. Source: __copy_present_ptes, dup_mmap. */
export interface ForkRules {
  /** Are the page tables of this VMA copied, rather than left to faults? */
  readonly needsCopy: (vma: Vma) => boolean;
  readonly protectParent: boolean;
  readonly protectChild: boolean;
  readonly clearExclusive: boolean;
  readonly takeReference: boolean;
  readonly addRmap: boolean;
  /** swap_duplicate for each swap entry that is copied. */
  readonly duplicateSwap: boolean;
  /** Are pages that may be pinned copied at once? */
  readonly copyPinned: boolean;
  /** Does a page that is copied at once get its bytes, too? */
  readonly fillsCopies: boolean;
  /** flush_tlb_mm of the parent, after the last entry and before fork returns. */
  readonly flush: boolean;
}

/** What becomes of the entries of pages that go. Source: zap_pte_range, mm/memory.c; exit_mmap, mm/mmap.c. */
export interface ZapRules {
  /** Where entries are zapped at all. */
  readonly onUnmap: boolean;
  readonly onDontneed: boolean;
  readonly onExit: boolean;
  readonly removeRmap: boolean;
  readonly putFrame: boolean;
  /** What an entry knew of stores passes to its object's frame. */
  readonly passDirty: boolean;
  /** Before the frames can be taken again; one flush for the whole range. */
  readonly flush: boolean;
}

/** What mprotect takes away from entries. Source: change_pte_range, mm/mprotect.c. */
export interface ProtectRules {
  readonly takesAccess: boolean;
  readonly takesWrite: boolean;
  readonly takesFetch: boolean;
  /** Is private memory that becomes writable counted as promised? */
  readonly counts: boolean;
  readonly flush: boolean;
}

/** Pages of shared objects. Source: filemap_map_pages, mm/filemap.c; shmem_evict_inode, mm/shmem.c. */
export interface ShmemRules {
  /** Of pages that a fault maps around its own. */
  readonly aroundWithinVma: boolean;
  readonly takeReference: boolean;
  readonly addRmap: boolean;
  /** The object's references go with its last VMA. */
  readonly putPages: boolean;
}

/**
 * PageAnonExclusive, else a sole reference.
 * Source: do_wp_page and wp_can_reuse_anon_folio, mm/memory.c (6.14); specification section 5.2.
 */
const exclusiveOrSole: RuleSet['reuse'] = (world, pfn) => {
  const { frames } = world;
  if (frames.is(pfn, EXCLUSIVE)) return 'exclusive';
  if (frames.is(pfn, KSM)) return undefined;
  if (!frames.is(pfn, SWAPCACHE)) return frames.refcount[pfn] === 1 ? 'sole' : undefined;
  return frames.refcount[pfn] === 2 && swapCount(world, slotCachedBy(world, pfn)) === 0 ? 'sole' : undefined;
};

/** Source: can_change_private_pte_writable, mm/mprotect.c (6.15). */
const exclusiveAnon: RuleSet['upgrade'] = ({ frames }, pfn) =>
  frames.is(pfn, ANON) && frames.is(pfn, EXCLUSIVE);

/** What swapping in may take for granted. Source: do_swap_page, mm/memory.c; folio_free_swap, mm/swapfile.c. */
export interface SwapRules {
  /** May the slot of a cached frame be given up, as far as its entries go? */
  readonly countsEntries: (world: World, slot: number) => boolean;
  /**
   * Is the page that was swapped in exclusive to the process, so that it may write to it at once? The
   * entry's own count is gone already, and the frame has the reference of the entry to be.
   */
  readonly becomesExclusive: (world: World, pfn: number, marked: boolean, fault: Fault) => boolean;
  /** Does the entry of a page that goes count for its slot? */
  readonly duplicates: boolean;
  /** Is a dirty page written before its frame goes? */
  readonly writes: boolean;
}

/** What get_user_pages minds. Source: gup_must_unshare, mm/internal.h; should_force_cow_break, mm/gup.c (5.8). */
export interface GupRules {
  /** Does a pin that only reads first get a page to itself that may be shared? */
  readonly unshares: boolean;
  /** Is every reference to private memory taken as if it were to write? */
  readonly breaksCow: boolean;
  /** Is a page that was copied for a forced store looked up again as if it were only to be read? Until 4.9. */
  readonly retriesAsRead?: boolean;
}

/** Files. Source: truncate_pagecache, mm/truncate.c; folio_mkclean, mm/rmap.c. */
export interface FileRules {
  /** Do the entries past a new end go? */
  readonly truncateZaps: boolean;
  /** Does a page that was written back lose its writable entries? */
  readonly cleanProtects: boolean;
}

const kernelSwap: SwapRules = {
  countsEntries: (world, slot) => swapCount(world, slot) === 0,
  becomesExclusive: ({ frames }, pfn, marked) =>
    !frames.is(pfn, KSM) && (marked || !frames.is(pfn, SWAPCACHE) || frames.refcount[pfn] === 1),
  duplicates: true,
  writes: true,
};

/**
 * Page tables that a fault could fill again are not copied: of shared memory, and of private memory in
 * which nothing anonymous was ever prepared. Source: vma_needs_copy, mm/memory.c; section 6.2.
 */
const anonPrepared: ForkRules['needsCopy'] = vma => vma.anonVma !== 0;

/**
 * Whoever maps a page alone may keep it, as far as entries and swap slots know: blind to references that
 * get_user_pages holds. Source: reuse_swap_page, mm/swapfile.c (5.4); specification section 5.5.
 */
const soleMapping: RuleSet['reuse'] = (world, pfn) => {
  const { frames } = world;
  if (frames.is(pfn, KSM) || frames.mapcount[pfn] !== 1) return undefined;
  const slot = slotCachedBy(world, pfn);
  return slot < 0 || swapCount(world, slot) === 0 ? 'sole' : undefined;
};

/** Nobody else may refer to the page, not even its own swap cache. Source: do_wp_page, mm/memory.c (5.10). */
const soleReference: RuleSet['reuse'] = ({ frames }, pfn) =>
  !frames.is(pfn, KSM) && frames.refcount[pfn] === 1 ? 'sole' : undefined;

/** A page that comes back may be written at once only by a write, and if no other entry could come for it. */
const countedSwap: SwapRules = {
  ...kernelSwap,
  becomesExclusive: (world, pfn, _, fault) => {
    const slot = slotCachedBy(world, pfn);
    return fault.write && world.frames.mapcount[pfn] === 0 && (slot < 0 || swapCount(world, slot) === 0);
  },
};

const newest: RuleSet = {
  name: '6.x',
  forbids: accessError,
  isBug,
  mayNotSleep,
  outOfMemory,
  selectBadProcess,
  unserved: kernelmodeFixupOrOops,
  reuse: exclusiveOrSole,
  marksExclusive: true,
  lacksAdvice: [],
  functions: {},
  upgrade: exclusiveAnon,
  routines: kernelRoutines,
  fork: {
    needsCopy: anonPrepared,
    protectParent: true,
    protectChild: true,
    clearExclusive: true,
    takeReference: true,
    addRmap: true,
    duplicateSwap: true,
    copyPinned: true,
    fillsCopies: true,
    flush: true,
  },
  zap: {
    onUnmap: true,
    onDontneed: true,
    onExit: true,
    removeRmap: true,
    putFrame: true,
    passDirty: true,
    flush: true,
  },
  protect: { takesAccess: true, takesWrite: true, takesFetch: true, counts: true, flush: true },
  shmem: { aroundWithinVma: true, takeReference: true, addRmap: true, putPages: true },
  swap: kernelSwap,
  gup: { unshares: true, breaksCow: false },
  files: { truncateZaps: true, cleanProtects: true },
  stack: kernelStack,
  streams: kernelStreams,
  enoughMemory,
  verify: verifiedEntry,
  smep: true,
  wp: 'on',
  repairsKernelMap: true,
};

/**
 * Until 5.10. Without the mark, mprotect waits for a fault before private memory becomes writable again; MADV_POPULATE came
 * with 5.14, guard regions with 6.13.
 * Source: change_pte_range, mm/mprotect.c, and madvise_behavior_valid, mm/madvise.c (5.10).
 */
const unmarked: Partial<RuleSet> = {
  marksExclusive: false,
  upgrade: () => false,
  swap: countedSwap,
  lacksAdvice: ['populate_read', 'populate_write', 'guard', 'unguard'],
};

/** 2.6 to 5.7: counts of entries decide. */
const counted: RuleSet = {
  ...newest,
  ...unmarked,
  name: '2.6',
  reuse: soleMapping,
  functions: { 'wp-reuse-sole': 'reuse_swap_page', 'wp-held': 'reuse_swap_page' },
  gup: { unshares: false, breaksCow: false },
  fork: { ...newest.fork, copyPinned: false },
};

/** Kernels by name, the newest last. What tells them apart is one line a rule (specification section 5.5). */
export const ruleSets: Readonly<Record<string, RuleSet>> = {
  '2.6': counted,
  '5.8': { ...counted, name: '5.8', gup: { unshares: false, breaksCow: true } },
  '5.10': {
    ...newest,
    ...unmarked,
    name: '5.10',
    reuse: soleReference,
    functions: { 'wp-reuse-sole': 'do_wp_page', 'wp-held': 'do_wp_page' },
    gup: { unshares: false, breaksCow: false },
  },
  '6.x': newest,
};
