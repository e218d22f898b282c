import { areaOf } from './areas.ts';
import type { Contents } from './content.ts';
import type { IdealMemory } from './ideal.ts';
import { contentsOfOwn, contentsOfReference } from './loose.ts';
import type { Area, Memory, ObjectId, SharedObject, Space } from './memory.ts';
import { objectContents } from './objects.ts';
import { contentsOf, isBeyondEnd } from './pages.ts';

/** What others may ask of the ideal memory. */

/** A process's page as it may be shown. */
export interface PageView {
  readonly area: Area;
  /** Every access is refused as if nothing were mapped. */
  readonly guard: boolean;
  /** It lies behind the end of what it shows: every access is refused. */
  readonly beyondEnd: boolean;
  /** What it may hold, the likeliest first; what a fault would bring if there is no entry is among them. */
  readonly contents: Contents;
}

function spaceNamed(memory: Memory, process: string): Space | undefined {
  const mm = memory.processes.get(process);
  return mm === undefined ? undefined : memory.spaces[mm];
}

export function pageOf({ memory }: IdealMemory, name: string, page: number): PageView | undefined {
  const space = spaceNamed(memory, name);
  const area = space && areaOf(space, page);
  if (space === undefined || area === undefined) return undefined;
  return {
    area,
    guard: space.pages.get(page)?.kind === 'guard',
    beyondEnd: isBeyondEnd(memory, area, page),
    contents: contentsOf(memory, space, area, page),
  };
}

export function isMapped({ memory }: IdealMemory, name: string, page: number): boolean {
  const space = spaceNamed(memory, name);
  return space !== undefined && areaOf(space, page) !== undefined;
}

/** The file or object that a page shows. */
export function objectAt({ memory }: IdealMemory, name: string, page: number): ObjectId | undefined {
  const space = spaceNamed(memory, name);
  return space && areaOf(space, page)?.object;
}

/** The mapped pages of a process, ascending. */
export function pagesOf(ideal: IdealMemory, name: string): number[] {
  const pages: number[] = [];
  for (const { start, end } of areasOf(ideal, name))
    for (let page = start; page < end; page++) pages.push(page);
  return pages;
}

/** The areas of a process, ascending. Neighbours with everything in common may be one VMA or two. */
export const areasOf = ({ memory }: IdealMemory, name: string): readonly Area[] =>
  spaceNamed(memory, name)?.areas ?? [];

/** RLIMIT_STACK of a process, in pages. */
export const stackLimitOf = ({ memory }: IdealMemory, name: string): number =>
  spaceNamed(memory, name)?.stackLimit ?? 0;

/** All processes that ever lived, in order of birth. */
export const processesOf = ({ memory }: IdealMemory): { name: string; alive: boolean }[] =>
  [...memory.processes].map(([name, mm]) => ({ name, alive: mm !== undefined }));

/** The files, and the objects that shared anonymous memory shows. */
export const objectsOf = ({ memory }: IdealMemory): ReadonlyMap<ObjectId, SharedObject> => memory.objects;

/** What a page of a file or object may hold; a page that `objectsOf` does not list is zeros. */
export const objectPageOf = ({ memory }: IdealMemory, id: ObjectId, index: number): Contents =>
  objectContents(memory, id, index);

/** What each page in a pipe may show, first in first. */
export const pipeOf = ({ memory }: IdealMemory, id: string): Contents[] =>
  (memory.pipes.get(id) ?? []).map(reference => contentsOfReference(memory, reference));

/** What each page of a process's fixed buffer may show; undefined if it has none of that name. */
export function bufferOf({ memory }: IdealMemory, name: string, id: string): Contents[] | undefined {
  const number = spaceNamed(memory, name)?.buffers.get(id);
  if (number === undefined) return undefined;
  return memory.buffers.get(number)!.pages.map(page => contentsOfOwn(memory.loose.get(page)!.own));
}

/** The names of all pipes with pages in them. */
export function pipesOf({ memory }: IdealMemory): string[] {
  const ids: string[] = [];
  for (const [id, pages] of memory.pipes) if (pages.length > 0) ids.push(id);
  return ids;
}

/** The names of all fixed buffers, and whose they are. */
export function buffersOf({ memory }: IdealMemory): { process: string; id: string }[] {
  const buffers: { process: string; id: string }[] = [];
  for (const process of memory.processes.keys())
    for (const id of spaceNamed(memory, process)?.buffers.keys() ?? []) buffers.push({ process, id });
  return buffers;
}

/** What the block of O_DIRECT may hold. */
export const blockOf = ({ memory }: IdealMemory): Contents => memory.block;
