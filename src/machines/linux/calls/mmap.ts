import type { MoveOf, Seen } from '../../../language/moves.ts';
import type { Fault } from '../fault/fault.ts';
import { flushMm } from '../hardware/mmu.ts';
import { ENTRIES, nextTable } from '../hardware/page-table.ts';
import { accountedIn } from '../memory/commit.ts';
import type { Mm } from '../memory/mm.ts';
import { newObject, releaseObjects } from '../memory/page-cache.ts';
import {
  ACCOUNT,
  changeVma,
  findVma,
  GROWSDOWN,
  hasObject,
  insertMerged,
  isLocked,
  LOCKED,
  part,
  partsOf,
  rightsOf,
  SHARED,
  type Vma,
  WRITE,
  without,
} from '../memory/vma.ts';
import type { Process } from '../process.ts';
import type { World } from '../world.ts';
import { populate } from './populate.ts';
import { done, failed, zapRange } from './range.ts';

/** mmap, munmap and mremap. */

/**
 * mmap(MAP_FIXED): what was mapped there goes first. With `iso` each page is a mapping of its own, of every
 * second page of the file. Source: __mmap_region, mm/vma.c.
 */
export function mmap(world: World, process: Process, move: MoveOf<'map'>): Seen | Fault {
  const end = move.page + move.pages;
  if (move.flags.includes('gd') && move.kind !== 'anon') return failed('EINVAL');
  if (world.hunt === undefined) {
    if (!world.rules.enoughMemory(world, promised(world, process, move))) return failed('ENOMEM');
    if (move.flags.includes('iso'))
      for (let i = 0; i < move.pages; i++) mapRegion(world, process, move, move.page + i, 1, 2 * i);
    else mapRegion(world, process, move, move.page, move.pages, 0);
    releaseObjects(world);
    if (!move.flags.includes('pop')) return done;
  }
  const fresh = { process: process.name, from: move.page, to: end };
  return populate(world, process, move.page, end, 'next', fresh) ?? done;
}

/**
 * Pages that a mapping counts for: private ones that may be written, in place of what was mapped there, or a new shared
 * object. Source: __mmap_region, mm/vma.c; shmem_acct_size, mm/shmem.c.
 */
function promised(world: World, process: Process, { page, pages, kind, perm }: MoveOf<'map'>): number {
  if (kind === 'sanon') return pages;
  if (kind === 'shared' || (rightsOf(perm) & WRITE) === 0) return 0;
  return pages - accountedIn(world.mms[process.mm]!.vmas, page, page + pages);
}

function mapRegion(
  world: World,
  process: Process,
  move: MoveOf<'map'>,
  start: number,
  pages: number,
  further: number,
): void {
  const mm = world.mms[process.mm]!;
  removeRange(world, process, start, start + pages);
  const { kind, file } = move;
  const rights = rightsOf(move.perm);
  const shared = kind === 'sanon' || kind === 'shared';
  const object =
    file !== undefined
      ? world.objects.findIndex(candidate => candidate?.file === file.id)
      : shared
        ? newObject(world, pages)
        : -1;
  const flags =
    (shared ? SHARED : rights & WRITE ? ACCOUNT : 0) | (move.flags.includes('gd') ? GROWSDOWN : 0);
  const pgoff = file !== undefined ? file.page + further : shared ? 0 : start;
  mm.vmas = insertMerged(mm.vmas, {
    start,
    end: start + pages,
    rights,
    flags,
    object,
    pgoff,
    anonVma: 0,
    chain: [],
  });
}

/** Source: do_vmi_munmap, mm/vma.c. Holes are no error. */
export function munmap(world: World, process: Process, move: MoveOf<'unmap'>): Seen {
  removeRange(world, process, move.page, move.page + move.pages);
  releaseObjects(world);
  return done;
}

/** The last part of munmap: the VMAs are gone. */
export function forget(world: World, process: Process, { page, pages }: MoveOf<'unmap'>): void {
  const mm = world.mms[process.mm]!;
  mm.vmas = without(mm.vmas, page, page + pages);
  freeTables(mm, page, page + pages);
  releaseObjects(world);
}

function removeRange(world: World, process: Process, start: number, end: number): void {
  const mm = world.mms[process.mm]!;
  if (partsOf(mm.vmas, start, end).length === 0) return;
  if (world.rules.zap.onUnmap) zapRange(world, process.mm, start, end, 'go');
  mm.vmas = without(mm.vmas, start, end);
  freeTables(mm, start, end);
}

/** Page tables that no VMA needs any more go. Source: free_pgtables, mm/memory.c. */
function freeTables(mm: Mm, start: number, end: number): void {
  for (let table = start & -ENTRIES; table < end; table += ENTRIES)
    if (
      partsOf(mm.vmas, table, table + ENTRIES).length === 0 &&
      mm.table.pages(table, table + ENTRIES).length === 0
    )
      mm.table.freeTable(table);
}

/**
 * mremap, MREMAP_FIXED where the place differs, with `keep` MREMAP_DONTUNMAP. Several VMAs, and the holes
 * between them, move in one call if the length stays.
 * Source: do_mremap, mm/mremap.c (6.18); addendum A7.
 */
