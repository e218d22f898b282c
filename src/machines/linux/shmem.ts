import { PAGE_SIZE } from '../../language/moves.ts';
import { ZEROS } from './content.ts';
import { FOLIO_DIRTY, SHMEM } from './frames.ts';
import { ENTRIES } from './page-table.ts';
import { ACCESSED, isNone, PRESENT, packHigh, packLow, USER, WRITABLE } from './pte.ts';
import { addRmap } from './rmap.ts';
import { isShared, mayExecute, mayWrite, type Vma } from './vma.ts';
import { COUNT, type Mm, type SharedObject, type World } from './world.ts';

/** A new shared anonymous object, empty. Answers its number. Source: shmem_zero_setup, mm/shmem.c. */
export function newObject(world: World): number {
  return world.objects.push({ pages: new Map() }) - 1;
}

/** The index in its object of a page of a shared VMA. */
export const indexOf = (vma: Vma, page: number): number => vma.pgoff + (page - vma.start);

/**
 * The frame of an object's page, allocated and cleared if the object has a hole there; a write marks it
 * dirty. The object holds one reference. Source: shmem_get_folio, mm/shmem.c; addendum A12.
 */
export function getPage(world: World, object: SharedObject, index: number, write: boolean): number {
  const { frames } = world;
  let pfn = object.pages.get(index);
  if (pfn === undefined) {
    pfn = frames.allocate(SHMEM);
    frames.contents[pfn] = ZEROS;
    object.pages.set(index, pfn);
    world.counts[COUNT.frames]!++;
    world.counts[COUNT.bytesWritten]! += PAGE_SIZE;
  }
  if (write) frames.mark(pfn, FOLIO_DIRTY);
  return pfn;
}

/** Pages that one read fault may map: fault_around_bytes, 64 KiB. */
const AROUND = 16;

/**
 * A read fault on a page of an object also maps what the object has around it: 16 pages, aligned unless
 * the VMA begins among them, within the VMA and the page table. Entries that are there already stay.
 * Source: do_fault_around, mm/memory.c, and filemap_map_pages, mm/filemap.c; addendum A3.
 */
export function mapAround(world: World, mm: Mm, vma: Vma, object: SharedObject, page: number): void {
  const { frames } = world;
  const inTable = page & (ENTRIES - 1);
  const table = page - inTable;
  const first = Math.max(table + (inTable & -AROUND), vma.start);
  const { aroundWithinVma, takeReference, addRmap: addsRmap } = world.rules.shmem;
  const end = Math.min(first + AROUND, table + ENTRIES, aroundWithinVma ? vma.end : Infinity);
  const rights = PRESENT | USER | ACCESSED | (mayWrite(vma) ? WRITABLE : 0);
  for (let near = first; near < end; near++) {
    const pfn = object.pages.get(indexOf(vma, near));
    if (near === page || pfn === undefined || !isNone(mm.table.low(near))) continue;
    if (takeReference) frames.get(pfn);
    if (addsRmap) addRmap(world, mm, pfn);
    mm.table.set(near, packLow(pfn, rights), packHigh(pfn, frames.generation[pfn]!, mayExecute(vma)));
  }
}

/** Gives back the pages of objects that no VMA shows any more. Source: shmem_evict_inode. */
export function releaseObjects(world: World): void {
  const shown = new Set<number>();
  for (const mm of world.mms) for (const vma of mm?.vmas ?? []) if (isShared(vma)) shown.add(vma.object);
  world.objects.forEach((object, number) => {
    if (object === undefined || shown.has(number)) return;
    if (world.rules.shmem.putPages) for (const pfn of object.pages.values()) world.frames.put(pfn);
    world.objects[number] = undefined;
  });
}
