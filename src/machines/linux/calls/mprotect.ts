import type { MoveOf, Seen } from '../../../language/moves.ts';
import type { Fault } from '../fault/fault.ts';
import { flushMm } from '../hardware/mmu.ts';
import {
  ACCESSED,
  DIRTY,
  mapsFrame,
  NX,
  PRESENT,
  PROTNONE,
  pfnOf,
  SPECIAL,
  USER,
  WRITABLE,
} from '../hardware/pte.ts';
import type { Mm } from '../memory/mm.ts';
import { wantsNotice } from '../memory/page-cache.ts';
import {
  ACCOUNT,
  findVma,
  isAccessible,
  isLocked,
  isShared,
  mayExecute,
  mayWrite,
  part,
  rightsOf,
  type Vma,
  WRITE,
} from '../memory/vma.ts';
import type { Process } from '../process.ts';
import type { World } from '../world.ts';
import { populate } from './populate.ts';
import { done, failed, modifyVma } from './range.ts';

/**
 * mprotect: an unmapped start does nothing; a later hole, or a VMA that may not be promised, ends it after the pages
 * before it. What is locked and becomes writable is copied at once.
 * Source: do_mprotect_pkey and mprotect_fixup, mm/mprotect.c (6.15); addendum B1, B2.
 */
export function mprotect(world: World, process: Process, move: MoveOf<'prot'>): Seen | Fault {
  const mm = world.mms[process.mm]!;
  const rights = rightsOf(move.perm);
  const end = move.page + move.pages;
  let at = move.page;
  if (world.hunt !== undefined) {
    at = world.hunt.until;
    const fault = populate(world, process, world.hunt.done, at, 'next');
    if (fault !== undefined) return fault;
  }
  for (;;) {
    const vma = at < end ? findVma(mm.vmas, at) : undefined;
    if (vma === undefined) return at < end ? failed('ENOMEM') : done;
    const piece = part(vma, at, end);
    at = piece.end;
    if (piece.rights === rights) continue;
    if (!mayBecomeWritable(world, piece, rights)) return failed('ENOMEM');
    const fixed = modifyVma(mm, piece, { rights, flags: flagsAfter(piece, rights) });
    if (changeProtection(world, mm, fixed) && world.rules.protect.flush) flushMm(world, process.mm);
    if (!isLocked(piece) || isShared(piece) || mayWrite(piece) || !mayWrite(fixed)) continue;
    const fault = populate(world, process, piece.start, piece.end, 'next');
    if (fault !== undefined) return fault;
  }
}

/** Private memory that was not counted yet is counted once it may be written. Source: mprotect_fixup (6.15). */
const mayBecomeWritable = (world: World, vma: Vma, rights: number): boolean =>
  (rights & WRITE) === 0 ||
  isShared(vma) ||
  (vma.flags & ACCOUNT) !== 0 ||
  !world.rules.protect.counts ||
  world.rules.enoughMemory(world, vma.end - vma.start);

/** VM_ACCOUNT comes with the right to write, and goes only while nothing anonymous was prepared. */
function flagsAfter(vma: Vma, rights: number): number {
  if (isShared(vma)) return vma.flags;
  if (rights & WRITE) return vma.flags | ACCOUNT;
  return vma.object < 0 && vma.anonVma === 0 ? vma.flags & ~ACCOUNT : vma.flags;
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
    if (!mapsFrame(low)) continue;
    const high = mm.table.high(page);
    const kept = low & (ACCESSED | DIRTY | SPECIAL | 0xffff_f000 | (takesWrite ? 0 : WRITABLE));
    const rights =
      takesAccess && !isAccessible(vma)
        ? PROTNONE
        : PRESENT | USER | (becomesWritable(world, vma, low, pfnOf(low, high)) ? WRITABLE : 0);
    const newHigh = mayExecute(vma) ? high & ~NX : takesFetch ? high | NX : high;
    if ((kept | rights) === low && newHigh === high) continue;
    mm.table.set(page, kept | rights, newHigh);
    changed = true;
  }
  return changed;
}

/** A file system that wants to hear of writes has heard of those that made the entry dirty. Source: addendum A5. */
function becomesWritable(world: World, vma: Vma, low: number, pfn: number): boolean {
  if (!mayWrite(vma)) return false;
  if (!isShared(vma)) return world.rules.upgrade(world, pfn);
  const object = world.objects[vma.object];
  return object === undefined || !wantsNotice(object) || (low & DIRTY) !== 0;
}
