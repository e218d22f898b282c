import type { MoveOf } from '../../../language/moves.ts';
import { areaOf, areasIn, inOneArea, mayBeOne, part, type Range } from './areas.ts';
import { forgetObjects, place } from './mapping.ts';
import { type Area, done, errno, LOCKED, type Memory, type Outcome, withSpace } from './memory.ts';

/** mremap, as 6.17 and later do it: several areas and holes move in one call if their size stays. */
export function mremap(memory: Memory, move: MoveOf<'mremap'>, mm: number): Outcome[] {
  const { page, pages, to, toPages } = move;
  const space = memory.spaces[mm]!;
  const refused = (name: string): Outcome => ({ seen: errno(name), after: memory });
  const moved = (after: Memory): Outcome => ({ seen: done, after: forgetObjects(after) });
  if (page === to) {
    if (areaOf(space, page) === undefined) return [refused('EFAULT')];
    if (toPages === pages) return [moved(memory)];
    return toPages < pages
      ? [moved(withoutTail(memory, move, mm))]
      : growInPlace(memory, move, mm, moved, refused);
  }
  if (move.keep && pages !== toPages) return [refused('EINVAL')];
  if (page < to + toPages && to < page + pages) return [refused('EINVAL')];
  if (areaOf(space, page) === undefined) return [refused('EFAULT')];
  if (toPages === pages) return [moved(relocate(memory, move, mm))];
  return ways(
    inOneArea(space, { page, pages: Math.min(pages, toPages) }),
    () => moved(relocate(memory, move, mm)),
    () => refused('EFAULT'),
  );
}

/** One of two outcomes, or both where neighbours may be one area or two. */
const ways = (
  whether: 'surely' | 'possibly' | 'never',
  then: () => Outcome,
  otherwise: () => Outcome,
): Outcome[] => [...(whether === 'never' ? [] : [then()]), ...(whether === 'surely' ? [] : [otherwise()])];

/** A mapping made smaller where it is: the tail goes. */
const withoutTail = (memory: Memory, { page, pages, toPages }: MoveOf<'mremap'>, mm: number): Memory =>
  place(memory, mm, { page: page + toPages, pages: pages - toPages }, []);

/** Without leave to move, a mapping grows only at the end of its area, and into free room. */
function growInPlace(
  memory: Memory,
  move: MoveOf<'mremap'>,
  mm: number,
  moved: (after: Memory) => Outcome,
  refused: (errno: string) => Outcome,
): Outcome[] {
  const { page, pages, toPages } = move;
  const space = memory.spaces[mm]!;
  return ways(
    inOneArea(space, { page, pages }),
    () => {
      const room: Range = { page: page + pages, pages: toPages - pages };
      if (areasIn(space, room).length > 0) return refused('ENOMEM');
      return moved(place(memory, mm, room, [stretched(space.areas, room)]));
    },
    () => refused('EFAULT'),
  );
}

/** What follows the area that ends where a range begins. */
function stretched(areas: readonly Area[], { page, pages }: Range): Area {
  const area = areas.find(({ end }) => end === page)!;
  return { ...area, start: page, end: page + pages, index: area.index + page - area.start };
}

/** What was left behind is locked no more, and with it all that is one area with it. */
function unlocked(memory: Memory, mm: number, { page, pages }: Range): Memory {
  const { areas } = memory.spaces[mm]!;
  let start = areas.findIndex(area => area.end > page);
  let end = areas.findLastIndex(area => area.start < page + pages);
  while (start > 0 && mayBeOne(areas[start - 1]!, areas[start]!)) start--;
  while (end + 1 < areas.length && mayBeOne(areas[end]!, areas[end + 1]!)) end++;
  return withSpace(memory, mm, {
    areas: areas.map((area, i) => (i >= start && i <= end ? { ...area, flags: area.flags & ~LOCKED } : area)),
  });
}

/** Moves what is mapped to another place, and gives it its new size there. Where holes go, nothing changes. */
function relocate(memory: Memory, move: MoveOf<'mremap'>, mm: number): Memory {
  const { page, to, toPages, keep } = move;
  const { areas, pages } = memory.spaces[mm]!;
  const old: Range = { page, pages: move.pages };
  const kept = Math.min(move.pages, toPages);
  const here = areas
    .filter(area => area.end > page && area.start < page + kept)
    .map(area => part(area, page, page + kept));
  const there = here.map(area => ({ ...area, start: area.start + to - page, end: area.end + to - page }));
  if (toPages > move.pages) {
    const last = there.pop()!;
    there.push({ ...last, end: to + toPages });
  }
  const left = keep ? here.map(area => ({ ...area, flags: area.flags & ~LOCKED })) : [];
  const placed = there.reduce(
    (after, area) => place(after, mm, { page: area.start, pages: area.end - area.start }, [area]),
    place(keep ? unlocked(memory, mm, old) : memory, mm, old, left),
  );
  const owned = new Map(placed.spaces[mm]!.pages);
  for (const [at, own] of pages) if (at >= page && at < page + kept) owned.set(at + to - page, own);
  return withSpace(placed, mm, { pages: owned });
}
