import type { World } from '../world.ts';
import { endOfFile } from './page-cache.ts';
import { swapPages } from './swap.ts';
import { ACCOUNT, partsOf, type Vma } from './vma.ts';

/**
 * Overcommitting: what calls promise is counted, for each page of it might need a frame one day; frames are taken by
 * faults only. What goes counts no more, for the sum is taken anew each time. Of what Linux keeps back for root and for
 * one process's end, a 32nd each, nothing is left in machines as small as these.
 * Source: __vm_enough_memory, mm/util.c (6.14); Documentation/mm/overcommit-accounting.rst.
 */

/** vm.overcommit_ratio: how much of memory may be promised under strict accounting, in percent. */
const OVERCOMMIT_RATIO = 50;

/** Where vm.overcommit_memory is 2, fewer pages than these may be promised in all. Source: vm_commit_limit. */
export const commitLimit = (world: World): number =>
  Math.floor((world.setup.memory * OVERCOMMIT_RATIO) / 100) + swapPages(world);

/** Committed_AS: private pages that were writable, of every address space, and those of shared anonymous objects. */
export function committed(world: World): number {
  let pages = 0;
  for (const mm of world.mms) for (const vma of mm?.vmas ?? []) pages += accounted(vma);
  for (const object of world.objects)
    if (object !== undefined && object.file === undefined) pages += endOfFile(object);
  return pages;
}

/** Pages that a VMA counts for. */
export const accounted = ({ flags, start, end }: Vma): number => ((flags & ACCOUNT) !== 0 ? end - start : 0);

/** The same of the part of an address space from `start` to `end`. */
export const accountedIn = (vmas: readonly Vma[], start: number, end: number): number =>
  partsOf(vmas, start, end).reduce((sum, vma) => sum + accounted(vma), 0);

/** May so many pages more be promised in one piece? Without them the call fails with ENOMEM. */
export function enoughMemory(world: World, pages: number): boolean {
  if (pages <= 0 || world.setup.memory === Number.POSITIVE_INFINITY || world.setup.overcommit === 'always')
    return true;
  if (world.setup.overcommit === 'heuristic') return pages <= world.setup.memory + swapPages(world);
  return committed(world) + pages < commitLimit(world);
}
