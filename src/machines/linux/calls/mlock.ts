import type { MoveOf, Seen } from '../../../language/moves.ts';
import type { Fault } from '../fault/fault.ts';
import { LOCKED } from '../memory/vma.ts';
import type { Process } from '../process.ts';
import type { World } from '../world.ts';
import { populate } from './populate.ts';
import { done, failed, modifyVma, piecesUpToHole } from './range.ts';

/**
 * mlock: the VMAs are marked, up to the first hole; without one their pages come in.
 * Source: do_mlock, apply_vma_lock_flags and __mm_populate, mm/mlock.c, mm/gup.c; addendum B1, B2.
 */
export function mlock(world: World, process: Process, move: MoveOf<'mlock'>): Seen | Fault {
  if (world.hunt === undefined && !applyLock(world, process, move, true)) return failed('ENOMEM');
  return populate(world, process, move.page, move.page + move.pages, 'stop') ?? done;
}

export const munlock = (world: World, process: Process, move: MoveOf<'munlock'>): Seen =>
  applyLock(world, process, move, false) ? done : failed('ENOMEM');

/** Answers whether there was no hole. */
function applyLock(
  world: World,
  process: Process,
  { page, pages }: { readonly page: number; readonly pages: number },
  locks: boolean,
): boolean {
  const mm = world.mms[process.mm]!;
  let at = page;
  for (const piece of piecesUpToHole(mm, page, page + pages)) {
    const flags = locks ? piece.flags | LOCKED : piece.flags & ~LOCKED;
    if (flags !== piece.flags) modifyVma(mm, piece, { flags });
    at = piece.end;
  }
  return at === page + pages;
}
