import { type Area, GROWS_DOWN, PROMISED, type Space } from './memory.ts';

/** Pages `page` to `page` + `pages` - 1. */
export interface Range {
  readonly page: number;
  readonly pages: number;
}

export const has = ({ flags }: Area, flag: number): boolean => (flags & flag) !== 0;
export const isStack = (area: Area | undefined): boolean => area !== undefined && has(area, GROWS_DOWN);
/** Does any access to it end well? */
export const isAccessible = ({ perm }: Area): boolean => perm !== '---';

/** The area of a page. Areas ascend. */
export function areaOf({ areas }: Space, page: number): Area | undefined {
  let low = 0;
  let high = areas.length;
  while (low < high) {
    const middle = (low + high) >> 1;
    if (areas[middle]!.end <= page) low = middle + 1;
    else high = middle;
  }
  const area = areas[low];
  return area !== undefined && area.start <= page ? area : undefined;
}

/** The part of an area that lies in [start, end). */
export const part = (area: Area, start: number, end: number): Area => {
  const from = Math.max(area.start, start);
  return { ...area, start: from, end: Math.min(area.end, end), index: area.index + from - area.start };
};

/** The areas of a range, cut at its ends, in order. */
export const areasIn = (space: Space, { page, pages }: Range): Area[] =>
  space.areas
    .filter(area => area.end > page && area.start < page + pages)
    .map(area => part(area, page, page + pages));

/** The first page of a range that is not mapped; its end if all are. */
export function firstHole(space: Space, { page, pages }: Range): number {
  let at = page;
  for (const area of areasIn(space, { page, pages })) {
    if (area.start > at) break;
    at = area.end;
  }
  return at;
}

export const isMapped = (space: Space, range: Range): boolean =>
  firstHole(space, range) === range.page + range.pages;

/** Areas with others in place of all that lay in a range. */
export function replaceAreas(areas: readonly Area[], { page, pages }: Range, by: readonly Area[]): Area[] {
  const end = page + pages;
  const below = areas.filter(area => area.start < page).map(area => part(area, 0, page));
  const above = areas.filter(area => area.end > end).map(area => part(area, end, area.end));
  return [...below, ...by, ...above];
}

/** Areas of which those in a range are changed; what the change leaves as it is stays whole. */
export function changeAreas(space: Space, range: Range, change: (area: Area) => Area): Area[] {
  let areas = [...space.areas];
  for (const area of areasIn(space, range)) {
    const changed = change(area);
    if (changed.perm !== area.perm || changed.flags !== area.flags)
      areas = replaceAreas(areas, { page: area.start, pages: area.end - area.start }, [changed]);
  }
  return areas;
}

/** May these two, the second right after the first, be one area? What was promised once may be forgotten. */
export const mayBeOne = (a: Area, b: Area): boolean =>
  a.end === b.start &&
  a.perm === b.perm &&
  (a.flags | PROMISED) === (b.flags | PROMISED) &&
  a.shared === b.shared &&
  a.object === b.object &&
  (a.object === undefined || a.index + a.end - a.start === b.index);

/** Where the area of a page ends, together with neighbours that may be one with it; `end` if that lies beyond. */
export function oneAreaFrom({ areas }: Space, page: number, end: number): number {
  let at = areas.findIndex(area => area.end > page);
  while (at + 1 < areas.length && mayBeOne(areas[at]!, areas[at + 1]!)) at++;
  return Math.min(areas[at]!.end, end);
}

/** Does a range surely, possibly or never lie in one area? */
export function inOneArea(space: Space, range: Range): 'surely' | 'possibly' | 'never' {
  if (!isMapped(space, range)) return 'never';
  const areas = areasIn(space, range);
  if (areas.length === 1) return 'surely';
  return areas.every((area, i) => i === 0 || mayBeOne(areas[i - 1]!, area)) ? 'possibly' : 'never';
}
