import { ANON, FILE, FOLIO_DIRTY, SWAPCACHE, ZERO_PFN } from '../hardware/frames.ts';
import { mapsFrame, pfnOf } from '../hardware/pte.ts';
import type { World } from '../world.ts';
import { removePage } from './page-cache.ts';
import { isGivenUp, unmapEverywhere } from './reclaim.ts';
import { isFolioDirty, isMlocked } from './rmap.ts';
import { hasFreeSlot, leaveCache } from './swap.ts';

/**
 * When no frame is free whoever needs one takes it from others, as long as what they lose can be had again. What system
 * calls need for themselves comes out of the kernel's reserve. Source: __alloc_pages_slowpath, mm/page_alloc.c;
 * shrink_folio_list, mm/vmscan.c.
 */

/** Frames that nobody uses; none while system calls use the reserve. The zero frame is not counted. */
export const framesLeft = ({ frames, setup }: World): number =>
  Math.max(0, setup.memory - (frames.count - 1 - frames.free.length));

/** Are fewer frames left than that? */
export const isFull = (world: World, wanted = 1): boolean => framesLeft(world) < wanted;

/**
 * Reclaims until so many frames are free; answers whether they are.
 * @param spared the frame that is needed for what the new one is for
 */
export function makeRoom(world: World, spared?: number, wanted = 1): boolean {
  while (isFull(world, wanted) && reclaimOne(world, spared));
  return !isFull(world, wanted);
}

/** What nobody maps goes first, then a page that can be had again. Answers whether anything went. */
function reclaimOne(world: World, spared: number | undefined): boolean {
  return dropUnmapped(world, spared) || pageOutOne(world, spared);
}

/** A clean page of a cache that only the cache refers to. */
function dropUnmapped(world: World, spared: number | undefined): boolean {
  const { frames, swap, objects } = world;
  const mayGo = (pfn: number): boolean =>
    frames.refcount[pfn] === 1 && !frames.is(pfn, FOLIO_DIRTY) && pfn !== spared;
  for (const slot of swap.slots)
    if (slot !== undefined && slot.pfn >= 0 && mayGo(slot.pfn)) {
      leaveCache(world, slot.pfn);
      return true;
    }
  for (const object of objects)
    for (const [index, pfn] of object?.pages ?? [])
      if (frames.is(pfn, FILE) && mayGo(pfn)) {
        removePage(world, object!, index);
        return true;
      }
  return false;
}

/** A page that is mapped, by however many. */
function pageOutOne(world: World, spared: number | undefined): boolean {
  for (const mm of world.mms)
    for (const page of mm?.table.pages() ?? []) {
      const low = mm!.table.low(page);
      const pfn = mapsFrame(low) ? pfnOf(low, mm!.table.high(page)) : ZERO_PFN;
      if (pfn === ZERO_PFN || pfn === spared || !canGo(world, pfn)) continue;
      unmapEverywhere(world, pfn);
      return true;
    }
  return false;
}

/**
 * Anonymous memory needs a slot, unless it was given up; a page of a file must be as its disk has it; nobody may have
 * locked it, nor hold it besides its mappers.
 */
function canGo(world: World, pfn: number): boolean {
  const { frames } = world;
  const cached = frames.is(pfn, SWAPCACHE | FILE) ? 1 : 0;
  if (frames.refcount[pfn] !== frames.mapcount[pfn]! + cached || isMlocked(world, pfn)) return false;
  if (frames.is(pfn, ANON)) return isGivenUp(world, pfn) || cached === 1 || hasFreeSlot(world);
  return frames.is(pfn, FILE) && !isFolioDirty(world, pfn);
}
