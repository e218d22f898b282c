import { PAGE_SIZE } from '../../../language/moves.ts';
import { type Content, fileContent, ZEROS } from '../content.ts';
import type { Task, VmObject, World } from './world.ts';

/** Where a page was found, and what that cost. */
export interface Found {
  /** 'first': in the first object; 'below': in one that it shadows; 'pager': at its memory object; 'nowhere'. */
  readonly where: 'first' | 'below' | 'pager' | 'nowhere';
  /** Pages that were copied, the one pushed into a copy object included. */
  readonly copies: number;
}

/**
 * vm_fault: looks for the page along the shadow chain, brings it in, copies it up for a write, and gives the
 * old page to the copy object first. Source: vm/vm_fault.c of GNU Mach; specification section 11.
 */
export function vmFault(world: World, task: Task, page: number, write: boolean): Found {
  let entry = task.map.get(page)!;
  if (write && entry.needsCopy) {
    const shadow = world.newObject(entry.object);
    entry = { ...entry, object: shadow.id, needsCopy: false };
    task.map.set(page, entry);
  }
  const first = world.objects.get(entry.object)!;
  const { object, where } = look(world, first, entry.offset);
  let copies = 0;
  let holder = object;
  if (write && object !== first) {
    world.counts.frames++;
    copyPage(world, object, first, entry.offset);
    unmapAll(world, object, entry.offset);
    copies++;
    holder = first;
  }
  if (write && pushes(world, holder, entry.offset)) copies++;
  if (write) collapse(world, holder);
  const writable =
    write || (entry.perm.includes('w') && holder === first && !entry.needsCopy && holder.copy === undefined);
  task.pmap.set(page, { object: holder.id, offset: entry.offset, writable });
  return { where, copies };
}

/** vm_fault_page: object after object; the end of the chain is filled with zeros, in the first object. */
function look(world: World, first: VmObject, offset: number): { object: VmObject; where: Found['where'] } {
  for (let object: VmObject | undefined = first; object !== undefined; ) {
    if (object.pages.has(offset)) return { object, where: object === first ? 'first' : 'below' };
    if (object.file !== undefined) {
      // memory_object_data_request, and the pager's data_supply.
      world.counts.messages += 2;
      world.counts.io++;
      world.counts.frames++;
      object.pages.set(offset, fileContent(object.file, offset));
      return { object, where: 'pager' };
    }
    object = object.shadow === undefined ? undefined : world.objects.get(object.shadow);
  }
  world.counts.frames++;
  world.counts.bytesWritten += PAGE_SIZE;
  first.pages.set(offset, ZEROS);
  return { object: first, where: 'nowhere' };
}

function copyPage(world: World, from: VmObject, to: VmObject, offset: number): void {
  to.pages.set(offset, from.pages.get(offset) as Content);
  world.counts.bytesRead += PAGE_SIZE;
  world.counts.bytesWritten += PAGE_SIZE;
}

/** The old page goes to the copy object before it is written, if that has none of its own. */
function pushes(world: World, object: VmObject, offset: number): boolean {
  const copy = object.copy === undefined ? undefined : world.objects.get(object.copy);
  if (copy === undefined || copy.pages.has(offset)) return false;
  world.counts.frames++;
  copyPage(world, object, copy, offset);
  unmapAll(world, object, offset);
  return true;
}

/** pmap_page_protect: nobody maps the page any more. */
function unmapAll(world: World, object: VmObject, offset: number): void {
  world.counts.localFlushes++;
  for (const { pmap } of world.tasks)
    for (const [page, mapping] of pmap)
      if (mapping.object === object.id && mapping.offset === offset) pmap.delete(page);
}

/**
 * vm_object_collapse: an object that only this one shadows, and nobody maps, goes; its pages that lie hidden
 * are forgotten and the others move up.
 */
export function collapse(world: World, object: VmObject): void {
  for (let below = shadowOf(world, object); below !== undefined; below = shadowOf(world, object)) {
    if (below.file !== undefined || below.copy !== undefined || users(world, below.id) > 1) return;
    for (const [offset, content] of below.pages)
      if (!object.pages.has(offset)) object.pages.set(offset, content);
    for (const { pmap } of world.tasks)
      for (const [page, mapping] of pmap) if (mapping.object === below.id) pmap.delete(page);
    object.shadow = below.shadow;
    world.objects.delete(below.id);
  }
}

const shadowOf = (world: World, { shadow }: VmObject): VmObject | undefined =>
  shadow === undefined ? undefined : world.objects.get(shadow);

/** Map entries and objects that refer to an object. */
export function users(world: World, id: number): number {
  const entries = world.tasks.reduce(
    (sum, { map }) => sum + [...map.values()].filter(({ object }) => object === id).length,
    0,
  );
  return entries + [...world.objects.values()].filter(({ shadow }) => shadow === id).length;
}
