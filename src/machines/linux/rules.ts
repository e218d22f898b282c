import { EXCLUSIVE } from './frames.ts';
import type { World } from './world.ts';

/** The kernels that can be played: one value each, so that a rule set is a table of rules. */
export interface RuleSet {
  readonly name: string;
  /**
   * May a process that is about to write keep this anonymous frame? The caller knows that the entry is
   * read-only and the VMA writable.
   */
  readonly reuse: (world: World, pfn: number) => 'exclusive' | 'sole' | undefined;
}

/**
 * PageAnonExclusive, else a sole reference.
 * Source: do_wp_page and wp_can_reuse_anon_folio, mm/memory.c (6.14); specification section 5.2.
 */
const exclusiveOrSole: RuleSet['reuse'] = ({ frames }, pfn) => {
  if (frames.is(pfn, EXCLUSIVE)) return 'exclusive';
  return frames.refcount[pfn] === 1 ? 'sole' : undefined;
};

export const ruleSets: Readonly<Record<string, RuleSet>> = {
  '6.x': { name: '6.x', reuse: exclusiveOrSole },
};
