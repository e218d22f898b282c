import { type Content, ZEROS } from './content.ts';
import type { Mechanics } from './rules.ts';
import { blocks, MappingDatabase, READ, RUN, WRITE } from './space.ts';

const ALL = READ | WRITE | RUN;

/** Memory that entries name: unbound until it is first mapped. Source: struct frame, physmem/priv.h (2005). */
export interface Frame {
  readonly id: number;
  /** A power of two. */
  pages: number;
  /** The first of its page frames; -1 while unbound. */
  base: number;
  /** Rings minus one. */
  cow: number;
  /** Entries that name it. */
  refs: number;
  /** Union of the rights handed out since it was last unmapped: physmem does not know what clients still have. */
  handed: number;
}

/** What a container has at [start, start + pages). Source: struct frame_entry, physmem/priv.h (2005). */
export interface Entry {
  readonly id: number;
  readonly container: string;
  readonly start: number;
  readonly pages: number;
  frame: number;
  /** Where in the frame it begins, in pages. */
  offset: number;
  /** Entries of one ring truly share; those of two rings on one frame are logical copies of each other. */
  ring: number;
  /** The holder has given it back and may ask whether it is still there. The design of 2003. */
  soft: boolean;
}

/** A page that was written to the swap space, for as many holders as it has. */
export interface Slot {
  content: Content;
  refs: number;
}

/**
 * The server that owns all memory. It knows containers and what they name, and no address of any client.
 * Specification sections 3.1, 4 and 5.
 */
export class Physmem {
  mmu: MappingDatabase;
  readonly frames = new Map<number, Frame>();
  /** In the order in which they were made, and so of their numbers. */
  readonly entries = new Map<number, Entry>();
  readonly slots = new Map<number, Slot>();
  /** By number of the page frame; what was freed keeps what it held until it is bound again. */
  readonly contents: Content[];
  readonly generations: number[];
  readonly used: boolean[];
  /** Page frames that there are, unless guarantees need more. */
  memory: number;
  private nextFrame: number;
  private nextEntry: number;
  private nextRing: number;
  private nextSlot: number;
  private readonly mechanics: Mechanics;

  constructor(mechanics: Mechanics, memory: number, from?: Physmem) {
    this.mechanics = mechanics;
    this.memory = memory;
    this.mmu = from?.mmu.clone() ?? new MappingDatabase();
    this.contents = from?.contents.slice() ?? [];
    this.generations = from?.generations.slice() ?? [];
    this.used = from?.used.slice() ?? [];
    this.nextFrame = from?.nextFrame ?? 1;
    this.nextEntry = from?.nextEntry ?? 1;
    this.nextRing = from?.nextRing ?? 1;
    this.nextSlot = from?.nextSlot ?? 1;
    if (from === undefined) return;
    for (const frame of from.frames.values()) this.frames.set(frame.id, { ...frame });
    for (const entry of from.entries.values()) this.entries.set(entry.id, { ...entry });
    for (const [id, slot] of from.slots) this.slots.set(id, { ...slot });
  }

  clone(): Physmem {
    return new Physmem(this.mechanics, this.memory, this);
  }

  /** The entry that covers an index of a container. */
  entryAt(container: string, index: number): Entry | undefined {
    for (const entry of this.entries.values())
      if (entry.container === container && index >= entry.start && index < entry.start + entry.pages)
        return entry;
    return undefined;
  }

  frameOf(entry: Entry): Frame {
    return this.frames.get(entry.frame)!;
  }

  /** The oldest first. */
  entriesOf({ id }: Frame): Entry[] {
    const found: Entry[] = [];
    for (const entry of this.entries.values()) if (entry.frame === id) found.push(entry);
    return found;
  }

  entriesIn(container: string): Entry[] {
    const found: Entry[] = [];
    for (const entry of this.entries.values()) if (entry.container === container) found.push(entry);
    return found.sort((a, b) => a.start - b.start);
  }

  ringsOf({ id }: Frame): ReadonlySet<number> {
    const rings = new Set<number>();
    for (const entry of this.entries.values()) if (entry.frame === id) rings.add(entry.ring);
    return rings;
  }

  /** Rings on the entry's frame other than its own; `hard`: that somebody holds firmly. */
  otherRings(entry: Entry, hard: boolean): ReadonlySet<number> {
    const others = this.entriesOf(this.frameOf(entry)).filter(({ ring }) => ring !== entry.ring);
    const firm = new Set(others.filter(({ soft }) => !soft).map(({ ring }) => ring));
    if (hard) return firm;
    return new Set(others.map(({ ring }) => ring).filter(ring => !firm.has(ring)));
  }

  /** The number of the page frame behind an index; -1 while unbound. */
  pfnAt(entry: Entry, index: number): number {
    const { base } = this.frameOf(entry);
    return base < 0 ? -1 : base + entry.offset + index - entry.start;
  }

  /** Whose quota a frame counts for: the holder of its oldest hard entry; nobody's if all are soft. */
  payerOf({ id }: Frame): string | undefined {
    for (const entry of this.entries.values()) if (entry.frame === id && !entry.soft) return entry.container;
    return undefined;
  }

