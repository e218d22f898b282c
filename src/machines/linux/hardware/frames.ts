import { type Content, ZEROS } from './content.ts';
import { GENERATIONS } from './pte.ts';

/** The shared zero frame: always there, never counted. */
export const ZERO_PFN = 0;

/** Flags of a frame, one bit each. */
export const ANON = 1 << 0;
/** PageAnonExclusive: one process owns the page, whatever the counts say. */
export const EXCLUSIVE = 1 << 1;
/** A page of a shared anonymous object or of a tmpfs file. */
export const SHMEM = 1 << 2;
/** The folio's own dirty flag; a store sets only the entry's. */
export const FOLIO_DIRTY = 1 << 3;
/** A page of a file on a disk. */
export const FILE = 1 << 4;
/** Merged by ksmd: several equal pages show it, and nobody may write to it. */
export const KSM = 1 << 5;
/** MADV_FREE: may be dropped rather than swapped out, unless it was written to again. */
export const LAZYFREE = 1 << 6;
/** It is the swap cache of a slot. */
export const SWAPCACHE = 1 << 7;
/** PG_reclaim, set on a dirty file page by MADV_PAGEOUT; the same bit marks readahead. */
export const RECLAIM = 1 << 8;
/** PG_uptodate: it was filled since it was taken; before that it holds what it held last. */
export const UPTODATE = 1 << 9;

/** A pin weighs as much as so many references. Source: GUP_PIN_COUNTING_BIAS, include/linux/mm.h. */
export const PIN_BIAS = 1024;

/**
 * Physical memory as struct page has it, one typed array a field. A frame without references is free; the
 * frame freed last is taken first, as from the allocator's per-CPU list.
 */
export class Frames {
  /** Frames ever taken: pfns 0 to count - 1. */
  count: number;
  refcount: Int32Array;
  mapcount: Int32Array;
  flags: Uint16Array;
  /** Counts the allocations of each frame, modulo GENERATIONS: an entry made for an earlier one is stale. */
  generation: Uint16Array;
  readonly contents: Content[];
  readonly free: number[];

  constructor(from?: Frames) {
    this.count = from?.count ?? 1;
    this.refcount = from?.refcount.slice() ?? new Int32Array(16);
    this.mapcount = from?.mapcount.slice() ?? new Int32Array(16);
    this.flags = from?.flags.slice() ?? new Uint16Array(16);
    this.generation = from?.generation.slice() ?? new Uint16Array(16);
    this.contents = from?.contents.slice() ?? [ZEROS];
    this.free = from?.free.slice() ?? [];
    if (from === undefined) this.refcount[ZERO_PFN] = 1;
  }

  /** A frame with refcount 1, mapped by nobody yet; it holds what it held last. */
  allocate(flags: number): number {
    let pfn = this.free.pop();
    if (pfn === undefined) {
      pfn = this.count++;
      if (pfn >= this.refcount.length) this.grow();
      this.contents[pfn] = ZEROS;
    }
    this.refcount[pfn] = 1;
    this.mapcount[pfn] = 0;
    this.flags[pfn] = flags;
    this.generation[pfn] = (this.generation[pfn]! + 1) % GENERATIONS;
    return pfn;
  }

  /** What a new frame is to hold, all of it: cleared, copied or read in. Source: __folio_mark_uptodate. */
  fill(pfn: number, content: Content): void {
    this.contents[pfn] = content;
    this.flags[pfn]! |= UPTODATE;
  }

  get(pfn: number): void {
    this.refcount[pfn]!++;
  }

  /** FOLL_PIN. */
  pin(pfn: number): void {
    this.refcount[pfn]! += PIN_BIAS;
  }

  unpin(pfn: number): void {
    this.refcount[pfn]! -= PIN_BIAS - 1;
    this.put(pfn);
  }

  /** Small pages: enough references may be taken for a pin, a pin never for none. */
  maybePinned(pfn: number): boolean {
    return this.refcount[pfn]! >= PIN_BIAS;
  }

  /** Drops a reference; the last one frees the frame. Its bytes stay until it is taken again. */
  put(pfn: number): void {
    if (--this.refcount[pfn]! === 0) {
      this.flags[pfn] = 0;
      this.free.push(pfn);
    }
  }

  is(pfn: number, flag: number): boolean {
    return (this.flags[pfn]! & flag) !== 0;
  }

  mark(pfn: number, flag: number): void {
    this.flags[pfn]! |= flag;
  }

  unmark(pfn: number, flag: number): void {
    this.flags[pfn]! &= ~flag;
  }

  /** By four: what is not used yet costs nothing, but all that was is copied to memory that nobody has touched. */
  private grow(): void {
    const size = this.refcount.length * 4;
    const widen = <T extends Int32Array | Uint16Array>(from: T, to: T): T => {
      to.set(from);
      return to;
    };
    this.refcount = widen(this.refcount, new Int32Array(size));
    this.mapcount = widen(this.mapcount, new Int32Array(size));
    this.flags = widen(this.flags, new Uint16Array(size));
    this.generation = widen(this.generation, new Uint16Array(size));
  }
}
