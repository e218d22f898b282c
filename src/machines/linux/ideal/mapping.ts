import { type MoveOf, PAGE_SIZE } from '../../../language/moves.ts';
import { changeAreas, firstHole, type Range, replaceAreas } from './areas.ts';
import {
  type Area,
  done,
  errno,
  GROWS_DOWN,
  type Memory,
  type Outcome,
  orRefused,
  withEntry,
  withoutEntries,
  withSpace,
} from './memory.ts';

/** mmap, munmap, mprotect. */

export function map(memory: Memory, move: MoveOf<'map'>, mm: number): Outcome[] {
  const { page, pages, perm, kind, flags, file } = move;
  const grows = flags.includes('gd');
  if (grows && kind !== 'anon') return [{ seen: errno('EINVAL'), after: memory }];
  const shared = kind === 'shared' || kind === 'sanon';
  const object = file?.id ?? (kind === 'sanon' ? memory.next : undefined);
  const area: Area = {
    start: page,
    end: page + pages,
    perm,
    shared,
    object,
    index: file?.page ?? 0,
    flags: grows ? GROWS_DOWN : 0,
  };
  const areas = flags.includes('iso') ? singlePages(area) : [area];
  const made = kind === 'sanon' ? withAnonymousObject(memory, areas.length === 1 ? pages : 1) : memory;
  const mapped: Outcome = { seen: done, after: forgetObjects(place(made, mm, move, areas)) };
  return kind === 'sanon' || (!shared && perm[1] === 'w') ? orRefused(memory, [mapped]) : [mapped];
}

/** `iso`: each page an area of its own, showing every other page of the file. */
const singlePages = (area: Area): Area[] =>
  Array.from({ length: area.end - area.start }, (_, i) => ({
    ...area,
    start: area.start + i,
    end: area.start + i + 1,
    index: area.index + 2 * i,
  }));

const withAnonymousObject = (memory: Memory, pages: number): Memory => ({
  ...memory,
  objects: withEntry(memory.objects, memory.next, {
    size: pages * PAGE_SIZE,
    pages: new Map(),
    onDisk: false,
  }),
  next: memory.next + 1,
});

/** Maps areas in a range; what was mapped there goes. */
export function place(memory: Memory, mm: number, range: Range, areas: readonly Area[]): Memory {
  const space = memory.spaces[mm]!;
  return withSpace(memory, mm, {
    areas: replaceAreas(space.areas, range, areas),
    pages: withoutEntries(space.pages, page => page >= range.page && page < range.page + range.pages),
  });
}

export const unmap = (memory: Memory, move: MoveOf<'unmap'>, mm: number): Outcome[] => [
  { seen: done, after: forgetObjects(place(memory, mm, move, [])) },
];

/** Stops at the first page that is not mapped; what lies before it stays changed. */
export function protect(memory: Memory, move: MoveOf<'prot'>, mm: number): Outcome[] {
  const space = memory.spaces[mm]!;
  const pages = firstHole(space, move) - move.page;
  const areas = changeAreas(space, { page: move.page, pages }, area => ({ ...area, perm: move.perm }));
  return [
    {
      seen: pages === move.pages ? done : errno('ENOMEM'),
      after: withSpace(memory, mm, { areas }),
    },
  ];
}

/** A shared anonymous object that no process maps can never be seen again. */
export function forgetObjects(memory: Memory): Memory {
  const anonymous = [...memory.objects.keys()].filter(id => typeof id === 'number');
  if (anonymous.length === 0) return memory;
  const mapped = new Set<unknown>();
  for (const { areas } of memory.spaces) for (const { object } of areas) mapped.add(object);
  return {
    ...memory,
    objects: withoutEntries(memory.objects, id => typeof id === 'number' && !mapped.has(id)),
  };
}
