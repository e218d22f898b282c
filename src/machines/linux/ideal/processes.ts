import type { MoveOf } from '../../../language/moves.ts';
import { areaOf, has } from './areas.ts';
import { resolve, settle } from './loose.ts';
import { forgetObjects } from './mapping.ts';
import {
  DONT_FORK,
  done,
  LOCKED,
  type Memory,
  newborn,
  type Outcome,
  type Own,
  WIPE_ON_FORK,
  withEntry,
  withProcess,
} from './memory.ts';

/** fork, execve, exit, and what a process sets of itself. */

/** Copies all memory at once. The child's pages are its own: no reference to its parent's goes with them. */
export function fork(memory: Memory, move: MoveOf<'fork'>): Outcome[] {
  const parent = memory.processes.get(move.process)!;
  const areas = parent.areas
    .filter(area => !has(area, DONT_FORK))
    .map(area => (has(area, LOCKED) ? { ...area, flags: area.flags & ~LOCKED } : area));
  const child = { ...parent, areas };
  const plain = parent.areas.every(area => !has(area, DONT_FORK | WIPE_ON_FORK));
  const pages = plain && memory.loose.size === 0 ? parent.pages : ownPages(memory, child);
  return [
    {
      seen: done,
      after: { ...memory, processes: withEntry(memory.processes, move.child, { ...child, pages }) },
    },
  ];
}

function ownPages(memory: Memory, child: Parameters<typeof areaOf>[0]): Map<number, Own> {
  const pages = new Map<number, Own>();
  for (const [page, own] of child.pages) {
    const area = areaOf(child, page);
    if (area === undefined || has(area, WIPE_ON_FORK)) continue;
    pages.set(page, own.kind === 'loose' ? resolve(memory, own) : own);
  }
  return pages;
}

/** An empty process; its limit stays. */
export function execute(memory: Memory, { process }: MoveOf<'execve'>): Outcome[] {
  const { stackLimit } = memory.processes.get(process)!;
  return [{ seen: done, after: vacated(withProcess(memory, process, { ...newborn, stackLimit })) }];
}

export const exit = (memory: Memory, { process }: MoveOf<'exit'>): Outcome[] => [
  { seen: done, after: vacated(withProcess(memory, process, { ...newborn, alive: false })) },
];

const vacated = (memory: Memory): Memory => settle(forgetObjects(memory));

export const limitStack = (memory: Memory, move: MoveOf<'rlimstack'>): Outcome[] => [
  { seen: done, after: withProcess(memory, move.process, { stackLimit: move.pages }) },
];

/** Which CPU a process runs on, and that equal pages may be one, shows nowhere. */
export const nothing = (memory: Memory, _: MoveOf<'cpu' | 'ksm'>): Outcome[] => [
  { seen: done, after: memory },
];
