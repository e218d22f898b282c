import { byteAt } from '../hardware/content.ts';
import {
  ANON,
  EXCLUSIVE,
  FILE,
  FOLIO_DIRTY,
  KSM,
  LAZYFREE,
  SHMEM,
  SWAPCACHE,
  ZERO_PFN,
} from '../hardware/frames.ts';
import { isGuard, isSwap, mapsFrame, pfnOf, slotOf } from '../hardware/pte.ts';
import { isMlocked } from '../memory/rmap.ts';
import { findVma, hasObject, indexOf, isAccessible, isShared, permOf, type Vma } from '../memory/vma.ts';
import type { Process } from '../process.ts';
import type { World } from '../world.ts';
import type { FrameState, VmaLine } from './format.ts';
import type { Names } from './names.ts';

/** What the recorder sees of a kernel between two operations, in the recordings' names. */
export interface Snapshot {
  /** Living processes by name, `p0` first. */
  readonly processes: ReadonlyMap<string, ProcessState>;
  readonly frames: ReadonlyMap<string, FrameState>;
  /** Which frame each name of an anonymous frame stands for. */
  readonly identities: ReadonlyMap<string, FrameIdentity>;
  /** Pages, as 'p0 3', to which a swap-in gave back the very frame that had been paged out. */
  readonly cacheHits: ReadonlySet<string>;
  /** The names of the slots that entries name, now or in the snapshot before. */
  readonly slots: ReadonlySet<string>;
}
export interface ProcessState {
  /** What each page's entry maps or names; pages without an entry are left out. Ascending. */
  readonly pte: ReadonlyMap<number, string>;
  readonly vma: readonly VmaLine[];
}
export const NOTHING: Snapshot = {
  processes: new Map(),
  frames: new Map(),
  identities: new Map(),
  cacheHits: new Set(),
  slots: new Set(),
};

/** Where a swapped-out page was, by the name of its slot: what the recorder remembers of the swap cache. */
export type SlotOrigins = Map<string, { readonly identity: FrameIdentity; readonly name: string }>;

/** Offsets of the bytes that stand for a page's contents. */
const SAMPLES = [0, 2048, 4095];

/** A frame in one of its allocations: frees and takings are told apart. */
type FrameIdentity = string;
const identityOf = ({ frames }: World, pfn: number): FrameIdentity => `${pfn}.${frames.generation[pfn]}`;

/**
 * Looks at a world as /proc shows it: pagemap, kpagecount, kpageflags and maps. Processes have the
 * recorder's names, `p0`, `p1` ...
 * @param major pages, as 'p0 3', of which the operation has taken a major fault
 * @param origins is added to
 */
export function snapshot(
  world: World,
  names: Names,
  before: Snapshot,
  major: ReadonlySet<string>,
  origins: SlotOrigins,
): Snapshot {
  const processes = new Map<string, ProcessState>();
  const cacheHits = new Set<string>();
  const seen = new Map<number, { name: string; readable: boolean }>();
  const identities = new Map<string, FrameIdentity>();
  for (const { name, mm: index } of world.processes.toSorted((a, b) => numberOf(a) - numberOf(b))) {
    const mm = world.mms[index];
    if (mm === undefined) continue;
    const vma = mm.vmas.map(one => vmaLine(world, one, names));
    const pte = new Map<number, string>();
    const then = before.processes.get(name)?.pte;
    for (const page of mm.table.pages()) {
      const low = mm.table.low(page);
      const old = then?.get(page);
      if (isGuard(low)) pte.set(page, 'guard');
      else if (isSwap(low)) {
        const slot = names.slot(slotOf(low));
        pte.set(page, slot);
        const identity = old === undefined ? undefined : before.identities.get(old);
        if (identity !== undefined && world.swap.device !== 'zram')
          origins.set(slot, { identity, name: old! });
      }
      if (!mapsFrame(low)) continue;
      const pfn = pfnOf(low, mm.table.high(page));
      const area = findVma(mm.vmas, page);
      const place = `${name} ${page}`;
      const hit = cacheHit(world, names, pfn, old, major.has(place), origins);
      if (hit !== undefined) cacheHits.add(place);
      const frame = pfn === ZERO_PFN ? 'zero' : frameName(world, names, pfn, page, area, hit);
      pte.set(page, frame);
      if (pfn === ZERO_PFN) continue;
      if (frame.startsWith('f')) identities.set(frame, identityOf(world, pfn));
      const readable = area !== undefined && isAccessible(area);
      seen.set(pfn, { name: frame, readable: readable || seen.get(pfn)?.readable === true });
    }
    processes.set(name, { pte, vma });
  }
  const frames = new Map<string, FrameState>();
  for (const [pfn, { name, readable }] of seen)
    frames.set(name, {
      mc: world.frames.mapcount[pfn]!,
      fl: flagsOf(world, pfn),
      c: readable ? contentsOf(world, pfn) : null,
    });
  return { processes, frames, identities, cacheHits, slots: names.turn() };
}