  /** Pages that count for a holder. */
  allocated(container: string): number {
    let pages = 0;
    const paid = new Set<number>();
    for (const { frame, soft, container: payer } of this.entries.values()) {
      if (soft || paid.has(frame)) continue;
      paid.add(frame);
      if (payer === container) pages += this.frames.get(frame)?.pages ?? 0;
    }
    return pages;
  }

  /**
   * The lowest index that is free for so many pages and aligned to a power of two that holds them. The holder
   * of soft references still uses what they `named`.
   */
  freeIndex(container: string, pages: number, named: readonly number[] = []): number {
    let step = 1;
    while (step < pages) step *= 2;
    const taken = this.entriesIn(container);
    const isFree = (at: number): boolean =>
      taken.every(({ start, pages: size }) => start + size <= at || start >= at + pages) &&
      named.every(index => index < at || index >= at + pages);
    let at = 0;
    while (!isFree(at)) at += step;
    return at;
  }

  /** `allocate`: entries with frames of their own, powers of two, unbound. The range must be free. */
  allocate(container: string, start: number, pages: number): void {
    for (const block of blocks(start, pages)) {
      const frame = this.newFrame(block.pages);
      this.addEntry(container, block.start, block.pages, frame, 0, this.nextRing++, false);
    }
  }

  /** Is there room for so many page frames? What only soft references hold is no room yet. */
  hasRoom(pages: number): boolean {
    let used = 0;
    const taken = Math.min(this.memory, this.used.length);
    for (let pfn = 0; pfn < taken; pfn++) if (this.used[pfn]) used++;
    return used + pages <= this.memory;
  }

  /** Frames that only soft references hold, the oldest first. */
  softFrames(): Frame[] {
    return [...this.frames.values()]
      .filter(frame => frame.base >= 0 && this.payerOf(frame) === undefined)
      .sort((a, b) => a.id - b.id);
  }

  /** Binds a frame to page frames, cleared: the code zeroes them, though the design promises nothing. */
  bind(frame: Frame): void {
    if (frame.base < 0) frame.base = this.takePages(frame.pages);
    for (let i = 0; i < frame.pages; i++)
      if (this.mechanics.zeroAtBind) this.contents[frame.base + i] = ZEROS;
  }

  newFrame(pages: number): Frame {
    const frame: Frame = { id: this.nextFrame++, pages, base: -1, cow: 0, refs: 0, handed: 0 };
    this.frames.set(frame.id, frame);
    return frame;
  }

  newRing(): number {
    return this.nextRing++;
  }

  addEntry(
    container: string,
    start: number,
    pages: number,
    frame: Frame,
    offset: number,
    ring: number,
    soft: boolean,
  ): Entry {
    const entry: Entry = {
      id: this.nextEntry++,
      container,
      start,
      pages,
      frame: frame.id,
      offset,
      ring,
      soft,
    };
    this.entries.set(entry.id, entry);
    frame.refs++;
    return entry;
  }

  /**
   * `copy` of one entry's part: the new entries name the source's frame, in its ring if `shared`, else each
   * source entry gets one new ring. Does not take the right to write from anybody.
   */
  share(
    from: string,
    start: number,
    pages: number,
    to: string,
    at: number,
    shared: boolean,
    soft = false,
  ): void {
    for (let index = start; index < start + pages; ) {
      const source = this.entryAt(from, index);
      if (source === undefined) {
        index++;
        continue;
      }
      const end = Math.min(source.start + source.pages, start + pages);
      const frame = this.frameOf(source);
      const ring = shared && this.mechanics.sharedJoinsRing ? source.ring : this.nextRing++;
      if (ring !== source.ring && this.mechanics.copyRaisesCow) frame.cow++;
      const offset = source.offset + index - source.start;
      for (const block of blocks(offset, end - index))
        this.addEntry(
          to,
          at + index - start + block.start - offset,
          block.pages,
          frame,
          block.start,
          ring,
          soft,
        );
      index = end;
    }
  }

  /** Takes the right to write to all frames of a range from everybody at once. */
  revokeWrites(container: string, start: number, pages: number): number {
    let changed = 0;
    for (const frame of this.framesIn(container, start, pages)) {
      if ((frame.handed & WRITE) === 0) continue;
      changed += this.unmapPages(frame, 0, frame.pages, WRITE);
      frame.handed &= ~WRITE;
    }
    return changed;
  }

  framesIn(container: string, start: number, pages: number): Frame[] {
    const frames = new Set<Frame>();
    for (const entry of this.entriesIn(container))
      if (entry.start < start + pages && start < entry.start + entry.pages) frames.add(this.frameOf(entry));
    return [...frames];
  }

  /** Takes rights to a part of a frame from everybody: L4 cannot take them from one receiver only. */
  unmapPages(frame: Frame, offset: number, pages: number, rights = ALL): number {
    let changed = 0;
    if (frame.base >= 0)
      for (let i = offset; i < offset + pages; i++) changed += this.mmu.unmapFrame(frame.base + i, rights);
    if (pages === frame.pages) frame.handed &= ~rights;
    return changed;
  }

