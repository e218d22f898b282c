import { ANON, FOLIO_DIRTY, ZERO_PFN } from './frames.ts';
import { isDirty, isNone, pfnOf } from './pte.ts';
import type { Mm, World } from './world.ts';

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

function countResident(world: World, mm: Mm, pfn: number, by: number): void {
  if (world.frames.is(pfn, ANON)) mm.rssAnon += by;
  else mm.rssShmem += by;
}

/**
 * Takes an entry out of the page table and gives back what it held; what the entry knew of stores to an
 * object's page passes to the frame. The caller flushes before the frame can be taken again.
 * Source: zap_pte_range, mm/memory.c; addendum A12.
 */
export function zapEntry(world: World, mm: Mm, page: number): void {
  const low = mm.table.low(page);
  if (isNone(low)) return;
  const pfn = pfnOf(low, mm.table.high(page));
  mm.table.clear(page);
  if (pfn === ZERO_PFN) return;
  const { passDirty, removeRmap: removesRmap, putFrame } = world.rules.zap;
  if (passDirty && isDirty(low) && !world.frames.is(pfn, ANON)) world.frames.mark(pfn, FOLIO_DIRTY);
  if (removesRmap) removeRmap(world, mm, pfn);
  if (putFrame) world.frames.put(pfn);
}
