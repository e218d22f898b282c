import { CELL_SIZE, type Move, PAGE_SIZE } from '../../language/moves.ts';
import type { Place, Scope } from '../machine.ts';
import { isLost } from './calls/buffers.ts';
import { sparedOffset } from './calls/streams.ts';
import { census } from './census.ts';
import { staleEntry } from './coupling/coupling.ts';
import { type Fault, vmaAt } from './fault/fault.ts';
import { sameContent, ZEROS } from './hardware/content.ts';
import { FILE, LAZYFREE, SHMEM, ZERO_PFN } from './hardware/frames.ts';
import { isNone, isSwap, isWritable, mapsFrame, pfnOf, slotOf } from './hardware/pte.ts';
import { stackAbove } from './memory/stack.ts';
import { slotCachedBy, swapCount } from './memory/swap.ts';
import { findVma, hasObject, indexOf, permOf, type Vma } from './memory/vma.ts';
import type { World } from './world.ts';

/** Names of the processes that a search may fork. */
const FORKED = ['child', 'child2', 'child3'];

/**
 * The pages that share a frame, a slot or a file's page with the fault, and one page that nobody has
 * touched: by it a soiled zero frame is seen, and a frame or slot that is given away while it is in use.
 */
export function scope(world: World, fault: Fault): Scope {
  const wanted = keeping(world, fault.mm, vmaAt(world, fault), fault.page);
  const places = [{ process: nameOf(world, fault), page: fault.page }];
  let untouched: Place | undefined;
  for (const { name, mm: number } of world.processes) {
    const mm = world.mms[number];
    if (mm === undefined) continue;
    for (const vma of mm.vmas)
      for (let page = vma.start; page < vma.end; page++) {
        if (number === fault.mm && page === fault.page) {
          if (name !== places[0]!.process) places.push({ process: name, page });
          continue;
        }
        if (keeping(world, number, vma, page).some(keeper => wanted.includes(keeper)))
          places.push({ process: name, page });
        else if (
          isNone(mm.table.low(page)) &&
          !hasObject(vma) &&
          (untouched === undefined || (untouched.process !== fault.process && name === fault.process))
        )
          untouched = { process: name, page };
      }
  }
  const spared = world.copy === undefined ? undefined : sparedOffset(world.copy);
  return { places, untouched, offset: fault.offset, ...(spared !== undefined && { spared }) };
}

/** The process whose memory it is: a thread may have died meanwhile. */
const nameOf = ({ processes }: World, { process, mm }: Fault): string =>
  processes.find(({ name }) => name === process)?.mm === mm
    ? process
    : (processes.find(other => other.mm === mm)?.name ?? process);

/** What keeps a page's bytes, as text: a frame, a slot, the page of a file or object. */
function keeping(world: World, number: number, vma: Vma | undefined, page: number): string[] {
  const { table } = world.mms[number]!;
  const low = table.low(page);
  const keepers: string[] = [];
  if (vma !== undefined && hasObject(vma)) keepers.push(`object ${vma.object} ${indexOf(vma, page)}`);
  if (isSwap(low)) keepers.push(`slot ${slotOf(low)}`);
  const pfn = mapsFrame(low) ? pfnOf(low, table.high(page)) : ZERO_PFN;
  if (pfn === ZERO_PFN) return keepers;
  const slot = slotCachedBy(world, pfn);
  return slot < 0 ? [...keepers, `frame ${pfn}`] : [...keepers, `frame ${pfn}`, `slot ${slot}`];
}

/**
 * What the processes could do next: first the loads, by which most differences are seen, then stores and
 * fetches, then what changes address spaces, and what looks at pages by other ways. A process that was
 * forked on the way may do what any may.
 */
