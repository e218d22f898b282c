import type { MoveOf } from '../../../language/moves.ts';
import { areaOf, has } from './areas.ts';
import { resolve, settle } from './loose.ts';
import { forgetObjects } from './mapping.ts';
import {
  type Area,
  changeMemory,
  DONT_FORK,
  done,
  LOCKED,
  type Memory,
  newborn,
  type Outcome,
  type Own,
  type Space,
  WIPE_ON_FORK,
  withEntry,
  withSpace,
} from './memory.ts';
import { type Count, countOf, ifPromised } from './promises.ts';

/** fork, threads, execve, exit, and what a process sets of itself. */

/** Copies all memory at once. The child's pages are its own: no reference to its parent's goes with them. */
export function fork(memory: Memory, move: MoveOf<'fork'>, mm: number): Outcome[] {
  const parent = memory.spaces[mm]!;
  const areas = parent.areas
    .filter(area => !has(area, DONT_FORK))
    .map(area => (has(area, LOCKED) ? { ...area, flags: area.flags & ~LOCKED } : area));
  const asItIs = memory.loose.size === 0 && !parent.areas.some(area => has(area, DONT_FORK | WIPE_ON_FORK));
  const child = { ...parent, areas, pages: asItIs ? parent.pages : ownPages(memory, areas, parent) };
  return ifPromised(memory, promisedAgain(memory, areas), () => [
    { seen: done, after: withNewSpace(memory, move.child, child) },
  ]);
}

/** A child is promised each area anew; in one piece it is asked for only where each promise is to be kept. */
function promisedAgain({ overcommit }: Memory, areas: readonly Area[]): Count {
  const [least, most] = countOf(areas);
  return [overcommit === 'never' ? least : Math.max(0, ...areas.map(area => countOf([area])[0])), most];
}

/** The pages of the areas that a child gets. */
function ownPages(memory: Memory, areas: Space['areas'], parent: Space): Map<number, Own> {
  const pages = new Map<number, Own>();
  for (const [page, own] of parent.pages) {
    const area = areaOf({ ...parent, areas }, page);
    if (area === undefined || has(area, WIPE_ON_FORK)) continue;
    pages.set(page, own.kind === 'loose' ? resolve(memory, own) : own);
  }
  return pages;
}

const withNewSpace = (memory: Memory, process: string, space: Space): Memory =>
  changeMemory(memory, {
    processes: withEntry(memory.processes, process, memory.spaces.length),
    spaces: [...memory.spaces, space],
  });

/** A thread, or a child while its parent sleeps: it lives in the same memory. */
export const share = (memory: Memory, move: MoveOf<'thread' | 'vfork'>, mm: number): Outcome[] => [
  { seen: done, after: changeMemory(memory, { processes: withEntry(memory.processes, move.child, mm) }) },
];

/** An empty space; the limit stays. */
export function execute(memory: Memory, { process }: MoveOf<'execve'>, mm: number): Outcome[] {
  const { stackLimit } = memory.spaces[mm]!;
  return [{ seen: done, after: vacated(withNewSpace(memory, process, { ...newborn, stackLimit })) }];
}

export const exit = (memory: Memory, { process }: MoveOf<'exit'>): Outcome[] => [
  {
    seen: done,
    after: vacated(changeMemory(memory, { processes: withEntry(memory.processes, process, undefined) })),
  },
];

/** Spaces in which nobody lives become empty, and what only they have shown goes. */
function vacated(memory: Memory): Memory {
  const lived = new Set(memory.processes.values());
  const spaces = memory.spaces.map((space, mm) => (lived.has(mm) ? space : newborn));
  return settle(forgetObjects(changeMemory(memory, { spaces })));
}

export const limitStack = (memory: Memory, move: MoveOf<'rlimstack'>, mm: number): Outcome[] => [
  { seen: done, after: withSpace(memory, mm, { stackLimit: move.pages }) },
];

/** Which CPU a process runs on, and that equal pages may be one, shows nowhere. */
export const nothing = (memory: Memory, _: MoveOf<'cpu' | 'ksm'>): Outcome[] => [
  { seen: done, after: memory },
];
