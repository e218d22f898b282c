import { CELL_SIZE, type Move, PAGE_SIZE } from '../../language/moves.ts';
import type { Scope } from '../machine.ts';
import { isNone, pfnOf } from './pte.ts';
import { stackAbove } from './stack.ts';
import { sparedOffset } from './calls/streams.ts';
import { findVma, isShared } from './vma.ts';
import { type Fault, vmaAt, type World } from './world.ts';

/** Names of the processes that a search may fork. */
const FORKED = ['child', 'child2', 'child3'];

/**
 * The pages that share a frame or an object's page with the fault, and one page that nobody has touched:
 * by it a soiled zero frame is seen.
 */
export function scope(world: World, fault: Fault): Scope {
  const { table } = world.mms[fault.mm]!;
  const low = table.low(fault.page);
  const pfn = isNone(low) ? -1 : pfnOf(low, table.high(fault.page));
  const vma = vmaAt(world, fault);
  const index = vma !== undefined && isShared(vma) ? vma.pgoff + fault.page - vma.start : -1;
  const places = [{ process: fault.process, page: fault.page }];
  let untouched: Scope['places'][number] | undefined;
  for (const { name, mm: number } of world.processes) {
    const mm = world.mms[number];
    if (mm === undefined) continue;
    for (const other of mm.vmas)
      for (let page = other.start; page < other.end; page++) {
        if (name === fault.process && page === fault.page) continue;
        const entry = mm.table.low(page);
        const sharesFrame = !isNone(entry) && pfnOf(entry, mm.table.high(page)) === pfn;
        const sharesObject =
          index >= 0 && other.object === vma!.object && other.pgoff + page - other.start === index;
        if (sharesFrame || sharesObject) places.push({ process: name, page });
        else if (
          isNone(entry) &&
          (untouched === undefined || (untouched.process !== fault.process && name === fault.process))
        )
          untouched = { process: name, page };
      }
  }
  if (untouched !== undefined) places.push(untouched);
  const spared = world.copy === undefined ? undefined : sparedOffset(world.copy);
  return { places, offset: fault.offset, ...(spared !== undefined && { spared }) };
}

/**
 * What the processes could do next: first the loads, by which most differences are seen, then stores and
 * fetches, then what changes address spaces. A process that was forked on the way may do what any may.
 */
export function moves(world: World, { places, offset, spared }: Scope): Move[] {
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
        for (const perm of ['rw-', 'r--', '---']) calls.push({ process, op: 'prot', page, pages: 1, perm });
        calls.push({ process, op: 'unmap', page, pages: 1 });
      }
    }
    const child = FORKED.find(name => world.processes.every(taken => taken.name !== name));
    if (child !== undefined && alive.length < actors.length + 2) calls.push({ process, op: 'fork', child });
    calls.push({ process, op: 'exit' });
  }
  return [...loads, ...stores, ...calls];
}

export const exits = (world: World): Move[] =>
  world.processes.filter(({ mm }) => mm >= 0).map(({ name }) => ({ process: name, op: 'exit' }));
