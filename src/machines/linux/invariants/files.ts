import { rowsOf, vmaOf } from '../census.ts';
import { sameContent, ZEROS } from '../hardware/content.ts';
import { FOLIO_DIRTY } from '../hardware/frames.ts';
import { isDirty, isWritable } from '../hardware/pte.ts';
import { endOfFile, wantsNotice } from '../memory/page-cache.ts';
import { indexOf, isShared } from '../memory/vma.ts';
import { frameRow } from '../names.ts';
import type { Invariant } from './invariants.ts';

/** Files and shared objects. */
export const filesInvariants: readonly Invariant[] = [
  {
    id: 'I3',
    *broken({ world, entries }) {
      for (const entry of entries) {
        const vma = vmaOf(entry);
        if (vma === undefined || !isShared(vma)) continue;
        const shown = world.objects[vma.object]?.pages.get(indexOf(vma, entry.page));
        if (shown !== entry.pfn)
          yield {
            invariant: 'I3',
            what: 'not the object page',
            rows: [frameRow(entry.pfn), ...rowsOf([entry])],
          };
      }
    },
  },
  {
    id: 'I24',
    *broken({ world, mappers }) {
      const { frames, objects } = world;
      for (const object of objects)
        for (const [index, pfn] of object?.pages ?? []) {
          if (frames.is(pfn, FOLIO_DIRTY) || mappers[pfn]!.some(({ low }) => isDirty(low))) continue;
          if (!sameContent(frames.contents[pfn]!, object!.blocks.get(index) ?? ZEROS))
            yield { invariant: 'I24', what: 'lost dirty', rows: [frameRow(pfn), ...rowsOf(mappers[pfn]!)] };
        }
    },
  },
  {
    id: 'I25',
    *broken({ world, entries }) {
      for (const entry of entries) {
        const vma = vmaOf(entry);
        const object = vma === undefined ? undefined : world.objects[vma.object];
        if (object === undefined || !isShared(vma!) || !wantsNotice(object) || !isWritable(entry.low))
          continue;
        if (!world.frames.is(entry.pfn, FOLIO_DIRTY))
          yield { invariant: 'I25', what: 'unheard writer', rows: [frameRow(entry.pfn), ...rowsOf([entry])] };
      }
    },
  },
  {
    id: 'I26',
    *broken({ world, entries }) {
      for (const entry of entries) {
        const vma = vmaOf(entry);
        const object = vma === undefined ? undefined : world.objects[vma.object];
        if (object !== undefined && indexOf(vma!, entry.page) >= endOfFile(object))
          yield { invariant: 'I26', what: 'past the end', rows: rowsOf([entry]) };
      }
    },
  },
];
