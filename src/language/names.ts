import { CELL_SIZE, type Region } from './moves.ts';

/** `heap+1` for a page inside a named region, else the bare page number. */
export function pageName(regions: readonly Region[], page: number): string {
  const region = regions.find(r => page >= r.page && page < r.page + r.pages);
  return region ? `${region.name}+${page - region.page}` : String(page);
}

/** `heap+1` for offset 0, `heap+1.3` for the first byte of cell 3, `heap+1:17` for any other byte. */
export function byteName(regions: readonly Region[], page: number, offset: number): string {
  const name = pageName(regions, page);
  if (offset === 0) return name;
  return offset % CELL_SIZE === 0 ? `${name}.${offset / CELL_SIZE}` : `${name}:${offset}`;
}
