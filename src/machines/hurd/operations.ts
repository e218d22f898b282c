import type { Move, Seen } from '../../language/moves.ts';
import { fileContent } from './content.ts';
import {
  allocate,
  arrive,
  bringIn,
  call,
  countEager,
  dispose,
  drop,
  evict,
  evictDown,
  freeIndex,
  givable,
  logicalOf,
  soften,
  takeFromSelf,
  vacate,
  victimOf,
} from './pager.ts';
import { rightsOf } from './space.ts';
import { fileKey, type Logical, MOST_TASKS, type Task, type World } from './world.ts';

/** What tasks and servers do besides touching memory. Calls of a program, as its pager carries them out. */

const done: Seen = { kind: 'done' };
const range = (page: number, pages: number): number[] => Array.from({ length: pages }, (_, i) => page + i);

/** Why pages cannot be handed on: nothing is mapped there, or their server does not answer. */
export function obstacleTo(task: Task, page: number, pages: number): string | undefined {
  if (!isMapped(task, page, pages)) return 'EFAULT';
  return range(page, pages).some(each => logicalOf(task, each).dead) ? 'EIO' : undefined;
}

const isMapped = (task: Task, page: number, pages: number): boolean =>
  range(page, pages).every(each => task.logical.has(each));

/** Every operation that needs no decision of anybody. Throws RangeError for what the machine does not know. */
export function carryOut(world: World, task: Task, move: Move): Seen {
  switch (move.op) {
    case 'map':
      mapAll(world, task, move.page, move.pages, () => plain(move.perm));
      return done;
    case 'serve':
      mapAll(world, task, move.page, move.pages, i => {
        const file = { id: String(move.served), page: i };
        if (!world.files.has(fileKey(file))) world.files.set(fileKey(file), fileContent(move.served, i));
        return { ...plain(move.perm), dead: move.dead, file };
      });
      return done;
    case 'own':
      mapAll(world, task, move.page, move.pages, () => ({ ...plain(move.perm), own: true }));
      for (const page of range(move.page, move.pages)) {
        allocate(world, task, page, true);
        world.refused = undefined;
        if (!task.data.has(page)) bringIn(world, task, page);
      }
      return done;
    case 'prot':
      return protect(world, task, move.page, move.pages, move.perm);
    case 'alloc':
      allocateRange(world, task, move.page, move.pages);
      return done;
    case 'soften':
      for (const page of range(move.page, move.pages)) soften(world, task, page);
      return done;
    case 'swapout':
      for (const page of range(move.page, move.pages)) {
        const { own, shared } = logicalOf(task, page);
        if (!own && !shared) evict(world, task, page);
      }
      return done;
    case 'prefetch':
      for (const page of range(move.page, move.pages)) prefetch(world, task, page);
      return done;
    case 'revoke':
      for (const page of range(move.page, move.pages)) {
        const entry = world.entryOf(task, page);
        if (entry !== undefined)
          world.physmem.unmapPages(world.physmem.frameOf(entry), 0, world.physmem.frameOf(entry).pages);
      }
      return done;
    case 'press':
      for (const frame of world.physmem.softFrames().slice(0, move.frames)) world.physmem.discard(frame);
      return done;
    case 'memory':
      world.physmem.memory = Math.max(move.frames, guaranteed(world));
      return done;
    case 'quota':
      task.guaranteed = Math.min(move.frames, world.physmem.memory - guaranteed(world, task));
      evictDown(world, task);
      return done;
    case 'extra':
      task.extra = move.frames;
      evictDown(world, task);
      return done;
    case 'fork':
      return fork(world, task, move.child);
    case 'exit':
      exit(world, task);
      return done;
    default:
      throw new RangeError(`the machine does not know ${move.op}`);
  }
}

/** What is guaranteed to all tasks, or to all others: never more than there is. */
const guaranteed = (world: World, but?: Task): number =>
  world.tasks.reduce((sum, task) => sum + (task.alive && task !== but ? task.guaranteed : 0), 0);

