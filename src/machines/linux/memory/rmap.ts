import { ANON, FILE, FOLIO_DIRTY, ZERO_PFN } from '../hardware/frames.ts';
import { isDirty, isNone, isSwap, mapsFrame, pfnOf, slotOf } from '../hardware/pte.ts';
import type { World } from '../world.ts';
import type { Mm } from './mm.ts';
import { dropUnusedCache, freeSwapAndCache } from './swap.ts';
import { findVma, isLocked } from './vma.ts';

/**
 * The counts that entries carry: mapcount, refcount and the address space's resident pages. The zero frame
 * is counted nowhere.
 */

/** One entry of `mm` now maps the frame; the entry's reference was taken before. Source: folio_add_*_rmap_pte. */
export function addRmap(world: World, mm: Mm, pfn: number): void {
  if (pfn === ZERO_PFN) return;
  world.frames.mapcount[pfn]!++;
  countResident(world, mm, pfn, 1);
}

/** The entry no longer maps the frame; its reference is still held. Source: folio_remove_rmap_pte. */
export function removeRmap(world: World, mm: Mm, pfn: number): void {
  if (pfn === ZERO_PFN) return;
  world.frames.mapcount[pfn]!--;
  countResident(world, mm, pfn, -1);
}

/** A frame is one more (or less) of the address space's resident pages, of its kind. */
export function countResident(world: World, mm: Mm, pfn: number, by: number): void {
  if (world.frames.is(pfn, ANON)) mm.rssAnon += by;
  else if (world.frames.is(pfn, FILE)) mm.rssFile += by;
  else mm.rssShmem += by;
}

/**
 * Takes an entry out of the page table and gives back what it held: a frame, or a swap slot. What the entry
 * knew of stores to a file's or object's page passes to the frame. The caller flushes before the frame can
 * be taken again.
 * Source: zap_pte_range, mm/memory.c; addendum A12, B9.
 * @param put what becomes of the reference to a frame; by default it is dropped at once
 */
export function zapEntry(
  world: World,
  mm: Mm,
  page: number,
  put: (pfn: number) => void = pfn => world.frames.put(pfn),
): void {
  const low = mm.table.low(page);
  if (isNone(low)) return;
  const high = mm.table.high(page);
  mm.table.clear(page);
  if (mapsFrame(low)) zapFrame(world, mm, low, pfnOf(low, high), put);
  else if (isSwap(low)) releaseSwapEntry(world, mm, low);
}

function zapFrame(world: World, mm: Mm, low: number, pfn: number, put: (pfn: number) => void): void {
  if (pfn === ZERO_PFN) return;
  const { passDirty, removeRmap: removesRmap, putFrame } = world.rules.zap;
  if (passDirty && isDirty(low) && !world.frames.is(pfn, ANON)) world.frames.mark(pfn, FOLIO_DIRTY);
  if (removesRmap) removeRmap(world, mm, pfn);
  if (!putFrame) return;
  dropUnusedCache(world, pfn);
  put(pfn);
}

/** A swap entry that is not in the page table any more gives its slot back. */
export function releaseSwapEntry(world: World, mm: Mm, low: number): void {
  mm.swapEntries--;
  freeSwapAndCache(world, slotOf(low));
}

/** An entry that maps a frame. */
export interface Mapping {
  /** Index of the address space. */
  readonly mm: number;
  readonly page: number;
}

/** All entries that map a frame, in the order of address spaces and pages. Source: rmap_walk. */
export function mappingsOf(world: World, pfn: number): Mapping[] {
  const found: Mapping[] = [];
  world.mms.forEach((mm, index) => {
    if (mm === undefined) return;
    for (const page of mm.table.pages())
      if (mapsFrame(mm.table.low(page)) && pfnOf(mm.table.low(page), mm.table.high(page)) === pfn)
        found.push({ mm: index, page });
  });
  return found;
}

/** Is the page dirty by its own flag or by an entry that maps it? */
export function isFolioDirty(world: World, pfn: number): boolean {
  if (world.frames.is(pfn, FOLIO_DIRTY)) return true;
  return mappingsOf(world, pfn).some(({ mm, page }) => isDirty(world.mms[mm]!.table.low(page)));
}

/** Is a frame mapped where memory is locked (PG_mlocked)? Source: mlock_vma_folio, mm/internal.h. */
export const isMlocked = (world: World, pfn: number): boolean =>
  mappingsOf(world, pfn).some(({ mm, page }) => {
    const vma = findVma(world.mms[mm]!.vmas, page);
    return vma !== undefined && isLocked(vma);
  });
