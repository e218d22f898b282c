import { addressSpaces, cachedEntries, rowsOf, vmaOf } from '../census.ts';
import { ANON, FILE, ZERO_PFN } from '../hardware/frames.ts';
import { isDirty, isExecutable, isPresent, isWritable, pfnOf } from '../hardware/pte.ts';
import { isAccessible, mayExecute, mayWrite } from '../memory/vma.ts';
import { frameRow } from '../names.ts';
import type { Invariant } from './invariants.ts';

/** Page table entries, TLBs and VMAs. */
export const entriesInvariants: readonly Invariant[] = [
  {
    id: 'I8',
    *broken({ world }) {
      for (const cached of cachedEntries(world))
        if (
          (isWritable(cached.low) && !isWritable(cached.mm.table.low(cached.page))) ||
          (isDirty(cached.low) && !isDirty(cached.mm.table.low(cached.page))) ||
          (isExecutable(cached.high) && !isExecutable(cached.mm.table.high(cached.page)))
        )
          yield { invariant: 'I8', what: 'TLB rights', rows: rowsOf([cached]) };
    },
  },
  {
    id: 'I9',
    *broken({ world }) {
      for (const cached of cachedEntries(world)) {
        const low = cached.mm.table.low(cached.page);
        if (!isPresent(low) || pfnOf(low, cached.mm.table.high(cached.page)) !== cached.pfn)
          yield { invariant: 'I9', what: 'TLB frame', rows: [frameRow(cached.pfn), ...rowsOf([cached])] };
      }
    },
  },
  {
    id: 'I16',
    *broken({ world, entries, swapEntries }) {
      for (const { mm } of addressSpaces(world)) {
        const own = entries.filter(entry => entry.mm === mm && entry.pfn !== ZERO_PFN);
        const anon = own.filter(({ pfn }) => world.frames.is(pfn, ANON)).length;
        const file = own.filter(({ pfn }) => world.frames.is(pfn, FILE)).length;
        const swapped = swapEntries.filter(entry => entry.mm === mm).length;
        const right =
          anon === mm.rssAnon &&
          file === mm.rssFile &&
          own.length - anon - file === mm.rssShmem &&
          swapped === mm.swapEntries;
        if (!right) yield { invariant: 'I16', what: 'resident pages', rows: [] };
      }
    },
  },
  {
    id: 'I17',
    *broken({ world }) {
      if (world.leftResident !== 0) yield { invariant: 'I17', what: 'resident pages of the dead', rows: [] };
    },
  },
  {
    id: 'I18',
    *broken({ entries }) {
      for (const entry of entries) {
        const vma = vmaOf(entry);
        const allowed =
          vma !== undefined &&
          (!isPresent(entry.low) || isAccessible(vma)) &&
          (!isWritable(entry.low) || mayWrite(vma)) &&
          (!isPresent(entry.low) || !isExecutable(entry.high) || mayExecute(vma));
        if (!allowed) yield { invariant: 'I18', what: 'more than the VMA', rows: rowsOf([entry]) };
      }
    },
  },
  {
    id: 'I31',
    *broken({ world }) {
      for (const mm of world.mms)
        for (let i = 1; i < (mm?.vmas.length ?? 0); i++)
          if (mm!.vmas[i - 1]!.end > mm!.vmas[i]!.start)
            yield { invariant: 'I31', what: 'overlap', rows: [] };
    },
  },
];
