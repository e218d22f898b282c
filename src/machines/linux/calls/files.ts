import { type MoveOf, PAGE_SIZE, type Seen } from '../../../language/moves.ts';
import { COUNT } from '../counts.ts';
import { byteAt, type Content, withCopied, ZEROS } from '../hardware/content.ts';
import { ANON, FILE, FOLIO_DIRTY, RECLAIM } from '../hardware/frames.ts';
import { flushPage } from '../hardware/mmu.ts';
import { DIRTY, isGuard, isNone, isSwap, pfnOf, WRITABLE } from '../hardware/pte.ts';
import {
  type AddressSpace,
  endOfFile,
  fileOf,
  getPage,
  isMemory,
  removePage,
  withKey,
  withoutKey,
} from '../memory/page-cache.ts';
import { isFolioDirty, type Mapping, mappingsOf, zapEntry } from '../memory/rmap.ts';
import { findVma, indexOf, isShared } from '../memory/vma.ts';
import type { World } from '../world.ts';
import { done } from './range.ts';

/** System calls on files: what they do to the page cache, and to everybody who maps it. */

/** A page of one byte, as the recorder writes it. */
const filled = (value: number): Content => ({ fill: value, offsets: [], values: [] });

/**
 * The frame of a file's page for read(2); -1 for a hole of a file in memory, which stays one. What a disk must be asked
 * for comes in with all that the call wants after it.
 * Source: shmem_file_read_iter, mm/shmem.c; filemap_get_pages, mm/filemap.c, for a file that is read at random (6.18).
 * @param end the first page behind those that are wanted
 */
export function pageForRead(world: World, file: AddressSpace, index: number, end = index + 1): number {
  if (isMemory(file) && !file.pages.has(index) && !file.slots.has(index)) return -1;
  return getPage(world, file, index, false, [index, end]);
}

/** The frame for write(2) to a file's page; what is overwritten as a whole need not be read. Source: write_begin. */
function pageForWrite(world: World, file: AddressSpace, index: number, whole: boolean): number {
  let pfn = file.pages.get(index);
  if (pfn === undefined && !isMemory(file) && (whole || !file.blocks.has(index))) {
    pfn = world.frames.allocate(FILE);
    world.frames.fill(pfn, ZEROS);
    world.counts[COUNT.frames]!++;
    file.pages = withKey(file.pages, index, pfn);
  }
  pfn ??= getPage(world, file, index, true);
  markDirty(world, pfn);
  return pfn;
}

/** Source: folio_mark_dirty, mm/page-writeback.c. */
function markDirty({ frames }: World, pfn: number): void {
  frames.mark(pfn, FOLIO_DIRTY);
  frames.unmark(pfn, RECLAIM);
}

/**
 * What a write(2) that finds nothing to copy leaves behind: a page where there was none, of zeros where the file has a
 * hole, and dirty unless the disk has it and the write would have begun with its first byte. What is to be overwritten
 * as a whole is not read.
 * Source: ext4_block_write_begin and block_commit_write with nothing to commit; shmem_write_end (6.18).
 */
export function beginWrite(world: World, file: AddressSpace, offset: number, length: number): void {
  const index = Math.floor(offset / PAGE_SIZE);
  if (isMemory(file) || !file.blocks.has(index)) {
    pageForWrite(world, file, index, false);
    return;
  }
  if (length === PAGE_SIZE) return;
  const pfn = file.pages.get(index) ?? getPage(world, file, index, false);
  if (offset % PAGE_SIZE > 0) markDirty(world, pfn);
}

/** Bytes of a frame go to a place in a file, within one page of it; the file grows if need be. */
export function storeToFile(
  world: World,
  file: AddressSpace,
  offset: number,
  from: number,
  fromOffset: number,
  length: number,
): void {
  const index = Math.floor(offset / PAGE_SIZE);
  const pfn = pageForWrite(world, file, index, length === PAGE_SIZE);
  const { contents } = world.frames;
  const at = offset % PAGE_SIZE;
  contents[pfn] = withCopied(contents[pfn]!, at, contents[from]!, fromOffset, length, pfn === from);
  file.size = Math.max(file.size, offset + length);
}

/** pwrite of a whole page that holds one byte. Source: generic_perform_write, mm/filemap.c. */
export function fwrite(world: World, { file: id, page, value }: MoveOf<'fwrite'>): Seen {
  const file = fileOf(world, id);
  world.frames.contents[pageForWrite(world, file, page, true)] = filled(value);
  file.size = Math.max(file.size, (page + 1) * PAGE_SIZE);
  return { kind: 'count', count: PAGE_SIZE, bytes: [] };
}

/** pread of a page: its first and last byte. Source: filemap_read, mm/filemap.c. */
export function fread(world: World, { file: id, page }: MoveOf<'fread'>): Seen {
  const file = fileOf(world, id);
  const count = Math.max(0, Math.min(PAGE_SIZE, file.size - page * PAGE_SIZE));
  if (count === 0) return { kind: 'count', count, bytes: [] };
  const pfn = pageForRead(world, file, page);
  const content = pfn < 0 ? ZEROS : world.frames.contents[pfn]!;
  return { kind: 'count', count, bytes: [byteAt(content, 0), byteAt(content, count - 1)] };
}

/**
 * ftruncate: what lies past the new end goes, in every process, private copies and their swap entries too;
 * guard markers stay. What is added is a hole.
 * Source: truncate_pagecache, mm/truncate.c; addendum A15.
 */
