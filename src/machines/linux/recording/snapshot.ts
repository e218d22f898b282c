import { byteAt } from '../content.ts';
import { ANON, EXCLUSIVE, FOLIO_DIRTY, SHMEM, ZERO_PFN } from '../frames.ts';
import { pfnOf } from '../pte.ts';
import { findVma, isAccessible, isShared, permOf, type Vma } from '../vma.ts';
import type { Process, World } from '../world.ts';
import type { FrameState, VmaLine } from './format.ts';
import type { Names } from './names.ts';

/** What the recorder sees of a kernel between two operations, in the recordings' names. */
export interface Snapshot {
  /** Living processes by name, `p0` first. */
  readonly processes: ReadonlyMap<string, ProcessState>;
  readonly frames: ReadonlyMap<string, FrameState>;
}
export interface ProcessState {
  /** What each page's entry maps; pages without an entry are left out. Ascending. */
  readonly pte: ReadonlyMap<number, string>;
  readonly vma: readonly VmaLine[];
}

/** Offsets of the bytes that stand for a page's contents. */
const SAMPLES = [0, 2048, 4095];

/**
 * Looks at a world as /proc shows it: pagemap, kpagecount, kpageflags and maps. Processes have the
 * recorder's names, `p0`, `p1` ...
 */
export function snapshot(world: World, names: Names): Snapshot {
  const processes = new Map<string, ProcessState>();
  const seen = new Map<number, { name: string; readable: boolean }>();
  for (const { name, mm: index } of world.processes.toSorted((a, b) => numberOf(a) - numberOf(b))) {
    const mm = world.mms[index];
    if (mm === undefined) continue;
    const vma = mm.vmas.map(one => vmaLine(one, names));
    const pte = new Map<number, string>();
    for (const page of mm.table.pages()) {
      const pfn = pfnOf(mm.table.low(page), mm.table.high(page));
      const area = findVma(mm.vmas, page);
      const frame = pfn === ZERO_PFN ? 'zero' : frameName(world, names, pfn, page, area);
      pte.set(page, frame);
      if (pfn === ZERO_PFN) continue;
      const readable = area !== undefined && isAccessible(area);
      seen.set(pfn, { name: frame, readable: readable || seen.get(pfn)?.readable === true });
    }
    processes.set(name, { pte, vma });
  }
  names.keep(new Set(seen.keys()));
  const frames = new Map<string, FrameState>();
  for (const [pfn, { name, readable }] of seen)
    frames.set(name, {
      mc: world.frames.mapcount[pfn]!,
      fl: flagsOf(world, pfn),
      c: readable ? contentsOf(world, pfn) : null,
    });
  return { processes, frames };
}

const numberOf = ({ name }: Process): number => Number(name.slice(1));

/** Anonymous frames have names of their own, a shared object's are named by their place in it. */
function frameName(world: World, names: Names, pfn: number, page: number, area: Vma | undefined): string {
  if (world.frames.is(pfn, ANON) || area === undefined || !isShared(area)) return names.frame(pfn);
  return `${names.object(area.object)}.${area.pgoff + page - area.start}`;
}

function vmaLine(vma: Vma, names: Names): VmaLine {
  const pages = vma.end - vma.start;
  const perm = permOf(vma.rights);
  return isShared(vma)
    ? [vma.start, pages, `${perm}s`, names.object(vma.object), vma.pgoff]
    : [vma.start, pages, `${perm}p`, 'anon'];
}

/** The letters in the recorder's order; every frame is on an LRU list, as batches are drained. */
function flagsOf({ frames }: World, pfn: number): string {
  const anon = frames.is(pfn, ANON);
  const shmem = frames.is(pfn, SHMEM);
  return [
    anon ? 'a' : '',
    anon || shmem ? 'b' : '',
    frames.is(pfn, FOLIO_DIRTY) ? 'd' : '',
    'l',
    anon && frames.is(pfn, EXCLUSIVE) ? 'x' : '',
    shmem ? 'F' : '',
    frames.mapcount[pfn] === 1 ? '1' : '',
  ].join('');
}

function contentsOf({ frames }: World, pfn: number): number | number[] {
  const bytes = SAMPLES.map(offset => byteAt(frames.contents[pfn]!, offset));
  return bytes.every(byte => byte === bytes[0]) ? bytes[0]! : bytes;
}
