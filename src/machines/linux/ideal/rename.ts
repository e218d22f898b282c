import { areaOf } from './areas.ts';
import { type Contents, distinct, type IdealContent, mapContent, sameContent } from './content.ts';
import type { IdealMemory } from './ideal.ts';
import {
  type Bytes,
  bytesOf,
  type Guard,
  type Loose,
  type LoosePage,
  type Memory,
  type ObjectId,
  type Own,
  spaceOf,
  type Untouched,
  withEntry,
  withSpace,
} from './memory.ts';
import { withObjectPage } from './objects.ts';
import { indexOf } from './pages.ts';

/** Other names for what is held: nothing changes hands, so that nothing is remembered of it. */

/** Settles what a page of a process holds; its object's page, if it is shared. It is mapped. */
export function setContent(ideal: IdealMemory, name: string, page: number, content: IdealContent): void {
  const mm = spaceOf(ideal.memory, name);
  const space = ideal.memory.spaces[mm]!;
  const area = areaOf(space, page);
  if (area === undefined) throw new RangeError(`${name} has no page ${page}`);
  if (area.shared) setObjectContent(ideal, area.object!, indexOf(area, page), content);
  else
    ideal.memory = settled(ideal.memory, space.pages.get(page), content, (memory, own) =>
      withSpace(memory, mm, { pages: withEntry(space.pages, page, own) }),
    );
}

/** Settles what a page of a file or object holds. */
export function setObjectContent(
  ideal: IdealMemory,
  id: ObjectId,
  index: number,
  content: IdealContent,
): void {
  const own = ideal.memory.objects.get(id)!.pages.get(index);
  ideal.memory = settled(ideal.memory, own, content, (memory, bytes) =>
    withObjectPage(memory, id, index, bytes),
  );
}

/** Adds to what a page in a pipe may show. */
export function addPipeContent(ideal: IdealMemory, id: string, at: number, content: IdealContent): void {
  const { memory } = ideal;
  const pipe = memory.pipes
    .get(id)!
    .map((reference, i) => (i === at ? { ...reference, known: [...reference.known, content] } : reference));
  ideal.memory = { ...memory, pipes: withEntry(memory.pipes, id, pipe) };
}

/** Settles what a page of a fixed buffer holds: the page itself, where it is still mapped. */
export function setBufferContent(
  ideal: IdealMemory,
  name: string,
  id: string,
  at: number,
  content: IdealContent,
): void {
  const { memory } = ideal;
  const number = memory.buffers.get(memory.spaces[spaceOf(memory, name)]!.buffers.get(id)!)!.pages[at]!;
  ideal.memory = settledLoose(memory, number, content);
}

export function setBlock(ideal: IdealMemory, content: IdealContent): void {
  ideal.memory = { ...ideal.memory, block: [content] };
}

function settled(
  memory: Memory,
  own: Own | undefined,
  content: IdealContent,
  put: (memory: Memory, own: Bytes) => Memory,
): Memory {
  if (own?.kind === 'loose') return settledLoose(memory, own.number, content);
  return put(memory, { ...bytesOf([content]), fading: isFading(own) });
}

const isFading = (own: Own | undefined): boolean => own?.kind === 'bytes' && own.fading;

/** What the page held in the past and holds now has its new name there too. */
function settledLoose(memory: Memory, number: number, content: IdealContent): Memory {
  const { own, past } = memory.loose.get(number)!;
  const now = own.kind === 'bytes' ? own.contents : own.earlier;
  const page: LoosePage = {
    own: { ...bytesOf([content]), fading: isFading(own) },
    past: past.map(before => (now.some(held => sameContent(held, before)) ? content : before)),
  };
  return { ...memory, loose: withEntry(memory.loose, number, page) };
}

/** Replaces every value that is held anywhere but 0: untouched memory stays zeros. */
export function mapContents(ideal: IdealMemory, value: (v: number) => number): void {
  const of = (v: number): number => (v === 0 ? 0 : value(v));
  const contents = (before: Contents): Contents => distinct(before.map(content => mapContent(content, of)));
  const own = <T extends Bytes | Untouched | Loose | Guard>(page: T): T => {
    if (page.kind === 'bytes') return { ...page, contents: contents(page.contents) };
    if (page.kind === 'untouched') return { ...page, earlier: contents(page.earlier) };
    return page;
  };
  const each = <K, V>(map: ReadonlyMap<K, V>, change: (value: V) => V): ReadonlyMap<K, V> =>
    new Map([...map].map(([key, held]) => [key, change(held)]));
  const { memory } = ideal;
  ideal.memory = {
    ...memory,
    spaces: memory.spaces.map(space => ({ ...space, pages: each(space.pages, own) })),
    objects: each(memory.objects, object => ({ ...object, pages: each(object.pages, own) })),
    loose: each(memory.loose, page => ({
      own: own(page.own),
      past: page.past.map(content => mapContent(content, of)),
    })),
    pipes: each(memory.pipes, pipe =>
      pipe.map(reference => ({ ...reference, known: contents(reference.known) })),
    ),
    block: contents(memory.block),
  };
}
