import { accessError } from './fault-path.ts';
import { ANON, EXCLUSIVE } from './frames.ts';
import { kernelRoutines, type Routines } from './routines.ts';
import { kernelStack, type StackRules } from './stack.ts';
import { kernelStreams, type Stream, type StreamRules } from './user-access.ts';
import { isCow, type Vma } from './vma.ts';
import type { Fault, World } from './world.ts';

/** A kernel as a value: what distinguishes it stands here, one line a rule, and nowhere else. */
export interface RuleSet {
  readonly name: string;
  /** Does the VMA forbid the access, so that it is refused before the entry is looked at? */
  readonly forbids: (vma: Vma, fault: Fault) => boolean;
  /**
   * May a process that is about to write keep this anonymous frame? The caller knows that the entry is
   * read-only and the VMA writable.
   */
  readonly reuse: (world: World, pfn: number) => 'exclusive' | 'sole' | undefined;
  /** May mprotect make the entry of a private page writable at once, without waiting for a fault? */
  readonly upgrade: (world: World, pfn: number) => boolean;
  /** The steps of each decision, in order. */
  readonly routines: Routines;
  readonly fork: ForkRules;
  readonly zap: ZapRules;
  readonly protect: ProtectRules;
  readonly shmem: ShmemRules;
  readonly stack: StackRules;
  /** What read(2) and write(2) make of a copy that was cut short. */
  readonly streams: Readonly<Record<Stream, StreamRules>>;
  /** CR0.WP: do read-only entries hold for the kernel's own stores? */
  readonly wp: boolean;
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
const exclusiveOrSole: RuleSet['reuse'] = ({ frames }, pfn) => {
  if (frames.is(pfn, EXCLUSIVE)) return 'exclusive';
  return frames.refcount[pfn] === 1 ? 'sole' : undefined;
};

/** Source: can_change_private_pte_writable, mm/mprotect.c (6.15). */
const exclusiveAnon: RuleSet['upgrade'] = ({ frames }, pfn) =>
  frames.is(pfn, ANON) && frames.is(pfn, EXCLUSIVE);

/**
 * Page tables that a fault could fill again are not copied: of shared memory, and of private memory in
 * which nothing anonymous was ever prepared. Source: vma_needs_copy, mm/memory.c; section 6.2.
 */
const anonPrepared: ForkRules['needsCopy'] = vma => isCow(vma) && vma.anonVma !== 0;

export const ruleSets: Readonly<Record<string, RuleSet>> = {
  '6.x': {
    name: '6.x',
    forbids: accessError,
    reuse: exclusiveOrSole,
    upgrade: exclusiveAnon,
    routines: kernelRoutines,
    fork: {
      needsCopy: anonPrepared,
      protectParent: true,
      protectChild: true,
      clearExclusive: true,
      takeReference: true,
      addRmap: true,
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
    protect: { takesAccess: true, takesWrite: true, takesFetch: true, flush: true },
    shmem: { aroundWithinVma: true, takeReference: true, addRmap: true, putPages: true },
    stack: kernelStack,
    streams: kernelStreams,
    wp: true,
  },
};
