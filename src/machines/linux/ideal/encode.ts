import type { Contents } from './content.ts';
import type { IdealMemory } from './ideal.ts';
import type { Bytes, Guard, Loose, ObjectId, Own, Space, Untouched } from './memory.ts';

/** Ends a list; no number that is encoded otherwise is as large. */
const END = 0xffff;

const KINDS = { bytes: 1, untouched: 2, loose: 3, guard: 4 } as const satisfies Record<Own['kind'], number>;

/**
 * Adds the whole memory to a list of numbers, the same for two memories that differ only in the numbers of
 * their objects, spaces and references.
 * @param nameOf what a value is called: two memories are the same if their values are called alike
 */
export function encode({ memory }: IdealMemory, out: number[], nameOf: (value: number) => number): void {
  const spaces = numbering<number>();
  const objects = numbering<ObjectId>();
  const loose = numbering<number>();

  const pushContents = (contents: Contents): void => {
    out.push(contents.length);
    for (const { fill, bytes } of contents) {
      out.push(nameOf(fill));
      for (const offset of [...bytes.keys()].sort((a, b) => a - b))
        out.push(offset, nameOf(bytes.get(offset)!));
      out.push(END);
    }
  };
  const pushLoose = (number: number): void => {
    const known = loose.has(number);
    out.push(loose.of(number));
    if (known) return;
    const { own, past } = memory.loose.get(number)!;
    pushOwn(own);
    pushContents(past);
  };
  const pushOwn = (own: Own | Bytes | Untouched | Loose | Guard): void => {
    out.push(KINDS[own.kind]);
    if (own.kind === 'bytes') {
      out.push(own.fading ? 1 : 0);
      pushContents(own.contents);
    } else if (own.kind === 'untouched') pushContents(own.earlier);
    else if (own.kind === 'loose') pushLoose(own.number);
  };
  const pushPages = (pages: ReadonlyMap<number, Own>): void => {
    for (const page of [...pages.keys()].sort((a, b) => a - b)) {
      out.push(page);
      pushOwn(pages.get(page)!);
    }
    out.push(END);
  };
  const pushSpace = ({ areas, pages, stackLimit, buffers }: Space): void => {
    out.push(stackLimit);
    for (const { start, end, perm, shared, object, index, flags } of areas)
      out.push(
        start,
        end,
        perm.charCodeAt(0),
        perm.charCodeAt(1),
        perm.charCodeAt(2),
        flags * 2 + (shared ? 1 : 0),
        object === undefined ? 0 : objects.of(object),
        index,
      );
    out.push(END);
    pushPages(pages);
    for (const [id, buffer] of buffers) {
      out.push(...codesOf(id));
      for (const number of memory.buffers.get(buffer)!) pushLoose(number);
      out.push(END);
    }
    out.push(END);
  };

  for (const mm of memory.processes.values()) {
    const known = mm === undefined || spaces.has(mm);
    out.push(mm === undefined ? 0 : spaces.of(mm));
    if (!known) pushSpace(memory.spaces[mm]!);
  }
  for (const [id, pipe] of memory.pipes) {
    if (pipe.length === 0) continue;
    out.push(...codesOf(id));
    for (const { pages, known } of pipe) {
      for (const { loose: number, since } of pages) {
        pushLoose(number);
        out.push(since);
      }
      out.push(END);
      pushContents(known);
    }
    out.push(END);
  }
  for (const [id, { size, pages }] of memory.objects) {
    if (typeof id === 'number' && !objects.has(id)) continue;
    out.push(objects.of(id), Math.floor(size / END), size % END);
    pushPages(pages);
  }
  pushContents(memory.block);
}

const codesOf = (text: string): number[] => [...text].map(letter => letter.charCodeAt(0));

/** Numbers things from 1 in the order in which they are first met. */
function numbering<T>(): { of: (thing: T) => number; has: (thing: T) => boolean } {
  const numbers = new Map<T, number>();
  return {
    has: thing => numbers.has(thing),
    of: thing => {
      let number = numbers.get(thing);
      if (number === undefined) {
        number = numbers.size + 1;
        numbers.set(thing, number);
      }
      return number;
    },
  };
}
