import { PAGE_SIZE, type Seen } from '../../../language/moves.ts';
import { COUNT } from '../counts.ts';
import { ZEROS } from '../hardware/content.ts';
import { ANON, EXCLUSIVE, ZERO_PFN } from '../hardware/frames.ts';
import { flushMm } from '../hardware/mmu.ts';
import {
  ACCESSED,
  DIRTY,
  isSwap,
  mapsFrame,
  PRESENT,
  PROTNONE,
  packHigh,
  packLow,
  pfnOf,
  slotOf,
  USER,
  WRITABLE,
} from '../hardware/pte.ts';
import { forkAnonVma } from '../memory/anon-vma.ts';
import { accounted } from '../memory/commit.ts';
import { inheritKernelMap } from '../memory/kernel-map.ts';
import { ksmEnter } from '../memory/ksm.ts';
import { type Mm, newMm } from '../memory/mm.ts';
import { addRmap, countResident, removeRmap } from '../memory/rmap.ts';
import { swapDuplicate } from '../memory/swap.ts';
import {
  changeVma,
  DONTCOPY,
  growsDown,
  isAccessible,
  isShared,
  LOCKED,
  mayExecute,
  mayWrite,
  type Vma,
  WIPEONFORK,
} from '../memory/vma.ts';
import type { Process } from '../process.ts';
import type { ForkRules } from '../rules.ts';
import type { World } from '../world.ts';
import { done, failed } from './range.ts';

/**
 * A child with its own address space: VMAs are duplicated, page tables copied where they must be, and the
 * parent's TLB is flushed once, after the last entry was write-protected.
 * Source: dup_mmap, kernel/fork.c (5.10); specification section 6.1; addendum B4.
 */
export function fork(world: World, parent: Process, child: string): Seen {
  if (!mayPromiseAgain(world, parent)) return failed('ENOMEM');
  duplicate(world, parent, child, world.rules.fork);
  if (world.rules.fork.flush) flushMm(world, parent.mm);
  return done;
}

/** All that is private and writable is promised to the child, too, though nothing of it is copied yet. */
function mayPromiseAgain(world: World, { mm }: Process): boolean {
  const pages = world.mms[mm]!.vmas.map(vma => ((vma.flags & DONTCOPY) === 0 ? accounted(vma) : 0));
  return world.setup.overcommit === 'never'
    ? world.rules.enoughMemory(
        world,
        pages.reduce((sum, each) => sum + each, 0),
      )
    : pages.every(each => world.rules.enoughMemory(world, each));
}

/** The child with what it inherits; the parent's TLB may still know more rights than its entries have left. */
export function duplicate(world: World, parent: Process, child: string, rules: ForkRules): void {
  const from = world.mms[parent.mm]!;
  const to = newMm();
  to.hasPinned = from.hasPinned;
  const copies: Vma[] = [];
  for (const vma of from.vmas) {
    if ((vma.flags & DONTCOPY) !== 0) continue;
    const flags = vma.flags & ~LOCKED;
    if ((vma.flags & WIPEONFORK) !== 0) copies.push(changeVma(vma, { flags, anonVma: 0, chain: [] }));
    else {
      copies.push(changeVma(forkAnonVma(world, vma), { flags }));
      if (rules.needsCopy(vma)) copyPageRange(world, from, to, vma, rules);
    }
  }
  to.vmas = copies;
  world.processes.push({ ...parent, name: child, mm: world.mms.push(to) - 1 });
  inheritKernelMap(world, world.mms.length - 1);
  if (world.ksm.registered.includes(parent.mm)) ksmEnter(world, world.mms.length - 1);
}

/**
 * A child that lives in its parent's address space: nothing is copied, and nothing has to be flushed.
 * Source: copy_mm with CLONE_VM, kernel/fork.c; a parent that called vfork sleeps meanwhile.
 */
export function share(world: World, parent: Process, child: string): Seen {
  world.processes.push({ ...parent, name: child });
  return done;
}

/**
 * Both sides get the frame read-only; it is exclusive to nobody any more, nor is a swap entry. The child's
 * entry starts old. Pinned pages, and the top of a stack if fork is eager there, are copied at once; shared memory stays
 * as it is.
 * Source: copy_pte_range, __copy_present_ptes and copy_nonpresent_pte, mm/memory.c (6.14); section 6.3.
 */
