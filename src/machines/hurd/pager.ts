import { PAGE_SIZE } from '../../language/moves.ts';
import { ZEROS } from './content.ts';
import { replace } from './numbered.ts';
import { READ, RUN, WRITE } from './space.ts';
import { CACHE, fileKey, type Logical, type PageState, type Task, type World } from './world.ts';

/**
 * What a pager does with its database and its container. Each call to another server is two messages.
 * Specification sections 3.2, 6 and 8.
 */

/** A call and its answer. */
export const call = (world: World, calls = 1): void => {
  world.counts.messages += 2 * calls;
};

const stateOf = (task: Task, page: number): PageState | undefined => task.data.get(page);

/** Whatever data a page has goes: its entry, or its slot in the swap space. */
export function dispose(world: World, task: Task, page: number): void {
  const state = stateOf(task, page);
  if (state === undefined) return;
  task.data.delete(page);
  if (state.kind === 'swapped') world.physmem.putSlot(state.slot);
  else release(world, task, state.index);
}

/** Where the task's container has room; what soft references name is taken, gone or not. */
export function freeIndex(world: World, task: Task, pages: number): number {
  const named: number[] = [];
  for (const state of task.data.values()) if (state.kind === 'soft') named.push(state.index);
  return world.physmem.freeIndex(task.name, pages, named);
}

/** Gives one page of the container back to physmem. */
export function release(world: World, task: Task, index: number): void {
  world.counts.localFlushes += world.physmem.deallocate(task.name, index, 1) > 0 ? 1 : 0;
}

/** An entry with an unbound frame for the page; false where the quota is used up. */
export function allocate(world: World, task: Task, page: number, dirty: boolean): boolean {
  call(world);
  if (isFull(world, task, page, 1)) return refuse(world, task, page);
  const index = freeIndex(world, task, 1);
  world.physmem.allocate(task.name, index, 1);
  task.data.set(page, { kind: 'resident', index, dirty });
  return true;
}

/** Is the task at its limit, with something that it could give up instead? */
export const isFull = (world: World, task: Task, page: number, pages: number): boolean =>
  world.isOver(task, pages) && victimOf(world, task, page) !== undefined;

function refuse(world: World, task: Task, page: number): false {
  world.refused = { task: task.name, page, errno: 'ENOMEM' };
  return false;
}

/**
 * The client's frame is filled with a page of a file: by a logical copy of what the server's cache still has,
 * else from the disk; then the cache keeps a soft copy of it. The server gets a weak capability meanwhile.
 */
export function fill(world: World, task: Task, page: number): boolean {
  const { file } = logicalOf(task, page);
  call(world);
  if (file === undefined) return false;
  const { physmem } = world;
  const key = fileKey(file);
  if (isFull(world, task, page, 1)) return refuse(world, task, page);
  const index = freeIndex(world, task, 1);
  const kept = physmem.entry(world.cached.get(key) ?? 0);
  if (kept !== undefined) {
    call(world);
    physmem.share(CACHE, kept.start, 1, task.name, index, false);
  } else {
    if (!physmem.hasRoom(1) && physmem.softFrames().length > 0) physmem.discard(physmem.softFrames()[0]!);
    call(world);
    physmem.allocate(task.name, index, 1);
    const entry = physmem.entryAt(task.name, index)!;
    physmem.bind(physmem.frameOf(entry));
    world.counts.frames++;
    world.counts.io++;
    physmem.store(physmem.pfnAt(entry, index), world.fileAt(file));
    keep(world, task, index, key);
  }
  task.data.set(page, { kind: 'resident', index, dirty: false });
  return true;
}

/** The server's cache takes a logical copy, softly: it can read the file again. */
function keep(world: World, task: Task, index: number, key: string): void {
  const at = world.physmem.freeIndex(CACHE, 1);
  world.physmem.share(task.name, index, 1, CACHE, at, false, world.rules.mechanics.cacheIsSoft);
  world.cached.set(key, world.physmem.entryAt(CACHE, at)!.id);
}

/** Brings a page back from the swap space, to a new index; the slot goes when nobody needs it. */
export function swapIn(world: World, task: Task, page: number): boolean {
  const state = stateOf(task, page);
  call(world);
  if (state?.kind !== 'swapped') return false;
  const content = world.physmem.slot(state.slot)?.content ?? ZEROS;
  if (isFull(world, task, page, 1)) return refuse(world, task, page);
  const { physmem } = world;
  if (!physmem.hasRoom(1) && physmem.softFrames().length > 0) physmem.discard(physmem.softFrames()[0]!);
  const index = freeIndex(world, task, 1);
  physmem.allocate(task.name, index, 1);
  const entry = physmem.entryAt(task.name, index)!;
  physmem.bind(physmem.frameOf(entry));
  world.counts.frames++;
  world.counts.io++;
  physmem.store(physmem.pfnAt(entry, index), content);
  physmem.putSlot(state.slot);
  task.data.set(page, { kind: 'resident', index, dirty: true });
  return true;
}

/** Asks physmem whether a frame that was given back is still there: then it is held firmly again. */
export function recall(world: World, task: Task, page: number): boolean {
  const state = stateOf(task, page);
  call(world);
  if (state?.kind !== 'soft') return false;
  const entry = world.physmem.entryAt(task.name, state.index);
  if (entry === undefined) {
    task.data.delete(page);
    world.refused = { task: task.name, page, errno: 'ENOEXIST' };
    return false;
  }
  const counts = world.physmem.payerOf(world.physmem.frameOf(entry)) === undefined ? 1 : 0;
  if (counts > 0 && isFull(world, task, page, counts)) return refuse(world, task, page);
  replace(world.physmem.entries, { ...entry, soft: false });
  task.data.set(page, { kind: 'resident', index: state.index, dirty: false });
  return true;
}

