import { type MoveOf, PAGE_SIZE } from '../../../language/moves.ts';
import { followPage, type Reach } from '../calls/gup.ts';
import { doUserAddrFault } from '../fault/fault-path.ts';
import { apply } from '../fault/routines.ts';
import { withBytes } from '../hardware/content.ts';
import { ANON, FOLIO_DIRTY } from '../hardware/frames.ts';
import { isWritable, pfnOf } from '../hardware/pte.ts';
import type { World } from '../world.ts';
import { type Call, carryThrough, type Job, reading, unlocked, WHOLE } from './call.ts';

/** get_user_pages cut into micro-steps. */

/** What was taken goes back: the slow way will find the page. */
function backOff({ world, handler }: Job<'iopin'>): void {
  for (const pfn of handler.gathered) world.frames.unpin(pfn);
  handler.gathered = [];
  handler.same = false;
}

/**
 * A pin without any lock: the entry is read, the frame pinned, and then both what the entry says and whether a
 * fork is under way are looked at once more. Whoever has to back off takes the mmap lock and goes the slow way.
 * Source: gup_fast_pte_range and gup_fast, mm/gup.c; write_protect_seq, include/linux/mm_types.h.
 */
export const pinFast: Call<'iopin'> = {
  ...unlocked,
  steps: ({ move }) => (move.pages === 1 ? ['look', 'pin', 'recheck', 'sequence', 'register'] : WHOLE),
  run: {
    look({ world, process, move, handler }) {
      const mm = world.mms[process.mm]!;
      mm.hasPinned = true;
      handler.low = mm.table.low(move.page);
      handler.high = mm.table.high(move.page);
      handler.pfn = pfnOf(handler.low, handler.high);
      handler.same = isWritable(handler.low) && world.frames.is(handler.pfn, ANON);
      handler.sequence = mm.writeProtectSeq;
    },
    /** try_grab_folio_fast: not if nobody holds the frame any more. */
    pin({ world, handler }) {
      if (!handler.same || world.frames.refcount[handler.pfn]! <= 0) return;
      world.frames.pin(handler.pfn);
      handler.gathered = [handler.pfn];
    },
    recheck(job) {
      const { world, process, move, handler } = job;
      const { table } = world.mms[process.mm]!;
      if (table.low(move.page) !== handler.low || table.high(move.page) !== handler.high) backOff(job);
    },
    sequence(job) {
      const { world, process, handler } = job;
      const now = world.mms[process.mm]!.writeProtectSeq;
      if (now % 2 === 1 || now !== handler.sequence) backOff(job);
    },
    register({ world, move, handler }) {
      if (handler.gathered.length > 0)
        world.hunt = { pages: handler.gathered, pins: true, done: 0, until: 0 };
      handler.gathered = [];
      handler.seen = carryThrough(world, move);
    },
  },
  needsTables: ['register'],
  needsMmap: (step, { gathered }) => step === 'register' && gathered.length === 0,
};

const reach = (write: boolean): Reach => ({
  write,
  force: true,
  pin: false,
  longterm: false,
  fast: false,
  retries: false,
});

/**
 * A store through /proc/PID/mem into memory that its owner may only read: the page is copied first, then looked
 * up again, as a write; and copied again if the copy has gone meanwhile.
 * Source: __get_user_pages, mm/gup.c, with FOLL_WRITE and FOLL_FORCE; specification section 9.2.
 */
export const forcedStore: Call<'memw'> = {
  ...reading,
  whose: ({ target }) => target,
  steps: ({ world, move }) =>
    move.offset + move.length > PAGE_SIZE
      ? WHOLE
      : ['break', world.rules.gup.retriesAsRead === true ? 'force-read' : 'force'],
  run: {
    break({ world, move, handler }) {
      const reached = followPage(world, world.process(move.target), move.page, move.offset, reach(true));
      if (typeof reached === 'number' || reached === 'refused') return;
      apply(world, reached, doUserAddrFault(world, reached));
      handler.same = false;
    },
    force({ world, move, handler }) {
      handler.seen = carryThrough(world, move);
    },
    /** What no kernel since 4.9 does: once a copy was made, it is looked up as if only to be read. */
    'force-read'({ world, move, handler }) {
      const frame = handler.same ? undefined : frameForReading(world, move);
      if (frame === undefined) {
        handler.seen = carryThrough(world, move);
        return;
      }
      const { contents } = world.frames;
      contents[frame] = withBytes(contents[frame]!, move.offset, move.length, move.value);
      world.frames.mark(frame, FOLIO_DIRTY);
      handler.seen = { kind: 'count', count: move.length, bytes: [] };
    },
  },
  needsTables: ['break', 'force', 'force-read'],
};

/** Undefined where it may not even be read. */
function frameForReading(world: World, { target, page, offset }: MoveOf<'memw'>): number | undefined {
  for (;;) {
    const reached = followPage(world, world.process(target), page, offset, reach(false));
    if (typeof reached === 'number') return reached;
    if (reached === 'refused') return undefined;
    apply(world, reached, doUserAddrFault(world, reached));
  }
}