function copyPageRange(world: World, from: Mm, to: Mm, vma: Vma, rules: ForkRules): void {
  const { frames, counts } = world;
  const { refcount, mapcount, flags } = frames;
  const { takeReference, clearExclusive, addRmap: addsRmap, protectParent, protectChild } = rules;
  const shared = isShared(vma);
  const apart = shared
    ? []
    : [...new Set([...pinnedPages(world, from, vma), ...stackPages(world, from, vma)])];
  const kept = apart.map(page => [page, from.table.low(page)] as const);
  const keeps = new Set(apart.map(page => pfnOf(from.table.low(page), from.table.high(page))));
  const keptHere = protectParent && !shared ? ~WRITABLE : ~0;
  const keptThere = ~ACCESSED & (shared ? ~DIRTY : protectChild ? ~WRITABLE : ~0);
  let copied = 0;
  let anon = 0;
  from.table.copyRange(to.table, [vma.start, vma.end], keptHere, keptThere, (low, high) => {
    if (!mapsFrame(low)) {
      if (isSwap(low)) {
        if (rules.duplicateSwap) swapDuplicate(world, slotOf(low));
        to.swapEntries++;
      }
      return;
    }
    const pfn = pfnOf(low, high);
    if (pfn === ZERO_PFN) return;
    if (takeReference) refcount[pfn]!++;
    if (clearExclusive && !(keeps.size > 0 && keeps.has(pfn))) flags[pfn]! &= ~EXCLUSIVE;
    if (addsRmap) {
      mapcount[pfn]!++;
      if ((flags[pfn]! & ANON) !== 0) anon++;
      else countResident(world, to, pfn, 1);
    }
    copied++;
  });
  to.rssAnon += anon;
  counts[COUNT.eagerFrames]! += copied;
  for (const [page, low] of kept) {
    from.table.set(page, low, from.table.high(page));
    copyAtOnce(world, to, vma, page);
  }
}

/** Pages that may be pinned and are exclusive: a child must not share them. Source: folio_try_dup_anon_rmap_pte. */
const pinnedPages = ({ frames, rules }: World, from: Mm, vma: Vma): number[] =>
  from.hasPinned && rules.fork.copyPinned
    ? from.table.pages(vma.start, vma.end).filter(page => {
        const low = from.table.low(page);
        const pfn = pfnOf(low, from.table.high(page));
        return mapsFrame(low) && frames.is(pfn, EXCLUSIVE) && frames.maybePinned(pfn);
      })
    : [];

/**
 * What Linux does not do: the lowest page of a stack that is there is the one that both will store to first, so the child
 * gets a copy before anybody asks.
 */
function stackPages({ setup, frames }: World, from: Mm, vma: Vma): number[] {
  if (!setup.eagerStack || !growsDown(vma)) return [];
  const isOwn = (page: number): boolean => {
    const low = from.table.low(page);
    return mapsFrame(low) && frames.is(pfnOf(low, from.table.high(page)), ANON);
  };
  return from.table.pages(vma.start, vma.end).filter(isOwn).slice(0, 1);
}

/** The child's own copy takes the place of the shared frame. Source: copy_present_page, mm/memory.c. */
function copyAtOnce(world: World, to: Mm, vma: Vma, page: number): void {
  const { frames, counts } = world;
  const shared = pfnOf(to.table.low(page), to.table.high(page));
  removeRmap(world, to, shared);
  frames.put(shared);
  const pfn = frames.allocate(ANON | EXCLUSIVE);
  frames.fill(pfn, world.rules.fork.fillsCopies ? frames.contents[shared]! : ZEROS);
  counts[COUNT.frames]!++;
  counts[COUNT.bytesRead]! += PAGE_SIZE;
  counts[COUNT.bytesWritten]! += PAGE_SIZE;
  addRmap(world, to, pfn);
  const presence = isAccessible(vma) ? PRESENT | USER : PROTNONE;
  const rights = presence | ACCESSED | DIRTY | (mayWrite(vma) ? WRITABLE : 0);
  to.table.set(page, packLow(pfn, rights), packHigh(pfn, frames.generation[pfn]!, mayExecute(vma)));
}

/**
 * Takes the right to write from every entry of private memory that fork shares: all but those of pages that
 * were pinned when it looked. Source: __copy_present_ptes.
 */
export function writeProtect(world: World, mm: Mm): void {
  for (const vma of mm.vmas) {
    if (!world.rules.fork.needsCopy(vma) || isShared(vma)) continue;
    const pinned = mm.hasPinned ? pinnedPages(world, mm, vma) : [];
    for (const page of mm.table.pages(vma.start, vma.end)) {
      const low = mm.table.low(page);
      if (mapsFrame(low) && !pinned.includes(page)) mm.table.set(page, low & ~WRITABLE, mm.table.high(page));
    }
  }
}

/** What copying every page at once at each fork would have cost up to now. */
export const eagerCost = (world: World) => {
  const frames = world.counts[COUNT.eagerFrames]!;
  return { frames, bytesRead: frames * PAGE_SIZE, bytesWritten: frames * PAGE_SIZE };
};