/** What was on its way arrives: the server has filled the frame that the other thread gave it. */
export function arrive(world: World, task: Task, page: number): void {
  const state = stateOf(task, page);
  if (state?.kind !== 'transit') return;
  task.data.delete(page);
  release(world, task, state.index);
  // The calls were the other thread's: only the server's answer is still to come.
  const { messages } = world.counts;
  fill(world, task, page);
  world.counts.messages = messages + 1;
  if (world.refused?.page === page) world.refused = undefined;
}

/** Gives a clean page of a file back, and keeps the right to ask for it. */
export function soften(world: World, task: Task, page: number): void {
  const state = stateOf(task, page);
  const logical = task.logical.get(page);
  if (state?.kind !== 'resident' || logical === undefined || logical.shared) return;
  if (world.rules.mechanics.softenOnlyClean && (state.dirty || logical.file === undefined)) return;
  const entry = world.physmem.entryAt(task.name, state.index);
  if (entry === undefined || entry.pages > 1) return;
  call(world);
  takeFromSelf(world, task, page, READ | WRITE | RUN);
  replace(world.physmem.entries, { ...entry, soft: true });
  task.data.set(page, { kind: 'soft', index: state.index });
}

/** The task takes rights from its own space, and from whoever it has mapped the page to. */
export function takeFromSelf(world: World, task: Task, page: number, rights: number): void {
  const mapping = world.physmem.mmu.at(task.name, page);
  if (mapping !== undefined && world.physmem.mmu.unmap(mapping, rights, true) > 0)
    world.counts.localFlushes++;
}

/** Writes a page to the swap space if it is dirty, drops it if it can be made again, and gives its frame back. */
export function evict(world: World, task: Task, page: number): void {
  const state = stateOf(task, page);
  if (state?.kind !== 'resident') return;
  vacate(world, task, page, state);
  release(world, task, state.index);
}

/** As eviction, but the container keeps the index and what it names. */
export function vacate(
  world: World,
  task: Task,
  page: number,
  state: PageState & { readonly kind: 'resident' },
): void {
  const content = world.contentAt(task, page) ?? ZEROS;
  takeFromSelf(world, task, page, READ | WRITE | RUN);
  call(world);
  task.data.delete(page);
  if (state.dirty && world.rules.mechanics.evictSavesDirty) {
    call(world);
    world.counts.io++;
    task.data.set(page, { kind: 'swapped', slot: world.physmem.newSlot(content) });
  }
}

/** Drops a page, whatever it holds. */
export function drop(world: World, task: Task, page: number): void {
  takeFromSelf(world, task, page, READ | WRITE | RUN);
  dispose(world, task, page);
}

const isMine = (world: World, task: Task, page: number): boolean => {
  const state = stateOf(task, page);
  const logical = task.logical.get(page);
  if (state?.kind !== 'resident' || logical === undefined || logical.own || logical.shared) return false;
  const entry = world.physmem.entryAt(task.name, state.index);
  return entry !== undefined && world.physmem.payerOf(world.physmem.frameOf(entry)) === task.name;
};

/** Pages that the task could give up, the cheapest first: clean before dirty, then by address. */
export function givable(world: World, task: Task, except: number, onlyClean = false): number[] {
  const pages = [...task.data.keys()].sort((a, b) => a - b);
  const mine = pages.filter(page => page !== except && isMine(world, task, page));
  const isDirty = (page: number): boolean => (stateOf(task, page) as { dirty: boolean }).dirty;
  const clean = mine.filter(page => !isDirty(page));
  return onlyClean ? clean : [...clean, ...mine.filter(isDirty)];
}

export const victimOf = (world: World, task: Task, except: number): number | undefined =>
  givable(world, task, except)[0];

/** Gives up pages until the quota is kept, or nothing is left to give. */
export function evictDown(world: World, task: Task): void {
  for (let page = victimOf(world, task, -1); page !== undefined; page = victimOf(world, task, -1)) {
    if (!world.isOver(task, 0)) return;
    evict(world, task, page);
  }
}

/** Has the data of a page in the container, without mapping it: before it is copied or shared. */
export function bringIn(world: World, task: Task, page: number): void {
  const logical = logicalOf(task, page);
  for (let state = stateOf(task, page); state?.kind !== 'resident'; state = stateOf(task, page)) {
    if (state === undefined) {
      if (logical.file === undefined) allocate(world, task, page, false);
      else fill(world, task, page);
    } else if (state.kind === 'swapped') swapIn(world, task, page);
    else if (state.kind === 'soft') recall(world, task, page);
    else arrive(world, task, page);
    if (world.refused?.errno === 'ENOMEM') evict(world, task, victimOf(world, task, page)!);
    world.refused = undefined;
  }
}

export function logicalOf(task: Task, page: number): Logical {
  const logical = task.logical.get(page);
  return logical ?? { perm: '---', dead: false, own: false, shared: false };
}

/** What copying a page at once would have cost, for comparison. */
export function countEager(world: World): void {
  const { frames, bytesRead, bytesWritten } = world.eager;
  world.eager = {
    frames: frames + 1,
    bytesRead: bytesRead + PAGE_SIZE,
    bytesWritten: bytesWritten + PAGE_SIZE,
  };
}
