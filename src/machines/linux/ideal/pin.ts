import { type MoveOf, PAGE_SIZE } from '../../../language/moves.ts';
import { areaOf, isAccessible } from './areas.ts';
import { byteAt, filledWith, paste } from './content.ts';
import { contentsOfOwn, contentsOfReference, fresh, loosen, refer, resolve, settle } from './loose.ts';
import {
  type Area,
  type Bytes,
  changeMemory,
  counted,
  done,
  errno,
  type Memory,
  type Outcome,
  type Own,
  type Reference,
  type Space,
  type Untouched,
  withEntry,
  withSpace,
} from './memory.ts';
import { setLoosePage, withObjectPage } from './objects.ts';
import { absence, indexOf, refusal, touched } from './pages.ts';

/** References to pages that outlast a call: vmsplice into a pipe, fixed buffers of io_uring. */

/** Pages that a pipe holds at most. */
const PIPE_PAGES = 16;

/**
 * Can a page be referenced for reading? Where its area has other rights but not that one, only if it is
 * there already: the kernel looks at the entry first, and that shows nowhere else.
 */
export function mayPass(memory: Memory, space: Space, page: number): 'surely' | 'possibly' | 'never' {
  const area = areaOf(space, page);
  if (area === undefined || !isAccessible(area) || absence(memory, space, area, page) !== undefined)
    return 'never';
  return area.perm[0] === 'r' ? 'surely' : 'possibly';
}

/** vmsplice: as many pages as there is room for, up to the first that cannot be had. */
export function splice(memory: Memory, move: MoveOf<'vpin'>, mm: number): Outcome[] {
  const pipe = memory.pipes.get(move.id) ?? [];
  const room = PIPE_PAGES - pipe.length;
  if (room === 0) return [{ seen: errno('EAGAIN'), after: memory }];
  const space = memory.spaces[mm]!;
  const outcomes: Outcome[] = [];
  let after = memory;
  const references: Reference[] = [];
  const stop = (): void => {
    const held = changeMemory(after, { pipes: withEntry(after.pipes, move.id, [...pipe, ...references]) });
    const count = references.length * PAGE_SIZE;
    outcomes.push(
      count === 0 ? { seen: errno('EFAULT'), after: memory } : { seen: counted(count), after: held },
    );
  };
  for (let page = move.page; page < move.page + Math.min(move.pages, room); page++) {
    const passes = mayPass(after, space, page);
    if (passes !== 'surely') stop();
    if (passes === 'never') return outcomes;
    const [held, numbers] = hold(after, mm, page);
    after = held;
    references.push(refer(after, numbers));
  }
  stop();
  return outcomes.reverse();
}

/** Reads a pipe empty: shows the first byte of each page, and lets the pages go. */
export function readPipe(memory: Memory, { id }: MoveOf<'vread'>): Outcome[] {
  const pipe = memory.pipes.get(id) ?? [];
  const after = settle(changeMemory(memory, { pipes: withEntry(memory.pipes, id, []) }));
  const firsts = pipe.map(reference => [
    ...new Set(contentsOfReference(memory, reference).map(content => byteAt(content, 0))),
  ]);
  return firsts
    .reduce<number[][]>((read, bytes) => read.flatMap(before => bytes.map(byte => [...before, byte])), [[]])
    .map(bytes => ({ seen: counted(pipe.length * PAGE_SIZE, bytes), after }));
}

/**
 * Registers a fixed buffer: all pages or none; each becomes its process's own, as by a write, and a device that only reads
 * them is no reason to need the right to write. What MADV_FREE gave up stays given up: a pin is no write.
 */
export function register(memory: Memory, move: MoveOf<'iopin' | 'rpin'>, mm: number): Outcome[] {
  const writable = move.op === 'iopin';
  const outcomes: Outcome[] = [];
  let after = memory;
  const pages: number[] = [];
  for (let page = move.page; page < move.page + move.pages; page++) {
    const space = after.spaces[mm]!;
    const passes = writable ? mayStore(after, space, page) : mayPass(after, space, page);
    if (passes !== 'surely')
      outcomes.push({ seen: errno('EFAULT'), after: settle(withoutBuffer(after, mm, move.id)) });
    if (passes === 'never') return outcomes;
    const [held, numbers] = hold(isFading(after, space, page) ? after : touched(after, mm, page), mm, page);
    after = held;
    pages.push(numbers.at(-1)!);
  }
  const number = after.next;
  const { buffers } = after.spaces[mm]!;
  const registered = changeMemory(after, {
    buffers: withEntry(after.buffers, number, { pages, writable }),
    next: number + 1,
  });
  const own = { buffers: withEntry(buffers, move.id, number) };
  return [{ seen: done, after: settle(withSpace(registered, mm, own)) }, ...outcomes];
}

