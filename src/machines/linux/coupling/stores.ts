import type { Uncoupled } from '../../machine.ts';
import type { IdealMemory } from '../ideal/ideal.ts';
import { blockOf, bufferOf, buffersOf, objectPageOf, objectsOf, pipeOf, pipesOf } from '../ideal/view.ts';
import { type AddressSpace, contentOf, indicesOf } from '../memory/page-cache.ts';
import { frameRow } from '../names.ts';
import type { World } from '../world.ts';
import { holds, type Objects } from './pages.ts';

/** What is kept besides address spaces: files and objects, pipes, fixed buffers, the block of O_DIRECT. */
export const storesDiffer = (world: World, ideal: IdealMemory, objects: Objects): Uncoupled | undefined =>
  objectsDiffer(world, ideal, objects) ??
  pipesDiffer(world, ideal) ??
  buffersDiffer(world, ideal) ??
  (holds(world.block, blockOf(ideal)) === undefined ? undefined : { what: 'wrong block', rows: [] });

/** Sizes are the same, and each page holds what the ideal may have there, wherever it is kept. */
function objectsDiffer(world: World, ideal: IdealMemory, objects: Objects): Uncoupled | undefined {
  const idealObjects = objectsOf(ideal);
  for (const [number, id] of objects.pairs()) {
    const object = world.objects[number];
    const wanted = idealObjects.get(id);
    if (
      object === undefined ||
      wanted === undefined ||
      (object.file !== undefined && object.size !== wanted.size)
    )
      return { what: 'the files differ', rows: [] };
    const differs = (index: number): boolean =>
      holds(contentOf(world, object, index), objectPageOf(ideal, id, index)) !== undefined;
    for (const index of wanted.pages.keys()) if (differs(index)) return wrongPage(object, index);
    for (const index of indicesOf(object))
      if (!wanted.pages.has(index) && differs(index)) return wrongPage(object, index);
  }
  return undefined;
}

function wrongPage({ pages }: AddressSpace, index: number): Uncoupled {
  const pfn = pages.get(index);
  return { what: 'wrong content of a file', rows: pfn === undefined ? [] : [frameRow(pfn)] };
}

function pipesDiffer(world: World, ideal: IdealMemory): Uncoupled | undefined {
  const { contents } = world.frames;
  for (const id of pipesOf(ideal)) if (!world.pipes.has(id)) return { what: 'the pipes differ', rows: [] };
  for (const [id, pages] of world.pipes) {
    const wanted = pipeOf(ideal, id);
    if (pages.length !== wanted.length) return { what: 'the pipes differ', rows: [] };
    for (const [i, pfn] of pages.entries())
      if (holds(contents[pfn]!, wanted[i]!) !== undefined)
        return { what: 'wrong content of a pipe', rows: [frameRow(pfn)] };
  }
  return undefined;
}

/** A pin stays with the page that its process goes on with: where it is still mapped both show the same. */
function buffersDiffer(world: World, ideal: IdealMemory): Uncoupled | undefined {
  const { contents } = world.frames;
  for (const { process, id } of buffersOf(ideal)) {
    const wanted = bufferOf(ideal, process, id)!;
    const index = world.process(process).rings.get(id);
    const pages = index === undefined ? undefined : world.buffers[index]?.pages;
    if ((pages?.length ?? 0) !== wanted.length) return { what: 'the fixed buffers differ', rows: [] };
    for (const [i, pfn] of pages?.entries() ?? [])
      if (holds(contents[pfn]!, wanted[i]!) !== undefined)
        return { what: 'wrong content of a fixed buffer', rows: [frameRow(pfn)] };
  }
  return undefined;
}
