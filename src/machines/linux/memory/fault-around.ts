import { FILE, RECLAIM } from '../hardware/frames.ts';
import { ENTRIES } from '../hardware/page-table.ts';
import { ACCESSED, isNone, PRESENT, PROTNONE, packHigh, packLow, USER, WRITABLE } from '../hardware/pte.ts';
import type { World } from '../world.ts';
import type { Mm } from './mm.ts';
import { type AddressSpace, endOfFile, wantsNotice } from './page-cache.ts';
import { addRmap } from './rmap.ts';
import { EXEC, indexOf, isAccessible, isShared, mayExecute, mayWrite, RAND_READ, type Vma } from './vma.ts';

/** What comes with a page that was asked for: its neighbours in the cache, and on the disk. */

/** Pages that one read fault may map: fault_around_bytes, 64 KiB. */
const AROUND = 16;
/** Pages that are read for one that is missing (bdi->ra_pages). */
const READAHEAD = 2048;

/**
 * A read fault on a page of an object also maps what the object has around it: 16 pages, aligned unless
 * the VMA begins among them, within the VMA and the page table. Entries that are there already stay, and
 * pages that carry the reclaim mark are left to a fault of their own, as are those that are still being read.
 * Source: do_fault_around, mm/memory.c, and filemap_map_pages, mm/filemap.c (6.18); addendum A3, C4.
 */
export function mapAround(
  world: World,
  mm: Mm,
  vma: Vma,
  object: AddressSpace,
  page: number,
  isBeingRead: (index: number) => boolean = () => false,
): void {
  const { frames } = world;
  const inTable = page & (ENTRIES - 1);
  const table = page - inTable;
  const first = Math.max(table + (inTable & -AROUND), vma.start);
  const { aroundWithinVma, takeReference, addRmap: addsRmap } = world.rules.shmem;
  const end = Math.min(first + AROUND, table + ENTRIES, aroundWithinVma ? vma.end : Infinity);
  const near: number[] = [];
  for (let at = first; at < end; at++) {
    const index = indexOf(vma, at);
    const pfn = object.pages.get(index);
    const fits = pfn !== undefined && index < endOfFile(object) && !frames.is(pfn, RECLAIM);
    if (fits && !isBeingRead(index) && isNone(mm.table.low(at))) near.push(at);
  }
  if (
    isLoneEnd(
      object,
      near.map(at => indexOf(vma, at)),
    ) &&
    !mm.table.hasTable(page)
  )
    return;
  const rights =
    (isAccessible(vma) ? PRESENT | USER : PROTNONE) |
    ACCESSED |
    (isShared(vma) && mayWrite(vma) && !wantsNotice(object) ? WRITABLE : 0);
  for (const at of near) {
    if (at === page) continue;
    const pfn = object.pages.get(indexOf(vma, at))!;
    if (takeReference) frames.get(pfn);
    if (addsRmap) addRmap(world, mm, pfn);
    mm.table.set(at, packLow(pfn, rights), packHigh(pfn, frames.generation[pfn]!, mayExecute(vma)));
  }
}

/**
 * After a miss: which pages of the file are still being read? A hole needs no input, so that nobody has waited for what
 * is read with it; else all have come together. Source: ext4_mpage_readpages, fs/ext4/readpage.c.
 */
export function beingRead({ pages, blocks }: AddressSpace, missed: number): (index: number) => boolean {
  return blocks.has(missed) ? () => false : index => blocks.has(index) && !pages.has(index);
}

/** next_uptodate_folio gives up a last page that would need a new page table first; only files on a disk. */
const isLoneEnd = (object: AddressSpace, indices: readonly number[]): boolean =>
  object.kind === 'ext4' && indices.length === 1 && indices[0] === endOfFile(object) - 1;

/**
 * The pages [from, to) of a file that are read when `index` is missing: those around it; of an executable
 * VMA those that follow within it.
 * Source: do_sync_mmap_readahead, mm/filemap.c (6.18); addendum A4.
 */
export function readWindow(
  vma: Vma,
  object: AddressSpace,
  index: number,
): readonly [from: number, to: number] {
  if ((vma.flags & RAND_READ) !== 0) return [index, index + 1];
  const end = endOfFile(object);
  if ((vma.rights & EXEC) !== 0)
    return [index, Math.min(index + READAHEAD, vma.pgoff + vma.end - vma.start, end)];
  const from = Math.max(0, index - READAHEAD / 2);
  return [from, Math.min(from + READAHEAD, end)];
}

/** Is it a page that a fault without a wait would bring in, were it not marked? Source: addendum B7. */
export const isMarked = (world: World, pfn: number): boolean =>
  world.frames.is(pfn, FILE) && world.frames.is(pfn, RECLAIM);
