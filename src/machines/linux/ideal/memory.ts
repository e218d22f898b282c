import {
  baseOf,
  type Move,
  PAGE_SIZE,
  type Perm,
  type Program,
  type Seen,
  type Settings,
} from '../../../language/moves.ts';
import { type Contents, filledWith } from './content.ts';

/** A file by its name in the program, or a shared anonymous object by a number. */
export type ObjectId = string | number;

/** What is asked of an area besides its rights, as bits. */
export const GROWS_DOWN = 1;
export const LOCKED = 2;
export const DONT_FORK = 4;
export const WIPE_ON_FORK = 8;
export const MERGEABLE = 16;
export const RANDOM = 32;
export const NO_HUGE = 64;
/** It was writable once: its pages may have been counted as promised, and may still be. */
export const PROMISED = 128;

/**
 * Pages `start` to `end` - 1 as one call has mapped them. Neighbours with everything in common may be one
 * area or two: no call promises which.
 */
export interface Area {
  readonly start: number;
  readonly end: number;
  readonly perm: Perm;
  readonly shared: boolean;
  /** The object that it shows; undefined for private memory without a file. */
  readonly object: ObjectId | undefined;
  /** The page of the object that `start` shows. */
  readonly index: number;
  readonly flags: number;
}

/** Bytes that a page was given. */
export interface Bytes {
  readonly kind: 'bytes';
  readonly contents: Contents;
  /** MADV_FREE: until the next write they may become zeros. */
  readonly fading: boolean;
}

/** A private page of a file that nobody wrote to: it shows the file's page, or what that has held since. */
export interface Untouched {
  readonly kind: 'untouched';
  /** What the file's page has held since it was mapped, oldest first. */
  readonly earlier: Contents;
}

/** A page that a reference holds: what it holds is kept apart, because it may outlast the mapping. */
export interface Loose {
  readonly kind: 'loose';
  readonly number: number;
}

/** MADV_GUARD_INSTALL: every access is refused. */
export interface Guard {
  readonly kind: 'guard';
}

/** What a process knows of one of its pages besides the area's object; no entry for a page that has nothing. */
export type Own = Bytes | Untouched | Loose | Guard;

/** An address space: what a process sees, and its threads with it. */
export interface Space {
  /** Ascending. */
  readonly areas: readonly Area[];
  readonly pages: ReadonlyMap<number, Own>;
  /** The most pages that a stack may have after it has grown. */
  readonly stackLimit: number;
  /** Its fixed buffers of io_uring by name: numbers of `Memory.buffers`. */
  readonly buffers: ReadonlyMap<string, number>;
}

/** A file, or an object that shared anonymous memory shows. A page that is not listed is zeros. */
export interface SharedObject {
  /** Bytes. */
  readonly size: number;
  readonly pages: ReadonlyMap<number, Bytes | Loose>;
  readonly onDisk: boolean;
}

export interface LoosePage {
  readonly own: Bytes | Untouched;
  /** All that it has held since it was first referenced, oldest first. */
  readonly past: Contents;
}

/** A reference to one page. */
export interface Reference {
  /** The loose pages that it may show, each from its `since`th past content on. */
  readonly pages: readonly { readonly loose: number; readonly since: number }[];
  /** What it may show besides. */
  readonly known: Contents;
}

/** A buffer that a device has, until it is given back. */
export interface FixedBuffer {
  /** The loose page behind each page. */
  readonly pages: readonly number[];
  /** May the device store to it, too? */
  readonly writable: boolean;
}

/** What programs may see of memory: areas with rights, pages with bytes, and nothing below them. A value. */
export interface Memory {
  /** The address space of each process, by number; threads share one. Undefined once the process has exited. */
  readonly processes: ReadonlyMap<string, number | undefined>;
  readonly spaces: readonly Space[];
  readonly objects: ReadonlyMap<ObjectId, SharedObject>;
  readonly loose: ReadonlyMap<number, LoosePage>;
  /** Pages in pipes, first in first. */
  readonly pipes: ReadonlyMap<string, readonly Reference[]>;
  readonly buffers: ReadonlyMap<number, FixedBuffer>;
  /** The block that O_DIRECT reads and writes. */
  readonly block: Contents;
  /** Address of page 0. */
  readonly base: number;
  /** Is a page that must not be executed brought in before that is noticed? So x86 does, not ARM. */
  readonly fetchesLate: boolean;
  /** Is user memory closed to a driver that does not say that it means it? */
  readonly smap: boolean;
  /** Has memory an end, so that what needs more of it may be refused? */
  readonly finite: boolean;
  /** How much may be promised: anything, what is not absurd in one piece, or less than there is `room` for in all. */
  readonly overcommit: NonNullable<Settings['overcommit']>;
  /** Pages that may be promised in one piece, or in all. */
  readonly room: number;
  /** Advice that madvise has not heard of yet. */
  readonly lacksAdvice: readonly string[];
  /** The next number for an object, a loose page or a buffer. */
  readonly next: number;
}

/** One way in which a move may end: what is shown, and the memory then. */
export interface Outcome {
  readonly seen: Seen;
  readonly after: Memory;
}

/** Answers all ways in which a move may end, the likeliest first; `mm` is its process's address space. */
export type Operation<M extends Move = Move> = (memory: Memory, move: M, mm: number) => readonly Outcome[];