export function ftruncate(world: World, { file: id, pages }: MoveOf<'ftrunc'>): Seen {
  const file = fileOf(world, id);
  const shrinks = pages * PAGE_SIZE < file.size;
  setSize(world, file, pages);
  if (!shrinks) return done;
  unmapTail(world, file, pages);
  dropTail(world, file, pages);
  return done;
}

/** The first part of ftruncate: from now on a fault past the end is refused. Source: i_size_write. */
export function setSize(world: World, file: AddressSpace, pages: number): void {
  clearTail(world, file);
  file.size = pages * PAGE_SIZE;
}

/** The second part: no entry shows what lies past the end. Source: unmap_mapping_range. */
export function unmapTail(world: World, file: AddressSpace, pages: number): void {
  if (world.rules.files.truncateZaps) unmapFrom(world, file, pages, Number.POSITIVE_INFINITY, true);
}

/** The last part: the pages past the end leave the page cache. Source: truncate_inode_pages. */
export function dropTail(world: World, file: AddressSpace, pages: number): void {
  dropPages(world, file, pages, Number.POSITIVE_INFINITY);
}

/** The part of the last page past the end reads as zeros once the file has grown. Source: pagecache_isize_extended. */
function clearTail(world: World, file: AddressSpace): void {
  const from = file.size % PAGE_SIZE;
  const pfn = from === 0 ? undefined : file.pages.get(endOfFile(file) - 1);
  if (pfn === undefined) return;
  const { contents } = world.frames;
  contents[pfn] = withCopied(contents[pfn]!, from, ZEROS, from, PAGE_SIZE - from, false);
}

/**
 * A hole: the file's own pages go, private copies stay.
 * Source: shmem_fallocate, mm/shmem.c; ext4_punch_hole, fs/ext4/inode.c; addendum A15.
 */
export function punch(world: World, { file: id, page, pages }: MoveOf<'punch'>): Seen {
  punchHole(world, fileOf(world, id), page, page + pages);
  return done;
}

export function punchHole(world: World, file: AddressSpace, from: number, to: number): void {
  const end = Math.min(to, endOfFile(file));
  unmapFrom(world, file, from, end, false);
  dropPages(world, file, from, end);
}

/** Pages [from, to) of the file leave the cache, the swap and the disk. */
function dropPages(world: World, file: AddressSpace, from: number, to: number): void {
  const within = (index: number): boolean => index >= from && index < to;
  for (const index of [...file.pages.keys(), ...file.slots.keys()])
    if (within(index)) removePage(world, file, index);
  for (const index of file.blocks.keys()) if (within(index)) file.blocks = withoutKey(file.blocks, index);
}

/** Entries for these pages of the file are zapped, in every process. Source: unmap_mapping_range, mm/memory.c. */
function unmapFrom(world: World, file: AddressSpace, from: number, to: number, copies: boolean): void {
  world.mms.forEach((mm, number) => {
    for (const vma of mm?.vmas ?? []) {
      if (world.objects[vma.object] !== file) continue;
      for (const page of mm!.table.pages(vma.start, vma.end)) {
        const index = indexOf(vma, page);
        if (index < from || index >= to) continue;
        const low = mm!.table.low(page);
        if (isNone(low) || isGuard(low)) continue;
        const own = isSwap(low) || world.frames.is(pfnOf(low, mm!.table.high(page)), ANON);
        if (own && !copies) continue;
        zapEntry(world, mm!, page);
        flushPage(world, number, page);
      }
    }
  });
}

/**
 * fsync: pages that were written to go to the disk; before that nobody may write to them unheard any more.
 * Source: folio_mkclean, mm/rmap.c; ext4_sync_file; addendum C5.
 */
export function fsync(world: World, { file: id }: MoveOf<'fsync'>): Seen {
  const file = fileOf(world, id);
  const pfns = dirtyPages(world, file);
  for (const pfn of pfns) {
    flushMappings(world, protectMappings(world, pfn));
    world.frames.unmark(pfn, FOLIO_DIRTY);
  }
  writePages(world, file, pfns);
  return done;
}

/** Pages of a file on a disk that were written to since the disk has them. */
export const dirtyPages = (world: World, file: AddressSpace): number[] =>
  isMemory(file) ? [] : [...file.pages.values()].filter(pfn => isFolioDirty(world, pfn));

/** The last part of fsync: the disk gets what the pages hold now. */
export function writePages(world: World, file: AddressSpace, pfns: readonly number[]): void {
  for (const [index, pfn] of file.pages) {
    if (!pfns.includes(pfn)) continue;
    file.blocks = withKey(file.blocks, index, world.frames.contents[pfn]!);
    world.frames.unmark(pfn, RECLAIM);
  }
  if (pfns.length > 0) world.counts[COUNT.io]!++;
}

/** Entries of shared memory lose the right to write and the dirty bit; answers those that had either. Source: page_mkclean_one. */
export function protectMappings(world: World, pfn: number): Mapping[] {
  if (!world.rules.files.cleanProtects) return [];
  return mappingsOf(world, pfn).filter(({ mm: number, page }) => {
    const mm = world.mms[number]!;
    const vma = findVma(mm.vmas, page);
    const low = mm.table.low(page);
    if (vma === undefined || !isShared(vma) || (low & (WRITABLE | DIRTY)) === 0) return false;
    mm.table.set(page, low & ~(WRITABLE | DIRTY), mm.table.high(page));
    return true;
  });
}

export function flushMappings(world: World, mappings: readonly Mapping[]): void {
  for (const { mm, page } of mappings) flushPage(world, mm, page);
}
