import { performance } from 'node:perf_hooks';
import type { Move } from '../../src/language/moves.ts';
import { Fault } from '../../src/machines/linux/fault/fault.ts';
import { linux } from '../../src/machines/linux/linux.ts';
import type { World } from '../../src/machines/linux/world.ts';
import type { Case } from './kernel.ts';

/** Nanoseconds that one of `times` things takes. */
export function timed(times: number, work: () => void): number {
  const start = performance.now();
  work();
  return ((performance.now() - start) * 1e6) / times;
}

export function emptyWorld(pages: number): World {
  const world = linux.boot({ files: [], regions: [], processes: ['p0'], moves: [] }, '6.x');
  const map: Move = { process: 'p0', op: 'map', page: 0, pages, perm: 'rw-', kind: 'anon', flags: [] };
  linux.step(world, map);
  return world;
}

/** One fault a page of the first process, decided by `best` and carried out by `apply`; nothing is retried. */
function serve(world: World, pages: number, access: 'read' | 'write', errorCode: number): void {
  const process = world.process('p0');
  for (let page = 0; page < pages; page++) {
    const fault = new Fault(world, process, page, 0, access, errorCode);
    linux.apply(world, fault, linux.best(world, fault));
  }
}

const fork = (world: World, child: string): void =>
  void linux.step(world, { process: 'p0', op: 'fork', child });
const exit = (world: World, process: string): void => void linux.step(world, { process, op: 'exit' });

/** Nanoseconds a page, in a world where `others` processes map each page besides the first. */
export function modelRound(pages: number, others = 1): Record<Case, number> {
  const reading = emptyWorld(pages);
  const read = timed(pages, () => serve(reading, pages, 'read', 4));
  const world = emptyWorld(pages);
  const write = timed(pages, () => serve(world, pages, 'write', 6));
  const children = Array.from({ length: others }, (_, i) => `p${i + 1}`);
  const forked = timed(pages * others, () => {
    for (const child of children) fork(world, child);
  });
  const copy = timed(pages, () => serve(world, pages, 'write', 7));
  for (const child of children) exit(world, child);
  fork(world, 'last');
  exit(world, 'last');
  const reuse = timed(pages, () => serve(world, pages, 'write', 7));
  return { read, write, copy, reuse, fork: forked };
}
