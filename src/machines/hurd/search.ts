import { CELL_SIZE, type Move, PAGE_SIZE } from '../../language/moves.ts';
import type { Scope } from '../machine.ts';
import type { HurdFault, World } from './world.ts';

/** Names of the tasks that a search may fork. */
const FORKED = ['child', 'child2'];

/**
 * The page of the message, the pages on the same frame, of a demand those that might have been given, and one
 * page that nobody has touched: it may get a frame that should not have been free.
 */
export function scope(world: World, fault: HurdFault): Scope {
  const { process, page, about, request } = fault;
  const places = [{ process, page }];
  if (request?.to !== undefined) places.push({ process: request.to, page });
  for (let i = 1; about === 'free' && i < request!.pages; i++) places.push({ process, page: page + i });
  if (request?.from !== undefined) places.push({ process, page: request.from });
  const frame = world.entryAt(fault)?.frame;
  let untouched: Scope['places'][number] | undefined;
  for (const { name, logical, data } of world.tasks)
    for (const other of logical.keys()) {
      if (places.some(place => place.process === name && place.page === other)) continue;
      const held = world.entryOf(world.task(name), other)?.frame;
      const isDemanded = about === 'demand' && name === process && data.has(other);
      if ((held !== undefined && held === frame) || isDemanded) places.push({ process: name, page: other });
      else if (!data.has(other)) untouched ??= { process: name, page: other };
    }
  if (untouched !== undefined) places.push(untouched);
  return { places, offset: fault.offset };
}

/** What tasks could do next: loads, stores, then what changes databases and containers. */
export function moves(world: World, { places, offset }: Scope): Move[] {
  const other = (offset + CELL_SIZE) % PAGE_SIZE;
  const alive = world.tasks.filter(task => task.alive);
  const loads: Move[] = [];
  const stores: Move[] = [];
  const calls: Move[] = [];
  for (const { name: process, logical, data } of alive) {
    const near = places.filter(place => place.process === process || FORKED.includes(process));
    if (near.length === 0) continue;
    for (const page of new Set(near.map(place => place.page))) {
      const promised = logical.get(page);
      const isFirst = page === places[0]!.page;
      const mapped = world.physmem.mmu.at(process, page);
      if (isFirst || mapped !== undefined || promised?.perm.includes('r'))
        for (const at of [offset, other]) loads.push({ process, op: 'read', page, offset: at });
      if (isFirst || mapped !== undefined || promised?.perm.includes('w'))
        stores.push({ process, op: 'write', page, offset, value: world.nextSymbol });
      if (isFirst) stores.push({ process, op: 'fetch', page });
      if (promised === undefined) {
        calls.push({ process, op: 'map', page, pages: 1, perm: 'rw-', kind: 'anon', flags: [] });
        continue;
      }
      if (data.has(page)) calls.push({ process, op: 'swapout', page, pages: 1 });
      if (mapped !== undefined) calls.push({ process, op: 'revoke', page, pages: 1 });
      if (!promised.perm.includes('w')) calls.push({ process, op: 'prot', page, pages: 1, perm: 'rw-' });
      calls.push({ process, op: 'unmap', page, pages: 1 });
      const { file } = promised;
      if (file !== undefined && page >= file.page)
        calls.push({
          process,
          op: 'serve',
          page: page - file.page,
          pages: file.page + 1,
          perm: 'rw-',
          served: Number(file.id),
          dead: promised.dead,
        });
    }
    const child = FORKED.find(name => world.tasks.every(taken => taken.name !== name));
    if (child !== undefined && alive.length < 4) calls.push({ process, op: 'fork', child });
    calls.push({ process, op: 'exit' });
  }
  if (world.physmem.softFrames().length > 0 && alive.length > 0)
    calls.push({ process: alive[0]!.name, op: 'press', frames: 4 });
  return [...loads, ...stores, ...calls];
}

export const exits = (world: World): Move[] =>
  world.tasks.filter(({ alive }) => alive).map(({ name }) => ({ process: name, op: 'exit' }));