const plain = (perm: string): Logical => ({ perm, dead: false, own: false, shared: false });

/** mmap: a local call that edits the database. What was there goes. */
function mapAll(world: World, task: Task, page: number, pages: number, of: (i: number) => Logical): void {
  range(page, pages).forEach((each, i) => {
    drop(world, task, each);
    task.logical.set(each, of(i));
  });
}

function protect(world: World, task: Task, page: number, pages: number, perm: string): Seen {
  if (!isMapped(task, page, pages)) return { kind: 'error', errno: 'ENOMEM' };
  for (const each of range(page, pages)) {
    task.logical.set(each, { ...logicalOf(task, each), perm });
    if (world.rules.mechanics.protectTakesRights) takeFromSelf(world, task, each, 7 & ~rightsOf(perm));
  }
  return done;
}

/** One call for all: physmem makes frames of powers of two, and binds none of them. */
function allocateRange(world: World, task: Task, page: number, pages: number): void {
  const wanted = range(page, pages);
  const isFree = wanted.every(each => {
    const { file } = logicalOf(task, each);
    return task.logical.has(each) && file === undefined && !task.data.has(each);
  });
  call(world);
  if (!isFree || (world.isOver(task, pages) && victimOf(world, task, -1) !== undefined)) return;
  const index = freeIndex(world, task, pages);
  world.physmem.allocate(task.name, index, pages);
  wanted.forEach((each, i) => {
    task.data.set(each, { kind: 'resident', index: index + i, dirty: false });
  });
}

/** Another thread has faulted here: the server is about to fill the frame that it was given. */
function prefetch(world: World, task: Task, page: number): void {
  const { file, dead } = logicalOf(task, page);
  if (file === undefined || dead || task.data.has(page)) return;
  if (!allocate(world, task, page, false)) {
    world.refused = undefined;
    return;
  }
  const state = task.data.get(page)!;
  if (state.kind === 'resident') task.data.set(page, { kind: 'transit', index: state.index });
}

/** The child's container gets logical copies of all entries; what truly shares goes on to share. */
function fork(world: World, task: Task, name: string): Seen {
  if (world.tasks.filter(({ alive }) => alive).length >= MOST_TASKS)
    return { kind: 'error', errno: 'EAGAIN' };
  const { physmem } = world;
  const child = world.addTask(name);
  child.guaranteed = Math.min(task.guaranteed, world.physmem.memory - guaranteed(world, child));
  child.extra = task.extra;
  for (const [page, logical] of task.logical) child.logical.set(page, logical);
  const shared = new Set<number>();
  for (const [page, state] of task.data) {
    countEager(world);
    if (state.kind === 'swapped' && world.rules.mechanics.forkSharesSlots) physmem.shareSlot(state.slot);
    if (state.kind === 'resident' || state.kind === 'swapped') child.data.set(page, state);
    if (state.kind === 'resident' && logicalOf(task, page).shared) shared.add(state.index);
  }
  for (const entry of physmem.entriesIn(task.name)) {
    if (entry.soft || isOnItsWay(task, entry.start)) continue;
    physmem.share(task.name, entry.start, entry.pages, name, entry.start, shared.has(entry.start));
  }
  call(world);
  for (const entry of world.rules.mechanics.forkRevokesWrites ? physmem.entriesIn(name) : [])
    if (physmem.frameOf(entry).cow > 0 && physmem.revokeWrites(name, entry.start, entry.pages) > 0)
      world.counts.localFlushes++;
  return done;
}

const isOnItsWay = (task: Task, index: number): boolean =>
  [...task.data.values()].some(state => state.kind === 'transit' && state.index === index);

/** The task server tells of the death, and physmem drops the container. */
function exit(world: World, task: Task): void {
  for (const page of [...task.data.keys()]) dispose(world, task, page);
  for (const entry of world.physmem.entriesIn(task.name))
    world.physmem.deallocate(task.name, entry.start, entry.pages);
  world.physmem.mmu.destroy(task.name);
  task.logical.clear();
  task.alive = false;
}

