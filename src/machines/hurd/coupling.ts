import { SYMBOL } from '../../language/moves.ts';
import type { Uncoupled } from '../machine.ts';
import { type Content, mapBytes, mapContent, sameContent, ZEROS } from './content.ts';
import {
  contentOf,
  type IdealMemory,
  type IdealPage,
  mapContents,
  namesOf,
  pagesOf,
  setContent,
  setFile,
} from './ideal.ts';
import { broken } from './invariants.ts';
import { pageRow } from './names.ts';
import { replace } from './numbered.ts';
import type { Task, World } from './world.ts';

/**
 * What is broken without anybody ever being shown it: a guarantee on paper, a frame for no page, zeros that are gone, and w that
 * physmem thinks somebody may have.
 */
const UNSEEN = [
  'more guaranteed than there is',
  'data of nothing',
  'not in the container',
  'write right handed out',
];

/**
 * The first place where the world and the ideal part: nothing, if every task will be shown what the ideal
 * allows as long as messages are answered rightly. Every page shows the ideal's content by way of its
 * database entry; what is shared is one ring; and the invariants hold.
 */
export function uncoupled(world: World, ideal: IdealMemory): Uncoupled | undefined {
  const alive = world.tasks.filter(task => task.alive);
  if (alive.length !== namesOf(ideal).length || alive.some(({ name }) => pagesOf(ideal, name) === undefined))
    return { what: 'the living tasks differ', rows: [] };
  if (world.signal !== undefined) return { what: 'a signal that nobody caused', rows: [] };
  const places: Place[] = [];
  for (const task of alive) {
    const pages = pagesOf(ideal, task.name)!;
    if (pages.size !== task.logical.size) return { what: 'the databases differ', rows: [] };
    for (const [page, wanted] of pages) {
      const what = difference(world, ideal, task, page, wanted, places);
      if (what !== undefined) return { what, rows: [pageRow(task.name, page)] };
    }
  }
  const violation = broken(world).find(({ what }) => !UNSEEN.includes(what));
  return violation && { what: `${violation.invariant} ${violation.what}`, rows: violation.rows };
}

/** Where a page is: the same for all who share it, who show one cell of the ideal. */
interface Place {
  readonly frame: number;
  readonly ring: number;
  readonly offset: number;
  readonly cell: number;
}

/** What is not as the ideal has it at a page. `places` are those of the pages before, to which its own is added. */
function difference(
  world: World,
  ideal: IdealMemory,
  task: Task,
  page: number,
  wanted: IdealPage,
  places: Place[],
): string | undefined {
  const { perm, shared, dead, cell } = wanted;
  const logical = task.logical.get(page);
  if (logical === undefined || logical.perm !== perm || logical.shared !== shared || logical.dead !== dead)
    return 'the databases differ';
  if (dead) return task.data.has(page) ? 'data of a dead server' : undefined;
  if (!sameContent(world.contentAt(task, page)!, contentOf(ideal, wanted))) return 'wrong content';
  const state = task.data.get(page);
  const entry = state?.kind === 'resident' ? world.physmem.entryAt(task.name, state.index) : undefined;
  if (state?.kind !== 'resident' || entry === undefined) return shared ? 'shared and not there' : undefined;
  const place: Place = {
    frame: entry.frame,
    ring: entry.ring,
    offset: entry.offset + state.index - entry.start,
    cell,
  };
  if (places.some(other => isSamePlace(place, other) && other.cell !== cell)) return 'shared with another';
  if (places.some(other => other.cell === cell && !isSamePlace(place, other))) return 'shared with nobody';
  places.push(place);
  return undefined;
}

const isSamePlace = (a: Place, b: Place): boolean =>
  a.frame === b.frame && a.ring === b.ring && a.offset === b.offset;

/**
 * Fills every file, every slot and every page frame that holds a task's own data with distinct symbols; pages
 * that nobody has written stay zeros, and clean copies of files hold what the files hold. The two must be
 * coupled. Answers the byte that each symbol stands for.
 */
export function symbolize(world: World, ideal: IdealMemory): Map<number, number> {
  const legend = new Map<number, number>();
  world.nextSymbol = Math.max(world.nextSymbol, SYMBOL);
  const symbolFor = (byte: number): number => {
    const symbol = world.nextSymbol++;
    legend.set(symbol, byte);
    return symbol;
  };
  const symbols = ({ fill, bytes }: Content): Content => ({
    fill: symbolFor(fill),
    bytes: mapBytes(bytes, symbolFor),
  });
  for (const [name, content] of world.files) {
    world.files.set(name, symbols(content));
    setFile(ideal, name, world.files.get(name)!);
  }
  const clean = cleanFrames(world);
  const { physmem } = world;
  for (let pfn = 0; pfn < physmem.pageFrames.length; pfn++)
    if (physmem.isUsed(pfn)) {
      const file = clean.get(pfn);
      if (file === undefined) physmem.store(pfn, symbols(physmem.contentOf(pfn)));
      else physmem.store(pfn, file === '' ? ZEROS : world.files.get(file)!);
    }
  for (const slot of physmem.slots) replace(physmem.slots, { ...slot, content: symbols(slot.content) });
  // What was shared and has just made room for a copy shows nothing any more; the others' page still does.
  for (const task of world.tasks)
    for (const [page, { shared }] of task.logical)
      if (!shared || task.data.has(page)) setContent(ideal, task.name, page, world.contentAt(task, page)!);
  return legend;
}

/** Page frames that hold what a file holds ('' for zeros), since nobody was ever let write to them. */
function cleanFrames({ tasks, physmem, cached }: World): ReadonlyMap<number, string> {
  const clean = new Map<number, string>();
  const add = (container: string, index: number, file: string): void => {
    const entry = physmem.entryAt(container, index);
    const pfn = entry === undefined ? -1 : physmem.pfnAt(entry, index);
    if (pfn >= 0) clean.set(pfn, file);
  };
  for (const [file, id] of cached) {
    const entry = physmem.entry(id);
    if (entry !== undefined) add(entry.container, entry.start, file);
  }
  for (const task of tasks)
    for (const [page, state] of task.data) {
      const file = task.logical.get(page)?.file;
      const name = file === undefined ? '' : `${file.id} ${file.page}`;
      if (state.kind === 'soft' || (state.kind === 'resident' && !state.dirty))
        add(task.name, state.index, name);
    }
  return clean;
}

/** Replaces every value but 0 in the world's memory and in the ideal's pages. */
export function mapValues(world: World, ideal: IdealMemory, value: (v: number) => number): void {
  const { pageFrames, slots } = world.physmem;
  for (let pfn = 0; pfn < pageFrames.length; pfn++)
    if (pageFrames[pfn] !== undefined)
      world.physmem.store(pfn, mapContent(world.physmem.contentOf(pfn), value));
  for (const slot of slots) replace(slots, { ...slot, content: mapContent(slot.content, value) });
  for (const [name, content] of world.files) world.files.set(name, mapContent(content, value));
  mapContents(ideal, value);
}
