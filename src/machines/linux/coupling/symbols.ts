import { STORED, SYMBOL } from '../../../language/moves.ts';
import { fileBeingWritten, storeAgain } from '../calls/streams.ts';
import { type Census, census } from '../census.ts';
import { type Content, mapContent, sameContent, ZEROS } from '../hardware/content.ts';
import { ANON, FOLIO_DIRTY, LAZYFREE, ZERO_PFN } from '../hardware/frames.ts';
import { isDirty, isSwap, mapsFrame, pfnOf, slotOf } from '../hardware/pte.ts';
import { filledWith, type IdealContent } from '../ideal/content.ts';
import type { IdealMemory } from '../ideal/ideal.ts';
import { mapContents, Renaming } from '../ideal/rename.ts';
import { buffersOf, isMapped } from '../ideal/view.ts';
import { type AddressSpace, contentOf, indicesOf } from '../memory/page-cache.ts';
import { swappedContent } from '../memory/swap.ts';
import { hasObject, indexOf, isShared } from '../memory/vma.ts';
import type { World } from '../world.ts';
import { objectsOf } from './pages.ts';

/**
 * Fills every frame but the zero frame, and what swap and disks hold, with distinct symbols, and with the
 * same the ideal's pages that show them: right must mean right for every content. The two must be coupled,
 * but for a move that a fault has interrupted: what it stored already becomes what it will store, and where
 * it has mapped or grown what the ideal does not know yet, zeros stay zeros. Answers the byte that each
 * symbol stands for.
 */
export function symbolize(world: World, ideal: IdealMemory): Map<number, number> {
  const legend = new Map<number, number>();
  world.nextSymbol = Math.max(world.nextSymbol, SYMBOL);
  const symbolFor = (byte: number): number => {
    const symbol = world.nextSymbol++;
    legend.set(symbol, byte);
    return symbol;
  };
  const renamed = ({ fill, offsets, values }: Content): Content => ({
    fill: symbolFor(fill),
    offsets,
    values: values.map(symbolFor),
  });
  const places: Place[] = [];
  const fresh: Place[] = [];
  for (const place of privatePlaces(world)) (isFresh(world, ideal, place) ? fresh : places).push(place);
  const kept = new Set<number>(blank(world));
  for (const { pfn } of fresh) if (pfn !== undefined) kept.add(pfn);
  const target = fileBeingWritten(world);
  for (const pfn of target?.pages.values() ?? []) kept.add(pfn);
  renameWorld(world, renamed, kept);
  for (const { pfn, object, index } of fresh)
    if (pfn !== undefined && object !== undefined)
      world.frames.contents[pfn] = contentOf(world, world.objects[object]!, index);
  storeAgain(world, STORED);
  renameIdeal(world, ideal, places, target);
  return legend;
}

/** A page of private memory that has bytes of its own: in a frame, or else in a slot. */
interface Place {
  readonly process: string;
  readonly page: number;
  readonly pfn: number | undefined;
  /** -1 for none. */
  readonly slot: number;
  /** The file that the VMA shows, and the page of it. */
  readonly object: number | undefined;
  readonly index: number;
}

function privatePlaces(world: World): Place[] {
  const places: Place[] = [];
  for (const { name: process, mm: number } of world.processes) {
    const mm = world.mms[number];
    if (mm === undefined) continue;
    for (const vma of mm.vmas) {
      if (isShared(vma)) continue;
      const object = hasObject(vma) ? vma.object : undefined;
      for (const page of mm.table.pages(vma.start, vma.end)) {
        const low = mm.table.low(page);
        const index = indexOf(vma, page);
        if (isSwap(low)) places.push({ process, page, pfn: undefined, slot: slotOf(low), object, index });
        if (!mapsFrame(low)) continue;
        const pfn = pfnOf(low, mm.table.high(page));
        if (pfn !== ZERO_PFN && world.frames.is(pfn, ANON))
          places.push({ process, page, pfn, slot: -1, object, index });
      }
    }
  }
  return places;
}

/** Did the move that is under way make it, so that the ideal does not know it yet? */
function isFresh({ hunt }: World, ideal: IdealMemory, { process, page }: Place): boolean {
  const made = hunt?.fresh;
  if (made !== undefined && made.process === process && made.from <= page && page < made.to) return true;
  return !isMapped(ideal, process, page);
}