/** The data of all pages is brought in, and what the receiver had there goes. */
export function prepareCopy(world: World, task: Task, to: Task, page: number, pages: number): void {
  const { extra } = task;
  task.extra = Number.POSITIVE_INFINITY;
  for (const each of range(page, pages)) {
    countEager(world);
    bringIn(world, task, each);
    drop(world, to, each);
  }
  task.extra = extra;
}

/** The receiver's pager enters what it was given. */
export function finishCopy(
  world: World,
  task: Task,
  to: Task,
  page: number,
  pages: number,
  index: number,
  shared: boolean,
): void {
  range(page, pages).forEach((each, i) => {
    const logical = { ...logicalOf(task, each), own: false, shared };
    if (shared) task.logical.set(each, { ...logicalOf(task, each), shared });
    const state = task.data.get(each);
    to.logical.set(each, logical);
    to.data.set(each, {
      kind: 'resident',
      index: index + i,
      dirty: state?.kind === 'resident' && state.dirty,
    });
    if (shared && state?.kind === 'resident') {
      task.data.set(each, { ...state, dirty: true });
      to.data.set(each, { kind: 'resident', index: index + i, dirty: true });
    }
  });
  evictDown(world, task);
  evictDown(world, to);
}

/** Can the frame of a page take another page's data: is the one here and its own, the other still in its file? */
export function canReuse(world: World, task: Task, page: number, into: number): boolean {
  const { own, shared } = logicalOf(task, page);
  const { file, dead } = logicalOf(task, into);
  const state = task.data.get(page);
  return (
    state?.kind === 'resident' &&
    world.physmem.entryAt(task.name, state.index) !== undefined &&
    !own &&
    !shared &&
    file !== undefined &&
    !dead &&
    !task.data.has(into)
  );
}

/** The page's data goes, its index stays. Answers the index. */
export function prepareReuse(world: World, task: Task, page: number): number {
  const state = task.data.get(page);
  if (state?.kind !== 'resident') throw new RangeError(`page ${page} is in no container`);
  vacate(world, task, page, state);
  world.physmem.cutOut(task.name, state.index, 1);
  return state.index;
}

export function finishReuse(world: World, task: Task, into: number, index: number): void {
  task.data.set(into, { kind: 'resident', index, dirty: false });
  evictDown(world, task);
}

/** What is in no container goes at once; the rest is physmem's to free. */
export function prepareUnmap(world: World, task: Task, page: number, pages: number): void {
  for (const each of range(page, pages)) {
    arrive(world, task, each);
    if (task.data.get(each)?.kind !== 'resident') dispose(world, task, each);
  }
}

export const isHeld = (task: Task, page: number, pages: number): boolean =>
  range(page, pages).some(each => task.data.get(each)?.kind === 'resident');

export function finishUnmap(task: Task, page: number, pages: number): void {
  for (const each of range(page, pages)) {
    task.data.delete(each);
    task.logical.delete(each);
  }
}

/** physmem demands only what the task can give: clean frames, and no more than are extra. */
export const demandable = (world: World, task: Task, frames: number): number =>
  Math.min(frames, task.extra, givable(world, task, -1, true).length);

/**
 * The extra frames are gone. If too few came back in time, physmem takes all of the task's memory, unsaved: it
 * cannot tell which frames are the extra ones.
 */
export function endDemand(world: World, task: Task, frames: number): void {
  if (world.physmem.allocated(task.name) > (world.demanded ?? 0)) {
    call(world);
    for (const [page, state] of [...task.data])
      if (state.kind === 'resident' && !logicalOf(task, page).own) drop(world, task, page);
  }
  world.demanded = undefined;
  task.extra = Math.max(0, task.extra - frames);
  evictDown(world, task);
}
