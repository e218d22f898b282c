import { type Access, addressOf, type Move, type Program, type Seen } from '../../../language/moves.ts';
import { byteAt, withByte, ZEROS } from '../content.ts';
import { users, vmFault } from './fault.ts';
import { type MachFault, type MapEntry, type Task, World } from './world.ts';

export function boot(program: Program): World {
  const world = new World(program.regions);
  world.addTask(program.processes[0] ?? 'p0');
  return world;
}

export function knows(move: Move): boolean {
  switch (move.op) {
    case 'map':
      return move.kind === 'anon' && move.flags.length === 0 && isPerm(move.perm);
    case 'serve':
      return !move.dead && isPerm(move.perm);
    case 'prot':
      return isPerm(move.perm);
    case 'copyto':
      return move.target !== move.process;
    case 'read':
    case 'write':
    case 'unmap':
    case 'fork':
    case 'exit':
      return true;
    default:
      return false;
  }
}

const isPerm = (perm: string): boolean => (perm === '---' || perm.startsWith('r')) && !perm.endsWith('x');

const done: Seen = { kind: 'done' };
const range = (page: number, pages: number): number[] => Array.from({ length: pages }, (_, i) => page + i);

/** Runs a move until it completes, is signalled or faults. */
export function step(world: World, move: Move): Seen | MachFault {
  const task = world.task(move.process);
  switch (move.op) {
    case 'read': {
      const mapping = reach(world, task, move.page, move.offset, 'read');
      if ('kind' in mapping) return mapping;
      const content = world.objects.get(mapping.object)!.pages.get(mapping.offset) ?? ZEROS;
      return { kind: 'value', bytes: [byteAt(content, move.offset)] };
    }
    case 'write': {
      const mapping = reach(world, task, move.page, move.offset, 'write');
      if ('kind' in mapping) return mapping;
      const { pages } = world.objects.get(mapping.object)!;
      pages.set(mapping.offset, withByte(pages.get(mapping.offset) ?? ZEROS, move.offset, move.value));
      return done;
    }
    case 'map':
    case 'serve': {
      const object = world.newObject(undefined, move.op === 'serve' ? move.served : undefined);
      range(move.page, move.pages).forEach((page, offset) => {
        enter(task, page, { perm: move.perm, object: object.id, offset, needsCopy: false });
      });
      sweep(world);
      return done;
    }
    case 'unmap':
      for (const page of range(move.page, move.pages)) {
        task.map.delete(page);
        task.pmap.delete(page);
      }
      sweep(world);
      return done;
    case 'prot': {
      const pages = range(move.page, move.pages);
      if (!pages.every(page => task.map.has(page))) return { kind: 'error', errno: 'ENOMEM' };
      for (const page of pages) enter(task, page, { ...task.map.get(page)!, perm: move.perm });
      return done;
    }
    case 'fork':
      return fork(world, task, move.child);
    case 'copyto': {
      const pages = range(move.page, move.pages);
      if (!pages.every(page => task.map.has(page))) return { kind: 'error', errno: 'EFAULT' };
      const to = world.task(move.target);
      for (const page of pages) copyEntry(world, task, to, page);
      sweep(world);
      return done;
    }
    case 'exit':
      task.map.clear();
      task.pmap.clear();
      task.alive = false;
      sweep(world);
      return done;
    default:
      throw new RangeError(`the machine does not know ${move.op}`);
  }
}

function enter(task: Task, page: number, entry: MapEntry): void {
  task.map.set(page, entry);
  task.pmap.delete(page);
}

function reach(world: World, task: Task, page: number, offset: number, access: Access) {
  const { signal } = world;
  if (signal?.process === task.name) {
    world.signal = undefined;
    return { kind: 'signal', signal: 'SEGV', code: signal.code, address: signal.address } satisfies Seen;
  }
  const write = access === 'write';
  const mapping = task.pmap.get(page);
  if (mapping !== undefined && (mapping.writable || !write)) return mapping;
  world.counts.faults++;
  const address = addressOf(page, offset);
  return {
    kind: 'trap',
    process: task.name,
    access,
    page,
    offset,
    address,
    errorCode: write ? 2 : 4,
    write,
    registers: [['address', `0x${address.toString(16)}`]],
  } satisfies MachFault;
}

/** What the kernel decides; there is nobody else to be asked. */
export function handle(world: World, { process, page, write, address }: MachFault): void {
  const task = world.task(process);
  const entry = task.map.get(page);
  if (entry === undefined) world.signal = { process, code: 'MAPERR', address };
  else if (!entry.perm.includes(write ? 'w' : 'r')) world.signal = { process, code: 'ACCERR', address };
  else vmFault(world, task, page, write);
}

/** Tasks at once, as the ideal has it. */
const MOST_TASKS = 8;

function fork(world: World, task: Task, name: string): Seen {
  if (world.tasks.filter(({ alive }) => alive).length >= MOST_TASKS)
    return { kind: 'error', errno: 'EAGAIN' };
  const child = world.addTask(name);
  for (const page of task.map.keys()) copyEntry(world, task, child, page);
  return done;
}

/**
 * vm_object_copy_strategically: anonymous memory is copied symmetrically, both sides make a shadow object when
 * they write; a file's object is copied asymmetrically, it gets a copy object that old pages are pushed to.
 */
function copyEntry(world: World, task: Task, to: Task, page: number): void {
  const entry = task.map.get(page)!;
  const object = world.objects.get(entry.object)!;
  world.eager.frames++;
  world.eager.bytesRead += 4096;
  world.eager.bytesWritten += 4096;
  protect(world, entry);
  if (!object.delayed) {
    task.map.set(page, { ...entry, needsCopy: true });
    enter(to, page, { ...entry, needsCopy: true });
    return;
  }
  const latest = object.copy === undefined ? undefined : world.objects.get(object.copy);
  const untouched = latest?.pages.size === 0 ? latest : undefined;
  const copy = untouched ?? world.newObject(object.id, undefined, true);
  if (untouched === undefined) {
    if (latest !== undefined) latest.shadow = copy.id;
    object.copy = copy.id;
  }
  const isShared = world.tasks.some(({ map }) => shareCopy(map, copy.id, entry.offset));
  enter(to, page, { ...entry, object: copy.id, needsCopy: isShared });
}

/** Two that were given the same page of a copy object write to shadows of it. */
function shareCopy(map: Map<number, MapEntry>, id: number, offset: number): boolean {
  const sharing = [...map].filter(([, entry]) => entry.object === id && entry.offset === offset);
  for (const [page, entry] of sharing) map.set(page, { ...entry, needsCopy: true });
  return sharing.length > 0;
}

/** Nobody may write to the page without a fault. */
function protect(world: World, { object, offset }: MapEntry): void {
  for (const { pmap } of world.tasks)
    for (const [page, mapping] of pmap)
      if (mapping.object === object && mapping.offset === offset)
        pmap.set(page, { ...mapping, writable: false });
}

/** Objects that nobody refers to are terminated. */
function sweep(world: World): void {
  for (let isDone = false; !isDone; ) {
    isDone = true;
    for (const [id] of world.objects)
      if (users(world, id) === 0) {
        world.objects.delete(id);
        for (const object of world.objects.values()) if (object.copy === id) object.copy = undefined;
        isDone = false;
      }
  }
}
