import type { Seen } from '../../../language/moves.ts';
import { flushMm } from '../hardware/mmu.ts';
import { isGuard } from '../hardware/pte.ts';
import type { Mm } from '../memory/mm.ts';
import { zapEntry } from '../memory/rmap.ts';
import { changeVma, insertMerged, part, type Vma, without } from '../memory/vma.ts';
import type { World } from '../world.ts';

/** What the system calls on ranges of pages share. */

export const done: Seen = { kind: 'done' };
export const failed = (errno: string): Seen => ({ kind: 'error', errno });

/**
 * Entries go, then one flush, and only then may a frame be taken again. Guard markers stay where pages are
 * dropped and the VMA stays. Source: unmap_page_range and mmu_gather, mm/memory.c, mm/mmu_gather.c.
 */
export function zapRange(
  world: World,
  index: number,
  start: number,
  end: number,
  guards: 'go' | 'stay',
): void {
  const mm = world.mms[index]!;
  let zapped = false;
  for (const page of mm.table.pages(start, end)) {
    if (guards === 'stay' && isGuard(mm.table.low(page))) continue;
    zapEntry(world, mm, page);
    zapped = true;
  }
  if (zapped && world.rules.zap.flush) flushMm(world, index);
}

/**
 * Puts a changed part of a VMA in its place, split off and merged where the kernel does.
 * Source: vma_modify, mm/vma.c (6.18).
 */
export function modifyVma(mm: Mm, piece: Vma, change: Partial<Vma>): Vma {
  const changed = changeVma(piece, change);
  mm.vmas = insertMerged(without(mm.vmas, piece.start, piece.end), changed);
  return changed;
}

/** The parts of VMAs in [start, end), one after the other as they are then; ends at a hole. */
export function* piecesUpToHole(mm: Mm, start: number, end: number): Generator<Vma> {
  for (let at = start; at < end; ) {
    const vma = mm.vmas.find(candidate => candidate.start <= at && at < candidate.end);
    if (vma === undefined) return;
    const piece = part(vma, at, end);
    at = piece.end;
    yield piece;
  }
}
