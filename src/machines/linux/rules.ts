import { ANON, EXCLUSIVE } from './frames.ts';
import { kernelRoutines, type Routines } from './routines.ts';
import type { World } from './world.ts';

/** A kernel as a value: what distinguishes it stands here, one line a rule, and nowhere else. */
export interface RuleSet {
  readonly name: string;
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
}

/** What fork does to the entries of private memory. Source: __copy_present_ptes, dup_mmap. */
export interface ForkRules {
  readonly protectParent: boolean;
  readonly protectChild: boolean;
  readonly clearExclusive: boolean;
  readonly takeReference: boolean;
  readonly addRmap: boolean;
  /** flush_tlb_mm of the parent, after the last entry and before fork returns. */
  readonly flush: boolean;
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

export const ruleSets: Readonly<Record<string, RuleSet>> = {
  '6.x': {
    name: '6.x',
    reuse: exclusiveOrSole,
    upgrade: exclusiveAnon,
    routines: kernelRoutines,
    fork: {
      protectParent: true,
      protectChild: true,
      clearExclusive: true,
      takeReference: true,
      addRmap: true,
      flush: true,
    },
  },
};
