import type { MoveOf } from '../../../language/moves.ts';
import { areaOf, areasIn, inOneArea, mayBeOne, oneAreaFrom, part, type Range } from './areas.ts';
import { forgetObjects, place } from './mapping.ts';
import { type Area, done, errno, LOCKED, type Memory, type Outcome, withSpace } from './memory.ts';
import { countIn, countOf, ifPromised } from './promises.ts';

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
  if (move.keep && memory.finite) return keepFrom(memory, move, mm, page);
  if (toPages === pages) return [moved(relocate(memory, move, mm))];
  return ways(
    inOneArea(space, { page, pages: Math.min(pages, toPages) }),
    () =>
      ifPromised(
        memory,
        countOf(toPages > pages ? [grownBy(areaOf(space, page + pages - 1)!, toPages - pages)] : []),
        () => [moved(relocate(memory, move, mm))],
        forgetObjects(place(memory, mm, { page: to, pages: toPages }, [])),
      ),
    () => [refused('EFAULT')],
  );
}

/**
 * What is to stay where it was is promised once more, one area after the other; where that fails the areas before have
 * moved, and what was mapped at the place of the next is gone.
 */
function keepFrom(memory: Memory, move: MoveOf<'mremap'>, mm: number, page: number): Outcome[] {
  const space = memory.spaces[mm]!;
  const end = move.page + move.pages;
  const [area] = areasIn(space, { page, pages: end - page });
  if (area === undefined) return [{ seen: done, after: forgetObjects(memory) }];
  const pages = oneAreaFrom(space, area.start, end) - area.start;
  const to = move.to + area.start - move.page;
  const range: Range = { page: area.start, pages };
  return ifPromised(
    memory,
    countIn(memory, mm, range),
    () =>
      keepFrom(relocate(memory, { ...move, ...range, to, toPages: pages }, mm), move, mm, area.start + pages),
    forgetObjects(place(memory, mm, { page: to, pages }, [])),
  );
}

/** One of two outcomes, or both where neighbours may be one area or two. */
const ways = (
  whether: 'surely' | 'possibly' | 'never',
  then: () => readonly Outcome[],
  otherwise: () => readonly Outcome[],
): Outcome[] => [...(whether === 'never' ? [] : then()), ...(whether === 'surely' ? [] : otherwise())];

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
      if (areasIn(space, room).length > 0) return [refused('ENOMEM')];
      const tail = grownBy(areaOf(space, room.page - 1)!, room.pages);
      return ifPromised(memory, countOf([tail]), () => [moved(place(memory, mm, room, [tail]))]);
    },
    () => [refused('EFAULT')],
  );
}

/** What comes after the end of an area that grows. */
const grownBy = (area: Area, pages: number): Area => ({
  ...area,
  start: area.end,
  end: area.end + pages,
  index: area.index + area.end - area.start,
});

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