  /**
   * Cuts an entry so that [start, start + pages) of it is covered by entries of its own. What nobody covers
   * whole any more becomes frames of its own.
   */
  cutOut(container: string, start: number, pages: number): void {
    for (const entry of this.entriesIn(container)) {
      const end = entry.start + entry.pages;
      if (entry.start >= start && end <= start + pages) continue;
      if (end <= start || entry.start >= start + pages) continue;
      const frame = this.frameOf(entry);
      const from = Math.max(entry.start, start);
      const to = Math.min(end, start + pages);
      this.entries.delete(entry.id);
      frame.refs--;
      for (const [a, b] of [
        [entry.start, from],
        [from, to],
        [to, end],
      ] as const)
        this.addParts(entry, frame, a, b);
      this.settle(frame);
    }
  }

  private addParts(entry: Entry, frame: Frame, from: number, to: number): void {
    const shift = entry.offset - entry.start;
    for (const block of blocks(from + shift, to - from))
      this.addEntry(
        entry.container,
        block.start - shift,
        block.pages,
        frame,
        block.start,
        entry.ring,
        entry.soft,
      );
  }

  /**
   * `deallocate`: the entries of a range go; holes are ignored. Memory that no entry names any more is freed.
   * @param unmaps whether everybody loses the memory first
   */
  deallocate(container: string, start: number, pages: number, unmaps = true): number {
    let changed = 0;
    this.cutOut(container, start, pages);
    for (const entry of this.entriesIn(container))
      if (entry.start >= start && entry.start < start + pages) {
        const frame = this.frameOf(entry);
        if (unmaps && this.mechanics.unmapBeforeFree)
          changed += this.unmapPages(frame, entry.offset, entry.pages);
        this.removeEntry(entry);
        this.settle(frame, unmaps);
      }
    return changed;
  }

  /** An entry goes; its frame stays, even if nobody names it. */
  removeEntry(entry: Entry): void {
    const frame = this.frameOf(entry);
    this.entries.delete(entry.id);
    frame.refs--;
    if (frame.refs > 0 && !this.ringsOf(frame).has(entry.ring) && this.mechanics.removalLowersCow)
      frame.cow--;
  }

  /** Frees what no entry names, and splits the frame where no entry covers it whole. */
  settle(frame: Frame, unmaps = true): void {
    const entries = this.entriesOf(frame);
    if (entries.length === 0) {
      this.freeFrame(frame, unmaps);
      return;
    }
    if (entries.some(({ pages }) => pages === frame.pages)) return;
    this.frames.delete(frame.id);
    const half = frame.pages / 2;
    for (const from of [0, half]) {
      const part = this.newFrame(half);
      part.base = frame.base < 0 ? -1 : frame.base + from;
      part.handed = frame.handed;
      const rings = new Map<number, number>();
      for (const entry of entries) {
        if (entry.offset < from || entry.offset >= from + half) continue;
        entry.frame = part.id;
        entry.offset -= from;
        if (!rings.has(entry.ring)) rings.set(entry.ring, this.nextRing++);
        entry.ring = rings.get(entry.ring)!;
        part.refs++;
      }
      part.cow = Math.max(0, rings.size - 1);
      this.settle(part);
    }
  }

  /** The page frames return to the pool; what they hold stays in them. */
  freeFrame(frame: Frame, unmaps = true): void {
    if (unmaps && this.mechanics.unmapBeforeFree) this.unmapPages(frame, 0, frame.pages);
    this.returnPages(frame);
    this.frames.delete(frame.id);
  }

  /** Gives page frames back to the pool, whoever still maps them. */
  returnPages(frame: Frame): void {
    if (frame.base >= 0)
      for (let i = 0; i < frame.pages; i++) {
        this.used[frame.base + i] = false;
        this.generations[frame.base + i]!++;
      }
  }

  /** All entries of a frame go, with nobody told. */
  discard(frame: Frame): void {
    for (const entry of this.entriesOf(frame)) this.removeEntry(entry);
    this.freeFrame(frame);
  }

  newSlot(content: Content): number {
    this.slots.set(this.nextSlot, { content, refs: 1 });
    return this.nextSlot++;
  }

  putSlot(id: number): void {
    const slot = this.slots.get(id);
    if (slot !== undefined && --slot.refs === 0) this.slots.delete(id);
  }

  /** The lowest free run of page frames that is aligned to its size. */
  private takePages(pages: number): number {
    const isFree = (base: number): boolean => {
      for (let i = 0; i < pages; i++) if (this.used[base + i]) return false;
      return true;
    };
    let base = 0;
    while (!isFree(base)) base += pages;
    for (let pfn = base; pfn < base + pages; pfn++) {
      this.used[pfn] = true;
      this.contents[pfn] ??= ZEROS;
      this.generations[pfn] ??= 1;
    }
    return base;
  }
}
