import { REGION_PAGES, type Seen } from '../../../language/moves.ts';
import { census } from '../census.ts';
import { COUNT } from '../counts.ts';
import { entry } from '../fault/entry.ts';
import { Fault, vmaAt } from '../fault/fault.ts';
import { sameContent } from '../hardware/content.ts';
import { ANON, EXCLUSIVE, KSM, SWAPCACHE, ZERO_PFN } from '../hardware/frames.ts';
import { ENTRIES } from '../hardware/page-table.ts';
import { isSwap, mapsFrame, pfnOf, slotOf } from '../hardware/pte.ts';
import { isMarked } from '../memory/fault-around.ts';
import { shownBy } from '../memory/shown.ts';
import { slotCachedBy, swapCacheOf } from '../memory/swap.ts';
import { findVma, growsDown, hasObject, indexOf, isAccessible } from '../memory/vma.ts';
import type { World } from '../world.ts';

/** A fault that the kernel itself has decided. */
export interface Answer {
  readonly fault: Fault;
  /** When it trapped. */
  readonly before: World;
  /** The decision carried out, the instruction not retried yet. */
  readonly after: World;
  /** What came of the retry, and the world then. */
  readonly next: Seen | Fault;
  readonly retried: World;
}

/** Invariants of the answer to one fault. Numbers are those of the specification's section 10. */
export interface AnswerInvariant {
  readonly id: string;
  /** What was broken; undefined where the invariant holds. */
  readonly broken: (answer: Answer) => string | undefined;
}

/** stack_guard_gap as Linux has it, whatever the kernel at hand thinks. */
const GUARD_GAP = 256;

/** Page tables that a program can need. */
const LAST_TABLE = REGION_PAGES / ENTRIES;

export const answers: readonly AnswerInvariant[] = [
  {
    id: 'I11',
    broken({ fault, before, after }) {
      const pfn = frameAt(before, fault);
      if (pfn === undefined || pfn === frameAt(after, fault) || !before.frames.is(pfn, ANON))
        return undefined;
      return census(before).pins[pfn]! > 0
        ? `page ${fault.page} is no longer the one that is pinned`
        : undefined;
    },
  },
  {
    id: 'I28',
    broken({ fault, before, after }) {
      const vma = vmaAt(before, fault);
      if (vma === undefined || after.mms[fault.mm] === undefined) return undefined;
      const was = shownBy(before, before.mms[fault.mm]!, vma, fault.page);
      const is = shownBy(after, after.mms[fault.mm]!, vma, fault.page);
      return sameContent(was, is) ? undefined : `page ${fault.page} holds something else`;
    },
  },
  {
    id: 'I29',
    broken({ fault, before, after }) {
      const pfn = frameAt(before, fault);
      if (pfn === undefined || pfn === ZERO_PFN || pfn === frameAt(after, fault)) return undefined;
      return couldKeep(before, pfn) ? `page ${fault.page} was copied, and nobody else has it` : undefined;
    },
  },
  {
    id: 'I30',
    broken({ fault, before, next, retried }) {
      if (!(next instanceof Fault) || next.page !== fault.page || next.access !== fault.access)
        return undefined;
      return entry(retried, next) === entry(before, fault)
        ? `page ${fault.page} faults again as before`
        : undefined;
    },
  },
  {
    id: 'I31',
    broken({ fault, before, after }) {
      const vmas = after.mms[fault.mm]?.vmas ?? [];
      const at = vmas.findIndex(({ start, end }) => start <= fault.page && fault.page < end);
      const stack = vmas[at];
      if (stack === undefined || !growsDown(stack) || vmaAt(before, fault) !== undefined) return undefined;
      const below = vmas[at - 1];
      if (
        below !== undefined &&
        isAccessible(below) &&
        !growsDown(below) &&
        stack.start - below.end < GUARD_GAP
      )
        return `a stack has come too close to page ${below.end - 1}`;
      const isTooLarge = stack.end - stack.start > before.process(fault.process).stackLimit;
      return isTooLarge ? `a stack of ${stack.end - stack.start} pages` : undefined;
    },
  },
  {
    id: 'I37',
    broken({ before, after }) {
      const died =
        after.signal?.code === 'OOM' ? after.signal.process : after.deaths[before.deaths.length]?.process;
      if (died === undefined) return undefined;
      const most = Math.max(...before.processes.map(({ name }) => pagesOf(before, name)));
      return pagesOf(before, died) < most ? `${died} was killed, and another has more pages` : undefined;
    },
  },
  {
    id: 'I35',
    broken({ fault, before, after }) {
      // What is reclaimed on the way is written out, and nobody waits for that.
      if (Number.isFinite(before.setup.memory)) return undefined;
      const isMajor = after.cpu.handler?.major === true;
      if (isMajor === hadToWait(before, after, fault)) return undefined;
      return `the fault at page ${fault.page} counts as ${isMajor ? 'major' : 'minor'}`;
    },
  },
];

/** Pages that are given back by the end of a process: frames of entries, slots, page tables; counted anew. */
function pagesOf({ processes, mms, setup }: World, name: string): number {
  const mm = mms[processes.find(process => process.name === name)!.mm];
  if (mm === undefined) return 0;
  const entries = mm.table.pages();
  const tables = Array.from({ length: LAST_TABLE }, (_, i) => mm.table.hasTable(i * ENTRIES)).filter(
    Boolean,
  ).length;
  const counted = entries.filter(page => {
    const low = mm.table.low(page);
    return isSwap(low) || (mapsFrame(low) && pfnOf(low, mm.table.high(page)) !== ZERO_PFN);
  });
  return counted.length + tables + (tables > 0 ? setup.arch.upperTables : 0);
}

/** The frame that the entry at fault maps, whether or not a program may get at it. */
function frameAt(world: World, { mm, page }: Fault): number | undefined {
  const table = world.mms[mm]?.table;
  if (table === undefined) return undefined;
  const low = table.low(page);
  return mapsFrame(low) ? pfnOf(low, table.high(page)) : undefined;
}

/** Is an anonymous frame the writer's own, by references that are counted anew? */
function couldKeep(world: World, pfn: number): boolean {
  const { frames } = world;
  if (!frames.is(pfn, ANON) || frames.is(pfn, KSM)) return false;
  if (frames.is(pfn, EXCLUSIVE)) return true;
  const { references, naming } = census(world);
  const cached = frames.is(pfn, SWAPCACHE);
  return references[pfn] === (cached ? 2 : 1) && (!cached || naming[slotCachedBy(world, pfn)] === 0);
}

/** Was there input, a page of zeros that swap only notes down, or a mark that sends the kernel's own fault back? */
function hadToWait(before: World, after: World, fault: Fault): boolean {
  if (after.counts[COUNT.io]! > before.counts[COUNT.io]!) return true;
  const { vmas, table } = before.mms[fault.mm]!;
  const low = table.low(fault.page);
  if (isSwap(low))
    return swapCacheOf(before, slotOf(low)) < 0 && after.mms[fault.mm]!.table.low(fault.page) !== low;
  const vma = findVma(vmas, fault.page);
  if (vma === undefined || !hasObject(vma)) return false;
  const index = indexOf(vma, fault.page);
  const { pages, slots } = before.objects[vma.object]!;
  const cached = pages.get(index);
  if (cached !== undefined) return !fault.user && isMarked(before, cached) && !isMarked(after, cached);
  const slot = slots.get(index);
  return slot !== undefined && swapCacheOf(before, slot) < 0 && after.objects[vma.object]!.pages.has(index);
}
