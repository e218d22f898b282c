import { type Contents, distinct, ZEROS } from './content.ts';
import {
  type Bytes,
  bytesOf,
  changeMemory,
  type Loose,
  type Memory,
  type Reference,
  type Untouched,
  withEntry,
} from './memory.ts';

/**
 * Pages that references hold. The bytes of such a page are kept by number, and whatever shows it names the
 * number: so a reference goes on where the mapping, or the file's page, has gone.
 */

/** What a page shows by itself; a private page of a file that nobody wrote to shows the file's besides. */
export const contentsOfOwn = (own: Bytes | Untouched): Contents => {
  if (own.kind === 'untouched') return own.earlier;
  return own.fading ? distinct([...own.contents, ZEROS]) : own.contents;
};

/** Follows the number of a loose page. */
export function resolve<T extends Bytes | Untouched>(memory: Memory, own: T | Loose): Bytes | Untouched | T;
export function resolve(memory: Memory, own: Bytes | Untouched | Loose): Bytes | Untouched {
  return own.kind === 'loose' ? memory.loose.get(own.number)!.own : own;
}

/** Gives a loose page other bytes; what it held stays in its past. */
export function setLoose(memory: Memory, number: number, own: Bytes | Untouched): Memory {
  const before = memory.loose.get(number)!;
  const past = [...before.past, ...contentsOfOwn(before.own)];
  return changeMemory(memory, { loose: withEntry(memory.loose, number, { own, past }) });
}

/** Makes a page loose. Answers its number, too. */
export function loosen(memory: Memory, own: Bytes | Untouched): [memory: Memory, loose: Loose] {
  const number = memory.next;
  const loose = withEntry(memory.loose, number, { own, past: [] });
  return [changeMemory(memory, { loose, next: number + 1 }), { kind: 'loose', number }];
}

/** Refers to a loose page as it is now. */
export const refer = (memory: Memory, numbers: readonly number[]): Reference => ({
  pages: numbers.map(loose => ({ loose, since: memory.loose.get(loose)!.past.length })),
  known: [],
});

/** What a reference may show: anything that its page has held since. */
export const contentsOfReference = (memory: Memory, reference: Reference): Contents =>
  distinct([
    ...reference.known,
    ...reference.pages.flatMap(({ loose, since }) => {
      const { own, past } = memory.loose.get(loose)!;
      return [...contentsOfOwn(own), ...past.slice(since)];
    }),
  ]);

/** Puts pages back where they are shown that nothing refers to any more. */
export function settle(memory: Memory): Memory {
  const held = new Set<number>();
  for (const pipe of memory.pipes.values())
    for (const reference of pipe) for (const { loose } of reference.pages) held.add(loose);
  for (const space of memory.spaces)
    for (const buffer of space.buffers.values())
      for (const loose of memory.buffers.get(buffer)?.pages ?? []) held.add(loose);
  if (memory.loose.size === held.size) return memory;
  const back = <T extends { readonly kind: string }>(pages: ReadonlyMap<number, T | Loose>) =>
    new Map(
      [...pages].map(([page, own]) => [
        page,
        isLoose(own) && !held.has(own.number) ? (memory.loose.get(own.number)!.own as unknown as T) : own,
      ]),
    );
  return changeMemory(memory, {
    spaces: memory.spaces.map(space => ({ ...space, pages: back(space.pages) })),
    objects: new Map(
      [...memory.objects].map(([id, object]) => [id, { ...object, pages: back(object.pages) }]),
    ),
    loose: new Map([...memory.loose].filter(([number]) => held.has(number))),
  });
}

const isLoose = (own: { readonly kind: string }): own is Loose => own.kind === 'loose';

/** The zeros that a page begins with. */
export const fresh = bytesOf([ZEROS]);
