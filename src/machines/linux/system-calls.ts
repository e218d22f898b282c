import type { MoveOf, Seen } from '../../language/moves.ts';
import { flushMm } from './cpu.ts';
import { ACCESSED, DIRTY, NX, PRESENT, PROTNONE, pfnOf, SPECIAL, USER, WRITABLE } from './pte.ts';
import { zapEntry } from './rmap.ts';
import { newObject, releaseObjects } from './shmem.ts';
import {
  covers,
  insertMerged,
  isAccessible,
  isShared,
  mayExecute,
  mayWrite,
  part,
  partsOf,
  rightsOf,
  type Vma,
  WRITE,
  without,
} from './vma.ts';
import type { Mm, Process, World } from './world.ts';

/** The system calls that change an address space. Each answers what its process is shown. */

const done: Seen = { kind: 'done' };
const enomem: Seen = { kind: 'error', errno: 'ENOMEM' };

/** mmap(MAP_FIXED | MAP_ANONYMOUS): what was mapped there goes first. Source: __mmap_region, mm/vma.c. */
export function mmap(world: World, process: Process, move: MoveOf<'map'>): Seen {
  const mm = world.mms[process.mm]!;
  const start = move.page;
  const end = start + move.pages;
  removeRange(world, process, start, end);
  const rights = rightsOf(move.perm);
  const shared = move.kind === 'sanon';
  mm.vmas = insertMerged(mm.vmas, {
    start,
    end,
    rights,
    object: shared ? newObject(world) : -1,
    pgoff: shared ? 0 : start,
    growsDown: move.flags.includes('gd'),
    account: !shared && (rights & WRITE) !== 0,
    anonVma: 0,
    chain: [],
  });
  releaseObjects(world);
  return done;
}

/** Source: do_vmi_munmap, mm/vma.c. Holes are no error. */
export function munmap(world: World, process: Process, move: MoveOf<'unmap'>): Seen {
  removeRange(world, process, move.page, move.page + move.pages);
  releaseObjects(world);
  return done;
}

/** Entries go, then one flush, and only then may a frame be taken again. Source: unmap_region, mmu_gather. */
function removeRange(world: World, process: Process, start: number, end: number): void {
  const mm = world.mms[process.mm]!;
  if (partsOf(mm.vmas, start, end).length === 0) return;
  if (world.rules.zap.onUnmap) zapRange(world, process, start, end);
  mm.vmas = without(mm.vmas, start, end);
}

function zapRange(world: World, process: Process, start: number, end: number): void {
  const mm = world.mms[process.mm]!;
  let zapped = false;
  for (const page of mm.table.pages(start, end)) {
    zapEntry(world, mm, page);
    zapped = true;
  }
  if (zapped && world.rules.zap.flush) flushMm(world, process.mm);
}

/**
 * mprotect: an unmapped start does nothing, a later hole ends it after the pages before it.
 * Source: do_mprotect_pkey, mm/mprotect.c (6.15); addendum B1.
 */
export function mprotect(world: World, process: Process, move: MoveOf<'prot'>): Seen {
  const mm = world.mms[process.mm]!;
  const rights = rightsOf(move.perm);
  let at = move.page;
  const end = move.page + move.pages;
  let changed = false;
  while (at < end) {
    const vma = mm.vmas.find(candidate => candidate.start <= at && at < candidate.end);
    if (vma === undefined) break;
    const piece = part(vma, at, end);
    if (piece.rights !== rights) {
      const fixed: Vma = { ...piece, rights, account: accountAfter(piece, rights) };
      mm.vmas = insertMerged(without(mm.vmas, piece.start, piece.end), fixed);
      if (changeProtection(world, mm, fixed)) changed = true;
    }
    at = piece.end;
  }
  if (changed && world.rules.protect.flush) flushMm(world, process.mm);
  return at >= end ? done : enomem;
}

/** VM_ACCOUNT comes with the right to write, and goes only while nothing anonymous was prepared. */
function accountAfter(vma: Vma, rights: number): boolean {
  if (isShared(vma)) return vma.account;
  if (rights & WRITE) return true;
  return vma.account && vma.anonVma !== 0;
}

/**
 * Gives the entries of a VMA its new rights; answers whether any changed. Private memory becomes writable
 * at once only where the frame is exclusive; the rest waits for a fault.
 * Source: change_pte_range and can_change_pte_writable, mm/mprotect.c (6.15).
 */
function changeProtection(world: World, mm: Mm, vma: Vma): boolean {
  const { takesAccess, takesWrite, takesFetch } = world.rules.protect;
  let changed = false;
  for (const page of mm.table.pages(vma.start, vma.end)) {
    const low = mm.table.low(page);
    const high = mm.table.high(page);
    const kept = low & (ACCESSED | DIRTY | SPECIAL | 0xffff_f000 | (takesWrite ? 0 : WRITABLE));
    const rights =
      takesAccess && !isAccessible(vma)
        ? PROTNONE
        : PRESENT | USER | (becomesWritable(world, vma, pfnOf(low, high)) ? WRITABLE : 0);
    const newHigh = mayExecute(vma) ? high & ~NX : takesFetch ? high | NX : high;
    if ((kept | rights) === low && newHigh === high) continue;
    mm.table.set(page, kept | rights, newHigh);
    changed = true;
  }
  return changed;
}

function becomesWritable(world: World, vma: Vma, pfn: number): boolean {
  if (!mayWrite(vma)) return false;
  return isShared(vma) || world.rules.upgrade(world, pfn);
}

/**
 * MADV_DONTNEED: the pages go, the VMAs stay; holes are skipped and reported at the end.
 * Source: madvise_dontneed_single_vma, mm/madvise.c; addendum B1.
 */
export function madviseDontneed(world: World, process: Process, move: MoveOf<'madv'>): Seen {
  const mm = world.mms[process.mm]!;
  const end = move.page + move.pages;
  if (world.rules.zap.onDontneed)
    for (const piece of partsOf(mm.vmas, move.page, end)) zapRange(world, process, piece.start, piece.end);
  return covers(mm.vmas, move.page, end) ? done : enomem;
}

/** The whole address space goes, unless others live in it: mmput, kernel/fork.c; exit_mmap, mm/mmap.c. */
function exitMmap(world: World, process: Process): void {
  if (!world.isAlone(process)) return;
  const mm = world.mms[process.mm]!;
  if (world.rules.zap.onExit) for (const page of mm.table.pages()) zapEntry(world, mm, page);
  flushMm(world, process.mm);
  world.mms[process.mm] = undefined;
  for (const { tlbs } of world.cpus) tlbs[process.mm] = undefined;
  releaseObjects(world);
}

export function exit(world: World, process: Process): Seen {
  exitMmap(world, process);
  process.mm = -1;
  return done;
}

/** A new, empty address space takes the place of the old one. Source: exec_mmap, fs/exec.c. */
export function execve(world: World, process: Process, fresh: Mm): Seen {
  exitMmap(world, process);
  process.mm = world.mms.push(fresh) - 1;
  return done;
}

/** Threads share their limits. Source: do_prlimit, kernel/sys.c. What has grown beyond the new limit stays. */
export function setrlimitStack(world: World, process: Process, move: MoveOf<'rlimstack'>): Seen {
  for (const thread of world.processes) if (thread.mm === process.mm) thread.stackLimit = move.pages;
  return done;
}
