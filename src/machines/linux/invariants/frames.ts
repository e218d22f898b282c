import { type Census, eachFrame, rowsOf } from '../census.ts';
import { sameContent, ZEROS } from '../hardware/content.ts';
import { ANON, EXCLUSIVE, KSM, UPTODATE, ZERO_PFN } from '../hardware/frames.ts';
import { generationOf, isWritable } from '../hardware/pte.ts';
import { slotCachedBy } from '../memory/swap.ts';
import { frameRow } from '../names.ts';
import type { Invariant } from './invariants.ts';

/** Does a swap entry name the slot whose cache the frame is? */
const isNamed = ({ world, naming }: Census, pfn: number): boolean => {
  const slot = slotCachedBy(world, pfn);
  return slot >= 0 && naming[slot]! > 0;
};

/** Frames and what they are counted by. */
export const framesInvariants: readonly Invariant[] = [
  {
    id: 'I1',
    *broken({ world, entries, mappers }) {
      for (const entry of entries) {
        const { frames } = world;
        if (!isWritable(entry.low) || !frames.is(entry.pfn, ANON)) continue;
        const sharers = mappers[entry.pfn]!;
        if (sharers.length > 1 || !frames.is(entry.pfn, EXCLUSIVE))
          yield { invariant: 'I1', what: 'writable', rows: [frameRow(entry.pfn), ...rowsOf(sharers)] };
      }
    },
  },
  {
    id: 'I4',
    *broken({ world, mappers }) {
      if (!sameContent(world.frames.contents[ZERO_PFN]!, ZEROS))
        yield { invariant: 'I4', what: 'content', rows: [frameRow(ZERO_PFN)] };
      const writers = mappers[ZERO_PFN]!.filter(entry => isWritable(entry.low));
      if (writers.length > 0)
        yield { invariant: 'I4', what: 'writable', rows: [frameRow(ZERO_PFN), ...rowsOf(writers)] };
    },
  },
  {
    id: 'I5',
    *broken(all) {
      const { refcount } = all.world.frames;
      for (const pfn of eachFrame(all)) {
        if (refcount[pfn] !== all.references[pfn])
          yield {
            invariant: 'I5',
            what: 'refcount',
            rows: [frameRow(pfn)],
            ...(all.references[pfn] === 0 ? { leak: true } : {}),
          };
      }
    },
  },
  {
    id: 'I6',
    *broken(all) {
      for (const pfn of eachFrame(all))
        if (all.world.frames.mapcount[pfn] !== all.mappers[pfn]!.length)
          yield { invariant: 'I6', what: 'mapcount', rows: [frameRow(pfn)] };
    },
  },
  {
    id: 'I7',
    *broken(all) {
      const { frames } = all.world;
      const free = new Set(frames.free);
      for (const pfn of eachFrame(all)) {
        if (free.has(pfn) !== (frames.refcount[pfn] === 0))
          yield { invariant: 'I7', what: 'free', rows: [frameRow(pfn)] };
        const stale = all.mappers[pfn]!.filter(entry => generationOf(entry.high) !== frames.generation[pfn]);
        if (stale.length > 0)
          yield { invariant: 'I7', what: 'stale entry', rows: [frameRow(pfn), ...rowsOf(stale)] };
      }
    },
  },
  {
    id: 'I10',
    *broken(all) {
      const { frames } = all.world;
      for (const pfn of eachFrame(all))
        if (
          frames.refcount[pfn]! > 0 &&
          frames.is(pfn, EXCLUSIVE) &&
          (all.mappers[pfn]!.length > 1 || !frames.is(pfn, ANON) || frames.is(pfn, KSM) || isNamed(all, pfn))
        )
          yield { invariant: 'I10', what: 'exclusive', rows: [frameRow(pfn), ...rowsOf(all.mappers[pfn]!)] };
    },
  },
  {
    id: 'I27',
    *broken({ world, mappers }) {
      for (const [pfn, entries] of mappers.entries())
        if (pfn !== ZERO_PFN && entries.length > 0 && !world.frames.is(pfn, UPTODATE))
          yield {
            invariant: 'I27',
            what: 'mapped before it is filled',
            rows: [frameRow(pfn), ...rowsOf(entries)],
          };
    },
  },
  {
    id: 'I11',
    *broken(all) {
      const { frames } = all.world;
      for (const pfn of eachFrame(all))
        if (
          all.pins[pfn]! > 0 &&
          frames.is(pfn, ANON) &&
          all.mappers[pfn]!.length > 0 &&
          !frames.is(pfn, EXCLUSIVE)
        )
          yield { invariant: 'I11', what: 'pinned', rows: [frameRow(pfn), ...rowsOf(all.mappers[pfn]!)] };
    },
  },
];
