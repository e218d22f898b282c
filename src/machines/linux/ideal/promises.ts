import { PAGE_SIZE } from '../../../language/moves.ts';
import { areasIn, has, type Range } from './areas.ts';
import { type Area, errno, type Memory, type Outcome, PROMISED } from './memory.ts';

/**
 * How many pages calls may promise: each private page that may be written, and each page of shared anonymous memory,
 * might need memory of its own one day. Of a private page that may be written no more it is left open whether it still
 * counts.
 */

/** The least and the most pages that something counts for. */
export type Count = readonly [least: number, most: number];

/** What an area counts for. */
const counted = (area: Area): Count => {
  const pages = area.end - area.start;
  if (area.shared) return [0, 0];
  return area.perm[1] === 'w' ? [pages, pages] : [0, has(area, PROMISED) ? pages : 0];
};

export const countOf = (areas: readonly Area[]): Count =>
  areas.map(counted).reduce<Count>(([least, most], each) => [least + each[0], most + each[1]], [0, 0]);

/** What is counted in a range of pages. */
export const countIn = (memory: Memory, mm: number, range: Range): Count =>
  countOf(areasIn(memory.spaces[mm]!, range));

/** All that was promised up to now. */
function all({ spaces, objects }: Memory): Count {
  const [least, most] = countOf(spaces.flatMap(({ areas }) => areas));
  let shared = 0;
  for (const [id, { size }] of objects) if (typeof id === 'number') shared += Math.ceil(size / PAGE_SIZE);
  return [least + shared, most + shared];
}

/** Will so many pages more surely, possibly or never be promised? Of what is not promised nothing changes. */
export function promises(memory: Memory, [least, most]: Count): 'surely' | 'possibly' | 'never' {
  const { overcommit, room } = memory;
  if (most <= 0 || overcommit === 'always') return 'surely';
  if (overcommit === 'heuristic') return most <= room ? 'surely' : least > room ? 'never' : 'possibly';
  const before = all(memory);
  if (before[1] + most < room) return 'surely';
  return least > 0 && before[0] + least >= room ? 'never' : 'possibly';
}

/** The ways in which a call that promises so many pages may end: as it would, or with ENOMEM. */
export function ifPromised(
  memory: Memory,
  count: Count,
  ways: () => readonly Outcome[],
  refused: Memory = memory,
): Outcome[] {
  const whether = promises(memory, count);
  return [
    ...(whether === 'never' ? [] : ways()),
    ...(whether === 'surely' ? [] : [{ seen: errno('ENOMEM'), after: refused }]),
  ];
}