/** May a device be given the page to store to? */
const mayStore = (memory: Memory, space: Space, page: number): 'surely' | 'never' =>
  refusal(memory, space, page, 'write') === undefined && !isWatched(memory, areaOf(space, page)!)
    ? 'surely'
    : 'never';

function isFading(memory: Memory, { pages }: Space, page: number): boolean {
  const own = pages.get(page);
  if (own === undefined || own.kind === 'guard') return false;
  const bytes = resolve(memory, own);
  return bytes.kind === 'bytes' && bytes.fading;
}

/** The name stands for nothing any more; a buffer that had it stays pinned, out of reach. */
function withoutBuffer(memory: Memory, mm: number, id: string): Memory {
  const buffers = new Map(memory.spaces[mm]!.buffers);
  buffers.delete(id);
  return withSpace(memory, mm, { buffers });
}

/** A file system that wants to be told of writes gives nobody a lasting right to write. */
const isWatched = (memory: Memory, { shared, object }: Area): boolean =>
  shared && object !== undefined && memory.objects.get(object)!.onDisk;

export function unregister(memory: Memory, move: MoveOf<'iounpin'>, mm: number): Outcome[] {
  const number = memory.spaces[mm]!.buffers.get(move.id);
  if (number === undefined) return [{ seen: done, after: memory }];
  const { writable } = memory.buffers.get(number)!;
  const emptied = changeMemory(memory, {
    buffers: withEntry(memory.buffers, number, { pages: [], writable }),
  });
  return [{ seen: done, after: settle(withoutBuffer(emptied, mm, move.id)) }];
}

/** A device reads 16 bytes from the start of a page of a buffer: the first is shown. */
export function readThrough(memory: Memory, move: MoveOf<'ioread'>, mm: number): Outcome[] {
  const page = bufferPage(memory, move, mm);
  if (typeof page === 'string') return [{ seen: errno(page), after: memory }];
  return contentsOfOwn(memory.loose.get(page)!.own).map(content => ({
    seen: counted(16, [byteAt(content, 0)]),
    after: memory,
  }));
}

/** A device writes the first byte of a page of a buffer. */
export function writeThrough(memory: Memory, move: MoveOf<'iowrite'>, mm: number): Outcome[] {
  const page = bufferPage(memory, move, mm);
  if (typeof page === 'string') return [{ seen: errno(page), after: memory }];
  const contents = contentsOfOwn(memory.loose.get(page)!.own).map(content =>
    paste(content, 0, 1, filledWith(move.value), 0),
  );
  return [{ seen: counted(1), after: setLoosePage(memory, page, contents) }];
}

/** The loose page behind a page of a buffer, or the errno where there is none, or none that may be stored to. */
function bufferPage(memory: Memory, move: MoveOf<'ioread' | 'iowrite'>, mm: number): number | string {
  const number = memory.spaces[mm]!.buffers.get(move.id);
  if (number === undefined) return 'EBADF';
  const { pages, writable } = memory.buffers.get(number)!;
  return (move.op === 'ioread' || writable ? pages[move.index] : undefined) ?? 'EFAULT';
}

/**
 * Makes a page of a process loose. Answers the numbers of what it shows: of the object's page, if it may
 * show that, and of its own.
 */
function hold(memory: Memory, mm: number, page: number): [memory: Memory, numbers: readonly number[]] {
  const area = areaOf(memory.spaces[mm]!, page)!;
  if (area.shared) return holdObject(memory, area, page);
  const own = memory.spaces[mm]!.pages.get(page);
  const isFile = area.object !== undefined && (own === undefined || showsFile(memory, own));
  const [ready, numbers] = isFile ? holdObject(memory, area, page) : [memory, []];
  if (own?.kind === 'loose') return [ready, [...numbers, own.number]];
  const kept = own === undefined || own.kind === 'guard' ? initial(area) : own;
  const [after, loose] = loosen(ready, kept);
  const { pages } = after.spaces[mm]!;
  return [withSpace(after, mm, { pages: withEntry(pages, page, loose) }), [...numbers, loose.number]];
}

function holdObject(memory: Memory, area: Area, page: number): [memory: Memory, numbers: readonly number[]] {
  const index = indexOf(area, page);
  const own = memory.objects.get(area.object!)!.pages.get(index);
  if (own?.kind === 'loose') return [memory, [own.number]];
  const [after, loose] = loosen(memory, own ?? fresh);
  return [withObjectPage(after, area.object!, index, loose), [loose.number]];
}

const initial = ({ object }: Area): Bytes | Untouched =>
  object === undefined ? fresh : { kind: 'untouched', earlier: [] };

const showsFile = (memory: Memory, own: Own): boolean =>
  own.kind !== 'guard' && resolve(memory, own).kind === 'untouched';
