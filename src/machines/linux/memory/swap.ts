import type { SwapDevice } from '../../../language/moves.ts';
import { COUNT } from '../counts.ts';
import { type Content, sameContent, ZEROS } from '../hardware/content.ts';
import { ANON, FOLIO_DIRTY, SWAPCACHE } from '../hardware/frames.ts';
import type { World } from '../world.ts';

/**
 * The swap area: slots that hold the bytes of pages that were swapped out, and the swap cache, which is the
 * frame that a slot's page was read into or written from while both are kept.
 */

export interface Slot {
  /** Swap entries, of page tables and of shared objects, that name it (swap_map). */
  readonly count: number;
  /** The frame that is its swap cache; -1 for none. */
  readonly pfn: number;
  readonly data: Content;
}

export interface SwapArea {
  readonly device: SwapDevice;
  /** Undefined where a slot is free. */
  readonly slots: (Slot | undefined)[];
}

const slotOfNumber = ({ swap }: World, slot: number): Slot => {
  const found = swap.slots[slot];
  if (found === undefined) throw new Error(`swap slot ${slot} is free`);
  return found;
};

/** Swap entries that name the slot; 0 where it is free. Source: __swap_count, mm/swapfile.c. */
export const swapCount = ({ swap }: World, slot: number): number => swap.slots[slot]?.count ?? 0;

/** The frame that caches a slot, -1 for none. Source: swap_cache_get_folio, mm/swap_state.c. */
export const swapCacheOf = ({ swap }: World, slot: number): number => swap.slots[slot]?.pfn ?? -1;

/** The slot that a frame caches, -1 for none. */
export const slotCachedBy = ({ swap, frames }: World, pfn: number): number =>
  frames.is(pfn, SWAPCACHE) ? swap.slots.findIndex(slot => slot?.pfn === pfn) : -1;

/** What a slot's page holds: its cached frame is newer than its data. */
export function swappedContent(world: World, slot: number): Content {
  const found = world.swap.slots[slot];
  if (found === undefined) return ZEROS;
  return found.pfn < 0 ? found.data : world.frames.contents[found.pfn]!;
}

/** One more entry names the slot. Source: swap_duplicate, mm/swapfile.c. */
export function swapDuplicate(world: World, slot: number): void {
  const { count, ...rest } = slotOfNumber(world, slot);
  world.swap.slots[slot] = { ...rest, count: count + 1 };
}

/** An entry names the slot no more; without entries and cache it is free. Source: swap_free, mm/swapfile.c. */
export function swapFree(world: World, slot: number): void {
  const { count, pfn, data } = slotOfNumber(world, slot);
  world.swap.slots[slot] = count <= 1 && pfn < 0 ? undefined : { count: count - 1, pfn, data };
}

/**
 * As swapFree for an entry that is zapped: the frame in the cache goes too if nobody can come for it.
 * Source: free_swap_and_cache, mm/swapfile.c; addendum B9.
 */
export function freeSwapAndCache(world: World, slot: number): void {
  const pfn = swapCacheOf(world, slot);
  swapFree(world, slot);
  if (pfn >= 0) dropUnusedCache(world, pfn);
}

/** A swap device has as many slots as memory has frames. */
export const swapPages = ({ setup, swap }: World): number => (swap.device === 'none' ? 0 : setup.memory);

/** Is there a slot that nobody uses? */
export const hasFreeSlot = (world: World): boolean =>
  world.swap.slots.filter(slot => slot !== undefined).length < swapPages(world);

/** A frame enters the swap cache of a slot, a new one if it is in none. Answers the slot; -1 where there is no swap. */
export function addToSwap(world: World, pfn: number): number {
  const { frames, swap } = world;
  const cached = slotCachedBy(world, pfn);
  if (cached >= 0) return cached;
  if (!hasFreeSlot(world)) return -1;
  const free = swap.slots.indexOf(undefined);
  const slot = free < 0 ? swap.slots.length : free;
  swap.slots[slot] = { count: 0, pfn, data: ZEROS };
  enterCache(world, slot, pfn);
  frames.mark(pfn, FOLIO_DIRTY);
  return slot;
}

/** The cache holds a reference. Source: swap_cache_add_folio. */
export function enterCache(world: World, slot: number, pfn: number): void {
  world.swap.slots[slot] = { ...slotOfNumber(world, slot), pfn };
  world.frames.mark(pfn, SWAPCACHE);
  world.frames.get(pfn);
}

/** Out of the swap cache; a slot that no entry names is free then. Source: delete_from_swap_cache. */
export function leaveCache(world: World, pfn: number): void {
  const { swap, frames } = world;
  const number = slotCachedBy(world, pfn);
  if (number < 0) return;
  const { count, data } = swap.slots[number]!;
  swap.slots[number] = count === 0 ? undefined : { count, pfn: -1, data };
  frames.unmark(pfn, SWAPCACHE);
  frames.put(pfn);
}

/**
 * Gives up the slot of a cached frame, if no entry names it: then only the frame has the bytes, and is dirty.
 * Answers whether the frame is in no cache now. Source: folio_free_swap, mm/swapfile.c.
 */
export function tryToFreeSwap(world: World, pfn: number): boolean {
  const slot = slotCachedBy(world, pfn);
  if (slot < 0) return true;
  if (!world.rules.swap.countsEntries(world, slot)) return false;
  leaveCache(world, pfn);
  world.frames.mark(pfn, FOLIO_DIRTY);
  return true;
}

/** A cached frame that nobody maps and whose slot no entry names goes. Source: free_swap_cache, mm/swap_state.c. */
export function dropUnusedCache(world: World, pfn: number): void {
  const slot = slotCachedBy(world, pfn);
  if (slot >= 0 && world.frames.mapcount[pfn] === 0 && swapCount(world, slot) === 0) leaveCache(world, pfn);
}

/**
 * Writes a cached frame to its slot: pages of zeros are only noted down (zeromap). The frame is clean then.
 * Source: swap_writeout, mm/page_io.c (6.18).
 */
export function writeToSwap(world: World, pfn: number): void {
  const slot = slotCachedBy(world, pfn);
  const data = world.frames.contents[pfn]!;
  world.swap.slots[slot] = { ...slotOfNumber(world, slot), data };
  if (!sameContent(data, ZEROS)) world.counts[COUNT.io]!++;
  world.frames.unmark(pfn, FOLIO_DIRTY);
}

/**
 * A frame with what a slot holds, read into the swap cache; not into it where the device is read at once
 * and nobody else can come for the page. Its one reference is the caller's.
 * Source: do_swap_page and swap_readpage (6.18); addendum A10.
 */
export function readFromSwap(world: World, slot: number, flags: number): number {
  const { frames, counts, swap } = world;
  const { count, data } = slotOfNumber(world, slot);
  const pfn = frames.allocate(flags);
  frames.fill(pfn, data);
  counts[COUNT.frames]!++;
  if (!sameContent(data, ZEROS)) counts[COUNT.io]!++;
  if (!(swap.device === 'zram' && count === 1 && flags === ANON)) enterCache(world, slot, pfn);
  return pfn;
}
