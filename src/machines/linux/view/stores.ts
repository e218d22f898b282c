import type { Panel, Row } from '../../machine.ts';
import { FOLIO_DIRTY } from '../hardware/frames.ts';
import { contentOf, endOfFile, isMemory } from '../memory/page-cache.ts';
import { swapCount } from '../memory/swap.ts';
import { frameName, slotName, slotRow } from '../names.ts';
import type { World } from '../world.ts';
import { cellsOf, panel, row } from './panel.ts';

/** Where pages are kept besides page tables: files, swap, pipes and fixed buffers; each only if there is any. */
export function storePanels(world: World): Panel[] {
  const panels = [
    panel('files', 1, 'files', ['page', 'frame', 'state', 'content'], fileRows(world)),
    panel('swap', 1, `swap (${world.swap.device})`, ['slot', 'entries', 'cache', 'content'], swapRows(world)),
    panel('references', 1, 'held by the kernel', ['by', 'frames'], referenceRows(world)),
  ];
  return panels.filter(({ rows }) => rows.length > 0);
}

function fileRows(world: World): Row[] {
  const rows: Row[] = [];
  for (const object of world.objects) {
    if (object?.file === undefined) continue;
    const end = endOfFile(object);
    for (let index = 0; index < end; index++) {
      const pfn = object.pages.get(index);
      const slot = object.slots.get(index);
      const place = pfn !== undefined ? frameName(pfn) : slot !== undefined ? slotName(slot) : '-';
      rows.push(
        row(`file ${object.file} ${index}`, 'file', 0, [
          `${object.file}.${index}`,
          place,
          stateOf(world, pfn, isMemory(object)),
          cellsOf(contentOf(world, object, index)),
        ]),
      );
    }
  }
  return rows;
}

function stateOf({ frames }: World, pfn: number | undefined, memory: boolean): string {
  if (pfn === undefined) return memory ? 'not in memory' : 'on disk';
  return frames.is(pfn, FOLIO_DIRTY) ? 'dirty' : 'clean';
}

function swapRows(world: World): Row[] {
  return world.swap.slots.flatMap((slot, number) =>
    slot === undefined
      ? []
      : row(slotRow(number), 'slot', 0, [
          slotName(number),
          String(swapCount(world, number)),
          slot.pfn < 0 ? '-' : frameName(slot.pfn),
          cellsOf(slot.pfn < 0 ? slot.data : world.frames.contents[slot.pfn]!),
        ]),
  );
}

function referenceRows(world: World): Row[] {
  const names = (pages: readonly number[]): string => pages.map(frameName).join(' ');
  const pipes = [...world.pipes].map(([id, pages]) =>
    row(`pipe ${id}`, 'reference', 0, [`pipe ${id}`, names(pages)]),
  );
  const buffers = world.processes.flatMap(({ name, rings }) =>
    [...rings].flatMap(([id, index]) => {
      const buffer = world.buffers[index];
      if (buffer === undefined) return [];
      return row(`buffer ${name} ${id}`, 'reference', 0, [
        `buffer ${id} of ${name}, pinned${buffer.writable ? '' : ' to be read'}`,
        names(buffer.pages),
      ]);
    }),
  );
  return [...pipes, ...buffers];
}
