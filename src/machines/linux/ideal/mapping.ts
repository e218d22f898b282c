import { type MoveOf, PAGE_SIZE, type Perm, type Seen } from '../../../language/moves.ts';
import { areasIn, changeAreas, firstHole, oneAreaFrom, type Range, replaceAreas } from './areas.ts';
import {
  type Area,
  changeMemory,
  done,
  errno,
  GROWS_DOWN,
  type Memory,
  type Outcome,
  PROMISED,
  withEntry,
  withoutEntries,
  withSpace,
} from './memory.ts';
import { type Count, countIn, countOf, ifPromised } from './promises.ts';

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
    flags: (grows ? GROWS_DOWN : 0) | (!shared && perm[1] === 'w' ? PROMISED : 0),
  };
  const areas = flags.includes('iso') ? singlePages(area) : [area];
  const made = kind === 'sanon' ? withAnonymousObject(memory, areas.length === 1 ? pages : 1) : memory;
  return ifPromised(memory, wanted(memory, move, mm), () => [
    { seen: done, after: forgetObjects(place(made, mm, move, areas)) },
  ]);
}

/** What a mapping is promised in place of what was mapped there. */
function wanted(memory: Memory, { kind, perm, page, pages }: MoveOf<'map'>, mm: number): Count {
  if (kind === 'sanon') return [pages, pages];
  if (kind === 'shared' || perm[1] !== 'w') return [0, 0];
  const [least, most] = countIn(memory, mm, { page, pages });
  return [pages - most, pages - least];
}

/** `iso`: each page an area of its own, showing every other page of the file. */
const singlePages = (area: Area): Area[] =>
  Array.from({ length: area.end - area.start }, (_, i) => ({
    ...area,
    start: area.start + i,
    end: area.start + i + 1,
    index: area.index + 2 * i,
  }));

const withAnonymousObject = (memory: Memory, pages: number): Memory =>
  changeMemory(memory, {
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

/** Stops at the first page that is not mapped, or not promised; what lies before it stays changed. */
export function protect(memory: Memory, move: MoveOf<'prot'>, mm: number): Outcome[] {
  const end = firstHole(memory.spaces[mm]!, move);
  const seen = end === move.page + move.pages ? done : errno('ENOMEM');
  return protectFrom(memory, move, mm, move.page, end, seen);
}

/** Goes on area by area, of which neighbours may be one. */
function protectFrom(
  memory: Memory,
  move: MoveOf<'prot'>,
  mm: number,
  page: number,
  end: number,
  seen: Seen,
): Outcome[] {
  const space = memory.spaces[mm]!;
  if (page >= end) return [{ seen, after: memory }];
  const range: Range = { page, pages: oneAreaFrom(space, page, end) - page };
  const areas = changeAreas(space, range, area => ({
    ...area,
    perm: move.perm,
    flags: !area.shared && move.perm[1] === 'w' ? area.flags | PROMISED : area.flags,
  }));
  const after = withSpace(memory, mm, { areas });
  return ifPromised(memory, added(areasIn(space, range), move.perm), () =>
    protectFrom(after, move, mm, page + range.pages, end, seen),
  );
}

/** What areas count for besides, once they may be written. */
function added(areas: readonly Area[], perm: Perm): Count {
  if (perm[1] !== 'w') return [0, 0];
  const [, most] = countOf(areas.map(area => ({ ...area, perm })));
  const before = countOf(areas);
  return [most - before[1], most - before[0]];
}

/** A shared anonymous object that no process maps can never be seen again. */
export function forgetObjects(memory: Memory): Memory {
  const anonymous = [...memory.objects.keys()].filter(id => typeof id === 'number');
  if (anonymous.length === 0) return memory;
  const mapped = new Set<unknown>();
  for (const { areas } of memory.spaces) for (const { object } of areas) mapped.add(object);
  return changeMemory(memory, {
    objects: withoutEntries(memory.objects, id => typeof id === 'number' && !mapped.has(id)),
  });
}