/** Pages of zeros that are lost without a trace when they are dropped: nothing knows that they were written to. */
function* blank(world: World): Generator<number> {
  const { frames } = world;
  let mappers: Census['mappers'] | undefined;
  const isWritten = (pfn: number): boolean => {
    mappers ??= census(world).mappers;
    return mappers[pfn]!.some(({ low }) => isDirty(low));
  };
  const isBlank = (pfn: number): boolean =>
    sameContent(frames.contents[pfn]!, ZEROS) && !frames.is(pfn, FOLIO_DIRTY) && !isWritten(pfn);
  for (let pfn = 1; pfn < frames.count; pfn++) if (frames.is(pfn, LAZYFREE) && isBlank(pfn)) yield pfn;
  for (const object of world.objects)
    for (const [index, pfn] of object?.pages ?? []) if (!object!.blocks.has(index) && isBlank(pfn)) yield pfn;
}

/** Frames, and what is behind them: a clean page is renamed with what it is a copy of. */
function renameWorld(world: World, renamed: (content: Content) => Content, kept: ReadonlySet<number>): void {
  const { frames, swap, objects } = world;
  const before = frames.contents.slice();
  for (let pfn = 1; pfn < frames.count; pfn++)
    if (frames.refcount[pfn] !== 0 && !kept.has(pfn)) frames.contents[pfn] = renamed(before[pfn]!);
  const behind = (data: Content, pfn: number): Content =>
    pfn >= 0 && !frames.is(pfn, FOLIO_DIRTY) && sameContent(before[pfn]!, data)
      ? frames.contents[pfn]!
      : renamed(data);
  swap.slots.forEach((slot, number) => {
    if (slot !== undefined) swap.slots[number] = { ...slot, data: behind(slot.data, slot.pfn) };
  });
  for (const object of objects) {
    if (object === undefined || object.blocks.size === 0) continue;
    const blocks = new Map(object.blocks);
    for (const [index, data] of object.blocks) blocks.set(index, behind(data, object.pages.get(index) ?? -1));
    object.blocks = blocks;
  }
  world.block = renamed(world.block);
}

function renameIdeal(
  world: World,
  ideal: IdealMemory,
  places: readonly Place[],
  target: AddressSpace | undefined,
): void {
  const { contents } = world.frames;
  const renaming = new Renaming(ideal);
  for (const [number, id] of objectsOf(world, ideal)?.pairs() ?? []) {
    const object = world.objects[number];
    if (object === undefined || object === target) continue;
    for (const index of indicesOf(object))
      renaming.setObjectContent(id, index, idealOf(contentOf(world, object, index)));
  }
  for (const { process, page, pfn, slot } of places) {
    const content = pfn === undefined ? swappedContent(world, slot) : contents[pfn]!;
    renaming.setContent(process, page, idealOf(content));
  }
  for (const [id, pages] of world.pipes)
    for (const [i, pfn] of pages.entries()) renaming.addPipeContent(id, i, idealOf(contents[pfn]!));
  for (const { process, id } of buffersOf(ideal)) {
    const index = world.process(process).rings.get(id) ?? -1;
    for (const [i, pfn] of world.buffers[index]?.pages.entries() ?? [])
      renaming.setBufferContent(process, id, i, idealOf(contents[pfn]!));
  }
  renaming.setBlock(idealOf(world.block));
  renaming.end();
}

function idealOf({ fill, offsets, values }: Content): IdealContent {
  if (offsets.length === 0) return filledWith(fill);
  const bytes = new Map<number, number>();
  for (let i = 0; i < offsets.length; i++) bytes.set(offsets[i]!, values[i]!);
  return { fill, bytes };
}

/** Replaces every value but 0 in all that the world holds, and in the ideal's pages. */
export function mapValues(world: World, ideal: IdealMemory, value: (v: number) => number): void {
  const { frames, swap, objects } = world;
  for (let pfn = 0; pfn < frames.contents.length; pfn++)
    frames.contents[pfn] = mapContent(frames.contents[pfn]!, value);
  swap.slots.forEach((slot, number) => {
    if (slot !== undefined) swap.slots[number] = { ...slot, data: mapContent(slot.data, value) };
  });
  for (const object of objects)
    if (object !== undefined && object.blocks.size > 0)
      object.blocks = new Map([...object.blocks].map(([index, data]) => [index, mapContent(data, value)]));
  world.block = mapContent(world.block, value);
  mapContents(ideal, v => (v === 0 ? 0 : value(v)));
}
