import { sameContent, ZEROS } from '../hardware/content.ts';
import { ANON, EXCLUSIVE, FILE, FOLIO_DIRTY, LAZYFREE, RECLAIM } from '../hardware/frames.ts';
import { flushMm, flushPage } from '../hardware/mmu.ts';
import { isDirty, mapsFrame, pfnOf, swapEntry } from '../hardware/pte.ts';
import type { World } from '../world.ts';
import type { Mm } from './mm.ts';
import { type AddressSpace, removePage, withKey, withoutKey } from './page-cache.ts';
import { isFolioDirty, isMlocked, mappingsOf, removeRmap, zapEntry } from './rmap.ts';
import { addToSwap, leaveCache, swapDuplicate, writeToSwap } from './swap.ts';
import { findVma, hasObject, indexOf, type Vma } from './vma.ts';

/**
 * Reclaim: a page gives its frame back, and what it held is kept where it can be found again. Who asks for it
 * (MADV_PAGEOUT) gives only pages that nobody shares; want of memory takes any.
 * Source: shrink_folio_list, mm/vmscan.c; try_to_unmap_one, mm/rmap.c; addendum A11.
 */

/** Pages [start, end) of a VMA are paged out. Source: madvise_cold_or_pageout_pte_range, mm/madvise.c (6.18). */
export function pageOut(world: World, index: number, vma: Vma): void {
  const mm = world.mms[index]!;
  let unmapped = false;
  for (const page of mm.table.pages(vma.start, vma.end)) {
    const low = mm.table.low(page);
    if (!mapsFrame(low)) continue;
    const pfn = pfnOf(low, mm.table.high(page));
    const { frames } = world;
    if (!isMappedOnce(world, pfn) || (frames.is(pfn, ANON) && frames.maybePinned(pfn))) continue;
    if (frames.is(pfn, LAZYFREE)) dropLazily(world, mm, page, pfn);
    else if (frames.is(pfn, ANON)) swapOut(world, mm, page, pfn);
    else if (hasObject(vma)) dropCachePage(world, mm, vma, page, pfn);
    unmapped = true;
  }
  if (unmapped) flushMm(world, index);
}

/**
 * A page goes from everywhere it is mapped, to where all who mapped it find it again.
 * Source: try_to_unmap, mm/rmap.c; specification section 7.1.
 */
export function unmapEverywhere(world: World, pfn: number): void {
  const { frames } = world;
  const goes = isGivenUp(world, pfn);
  const isSwapped = !goes && frames.is(pfn, ANON);
  frames.unmark(pfn, LAZYFREE);
  for (const { mm: index, page } of mappingsOf(world, pfn)) {
    const mm = world.mms[index]!;
    flushPage(world, index, page);
    if (goes) zapEntry(world, mm, page);
    else if (isSwapped) enterSwap(world, mm, page, mm.table.low(page), pfn);
    else dropCachePage(world, mm, findVma(mm.vmas, page)!, page, pfn);
  }
  if (isSwapped) dropSwapped(world, pfn);
}

/** Was the page given up with MADV_FREE, and not written to since? */
export const isGivenUp = (world: World, pfn: number): boolean =>
  world.frames.is(pfn, LAZYFREE) && !isFolioDirty(world, pfn);

/** Mapped once and not locked, whoever pins it; the zero page is nobody's. */
export const isMappedOnce = (world: World, pfn: number): boolean =>
  pfn !== 0 && world.frames.mapcount[pfn] === 1 && !isMlocked(world, pfn);

/** Somebody besides the entry, or the cache, holds the frame. */
const isHeld = ({ frames }: World, pfn: number, expected: number): boolean =>
  frames.refcount[pfn]! > expected;

/**
 * The entry becomes a swap entry, exclusive if the frame was. A dirty frame is written, and then kept as the
 * slot's cache by a device that takes time; a clean one goes at once.
 */
function swapOut(world: World, mm: Mm, page: number, pfn: number): void {
  if (enterSwap(world, mm, page, mm.table.low(page), pfn)) dropSwapped(world, pfn);
}

/**
 * The first half: a swap entry takes the place of `low`. Answers whether there was room.
 * Source: try_to_unmap_one, mm/rmap.c.
 */
export function enterSwap(world: World, mm: Mm, page: number, low: number, pfn: number): boolean {
  const { frames } = world;
  const slot = addToSwap(world, pfn);
  if (slot < 0) return false;
  if (isDirty(low)) frames.mark(pfn, FOLIO_DIRTY);
  if (world.rules.swap.duplicates) swapDuplicate(world, slot);
  const exclusive = frames.is(pfn, EXCLUSIVE);
  frames.unmark(pfn, EXCLUSIVE);
  mm.table.set(page, swapEntry(slot, exclusive), 0);
  mm.swapEntries++;
  removeRmap(world, mm, pfn);
  frames.put(pfn);
  return true;
}

/** The second half: the device gets what a dirty frame holds, and the frame goes. Source: pageout, mm/vmscan.c. */
export function dropSwapped(world: World, pfn: number): void {
  const { frames, swap } = world;
  if (frames.is(pfn, FOLIO_DIRTY)) {
    if (isHeld(world, pfn, 1)) return;
    const stays = swap.device === 'file' && !sameContent(frames.contents[pfn]!, ZEROS);
    if (world.rules.swap.writes) writeToSwap(world, pfn);
    if (stays) return;
  }
  if (!isHeld(world, pfn, 1)) leaveCache(world, pfn);
}

/** A page that was given up with MADV_FREE is dropped unless it was written to again, by whatever way. */
function dropLazily(world: World, mm: Mm, page: number, pfn: number): void {
  const { frames } = world;
  if (isDirty(mm.table.low(page)) || frames.is(pfn, FOLIO_DIRTY)) {
    frames.unmark(pfn, LAZYFREE);
    frames.mark(pfn, FOLIO_DIRTY);
    return;
  }
  if (isHeld(world, pfn, 1)) return;
  mm.table.clear(page);
  removeRmap(world, mm, pfn);
  frames.put(pfn);
}

/**
 * The entry goes, pinned or not; what the disk or nobody wrote can be dropped, memory without a disk goes to swap, unless
 * a device may still write to it.
 */
function dropCachePage(world: World, mm: Mm, vma: Vma, page: number, pfn: number): void {
  const { frames } = world;
  const object = world.objects[vma.object]!;
  const index = indexOf(vma, page);
  if (isDirty(mm.table.low(page))) frames.mark(pfn, FOLIO_DIRTY);
  mm.table.clear(page);
  removeRmap(world, mm, pfn);
  frames.put(pfn);
  if (frames.maybePinned(pfn)) return;
  if (frames.is(pfn, FOLIO_DIRTY)) {
    if (frames.is(pfn, FILE)) frames.mark(pfn, RECLAIM);
    else swapOutObject(world, object, index, pfn);
  } else if (!isHeld(world, pfn, 1)) removePage(world, object, index);
}

/** The object's page goes to a slot that the object names. Source: shmem_writeout, mm/shmem.c (6.18). */
function swapOutObject(world: World, object: AddressSpace, index: number, pfn: number): void {
  const { frames, swap } = world;
  if (isHeld(world, pfn, 1)) return;
  const slot = addToSwap(world, pfn);
  if (slot < 0) return;
  swapDuplicate(world, slot);
  object.pages = withoutKey(object.pages, index);
  object.slots = withKey(object.slots, index, slot);
  frames.put(pfn);
  const stays = swap.device === 'file' && !sameContent(frames.contents[pfn]!, ZEROS);
  writeToSwap(world, pfn);
  if (!stays) leaveCache(world, pfn);
}
