/**
 * Page tables of one address space: blocks of packed entries, found by the page number's upper bits. Blocks
 * are smaller than the hardware's tables, for worlds are mostly small, and cloned often. The same shape
 * serves as the TLB of one address space on one CPU, whose entries are copies.
 */

/** Entries of a table of the hardware: where its borders are seen. */
export const ENTRIES = 512;

/** Entries of a block are 2 to this; an entry is two words, low and high. */
const SHIFT = 6;
const BLOCK = 1 << SHIFT;
const MASK = BLOCK - 1;

/** 32-bit words in an array, which is copied within the engine's own heap; a typed one would lie outside of it. */
type Block = number[];
const BLANK: Readonly<Block> = Array.from({ length: BLOCK * 2 }, () => 0);

/** The first page of the next table of the hardware. */
export const nextTable = (page: number): number => (page & -ENTRIES) + ENTRIES;

export class PageTable {
  /** Indexed by page >>> SHIFT; holes where nothing was ever set. */
  private blocks: (Block | undefined)[];
  /** A clone has the same blocks, until either is written to. */
  private shared: boolean;

  constructor(of?: PageTable) {
    this.blocks = of === undefined ? [] : of.blocks;
    this.shared = of !== undefined;
  }

  low(page: number): number {
    const block = this.blocks[page >>> SHIFT];
    return block === undefined ? 0 : block[(page & MASK) << 1]!;
  }

  high(page: number): number {
    const block = this.blocks[page >>> SHIFT];
    return block === undefined ? 0 : block[((page & MASK) << 1) | 1]!;
  }

  set(page: number, low: number, high: number): void {
    if (this.shared) this.own();
    const index = page >>> SHIFT;
    let block = this.blocks[index];
    if (block === undefined) {
      block = BLANK.slice();
      this.blocks[index] = block;
    }
    const word = (page & MASK) << 1;
    block[word] = low | 0;
    block[word | 1] = high | 0;
  }

  /** Makes the entry none; allocates nothing where it is none already. */
  clear(page: number): void {
    if (this.low(page) !== 0) this.set(page, 0, 0);
  }

  /** Was there ever an entry in the table of the hardware that has this page, since it was last freed? */
  hasTable(page: number): boolean {
    const first = (page & -ENTRIES) >>> SHIFT;
    for (let i = first; i < first + ENTRIES / BLOCK; i++) if (this.blocks[i] !== undefined) return true;
    return false;
  }

  /** Makes the table of the hardware that has this page, of entries that are none; nothing where it is there already. */
  addTable(page: number): void {
    if (this.hasTable(page)) return;
    if (this.shared) this.own();
    this.blocks[page >>> SHIFT] = BLANK.slice();
  }

  /** How many tables of the hardware there are. */
  tables(): number {
    const present = new Set<number>();
    this.blocks.forEach((block, i) => {
      if (block !== undefined) present.add(Math.floor((i * BLOCK) / ENTRIES));
    });
    return present.size;
  }

  /** Frees the table of the hardware that has this page; all of its entries must be none. */
  freeTable(page: number): void {
    if (this.shared) this.own();
    const first = (page & -ENTRIES) >>> SHIFT;
    for (let i = first; i < first + ENTRIES / BLOCK; i++)
      if (i < this.blocks.length) this.blocks[i] = undefined;
  }

  clearAll(): void {
    this.blocks = [];
    this.shared = false;
  }

  /**
   * Copies the entries in [from, to) to another table, which has none there yet, and keeps of their low words these
   * bits here and those there; tells each that is not none as it was. Tables of the hardware are there afterwards where
   * they are here, whatever is in them (copy_pmd_range and copy_pte_range, mm/memory.c).
   */
  copyRange(
    there: PageTable,
    [from, to]: readonly [from: number, to: number],
    keptHere: number,
    keptThere: number,
    tell: (low: number, high: number) => void,
  ): void {
    if (this.shared) this.own();
    if (there.shared) there.own();
    for (let page = from; page < to; page = nextTable(page)) if (this.hasTable(page)) there.addTable(page);
    for (let i = from >>> SHIFT; i < this.blocks.length && i * BLOCK < to; i++) {
      const block = this.blocks[i];
      if (block === undefined) continue;
      const first = Math.max(0, from - i * BLOCK) * 2;
      const end = Math.min(BLOCK, to - i * BLOCK) * 2;
      const copy = there.blocks[i] ?? BLANK.slice();
      there.blocks[i] = copy;
      for (let word = first; word < end; word += 2) {
        const low = block[word]!;
        const high = block[word + 1]!;
        copy[word + 1] = high;
        if (low === 0) continue;
        tell(low, high);
        block[word] = low & keptHere;
        copy[word] = low & keptThere;
      }
    }
  }

  /** Tells all entries that are not none, by ascending pages. */
  each(tell: (page: number, low: number, high: number) => void): void {
    const { blocks } = this;
    for (let i = 0; i < blocks.length; i++) {
      const block = blocks[i];
      if (block === undefined) continue;
      for (let word = 0; word < block.length; word += 2)
        if (block[word] !== 0) tell(i * BLOCK + (word >> 1), block[word]!, block[word + 1]!);
    }
  }

  /** Pages whose entry is not none, ascending, in [from, to). */
  pages(from = 0, to = Number.POSITIVE_INFINITY): number[] {
    const pages: number[] = [];
    for (let i = from >>> SHIFT; i < this.blocks.length && i * BLOCK < to; i++) {
      const block = this.blocks[i];
      if (block === undefined) continue;
      const first = Math.max(0, from - i * BLOCK);
      const last = Math.min(BLOCK, to - i * BLOCK);
      for (let at = first; at < last; at++) if (block[at << 1] !== 0) pages.push(i * BLOCK + at);
    }
    return pages;
  }

  clone(): PageTable {
    this.shared = true;
    return new PageTable(this);
  }

  private own(): void {
    const shared = this.blocks;
    this.blocks = new Array(shared.length);
    for (let i = 0; i < shared.length; i++) this.blocks[i] = shared[i]?.slice();
    this.shared = false;
  }
}
