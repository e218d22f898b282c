import { PAGE_SIZE } from '../../language/moves.ts';
import { forkAnonVma } from './anon-vma.ts';
import { flushMm } from './cpu.ts';
import { EXCLUSIVE, ZERO_PFN } from './frames.ts';
import { ACCESSED, pfnOf, WRITABLE } from './pte.ts';
import { addRmap } from './rmap.ts';
import type { Vma } from './vma.ts';
import { COUNT, type Mm, newMm, type Process, type World } from './world.ts';

/**
 * A child with its own address space: VMAs are duplicated, page tables copied where they must be, and the
 * parent's TLB is flushed once, after the last entry was write-protected.
 * Source: dup_mmap, kernel/fork.c (5.10); specification section 6.1.
 */
export function fork(world: World, parent: Process, child: string): void {
  const from = world.mms[parent.mm]!;
  const to = newMm();
  to.vmas = from.vmas.map(vma => {
    const copy = forkAnonVma(world, vma);
    if (world.rules.fork.needsCopy(vma)) copyPageRange(world, from, to, vma);
    return copy;
  });
  world.processes.push({ ...parent, name: child, mm: world.mms.push(to) - 1 });
  if (world.rules.fork.flush) flushMm(world, parent.mm);
}

/**
 * A child that lives in its parent's address space: nothing is copied, and nothing has to be flushed.
 * Source: copy_mm with CLONE_VM, kernel/fork.c; a parent that called vfork sleeps meanwhile.
 */
export function share(world: World, parent: Process, child: string): void {
  world.processes.push({ ...parent, name: child });
}

/**
 * Both sides get the frame read-only; it is exclusive to nobody any more. The child's entry starts old.
 * Source: copy_pte_range and __copy_present_ptes, mm/memory.c (6.14); section 6.3.
 */
function copyPageRange(world: World, from: Mm, to: Mm, vma: Vma): void {
  const { frames, counts, rules } = world;
  const { takeReference, clearExclusive, addRmap: addsRmap, protectParent, protectChild } = rules.fork;
  const keptHere = protectParent ? ~WRITABLE : ~0;
  const keptThere = ~ACCESSED & (protectChild ? ~WRITABLE : ~0);
  let copied = 0;
  from.table.copyRange(to.table, [vma.start, vma.end], keptHere, keptThere, (low, high) => {
    const pfn = pfnOf(low, high);
    if (pfn === ZERO_PFN) return;
    if (takeReference) frames.get(pfn);
    if (clearExclusive) frames.unmark(pfn, EXCLUSIVE);
    if (addsRmap) addRmap(world, to, pfn);
    copied++;
  });
  counts[COUNT.eagerFrames]! += copied;
}

/** What copying every page at once at each fork would have cost up to now. */
export const eagerCost = (world: World) => {
  const frames = world.counts[COUNT.eagerFrames]!;
  return { frames, bytesRead: frames * PAGE_SIZE, bytesWritten: frames * PAGE_SIZE };
};
