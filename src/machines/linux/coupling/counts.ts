import type { Uncoupled } from '../../machine.ts';
import { type Census, rowsOf, vmaOf } from '../census.ts';
import { sameContent, ZEROS } from '../hardware/content.ts';
import { ANON, EXCLUSIVE, FOLIO_DIRTY } from '../hardware/frames.ts';
import { isDirty, isExclusiveSwap, isWritable, slotOf } from '../hardware/pte.ts';
import { wantsNotice } from '../memory/page-cache.ts';
import { slotCachedBy, swapCount } from '../memory/swap.ts';
import { isShared } from '../memory/vma.ts';
import { frameRow, slotRow } from '../names.ts';

/** References are what is held, and slots are counted as often as they are named. */
export const countsDiffer = (all: Census): Uncoupled | undefined =>
  referencesDiffer(all) ?? slotCountsDiffer(all);

/** Who owns a page, and what is clean, is asked by the kernel alone. */
export const ownersOrSlotsDiffer = (all: Census): Uncoupled | undefined =>
  ownersDiffer(all) ?? slotsDiffer(all) ?? storesAreLost(all);

function referencesDiffer({ world, references }: Census): Uncoupled | undefined {
  const { refcount, count } = world.frames;
  for (let pfn = 1; pfn < count; pfn++)
    if (refcount[pfn] !== references[pfn]) return { what: 'wrong refcount', rows: [frameRow(pfn)] };
  return undefined;
}

function slotCountsDiffer({ world, naming }: Census): Uncoupled | undefined {
  for (let slot = 0; slot < naming.length; slot++)
    if (swapCount(world, slot) !== naming[slot]) return { what: 'wrong slot count', rows: [slotRow(slot)] };
  return undefined;
}

/** Writable private and exclusive frames are mapped once; a pinned one that is mapped is exclusive. */
function ownersDiffer(all: Census): Uncoupled | undefined {
  const { frames } = all.world;
  for (let pfn = 1; pfn < frames.count; pfn++) {
    const mappers = all.mappers[pfn]!;
    const exclusive = frames.is(pfn, EXCLUSIVE);
    const slot = slotCachedBy(all.world, pfn);
    if (exclusive && (mappers.length > 1 || (slot >= 0 && all.naming[slot]! > 0)))
      return { what: 'exclusive and shared', rows: [frameRow(pfn)] };
    if (frames.is(pfn, ANON) && all.pins[pfn]! > 0 && mappers.length > 0 && !exclusive)
      return { what: 'pinned and not exclusive', rows: [frameRow(pfn)] };
  }
  for (const entry of all.entries) {
    if (!isWritable(entry.low)) continue;
    const vma = vmaOf(entry);
    if (vma !== undefined && isShared(vma)) continue;
    if (all.mappers[entry.pfn]!.length > 1 || !frames.is(entry.pfn, ANON))
      return { what: 'writable and shared', rows: [frameRow(entry.pfn)] };
  }
  return undefined;
}

function slotsDiffer({ world, naming, swapEntries, mappers }: Census): Uncoupled | undefined {
  for (const entry of swapEntries)
    if (isExclusiveSwap(entry.low) && naming[slotOf(entry.low)]! > 1)
      return { what: 'exclusive slot and shared', rows: rowsOf([entry]) };
  const { frames, swap } = world;
  for (const [number, slot] of swap.slots.entries()) {
    if (slot === undefined || slot.pfn < 0) continue;
    const dirty = frames.is(slot.pfn, FOLIO_DIRTY) || mappers[slot.pfn]!.some(({ low }) => isDirty(low));
    if (!dirty && !sameContent(frames.contents[slot.pfn]!, slot.data))
      return { what: 'clean, and not what its slot holds', rows: [slotRow(number)] };
  }
  return undefined;
}

/** What a file's page holds and its disk does not is known to be dirty, and nobody writes to it unheard. */
function storesAreLost({ world, mappers, entries }: Census): Uncoupled | undefined {
  const { frames, objects } = world;
  for (const object of objects)
    for (const [index, pfn] of object?.pages ?? []) {
      if (frames.is(pfn, FOLIO_DIRTY) || mappers[pfn]!.some(({ low }) => isDirty(low))) continue;
      if (!sameContent(frames.contents[pfn]!, object!.blocks.get(index) ?? ZEROS))
        return { what: 'clean, and not what its disk holds', rows: [frameRow(pfn)] };
    }
  for (const entry of entries) {
    const vma = vmaOf(entry);
    const object = vma === undefined ? undefined : world.objects[vma.object];
    if (object === undefined || !isShared(vma!) || !wantsNotice(object) || !isWritable(entry.low)) continue;
    if (!frames.is(entry.pfn, FOLIO_DIRTY)) return { what: 'written to unheard', rows: rowsOf([entry]) };
  }
  return undefined;
}
