import { type Content, ZEROS } from './content.ts';
import { cloneFrame, type Entry, type Frame, type PageFrame, type Slot } from './frames.ts';
import { numbered, remove, replace } from './numbered.ts';
import type { Mechanics } from './rules.ts';
import { blocks, type Mapping, MappingDatabase, READ, RUN, WRITE } from './space.ts';

const ALL = READ | WRITE | RUN;

/**
 * The server that owns all memory. It knows containers and what they name, and no address of any client.
 * Specification sections 3.1, 4 and 5.
 */
export class Physmem {
  mmu: MappingDatabase;
  /** The oldest first. */
  readonly frames: Frame[];
  readonly entries: Entry[];
  readonly slots: Slot[];
  /** By number; there may be gaps before a frame of several pages. */
  readonly pageFrames: (PageFrame | undefined)[];
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
    this.frames = from?.frames.map(cloneFrame) ?? [];
    this.entries = from?.entries.slice() ?? [];
    this.slots = from?.slots.slice() ?? [];
    this.pageFrames = from?.pageFrames.slice() ?? [];
    this.nextFrame = from?.nextFrame ?? 1;
    this.nextEntry = from?.nextEntry ?? 1;
    this.nextRing = from?.nextRing ?? 1;
    this.nextSlot = from?.nextSlot ?? 1;
  }

  clone(): Physmem {
    return new Physmem(this.mechanics, this.memory, this);
  }

  frame(id: number): Frame | undefined {
    return numbered(this.frames, id);
  }

  entry(id: number): Entry | undefined {
    return numbered(this.entries, id);
  }

  slot(id: number): Slot | undefined {
    return numbered(this.slots, id);
  }

  /** Was the mapping made for the use that its page frame is in? */
  isCurrent({ pfn, generation }: Mapping): boolean {
    return this.isUsed(pfn) && this.pageFrames[pfn]!.generation === generation;
  }

  /** What a page frame holds that has been in use. */
  contentOf(pfn: number): Content {
    return this.pageFrames[pfn]!.content;
  }

  store(pfn: number, content: Content): void {
    const { used, generation } = this.pageFrames[pfn]!;
    this.pageFrames[pfn] = { content, used, generation };
  }

  /** The entry that covers an index of a container. */
  entryAt(container: string, index: number): Entry | undefined {
    for (const entry of this.entries)
      if (entry.container === container && index >= entry.start && index < entry.start + entry.pages)
        return entry;
    return undefined;
  }

  frameOf(entry: Entry): Frame {
    return this.frame(entry.frame)!;
  }

  /** The oldest first. */
  entriesOf({ id }: Frame): Entry[] {
    return this.entries.filter(({ frame }) => frame === id);
  }

  entriesIn(container: string): Entry[] {
    return this.entries.filter(entry => entry.container === container).sort((a, b) => a.start - b.start);
  }

  ringsOf({ id }: Frame): readonly number[] {
    const rings: number[] = [];
    for (const { frame, ring } of this.entries) if (frame === id && !rings.includes(ring)) rings.push(ring);
    return rings;
  }

  /** Rings on the entry's frame other than its own: those that somebody holds firmly, or those that nobody does. */
  otherRings({ frame, ring: own }: Entry, hard: boolean): readonly number[] {
    const firm: number[] = [];
    const soft: number[] = [];
    for (const entry of this.entries)
      if (entry.frame === frame && entry.ring !== own) (entry.soft ? soft : firm).push(entry.ring);
    return hard ? firm : soft.filter(ring => !firm.includes(ring));
  }

  /** The number of the page frame behind an index; -1 while unbound. */
  pfnAt(entry: Entry, index: number): number {
    const { base } = this.frameOf(entry);
    return base < 0 ? -1 : base + entry.offset + index - entry.start;
  }

  /** Whose quota a frame counts for: the holder of its oldest hard entry; nobody's if all are soft. */
  payerOf({ id }: Frame): string | undefined {
    for (const entry of this.entries) if (entry.frame === id && !entry.soft) return entry.container;
    return undefined;
  }

  /** Pages that count for a holder. */
  allocated(container: string): number {
    let pages = 0;
    for (const frame of this.frames) if (this.payerOf(frame) === container) pages += frame.pages;
    return pages;
  }

  /**
   * The lowest index that is free for so many pages and aligned to a power of two that holds them. The holder
   * of soft references still uses what they `named`.
   */
  freeIndex(container: string, pages: number, named: readonly number[] = []): number {
    let step = 1;
    while (step < pages) step *= 2;
    const isFree = (at: number): boolean =>
      this.entries.every(
        ({ container: of, start, pages: size }) =>
          of !== container || start + size <= at || start >= at + pages,
      ) && named.every(index => index < at || index >= at + pages);
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
    return this.usedFrames() + pages <= this.memory;
  }

  /** Page frames in use, of those that there are. */
  usedFrames(): number {
    const there = Math.min(this.memory, this.pageFrames.length);
    let used = 0;
    for (let pfn = 0; pfn < there; pfn++) if (this.isUsed(pfn)) used++;
    return used;
  }

  isUsed(pfn: number): boolean {
    return this.pageFrames[pfn]?.used === true;
  }

  /** Frames that only soft references hold, the oldest first. */
  softFrames(): Frame[] {
    return this.frames.filter(frame => frame.base >= 0 && this.payerOf(frame) === undefined);
  }

  /** Binds a frame to page frames, cleared: the code zeroes them, though the design promises nothing. */
  bind(frame: Frame): void {
    if (frame.base < 0) frame.base = this.takePages(frame.pages);
    for (let i = 0; i < frame.pages; i++) if (this.mechanics.zeroAtBind) this.store(frame.base + i, ZEROS);
  }

  newFrame(pages: number): Frame {
    const frame: Frame = { id: this.nextFrame++, pages, base: -1, cow: 0, refs: 0, handed: 0 };
    this.frames.push(frame);
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
  ): void {
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
    this.entries.push(entry);
    frame.refs++;
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
    for (const { id } of this.entriesIn(container)) {
      const entry = this.entry(id)!;
      const end = entry.start + entry.pages;
      if (entry.start >= start && end <= start + pages) continue;
      if (end <= start || entry.start >= start + pages) continue;
      const from = Math.max(entry.start, start);
      const to = Math.min(end, start + pages);
      const frame = this.frameOf(entry);
      remove(this.entries, id);
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
    const { container, start, offset, ring, soft } = entry;
    const shift = offset - start;
    for (const block of blocks(from + shift, to - from))
      this.addEntry(container, block.start - shift, block.pages, frame, block.start, ring, soft);
  }

  /**
   * `deallocate`: the entries of a range go; holes are ignored. Memory that no entry names any more is freed.
   * @param unmaps whether everybody loses the memory first
   */
  deallocate(container: string, start: number, pages: number, unmaps = true): number {
    let changed = 0;
    this.cutOut(container, start, pages);
    for (const { id } of this.entriesIn(container)) {
      const entry = this.entry(id)!;
      if (entry.start >= start && entry.start < start + pages) {
        const frame = this.frameOf(entry);
        if (unmaps && this.mechanics.unmapBeforeFree)
          changed += this.unmapPages(frame, entry.offset, entry.pages);
        this.removeEntry(entry);
        this.settle(frame, unmaps);
      }
    }
    return changed;
  }

  /** An entry goes; its frame stays, even if nobody names it. */
  removeEntry(entry: Entry): void {
    const frame = this.frameOf(entry);
    remove(this.entries, entry.id);
    frame.refs--;
    if (frame.refs > 0 && !this.ringsOf(frame).includes(entry.ring) && this.mechanics.removalLowersCow)
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
    remove(this.frames, frame.id);
    const half = frame.pages / 2;
    for (const from of [0, half]) {
      const part = this.newFrame(half);
      part.base = frame.base < 0 ? -1 : frame.base + from;
      part.handed = frame.handed;
      const rings = new Map<number, number>();
      for (const entry of entries) {
        if (entry.offset < from || entry.offset >= from + half) continue;
        const ring = rings.get(entry.ring) ?? this.nextRing++;
        rings.set(entry.ring, ring);
        replace(this.entries, { ...entry, frame: part.id, offset: entry.offset - from, ring });
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
    remove(this.frames, frame.id);
  }

  /** Gives page frames back to the pool, whoever still maps them. */
  returnPages(frame: Frame): void {
    for (let i = 0; frame.base >= 0 && i < frame.pages; i++) {
      const { content, generation } = this.pageFrames[frame.base + i]!;
      this.pageFrames[frame.base + i] = { content, used: false, generation: generation + 1 };
    }
  }

  /** All entries of a frame go, with nobody told. */
  discard(frame: Frame): void {
    for (const entry of this.entriesOf(frame)) this.removeEntry(entry);
    this.freeFrame(frame);
  }

  newSlot(content: Content): number {
    const id = this.nextSlot++;
    this.slots.push({ id, content, refs: 1 });
    return id;
  }

  shareSlot(id: number): void {
    const slot = this.slot(id)!;
    replace(this.slots, { ...slot, refs: slot.refs + 1 });
  }

  /** One holder less: the last one's slot goes. */
  putSlot(id: number): void {
    const slot = this.slot(id);
    if (slot === undefined) return;
    if (slot.refs === 1) remove(this.slots, id);
    else replace(this.slots, { ...slot, refs: slot.refs - 1 });
  }

  /** The lowest free run of page frames that is aligned to its size. */
  private takePages(pages: number): number {
    const isFree = (base: number): boolean => {
      for (let i = 0; i < pages; i++) if (this.isUsed(base + i)) return false;
      return true;
    };
    let base = 0;
    while (!isFree(base)) base += pages;
    for (let pfn = base; pfn < base + pages; pfn++) {
      const { content, generation } = this.pageFrames[pfn] ?? { content: ZEROS, generation: 1 };
      this.pageFrames[pfn] = { content, used: true, generation };
    }
    return base;
  }
}
