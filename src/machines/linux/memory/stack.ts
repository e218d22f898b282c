import type { Fault } from '../fault/fault.ts';
import type { World } from '../world.ts';
import { prepareAnonVma } from './anon-vma.ts';
import type { Mm } from './mm.ts';
import { changeVma, growsDown, isAccessible, type Vma } from './vma.ts';

/** What keeps a stack from growing. */
export interface StackRules {
  /** stack_guard_gap: pages that stay free between a stack and what is mapped below it. */
  readonly guardGap: number;
  /** Is a gap kept to this VMA? */
  readonly guards: (below: Vma) => boolean;
  /** Is RLIMIT_STACK looked at? */
  readonly limited: boolean;
  /** Is growth counted as promised? */
  readonly counted: boolean;
}

/** 1 MiB, but none to another stack or to PROT_NONE. Source: expand_downwards, mm/vma.c (6.18). */
export const kernelStack: StackRules = {
  guardGap: 256,
  guards: below => !growsDown(below) && isAccessible(below),
  limited: true,
  counted: true,
};

/**
 * The VMA that would grow down to a page outside all VMAs: the next one above it, if it is a stack.
 * Source: lock_mm_and_find_vma, mm/mmap_lock.c.
 */
export function stackAbove(vmas: readonly Vma[], page: number): Vma | undefined {
  const above = vmas.find(vma => vma.end > page);
  return above !== undefined && page < above.start && growsDown(above) ? above : undefined;
}

/** What growth comes up against: no stack above, the guard gap, RLIMIT_STACK, or what may be promised. */
export type Obstacle = 'no stack' | 'gap' | 'limit' | 'promises';

/**
 * What forbids that the stack above a faulting page grows down to it; undefined if nothing does. Rights
 * are not looked at: a stack grows even for an access that it then refuses.
 * Source: expand_downwards and acct_stack_growth, mm/vma.c (6.18); addendum A16.
 */
export function obstacle(world: World, fault: Fault): Obstacle | undefined {
  const { vmas } = world.mms[fault.mm]!;
  const { guardGap, guards, limited, counted } = world.rules.stack;
  const stack = stackAbove(vmas, fault.page);
  if (stack === undefined) return 'no stack';
  const below = vmas[vmas.indexOf(stack) - 1];
  if (below !== undefined && guards(below) && fault.page - below.end < guardGap) return 'gap';
  if (limited && stack.end - fault.page > world.process(fault.process).stackLimit) return 'limit';
  if (counted && !world.rules.enoughMemory(world, stack.start - fault.page)) return 'promises';
  return undefined;
}

/**
 * Extends the stack above a page down to it, whatever forbids it; nothing where there is none. The pages
 * between stay without entries. Source: expand_downwards, mm/vma.c (6.18).
 */
export function expandDownwards(world: World, mm: Mm, page: number): void {
  attemptGrowth(world, mm, page);
  const stack = stackAbove(mm.vmas, page);
  if (stack === undefined) return;
  const grown = changeVma(stack, { start: page, pgoff: stack.pgoff - (stack.start - page) });
  mm.vmas = mm.vmas.map(vma => (vma === stack ? grown : vma));
}

/** The anon_vma is prepared before the limits are looked at, so also by an attempt that then fails. */
export function attemptGrowth(world: World, mm: Mm, page: number): void {
  const stack = stackAbove(mm.vmas, page);
  if (stack !== undefined) prepareAnonVma(world, mm, stack);
}
