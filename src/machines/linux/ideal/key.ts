import type { Contents } from './content.ts';
import type { IdealMemory } from './ideal.ts';
import type { Own, Space } from './memory.ts';

/** Gives out small numbers for things, in the order in which they are first seen. */
export type Naming = (thing: unknown) => number;

/**
 * Adds numbers that tell this memory apart from any other, but for the numbers of objects, stacks and loose
 * pages, and for which values pages hold.
 */
export function pushIdeal(
  out: number[],
  { memory }: IdealMemory,
  nameOf: Naming,
  naming: () => Naming,
): void {
  const objectOf = naming();
  const looseOf = naming();
  const spaceOf = naming();
  const bufferOf = naming();
  const loose: number[] = [];
  const pushContents = (contents: Contents): void => {
    out.push(contents.length);
    for (const { fill, bytes } of contents) {
      out.push(nameOf(fill), bytes.size);
      for (const offset of ascending(bytes.keys())) out.push(offset, nameOf(bytes.get(offset)));
    }
  };
  const pushLoose = (number: number): void => {
    const known = loose.length;
    const name = looseOf(number);
    if (name > known) loose.push(number);
    out.push(name);
  };
  const pushOwn = (own: Own): void => {
    if (own.kind === 'bytes') {
      out.push(own.fading ? 2 : 1);
      pushContents(own.contents);
    } else if (own.kind === 'untouched') {
      out.push(3);
      pushContents(own.earlier);
    } else if (own.kind === 'loose') {
      out.push(4);
      pushLoose(own.number);
    } else out.push(5);
  };
  const pushSpace = ({ areas, pages, stackLimit, buffers }: Space): void => {
    out.push(stackLimit, areas.length);
    for (const { start, end, perm, shared, object, index, flags } of areas) {
      out.push(start, end, perm.charCodeAt(0), perm.charCodeAt(1), perm.charCodeAt(2));
      out.push(shared ? 1 : 0, object === undefined ? 0 : objectOf(object), index, flags);
    }
    out.push(pages.size);
    for (const page of ascending(pages.keys())) {
      out.push(page);
      pushOwn(pages.get(page)!);
    }
    for (const id of [...buffers.keys()].sort()) {
      const buffer = memory.buffers.get(buffers.get(id)!);
      out.push(textOf(id), bufferOf(buffers.get(id)), buffer?.writable === false ? 1 : 0);
      for (const number of buffer?.pages ?? []) pushLoose(number);
    }
  };
  const told = new Set<number>();
  for (const mm of memory.processes.values()) {
    out.push(mm === undefined ? 0 : spaceOf(mm));
    if (mm === undefined || told.has(mm)) continue;
    told.add(mm);
    pushSpace(memory.spaces[mm]!);
  }
  for (const [id, { size, pages }] of memory.objects) {
    out.push(objectOf(id), size / WORD, pages.size);
    for (const index of ascending(pages.keys())) {
      out.push(index);
      pushOwn(pages.get(index)!);
    }
  }
  for (const id of [...memory.pipes.keys()].sort())
    for (const { pages, known } of memory.pipes.get(id)!) {
      out.push(textOf(id), pages.length);
      for (const { loose: number, since } of pages) {
        pushLoose(number);
        out.push(since);
      }
      pushContents(known);
    }
  for (let i = 0; i < loose.length; i++) {
    const { own, past } = memory.loose.get(loose[i]!)!;
    pushOwn(own);
    pushContents(past);
  }
  pushContents(memory.block);
}

/** Most are in order already. */
function ascending(numbers: Iterable<number>): number[] {
  const all = [...numbers];
  for (let i = 1; i < all.length; i++) if (all[i]! < all[i - 1]!) return all.sort((a, b) => a - b);
  return all;
}

/** Sizes of files go into 16 bits. */
const WORD = 64;
const textOf = (id: string): number => Number.parseInt(id, 36) & 0xffff;
