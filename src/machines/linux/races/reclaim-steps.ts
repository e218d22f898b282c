import type { MoveOf } from '../../../language/moves.ts';
import { ANON } from '../hardware/frames.ts';
import { flushPage } from '../hardware/mmu.ts';
import { mapsFrame, pfnOf } from '../hardware/pte.ts';
import { dropSwapped, enterSwap, isMappedOnce } from '../memory/reclaim.ts';
import type { Process } from '../process.ts';
import type { World } from '../world.ts';
import { type Job, WHOLE } from './call.ts';

/**
 * Reclaim of one anonymous page that goes to swap: its entry is taken away and flushed before anybody asks who
 * pins it, for a pin that is being taken looks at the entry once more.
 * Source: try_to_unmap_one and folio_try_share_anon_rmap_pte, mm/rmap.c; specification section 12, B10.
 */
export const reclaim = {
  steps(world: World, { mm: index }: Process, { page, pages }: MoveOf<'madv'>): readonly string[] {
    const { table } = world.mms[index]!;
    const low = table.low(page);
    const pfn = mapsFrame(low) ? pfnOf(low, table.high(page)) : 0;
    const goes = pages === 1 && isMappedOnce(world, pfn) && world.frames.is(pfn, ANON);
    return goes && world.swap.device !== 'none'
      ? ['lock', 'clear', 'flush', 'pinned', 'swap', 'write']
      : WHOLE;
  },
  run: {
    clear({ world, process, move, handler }: Job<'madv'>) {
      const { table } = world.mms[process.mm]!;
      handler.low = table.low(move.page);
      handler.high = table.high(move.page);
      handler.pfn = mapsFrame(handler.low) ? pfnOf(handler.low, handler.high) : -1;
      handler.same = handler.same && isMappedOnce(world, handler.pfn);
      if (handler.same) table.clear(move.page);
    },
    flush({ world, process, move }: Job<'madv'>) {
      flushPage(world, process.mm, move.page);
    },
    /** Backs off: the entry comes back as it was. */
    pinned({ world, process, move, handler }: Job<'madv'>) {
      const { table } = world.mms[process.mm]!;
      const low = table.low(move.page);
      const pfn = mapsFrame(low) ? pfnOf(low, table.high(move.page)) : handler.pfn;
      if (!handler.same || pfn < 0 || !world.frames.maybePinned(pfn)) return;
      if (!mapsFrame(low)) table.set(move.page, handler.low, handler.high);
      handler.same = false;
    },
    swap({ world, process, move, handler }: Job<'madv'>) {
      const mm = world.mms[process.mm]!;
      if (handler.same && handler.pfn >= 0)
        handler.same = enterSwap(world, mm, move.page, handler.low, handler.pfn);
    },
    write({ world, handler }: Job<'madv'>) {
      if (handler.same && handler.pfn >= 0) dropSwapped(world, handler.pfn);
    },
  },
} as const;
