import { areaOf } from './areas.ts';
import { type Contents, distinct, type IdealContent, mapContent, sameContent } from './content.ts';
import type { IdealMemory } from './ideal.ts';
import {
  type Bytes,
  changeMemory,
  changeObject,
  changeSpace,
  type Guard,
  type Loose,
  type LoosePage,
  type Memory,
  type ObjectId,
  type Own,
  type Reference,
  spaceOf,
  type Untouched,
} from './memory.ts';
import { indexOf } from './pages.ts';

/**
 * Other names for what is held, many at once: nothing changes hands, so that nothing is remembered of it. The ideal has
 * them from `end` on.
 */
export class Renaming {
  private readonly ideal: IdealMemory;
  private readonly memory: Memory;
  /** By number of the address space; undefined where nothing has another name yet. */
  private readonly pages: (Map<number, Own> | undefined)[] = [];
  private readonly objects: Map<ObjectId, Map<number, Bytes | Loose>> = new Map();
  private loose: Map<number, LoosePage> | undefined;
  private pipes: Map<string, readonly Reference[]> | undefined;
  private block: Contents;

  constructor(ideal: IdealMemory) {
    this.ideal = ideal;
    this.memory = ideal.memory;
    this.block = ideal.memory.block;
  }

  /** Settles what a page of a process holds; its object's page, if it is shared. Throws RangeError if it is not mapped. */
  setContent(name: string, page: number, content: IdealContent): void {
    const mm = spaceOf(this.memory, name);
    const space = this.memory.spaces[mm]!;
    const area = areaOf(space, page);
    if (area === undefined) throw new RangeError(`${name} has no page ${page}`);
    if (area.shared) this.setObjectContent(area.object!, indexOf(area, page), content);
    else {
      const pages = this.pages[mm] ?? new Map(space.pages);
      this.pages[mm] = pages;
      this.settle(pages, page, content);
    }
  }

  /** Settles what a page of a file or object holds. */
  setObjectContent(id: ObjectId, index: number, content: IdealContent): void {
    const pages = this.objects.get(id) ?? new Map(this.memory.objects.get(id)!.pages);
    this.objects.set(id, pages);
    this.settle(pages, index, content);
  }

  /** Adds to what a page in a pipe may show. */
  addPipeContent(id: string, at: number, content: IdealContent): void {
    this.pipes ??= new Map(this.memory.pipes);
    const pages = this.pipes.get(id)!;
    const reference = pages[at];
    if (reference !== undefined)
      this.pipes.set(id, pages.with(at, { ...reference, known: [...reference.known, content] }));
  }

  /** Settles what a page of a fixed buffer holds: the page itself, where it is still mapped. */
  setBufferContent(name: string, id: string, at: number, content: IdealContent): void {
    const { spaces, buffers } = this.memory;
    const number = spaces[spaceOf(this.memory, name)]!.buffers.get(id)!;
    this.settleLoose(buffers.get(number)!.pages[at]!, content);
  }

  setBlock(content: IdealContent): void {
    this.block = [content];
  }

  end(): void {
    const { memory, pages, objects } = this;
    const spaces = memory.spaces.map((space, mm) => {
      const renamed = pages[mm];
      return renamed === undefined ? space : changeSpace(space, { pages: renamed });
    });
    const renamed = new Map(memory.objects);
    for (const [id, pages] of objects) renamed.set(id, changeObject(memory.objects.get(id)!, { pages }));
    this.ideal.memory = changeMemory(memory, {
      spaces,
      objects: renamed,
      loose: this.loose ?? memory.loose,
      pipes: this.pipes ?? memory.pipes,
      block: this.block,
    });
  }

  private settle(pages: Map<number, Own>, at: number, content: IdealContent): void {
    const own = pages.get(at);
    if (own?.kind === 'loose') this.settleLoose(own.number, content);
    else pages.set(at, { kind: 'bytes', contents: [content], fading: isFading(own) });
  }

  /** What the page held in the past and holds now has its new name there too. */
  private settleLoose(number: number, content: IdealContent): void {
    this.loose ??= new Map(this.memory.loose);
    const { own, past } = this.loose.get(number)!;
    const now = own.kind === 'bytes' ? own.contents : own.earlier;
    this.loose.set(number, {
      own: { kind: 'bytes', contents: [content], fading: isFading(own) },
      past: past.map(before => (now.some(held => sameContent(held, before)) ? content : before)),
    });
  }
}

const isFading = (own: Own | undefined): boolean => own?.kind === 'bytes' && own.fading;

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
  ideal.memory = changeMemory(memory, {
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
  });
}