export const done: Seen = { kind: 'done' };
export const errno = (name: string): Seen => ({ kind: 'error', errno: name });
export const counted = (count: number, bytes: readonly number[] = []): Seen => ({
  kind: 'count',
  count,
  bytes,
});

/** 8 MiB. */
const STACK_LIMIT = 2048;
/** What the block of O_DIRECT holds before anyone writes it. */
const BLOCK = 119;

export const newborn: Space = {
  areas: [],
  pages: new Map(),
  stackLimit: STACK_LIMIT,
  buffers: new Map(),
};

/** Page j of file 0 is filled with 176 + j % 16, of any other with 144 + j % 8. */
const fileBytes = (id: string, index: number): number =>
  id === '0' ? 176 + (index % 16) : 144 + (index % 8);

/** Where every promise is to be kept, so much of memory may be promised, besides what a swap device has room for. */
const PROMISED_SHARE = 0.5;

function roomFor({ memory, swap, settings }: Program): number {
  if (memory === undefined) return Number.POSITIVE_INFINITY;
  const swapped = swap === undefined || swap === 'none' ? 0 : memory;
  return swapped + (settings?.overcommit === 'never' ? Math.floor(memory * PROMISED_SHARE) : memory);
}

/** Of kernels up to 5.10. */
const LATER_ADVICE = ['populate_read', 'populate_write', 'guard', 'unguard'];
const FORMER_KERNELS = ['2.6', '5.8', '5.10'];

export function boot(program: Program, rules = '6.x'): Memory {
  const { processes, files, settings, memory } = program;
  return {
    base: baseOf(settings),
    fetchesLate: settings?.arch !== 'arm',
    smap: settings?.smap === 'on',
    finite: memory !== undefined,
    overcommit: settings?.overcommit ?? 'heuristic',
    room: roomFor(program),
    lacksAdvice: FORMER_KERNELS.includes(rules) ? LATER_ADVICE : [],
    processes: new Map([[processes[0] ?? 'p0', 0]]),
    spaces: [newborn],
    objects: new Map(
      files.map(({ id, pages, fs }) => [
        id,
        {
          size: pages * PAGE_SIZE,
          onDisk: fs === 'ext4',
          pages: new Map(
            Array.from({ length: pages }, (_, j) => [j, bytesOf([filledWith(fileBytes(id, j))])]),
          ),
        },
      ]),
    ),
    loose: new Map(),
    pipes: new Map(),
    buffers: new Map(),
    block: [filledWith(BLOCK)],
    next: 1,
  };
}

export const bytesOf = (contents: Contents): Bytes => ({ kind: 'bytes', contents, fading: false });

/** The address space of a process. Throws RangeError if no such process lives. */
export function spaceOf(memory: Memory, process: string): number {
  const mm = memory.processes.get(process);
  if (mm === undefined) throw new RangeError(`no living process ${process}`);
  return mm;
}

export const withEntry = <K, V>(map: ReadonlyMap<K, V>, key: K, value: V): ReadonlyMap<K, V> =>
  new Map(map).set(key, value);

export function withoutEntries<K, V>(
  map: ReadonlyMap<K, V>,
  drop: (key: K, value: V) => boolean,
): ReadonlyMap<K, V> {
  let kept: Map<K, V> | undefined;
  for (const [key, value] of map)
    if (drop(key, value)) {
      kept ??= new Map(map);
      kept.delete(key);
    }
  return kept ?? map;
}

/** What moves change of a memory. */
type Change = Partial<
  Pick<Memory, 'processes' | 'spaces' | 'objects' | 'loose' | 'pipes' | 'buffers' | 'block' | 'next'>
>;

/** The memory with a part of it changed. Every move makes one from the last: spread anew each time, they would be slow. */
export const changeMemory = (memory: Memory, change: Change): Memory => ({
  processes: change.processes ?? memory.processes,
  spaces: change.spaces ?? memory.spaces,
  objects: change.objects ?? memory.objects,
  loose: change.loose ?? memory.loose,
  pipes: change.pipes ?? memory.pipes,
  buffers: change.buffers ?? memory.buffers,
  block: change.block ?? memory.block,
  base: memory.base,
  fetchesLate: memory.fetchesLate,
  smap: memory.smap,
  finite: memory.finite,
  overcommit: memory.overcommit,
  room: memory.room,
  lacksAdvice: memory.lacksAdvice,
  next: change.next ?? memory.next,
});

export const changeSpace = (space: Space, change: Partial<Space>): Space => ({
  areas: change.areas ?? space.areas,
  pages: change.pages ?? space.pages,
  stackLimit: change.stackLimit ?? space.stackLimit,
  buffers: change.buffers ?? space.buffers,
});

/** The memory with an address space changed. */
export const withSpace = (memory: Memory, mm: number, change: Partial<Space>): Memory =>
  changeMemory(memory, { spaces: memory.spaces.with(mm, changeSpace(memory.spaces[mm]!, change)) });

/** The memory with other pages in an object, or with another size of it in bytes. */
export function withObject(
  memory: Memory,
  id: ObjectId,
  change: Partial<Omit<SharedObject, 'onDisk'>>,
): Memory {
  const changed = changeObject(memory.objects.get(id)!, change);
  return changeMemory(memory, { objects: withEntry(memory.objects, id, changed) });
}

export const changeObject = (
  object: SharedObject,
  change: Partial<Omit<SharedObject, 'onDisk'>>,
): SharedObject => ({
  size: change.size ?? object.size,
  pages: change.pages ?? object.pages,
  onDisk: object.onDisk,
});
