import { PAGE_SIZE } from '../../../language/moves.ts';
import { type Contents, cutAt, distinct, JUST_ZEROS, paste } from './content.ts';
import { contentsOfOwn, resolve, setLoose } from './loose.ts';
import {
  type Bytes,
  bytesOf,
  type Loose,
  type Memory,
  type ObjectId,
  withEntry,
  withObject,
  withoutEntries,
  withSpace,
} from './memory.ts';

/** Files, and the objects that shared anonymous memory shows. */

/** Pages that begin before the object's end: what lies beyond is SIGBUS. */
export const pageCount = (memory: Memory, id: ObjectId): number =>
  Math.ceil(memory.objects.get(id)!.size / PAGE_SIZE);

/** What a page of an object may hold. What was stored behind the end of a file may be gone at any time. */
export function objectContents(memory: Memory, id: ObjectId, index: number): Contents {
  const { size, pages } = memory.objects.get(id)!;
  const own = pages.get(index);
  const contents = own === undefined ? JUST_ZEROS : contentsOfOwn(resolve(memory, own));
  const end = size - index * PAGE_SIZE;
  return end <= 0 || end >= PAGE_SIZE ? contents : orCut(contents, end);
}

/** The last page of a file is looked at again and again, and to cut it takes a step for each of its bytes. */
const lastCut = new WeakMap<Contents, { readonly end: number; readonly known: Contents }>();

function orCut(contents: Contents, end: number): Contents {
  const last = lastCut.get(contents);
  if (last?.end === end) return last.known;
  const known = distinct([...contents, ...contents.map(content => cutAt(content, end))]);
  lastCut.set(contents, { end, known });
  return known;
}

/** Gives a page of an object other bytes; private mappings that nobody wrote to may go on showing the old. */
export function setObjectPage(memory: Memory, id: ObjectId, index: number, contents: Contents): Memory {
  const before = index < pageCount(memory, id) ? objectContents(memory, id, index) : [];
  const object = memory.objects.get(id)!;
  const own = object.pages.get(index);
  const changed =
    own?.kind === 'loose'
      ? setLoose(memory, own.number, bytesOf(contents))
      : withObjectPage(memory, id, index, bytesOf(contents));
  return before.length === 0 ? changed : remember(changed, id, index, before);
}

/** Private mappings may hold a page as it was: what it held is added to what they may show. */
function remember(memory: Memory, id: ObjectId, index: number, before: Contents): Memory {
  let changed = memory;
  for (const [mm, space] of memory.spaces.entries())
    for (const area of space.areas) {
      if (area.shared || area.object !== id) continue;
      const page = area.start + index - area.index;
      if (page < area.start || page >= area.end) continue;
      changed = rememberAt(changed, mm, page, before);
    }
  return changed;
}

function rememberAt(memory: Memory, mm: number, page: number, before: Contents): Memory {
  const space = memory.spaces[mm]!;
  const own = space.pages.get(page);
  if (own?.kind === 'guard') return memory;
  const resolved = own === undefined ? undefined : resolve(memory, own);
  if (resolved?.kind === 'bytes') return memory;
  const untouched = {
    kind: 'untouched',
    earlier: distinct([...(resolved?.earlier ?? []), ...before]),
  } as const;
  if (own?.kind === 'loose') return setLoose(memory, own.number, untouched);
  return withSpace(memory, mm, { pages: withEntry(space.pages, page, untouched) });
}

export const withObjectPage = (memory: Memory, id: ObjectId, index: number, own: Bytes | Loose): Memory =>
  withObject(memory, id, { pages: withEntry(memory.objects.get(id)!.pages, index, own) });

/** Gives a loose page other bytes, where it is shown too. */
export function setLoosePage(memory: Memory, number: number, contents: Contents): Memory {
  for (const [id, { pages }] of memory.objects)
    for (const [index, own] of pages)
      if (own.kind === 'loose' && own.number === number) return setObjectPage(memory, id, index, contents);
  return setLoose(memory, number, bytesOf(contents));
}

/** Stores bytes from `at` on, within one page of the object; grows it where they lie behind its end. */
export function storeInObject(
  memory: Memory,
  id: ObjectId,
  at: number,
  length: number,
  sources: Contents,
  from: number,
): Memory {
  const index = Math.floor(at / PAGE_SIZE);
  const grown = at + length > memory.objects.get(id)!.size ? resize(memory, id, at + length) : memory;
  const offset = at % PAGE_SIZE;
  const contents = objectContents(grown, id, index).flatMap(content =>
    sources.map(source => paste(content, offset, length, source, from)),
  );
  return setObjectPage(grown, id, index, distinct(contents));
}

/**
 * Gives an object another size in bytes. What lies behind a smaller one is gone, private copies of it too;
 * what was stored behind the end of the last page becomes part of a larger one, or zeros do.
 */
export function resize(memory: Memory, id: ObjectId, size: number): Memory {
  const { size: before, pages } = memory.objects.get(id)!;
  if (size >= before) {
    const last = Math.floor(before / PAGE_SIZE);
    const settled =
      size > before && before % PAGE_SIZE !== 0 && pages.has(last)
        ? setObjectPage(memory, id, last, objectContents(memory, id, last))
        : memory;
    return withObject(settled, id, { size });
  }
  const kept = Math.ceil(size / PAGE_SIZE);
  let changed = withObject(memory, id, { size, pages: withoutEntries(pages, index => index >= kept) });
  for (const [mm, space] of memory.spaces.entries())
    for (const area of space.areas)
      if (area.object === id && !area.shared)
        changed = discard(changed, mm, area.start + Math.max(0, kept - area.index), area.end);
  return changed;
}

/** Private pages forget what they hold: they show again what they showed when mapped. Guards stay. */
export const discard = (memory: Memory, mm: number, start: number, end: number): Memory =>
  withSpace(memory, mm, {
    pages: withoutEntries(
      memory.spaces[mm]!.pages,
      (page, own) => page >= start && page < end && own.kind !== 'guard',
    ),
  });

/** Makes pages of an object zeros; its size and private copies stay. */
export function punch(memory: Memory, id: ObjectId, first: number, pages: number): Memory {
  const end = Math.min(first + pages, pageCount(memory, id));
  let changed = memory;
  for (let index = first; index < end; index++) {
    const before = objectContents(memory, id, index);
    const object = changed.objects.get(id)!;
    changed = withObject(changed, id, { pages: withoutEntries(object.pages, other => other === index) });
    changed = remember(changed, id, index, before);
  }
  return changed;
}
