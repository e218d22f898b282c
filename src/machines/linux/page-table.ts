/**
 * Page tables of one address space: 512-entry tables of packed entries, found by the page number's upper
 * bits. The same shape serves as the TLB of one address space on one CPU, whose entries are copies.
 */

/** Entries of a table; an entry is two words, low and high. */
export const ENTRIES = 512;
const WORDS = ENTRIES * 2;

export class PageTable {
  /** Indexed by page >>> 9; holes where nothing was ever set. */
  readonly tables: (Int32Array | undefined)[];

  constructor(tables: (Int32Array | undefined)[] = []) {
    this.tables = tables;
  }

  low(page: number): number {
    const table = this.tables[page >>> 9];
    return table === undefined ? 0 : table[(page & 511) << 1]!;
  }

  high(page: number): number {
    const table = this.tables[page >>> 9];
    return table === undefined ? 0 : table[((page & 511) << 1) | 1]!;
  }

  set(page: number, low: number, high: number): void {
    const index = page >>> 9;
    let table = this.tables[index];
    if (table === undefined) {
      table = new Int32Array(WORDS);
      this.tables[index] = table;
    }
    const word = (page & 511) << 1;
    table[word] = low;
    table[word | 1] = high;
  }

  /** Makes the entry none; allocates nothing where it is none already. */
  clear(page: number): void {
    const table = this.tables[page >>> 9];
    if (table === undefined) return;
    const word = (page & 511) << 1;
    table[word] = 0;
    table[word | 1] = 0;
  }

  clearAll(): void {
    this.tables.length = 0;
  }

  /** Calls `visit` with each page in [from, to) whose entry is not none, ascending. */
  each(from: number, to: number, visit: (page: number, low: number, high: number) => void): void {
    for (let i = from >>> 9; i < this.tables.length && i * ENTRIES < to; i++) {
      const table = this.tables[i];
      if (table === undefined) continue;
      const first = Math.max(0, from - i * ENTRIES);
      const last = Math.min(ENTRIES, to - i * ENTRIES);
      for (let at = first; at < last; at++) {
        const low = table[at << 1]!;
        if (low !== 0) visit(i * ENTRIES + at, low, table[(at << 1) | 1]!);
      }
    }
  }

  /** Pages whose entry is not none, ascending, in [from, to). */
  *pages(from = 0, to = Number.POSITIVE_INFINITY): Generator<number> {
    for (let i = from >>> 9; i < this.tables.length && i * ENTRIES < to; i++) {
      const table = this.tables[i];
      if (table === undefined) continue;
      const first = Math.max(0, from - i * ENTRIES);
      const last = Math.min(ENTRIES, to - i * ENTRIES);
      for (let at = first; at < last; at++) if (table[at << 1] !== 0) yield i * ENTRIES + at;
    }
  }

  clone(): PageTable {
    const copy: (Int32Array | undefined)[] = new Array(this.tables.length);
    for (let i = 0; i < copy.length; i++) copy[i] = this.tables[i]?.slice();
    return new PageTable(copy);
  }
}
