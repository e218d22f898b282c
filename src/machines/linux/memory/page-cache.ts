import { type FileHeader, PAGE_SIZE } from '../../../language/moves.ts';
import { COUNT } from '../counts.ts';
import { type Content, ZEROS } from '../hardware/content.ts';
import { FILE, FOLIO_DIRTY, RECLAIM, SHMEM } from '../hardware/frames.ts';
import type { World } from '../world.ts';
import { leaveCache, readFromSwap, swapCacheOf, swapFree } from './swap.ts';
import { hasObject } from './vma.ts';

/**
 * The page cache: for each file and each shared anonymous object the frames that hold its pages, by index.
 * Every frame here has one reference from here.
 */

/** struct address_space, and of its inode what decides: the size and what the disk holds. */
export interface AddressSpace {
  /** shmem: shared anonymous memory. */
  readonly kind: 'shmem' | 'tmpfs' | 'ext4';
  /** The id of the file; undefined for shared anonymous memory. */
  readonly file: string | undefined;
  /** i_size in bytes. */
  size: number;
  pages: ReadonlyMap<number, number>;
  /** Pages of memory without a disk that were swapped out: index to slot. */
  slots: ReadonlyMap<number, number>;
  /** What the disk holds of each page; holes are zeros. */
  blocks: ReadonlyMap<number, Content>;
}

export const cloneAddressSpace = ({
  kind,
  file,
  size,
  pages,
  slots,
  blocks,
}: AddressSpace): AddressSpace => ({
  kind,
  file,
  size,
  pages,
  slots,
  blocks,
});

const page = (fill: number): Content => (fill === 0 ? ZEROS : { fill, offsets: [], values: [] });

/** What the recorder fills page `index` of a file with. */
const filling = (id: string, index: number): Content =>
  page(id === '0' ? 176 + (index % 16) : 144 + (index % 8));

/** A new shared anonymous object. Answers its number. Source: shmem_zero_setup, mm/shmem.c. */
export const newObject = (world: World, pages: number): number =>
  world.objects.push({
    kind: 'shmem',
    file: undefined,
    size: pages * PAGE_SIZE,
    pages: new Map(),
    slots: new Map(),
    blocks: new Map(),
  }) - 1;

/** A file that exists before the program starts, in the page cache unless it is cold. */
export function newFile(world: World, { id, pages, fs, cold }: FileHeader): void {
  const object: AddressSpace = {
    kind: fs,
    file: id,
    size: pages * PAGE_SIZE,
    pages: new Map(),
    slots: new Map(),
    blocks: new Map(),
  };
  world.objects.push(object);
  for (let index = 0; index < pages; index++) {
    const content = filling(id, index);
    if (fs === 'ext4') object.blocks = withKey(object.blocks, index, content);
    if (fs === 'ext4' && cold) continue;
    const pfn = world.frames.allocate(fs === 'ext4' ? FILE : SHMEM | FOLIO_DIRTY);
    world.frames.fill(pfn, content);
    object.pages = withKey(object.pages, index, pfn);
  }
}

/** The file of that id. */
export function fileOf(world: World, id: string): AddressSpace {
  for (const object of world.objects) if (object?.file === id) return object;
  throw new Error(`no file ${id}`);
}

/** Is it memory alone, without a disk? */
export const isMemory = ({ kind }: AddressSpace): boolean => kind !== 'ext4';
/** Wants the file system to be told before a page is written to? Source: vma_wants_writenotify, mm/vma.c. */
export const wantsNotice = ({ kind }: AddressSpace): boolean => kind === 'ext4';
/** The first index past the end: DIV_ROUND_UP(i_size, PAGE_SIZE). */
export const endOfFile = ({ size }: AddressSpace): number => Math.ceil(size / PAGE_SIZE);

export function withKey<K, V>(map: ReadonlyMap<K, V>, key: K, value: V): Map<K, V> {
  return new Map(map).set(key, value);
}
export function withoutKey<K, V>(map: ReadonlyMap<K, V>, key: K): Map<K, V> {
  const rest = new Map(map);
  rest.delete(key);
  return rest;
}

/** Would the page take a frame? Not if it is cached, as a page of the object or of its swap slot. */
export function needsFrame(world: World, object: AddressSpace, index: number): boolean {
  if (object.pages.has(index)) return false;
  const slot = object.slots.get(index);
  return slot === undefined || swapCacheOf(world, slot) < 0;
}

