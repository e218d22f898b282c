import { type Census, rowsOf, type SwapEntry } from '../census.ts';
import { sameContent } from '../hardware/content.ts';
import { FOLIO_DIRTY, SWAPCACHE } from '../hardware/frames.ts';
import { isDirty, isExclusiveSwap, slotOf } from '../hardware/pte.ts';
import { swapCount } from '../memory/swap.ts';
import { frameRow, slotRow } from '../names.ts';
import type { Invariant } from './invariants.ts';

const naming = ({ swapEntries }: Census, slot: number): SwapEntry[] =>
  swapEntries.filter(({ low }) => slotOf(low) === slot);

/** Swap slots and the swap cache. */
export const swapInvariants: readonly Invariant[] = [
  {
    id: 'I12',
    *broken(all) {
      for (const [slot, named] of all.naming.entries())
        if (swapCount(all.world, slot) !== named)
          yield {
            invariant: 'I12',
            what: 'slot count',
            rows: [slotRow(slot), ...rowsOf(naming(all, slot))],
            ...(named === 0 ? { leak: true } : {}),
          };
    },
  },
  {
    id: 'I13',
    *broken({ world, naming: named }) {
      for (const [slot, use] of world.swap.slots.entries()) {
        const needed = (named[slot] ?? 0) > 0 || (use?.pfn ?? -1) >= 0;
        if (needed !== (use !== undefined))
          yield { invariant: 'I13', what: 'slot in use', rows: [slotRow(slot)] };
      }
    },
  },
  {
    id: 'I14',
    *broken({ world, mappers }) {
      const { frames, swap } = world;
      for (const [slot, use] of swap.slots.entries()) {
        if (use === undefined || use.pfn < 0) continue;
        const dirty = frames.is(use.pfn, FOLIO_DIRTY) || mappers[use.pfn]!.some(({ low }) => isDirty(low));
        const same = dirty || sameContent(frames.contents[use.pfn]!, use.data);
        const alone = swap.slots.every((other, number) => number === slot || other?.pfn !== use.pfn);
        if (!same || !alone || !frames.is(use.pfn, SWAPCACHE))
          yield { invariant: 'I14', what: 'swap cache', rows: [slotRow(slot), frameRow(use.pfn)] };
      }
    },
  },
  {
    id: 'I15',
    *broken(all) {
      for (const entry of all.swapEntries)
        if (isExclusiveSwap(entry.low) && all.naming[slotOf(entry.low)]! > 1)
          yield {
            invariant: 'I15',
            what: 'exclusive slot',
            rows: [slotRow(slotOf(entry.low)), ...rowsOf([entry])],
          };
    },
  },
];
