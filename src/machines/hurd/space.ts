/**
 * L4 address spaces and the kernel's mapping database: who has mapped which page to whom. sigma0 holds all
 * memory and has mapped it to physmem, both one to one; every other mapping descends from physmem's.
 * Source: L4 X.2 as Pistachio has it; specification section 1.
 */

import { numbered, remove, replace } from './numbered.ts';

export const READ = 4;
export const WRITE = 2;
export const RUN = 1;

/** 'r--', 'rw-' ... */
export const rightsName = (rights: number): string =>
  `${rights & READ ? 'r' : '-'}${rights & WRITE ? 'w' : '-'}${rights & RUN ? 'x' : '-'}`;
export const rightsOf = (perm: string): number =>
  (perm.includes('r') ? READ : 0) | (perm.includes('w') ? WRITE : 0) | (perm.includes('x') ? RUN : 0);

/** The parent of what physmem has mapped itself. */
export const PHYSMEM = 0;

export interface Mapping {
  readonly id: number;
  readonly space: string;
  readonly page: number;
  readonly pfn: number;
  /** For which use of the page frame it was made: a frame that was freed has another. */
  readonly generation: number;
  readonly rights: number;
  /** Another mapping's id, or PHYSMEM. */
  readonly parent: number;
}

/** A region of 2^k pages that is aligned to its size. */
export interface Flexpage {
  readonly page: number;
  readonly pages: number;
}

/** What a map item may change; physmem's own page frames, or a part of another space. */
export type Source = { readonly pfn: number; readonly generation: number } | Mapping;

const isMapping = (source: Source): source is Mapping => 'space' in source;

export class MappingDatabase {
  private next = 1;
  /** In the order in which they were made. */
  private mappings: Mapping[] = [];

  clone(): MappingDatabase {
    const copy = new MappingDatabase();
    copy.next = this.next;
    copy.mappings = this.mappings.slice();
    return copy;
  }

  at(space: string, page: number): Mapping | undefined {
    for (const mapping of this.mappings) if (mapping.page === page && mapping.space === space) return mapping;
    return undefined;
  }

  /** Mappings of a space by page. */
  of(space: string): Mapping[] {
    return this.mappings.filter(mapping => mapping.space === space).sort((a, b) => a.page - b.page);
  }

  all(): readonly Mapping[] {
    return this.mappings;
  }

  parentOf(mapping: Mapping): Mapping | undefined {
    return mapping.parent === PHYSMEM ? undefined : numbered(this.mappings, mapping.parent);
  }

  childrenOf(parent: number): Mapping[] {
    return this.mappings.filter(mapping => mapping.parent === parent);
  }

  /** The mappings of a page frame that physmem has made itself. */
  madeOf(pfn: number): Mapping[] {
    return this.mappings.filter(mapping => mapping.parent === PHYSMEM && mapping.pfn === pfn);
  }

  /**
   * Carries out one map item: the receiver gets a child of `source`, with no more rights than offered and
   * than the sender has. Another frame at the page is flushed first; the same from the same parent only
   * gains rights.
   */
  map(source: Source, space: string, page: number, offered: number): void {
    const rights = isMapping(source) ? offered & source.rights : offered;
    const parent = isMapping(source) ? source.id : PHYSMEM;
    const { pfn, generation } = source;
    const there = this.at(space, page);
    if (
      there !== undefined &&
      there.parent === parent &&
      there.pfn === pfn &&
      there.generation === generation
    ) {
      replace(this.mappings, { ...there, rights: there.rights | rights });
      return;
    }
    if (there !== undefined) this.remove(there);
    if (rights === 0) return;
    this.mappings.push({ id: this.next++, space, page, pfn, generation, rights, parent });
  }

  /**
   * The items of a message arrive only in a window that the receiver has opened: the smaller of the two sizes
   * wins. There is no other way to a mapping.
   * @param sources what the item covers, page by page
   * @param sendBase which part of the larger is meant, in pages
   * @returns how many pages were mapped
   */
  deliver(
    sources: readonly Source[],
    rights: number,
    window: { readonly space: string; readonly page: number; readonly pages: number } | undefined,
    sendBase = 0,
  ): number {
    if (window === undefined) return 0;
    const { from, to, pages } = overlap({ page: 0, pages: sources.length }, window, sendBase);
    for (let i = 0; i < pages; i++) this.map(sources[from + i]!, window.space, to + i, rights);
    return pages;
  }

  /** As map, but the sender loses its mapping and the receiver takes its place below the sender's parent. */
  grant(source: Mapping, space: string, page: number, offered: number): void {
    const there = this.at(space, page);
    if (there !== undefined && there.id !== source.id) this.remove(there);
    remove(this.mappings, source.id);
    this.mappings.push({ ...source, space, page, rights: source.rights & offered });
  }

  /**
   * Takes rights from all that descends from a mapping, with nobody's consent; with `flush` from the mapping
   * itself too.
   * @returns how many mappings lost something
   */
  unmap(mapping: Mapping, rights: number, flush: boolean): number {
    let changed = 0;
    for (const child of this.childrenOf(mapping.id)) changed += this.unmap(child, rights, true);
    return flush ? changed + this.take(mapping, rights) : changed;
  }

  /** physmem takes rights to a page frame from everybody. */
  unmapFrame(pfn: number, rights: number): number {
    return this.madeOf(pfn).reduce((sum, mapping) => sum + this.unmap(mapping, rights, true), 0);
  }

  /** All mappings of a space go, and what descends from them. */
  destroy(space: string): void {
    for (const mapping of this.of(space)) this.remove(mapping);
  }

  private take(mapping: Mapping, rights: number): number {
    const left = mapping.rights & ~rights;
    if (left === mapping.rights) return 0;
    if (left === 0) remove(this.mappings, mapping.id);
    else replace(this.mappings, { ...mapping, rights: left });
    return 1;
  }

  private remove(mapping: Mapping): void {
    this.unmap(mapping, READ | WRITE | RUN, true);
  }
}

/**
 * What of a flexpage arrives in a receive window of another size: the smaller of the two wins, and the send
 * base says which part of the larger. Pages of the sender and of the receiver, and how many.
 */
export function overlap(
  item: Flexpage,
  window: Flexpage,
  sendBase: number,
): { readonly from: number; readonly to: number; readonly pages: number } {
  if (item.pages <= window.pages)
    return {
      from: item.page,
      to: window.page + within(sendBase, window.pages, item.pages),
      pages: item.pages,
    };
  return {
    from: item.page + within(sendBase, item.pages, window.pages),
    to: window.page,
    pages: window.pages,
  };
}

/** The send base, as an offset into the larger that is aligned to the smaller. */
const within = (sendBase: number, larger: number, smaller: number): number =>
  (sendBase % larger) - ((sendBase % larger) % smaller);

/** Splits [start, start + pages) into power-of-two blocks, each aligned to its size: 12 KiB at 0 are 8 and 4. */
export function blocks(start: number, pages: number): { readonly start: number; readonly pages: number }[] {
  const found: { start: number; pages: number }[] = [];
  for (let at = start; at < start + pages; ) {
    let size = 1;
    while (at % (size * 2) === 0 && at + size * 2 <= start + pages) size *= 2;
    found.push({ start: at, pages: size });
    at += size;
  }
  return found;
}