export function mremap(world: World, process: Process, move: MoveOf<'mremap'>): Seen | Fault {
  const { page: from, pages, to, toPages, keep } = move;
  const mm = world.mms[process.mm]!;
  if (world.hunt !== undefined) return populateTail(world, process, move);
  if (from === to) return resizeInPlace(world, process, move);
  if ((from < to + toPages && to < from + pages) || (keep && pages !== toPages)) return failed('EINVAL');
  const first = findVma(mm.vmas, from);
  if (first === undefined) return failed('EFAULT');
  if (pages !== toPages) {
    if (from + Math.min(pages, toPages) > first.end) return failed('EFAULT');
    removeRange(world, process, to, to + toPages);
    if (pages > toPages) removeRange(world, process, from + toPages, from + pages);
    if (!mayGrow(world, first, Math.max(0, toPages - pages))) return refused(world);
    moveVma(world, process, part(first, from, from + Math.min(pages, toPages)), to, toPages, keep);
    releaseObjects(world);
    return populateTail(world, process, move);
  }
  for (const piece of partsOf(mm.vmas, from, from + pages)) {
    const target = to + piece.start - from;
    const length = piece.end - piece.start;
    removeRange(world, process, target, target + length);
    if (keep && !mayGrow(world, piece, length)) return refused(world);
    moveVma(world, process, piece, target, length, keep);
  }
  releaseObjects(world);
  return done;
}

/** Without the right to move: a tail goes, or comes if there is room. Source: expand_vma, shrink_vma. */
function resizeInPlace(world: World, process: Process, move: MoveOf<'mremap'>): Seen | Fault {
  const { page: from, pages, toPages } = move;
  const mm = world.mms[process.mm]!;
  const vma = findVma(mm.vmas, from);
  if (vma === undefined) return failed('EFAULT');
  if (toPages < pages) {
    removeRange(world, process, from + toPages, from + pages);
    releaseObjects(world);
    return done;
  }
  if (toPages === pages) return done;
  if (from + pages > vma.end) return failed('EFAULT');
  const end = from + toPages;
  if (from + pages !== vma.end || partsOf(mm.vmas, vma.end, end).length > 0) return failed('ENOMEM');
  if (!mayGrow(world, vma, toPages - pages)) return failed('ENOMEM');
  const tail = changeVma(vma, { start: vma.end, end, pgoff: vma.pgoff + vma.end - vma.start });
  mm.vmas = insertMerged(mm.vmas, tail);
  return populateTail(world, process, move);
}

/** What grows is counted if the rest of it is; so is all of what stays where it was. Source: vrm_calc_charge (6.18). */
const mayGrow = (world: World, { flags }: Vma, pages: number): boolean =>
  (flags & ACCOUNT) === 0 || world.rules.enoughMemory(world, pages);

/** What was mapped at the new place is gone all the same. */
function refused(world: World): Seen {
  releaseObjects(world);
  return failed('ENOMEM');
}

/** What came to a locked mapping is there at once. */
function populateTail(
  world: World,
  process: Process,
  { pages, to, toPages }: MoveOf<'mremap'>,
): Seen | Fault {
  const vma = findVma(world.mms[process.mm]!.vmas, to);
  if (toPages <= pages || vma === undefined || !isLocked(vma)) return done;
  const fresh = { process: process.name, from: to, to: to + toPages };
  return populate(world, process, to + pages, to + toPages, 'next', fresh) ?? done;
}

/**
 * The VMA is copied to its new place, entries and all, and the old one goes or stays empty.
 * Source: move_vma and copy_vma, mm/mremap.c, mm/vma.c (6.18).
 */
function moveVma(
  world: World,
  process: Process,
  piece: Vma,
  to: number,
  length: number,
  keep: boolean,
): void {
  const mm = world.mms[process.mm]!;
  const untouched = !hasObject(piece) && piece.anonVma === 0;
  const pgoff = untouched ? to : piece.pgoff;
  const moved = changeVma(piece, { start: to, end: to + length, pgoff });
  mm.vmas = insertMerged(mm.vmas, moved);
  movePageTables(world, process.mm, piece, to);
  if (!keep) {
    mm.vmas = without(mm.vmas, piece.start, piece.end);
    freeTables(mm, piece.start, piece.end);
    return;
  }
  mm.vmas = mm.vmas.map(vma => {
    if (vma.start > piece.start || vma.end < piece.end) return vma;
    const whole = vma.start === piece.start && vma.end === piece.end;
    const flags = vma.flags & ~LOCKED;
    return changeVma(vma, whole ? { flags, anonVma: 0, chain: [] } : { flags });
  });
}

/**
 * Each entry is cleared, then set as it was at the new place; the old range is flushed. Where the old place has a table
 * the new one gets one, too, even if there is nothing to move. Source: move_page_tables and move_ptes, mm/mremap.c.
 */
function movePageTables(world: World, index: number, { start, end }: Vma, to: number): void {
  const { table } = world.mms[index]!;
  const shift = to - start;
  for (let page = start; page < end; page = Math.min(nextTable(page), nextTable(page + shift) - shift))
    if (table.hasTable(page)) table.addTable(page + shift);
  const pages = table.pages(start, end);
  for (const page of pages) {
    const low = table.low(page);
    const high = table.high(page);
    table.clear(page);
    table.set(page + shift, low, high);
  }
  if (pages.length > 0 && world.rules.zap.flush) flushMm(world, index);
}