export function moves(world: World, { places: own, untouched, offset, spared }: Scope): Move[] {
  const places = untouched === undefined || !mayReachAnybody(world) ? own : [...own, untouched];
  const other = (offset + CELL_SIZE) % PAGE_SIZE;
  const pages = [...new Set(places.map(place => place.page))];
  const alive = world.processes.filter(({ mm }) => mm >= 0).map(({ name }) => name);
  const actors = alive.filter(name => places.some(place => place.process === name) || FORKED.includes(name));
  const loads: Move[] = [];
  const stores: Move[] = [];
  const calls: Move[] = [];
  for (const process of actors) {
    const { vmas } = world.mmOf(process);
    for (const page of pages) {
      const vma = findVma(vmas, page);
      loads.push({ process, op: 'read', page, offset }, { process, op: 'read', page, offset: other });
      if (spared !== undefined) loads.push({ process, op: 'read', page, offset: spared });
      stores.push(
        { process, op: 'write', page, offset, value: world.nextSymbol },
        { process, op: 'write', page, offset: other, value: world.nextSymbol },
        { process, op: 'fetch', page },
      );
      if (vma === undefined) {
        calls.push({ process, op: 'map', page, pages: 1, perm: 'rw-', kind: 'anon', flags: [] });
        if (stackAbove(vmas, page) !== undefined)
          calls.push({ process, op: 'madv', page, pages: 1, advice: 'dontneed' });
      } else {
        calls.push({ process, op: 'madv', page, pages: 1, advice: 'dontneed' });
        if (mayBeReclaimed(world, process, page))
          calls.push({ process, op: 'madv', page, pages: 1, advice: 'pageout' });
        for (const perm of ['rw-', 'r--', '---'])
          if (perm !== permOf(vma.rights)) calls.push({ process, op: 'prot', page, pages: 1, perm });
        calls.push({ process, op: 'unmap', page, pages: 1 });
      }
    }
    calls.push(...references(world, process));
    const child = FORKED.find(name => world.processes.every(taken => taken.name !== name));
    if (child !== undefined && alive.length < actors.length + 2) calls.push({ process, op: 'fork', child });
    calls.push({ process, op: 'exit' });
  }
  return [...loads, ...fileReads(world, actors[0], places), ...stores, ...calls];
}

/**
 * Can memory that nobody has touched yet come to show something wrong? It is made of the zero frame, of free
 * frames and of free slots: so only where the zero frame is or may be written to, where a count is wrong, or
 * where a TLB still reaches what may be given away.
 */
function mayReachAnybody(world: World): boolean {
  const all = census(world);
  const { frames } = world;
  return (
    !sameContent(frames.contents[ZERO_PFN]!, ZEROS) ||
    all.mappers[ZERO_PFN]!.some(({ low }) => isWritable(low)) ||
    all.references.some((references, pfn) => pfn !== ZERO_PFN && references !== frames.refcount[pfn]) ||
    all.naming.some((named, slot) => named !== swapCount(world, slot)) ||
    staleEntry(world) !== undefined
  );
}

/** Is there somewhere to put the page, so that reclaim does something with it? */
function mayBeReclaimed(world: World, process: string, page: number): boolean {
  const { table } = world.mmOf(process);
  const low = table.low(page);
  if (!mapsFrame(low)) return false;
  const pfn = pfnOf(low, table.high(page));
  return pfn !== ZERO_PFN && (world.swap.device !== 'none' || world.frames.is(pfn, FILE | SHMEM | LAZYFREE));
}

/** Through pipes and fixed buffers; a buffer whose name was given to another is out of reach. */
function references(world: World, process: string): Move[] {
  const { rings } = world.process(process);
  const pipes = [...world.pipes.keys()].map((id): Move => ({ process, op: 'vread', id }));
  const buffers = [...rings]
    .filter(([id]) => !isLost(id))
    .flatMap(([id, index]) =>
      (world.buffers[index]?.pages ?? []).flatMap((_, i): Move[] => [
        { process, op: 'ioread', id, index: i },
        ...(world.buffers[index]!.writable
          ? [{ process, op: 'iowrite', id, index: i, value: world.nextSymbol } as const]
          : []),
      ]),
    );
  return [...pipes, ...buffers];
}

/** read(2) of the pages of files that the places show. */
function fileReads(world: World, process: string | undefined, places: Scope['places']): Move[] {
  if (process === undefined) return [];
  const reads = new Map<string, Move>();
  for (const place of places) {
    const mm = world.mms[world.process(place.process).mm];
    const vma = mm === undefined ? undefined : findVma(mm.vmas, place.page);
    const file = vma === undefined ? undefined : world.objects[vma.object]?.file;
    if (vma === undefined || file === undefined) continue;
    const page = indexOf(vma, place.page);
    reads.set(`${file} ${page}`, { process, op: 'fread', file, page });
  }
  return [...reads.values()];
}

export const exits = (world: World): Move[] =>
  world.processes.filter(({ mm }) => mm >= 0).map(({ name }) => ({ process: name, op: 'exit' }));