/** The name that the frame of a minor swap-in had before, if it is the one that had been paged out. */
function cacheHit(
  world: World,
  names: Names,
  pfn: number,
  old: string | undefined,
  major: boolean,
  origins: SlotOrigins,
): string | undefined {
  if (pfn === ZERO_PFN || old === undefined || major || names.isNamed(pfn)) return undefined;
  const origin = origins.get(old);
  return origin?.identity === identityOf(world, pfn) ? origin.name : undefined;
}

/** Notes which frames came from slots whose cache they still are. */
export function noteSwapIns(before: Snapshot, now: Snapshot, origins: SlotOrigins): void {
  for (const [process, { pte }] of now.processes)
    for (const [page, name] of pte) {
      const old = before.processes.get(process)?.pte.get(page);
      const identity = now.identities.get(name);
      if (old === undefined || identity === undefined || !now.slots.has(old)) continue;
      if (now.frames.get(name)?.fl.includes('c') === true) origins.set(old, { identity, name });
    }
}

const numberOf = ({ name }: Process): number => Number(name.slice(1));

/** Anonymous frames have names of their own, a file's or shared object's are named by their place in it. */
function frameName(
  world: World,
  names: Names,
  pfn: number,
  page: number,
  area: Vma | undefined,
  known: string | undefined,
): string {
  if (world.frames.is(pfn, ANON) || area === undefined || !hasObject(area)) return names.frame(pfn, known);
  const file = world.objects[area.object]?.file;
  return `${file === undefined ? names.object(area.object) : `c${file}`}.${indexOf(area, page)}`;
}

function vmaLine(world: World, vma: Vma, names: Names): VmaLine {
  const pages = vma.end - vma.start;
  const perm = `${permOf(vma.rights)}${isShared(vma) ? 's' : 'p'}`;
  if (!hasObject(vma)) return [vma.start, pages, perm, 'anon'];
  const file = world.objects[vma.object]?.file;
  return [vma.start, pages, perm, file === undefined ? names.object(vma.object) : `f${file}`, vma.pgoff];
}

/** The letters in the recorder's order; every frame is on an LRU list, as batches are drained. */
function flagsOf(world: World, pfn: number): string {
  const { frames } = world;
  const anon = frames.is(pfn, ANON);
  const locked = isMlocked(world, pfn);
  return [
    anon ? 'a' : '',
    (anon && !frames.is(pfn, LAZYFREE)) || frames.is(pfn, SHMEM) ? 'b' : '',
    frames.is(pfn, SWAPCACHE) ? 'c' : '',
    frames.is(pfn, KSM) ? 'k' : '',
    locked ? 'mu' : '',
    frames.is(pfn, FOLIO_DIRTY) ? 'd' : '',
    'l',
    anon && frames.is(pfn, EXCLUSIVE) ? 'x' : '',
    frames.is(pfn, FILE | SHMEM) ? 'F' : '',
    frames.mapcount[pfn] === 1 ? '1' : '',
  ].join('');
}

function contentsOf({ frames }: World, pfn: number): number | number[] {
  const bytes = SAMPLES.map(offset => byteAt(frames.contents[pfn]!, offset));
  return bytes.every(byte => byte === bytes[0]) ? bytes[0]! : bytes;
}