/** Is the page neither cached nor such that it comes into being without input? */
export function needsInput(world: World, object: AddressSpace, index: number): boolean {
  if (object.pages.has(index)) return false;
  const slot = object.slots.get(index);
  return slot === undefined ? object.kind === 'ext4' : swapCacheOf(world, slot) < 0;
}

/**
 * The frame of an object's page, brought in if need be: from swap, as a new page of zeros, or from the disk
 * with what lies in `window` besides. A write marks it dirty.
 * Source: shmem_get_folio, mm/shmem.c; filemap_fault, mm/filemap.c; addendum A4, A12.
 */
export function getPage(
  world: World,
  object: AddressSpace,
  index: number,
  write: boolean,
  [from, to]: readonly [from: number, to: number] = [index, index + 1],
): number {
  let pfn = object.pages.get(index);
  if (pfn === undefined) {
    if (object.slots.has(index)) bringFromSwap(world, object, index);
    else if (object.kind === 'ext4') {
      world.counts[COUNT.io]!++;
      for (let near = from; near < to; near++)
        if (near === index || !object.pages.has(near)) add(world, object, near, FILE, blockOf(object, near));
    } else {
      add(world, object, index, SHMEM, ZEROS);
      world.counts[COUNT.bytesWritten]! += PAGE_SIZE;
    }
    pfn = object.pages.get(index)!;
  }
  if (write && isMemory(object)) world.frames.mark(pfn, FOLIO_DIRTY);
  world.frames.unmark(pfn, RECLAIM);
  return pfn;
}

const blockOf = ({ blocks }: AddressSpace, index: number): Content => blocks.get(index) ?? ZEROS;

function add(world: World, object: AddressSpace, index: number, flags: number, content: Content): void {
  const pfn = world.frames.allocate(flags);
  world.frames.fill(pfn, content);
  world.counts[COUNT.frames]!++;
  object.pages = withKey(object.pages, index, pfn);
}

/** The swap cache hands its frame over, and the slot is free. Source: shmem_swapin_folio, mm/shmem.c. */
function bringFromSwap(world: World, object: AddressSpace, index: number): void {
  const { frames } = world;
  const slot = object.slots.get(index)!;
  let pfn = swapCacheOf(world, slot);
  if (pfn < 0) pfn = readFromSwap(world, slot, SHMEM);
  else frames.get(pfn);
  swapFree(world, slot);
  leaveCache(world, pfn);
  frames.mark(pfn, FOLIO_DIRTY);
  object.slots = withoutKey(object.slots, index);
  object.pages = withKey(object.pages, index, pfn);
}

/** What the object's page holds, wherever it is. */
export function contentOf(world: World, object: AddressSpace, index: number): Content {
  const pfn = object.pages.get(index);
  if (pfn !== undefined) return world.frames.contents[pfn]!;
  const slot = object.slots.get(index);
  if (slot === undefined) return blockOf(object, index);
  const { pfn: cached, data } = world.swap.slots[slot]!;
  return cached < 0 ? data : world.frames.contents[cached]!;
}

/** Pages of the object of which anything is kept, wherever it is. */
export function indicesOf({ pages, slots, blocks }: AddressSpace): Iterable<number> {
  if (slots.size === 0 && blocks.size === 0) return pages.keys();
  return new Set([...pages.keys(), ...slots.keys(), ...blocks.keys()]);
}

/** The page leaves the page cache, or its swap slot; entries that map it were zapped before. */
export function removePage(world: World, object: AddressSpace, index: number): void {
  const pfn = object.pages.get(index);
  if (pfn !== undefined) {
    object.pages = withoutKey(object.pages, index);
    world.frames.put(pfn);
  }
  const slot = object.slots.get(index);
  if (slot === undefined) return;
  object.slots = withoutKey(object.slots, index);
  const cached = swapCacheOf(world, slot);
  swapFree(world, slot);
  if (cached >= 0) leaveCache(world, cached);
}

/** Gives back the pages of shared anonymous objects that no VMA shows any more. Source: shmem_evict_inode. */
export function releaseObjects(world: World): void {
  const shown = new Set<number>();
  for (const mm of world.mms) for (const vma of mm?.vmas ?? []) if (hasObject(vma)) shown.add(vma.object);
  world.objects.forEach((object, number) => {
    if (object === undefined || object.file !== undefined || shown.has(number)) return;
    if (world.rules.shmem.putPages)
      for (const index of [...object.pages.keys(), ...object.slots.keys()]) removePage(world, object, index);
    world.objects[number] = undefined;
  });
}
