import { PIN_BIAS } from './hardware/frames.ts';
import { isNone, isSwap, mapsFrame, pfnOf, slotOf } from './hardware/pte.ts';
import type { Mm } from './memory/mm.ts';
import { findVma, type Vma } from './memory/vma.ts';
import { entryRow } from './names.ts';
import type { World } from './world.ts';

/** Who holds what in a world: counted anew from entries, caches and pins, beside what the counts themselves say. */

/** A present entry, or one of PROT_NONE memory; also a TLB's copy of one. */
export interface Entry {
  /** The first process that lives in the address space. */
  readonly process: string;
  readonly mm: Mm;
  readonly page: number;
  readonly low: number;
  readonly high: number;
  readonly pfn: number;
}

/** An entry that names a swap slot. */
export interface SwapEntry {
  readonly process: string;
  readonly mm: Mm;
  readonly page: number;
  readonly low: number;
}

export interface Census {
  readonly world: World;
  readonly entries: readonly Entry[];
  readonly swapEntries: readonly SwapEntry[];
  /** Entries of all address spaces that map each frame. */
  readonly mappers: readonly (readonly Entry[])[];
  /** References that each frame should have. */
  readonly references: readonly number[];
  /** Pins among them. */
  readonly pins: readonly number[];
  /** Swap entries of page tables and objects that name each slot. */
  readonly naming: readonly number[];
}

/** Most frames have no mapper, or one. Stays empty. */
const NOBODY: Entry[] = [];

/** One pass over the world. */
export function census(world: World): Census {
  const { frames, swap } = world;
  const entries: Entry[] = [];
  const swapEntries: SwapEntry[] = [];
  const mappers = new Array<Entry[]>(frames.count).fill(NOBODY);
  const references = new Array<number>(frames.count).fill(0);
  const pins = new Array<number>(frames.count).fill(0);
  const naming = new Array<number>(swap.slots.length).fill(0);
  for (const { process, mm } of addressSpaces(world))
    mm.table.each((page, low, high) => {
      if (isSwap(low)) {
        swapEntries.push({ process, mm, page, low });
        naming[slotOf(low)] = (naming[slotOf(low)] ?? 0) + 1;
      }
      if (!mapsFrame(low)) return;
      const entry = { process, mm, page, low, high, pfn: pfnOf(low, high) };
      entries.push(entry);
      if (mappers[entry.pfn] === NOBODY) mappers[entry.pfn] = [entry];
      else mappers[entry.pfn]?.push(entry);
      references[entry.pfn]!++;
    });
  for (const object of world.objects) {
    for (const pfn of object?.pages.values() ?? []) references[pfn]!++;
    for (const slot of object?.slots.values() ?? []) naming[slot] = (naming[slot] ?? 0) + 1;
  }
  for (const slot of swap.slots) if (slot !== undefined && slot.pfn >= 0) references[slot.pfn]!++;
  for (const pipe of world.pipes.values()) for (const pfn of pipe) references[pfn]!++;
  for (const buffer of world.buffers) for (const pfn of buffer?.pages ?? []) pins[pfn]!++;
  const { hunt } = world;
  if (hunt !== undefined)
    for (const pfn of hunt.pages)
      if (hunt.pins) pins[pfn]!++;
      else references[pfn]!++;
  for (let pfn = 0; pfn < frames.count; pfn++) references[pfn]! += PIN_BIAS * pins[pfn]!;
  return { world, entries, swapEntries, mappers, references, pins, naming };
}

/** Each address space, with the first process that lives in it. */
export function addressSpaces(world: World): { process: string; index: number; mm: Mm }[] {
  const spaces: { process: string; index: number; mm: Mm }[] = [];
  for (let index = 0; index < world.mms.length; index++) {
    const mm = world.mms[index];
    const process = world.processes.find(each => each.mm === index)?.name;
    if (mm !== undefined && process !== undefined) spaces.push({ process, index, mm });
  }
  return spaces;
}

/** What the TLBs of all CPUs hold. */
export function cachedEntries(world: World): Entry[] {
  const cached: Entry[] = [];
  for (const { process, index, mm } of addressSpaces(world))
    for (const { tlbs } of world.cpus) {
      const tlb = tlbs[index];
      for (const page of tlb?.pages() ?? []) {
        const low = tlb!.low(page);
        const high = tlb!.high(page);
        if (!isNone(low)) cached.push({ process, mm, page, low, high, pfn: pfnOf(low, high) });
      }
    }
  return cached;
}

export const vmaOf = ({ mm, page }: { readonly mm: Mm; readonly page: number }): Vma | undefined =>
  findVma(mm.vmas, page);

/** The rows of the view that show these entries. */
export const rowsOf = (entries: readonly { readonly process: string; readonly page: number }[]): string[] =>
  entries.map(({ process, page }) => entryRow(process, page));

/** The frames that could be in use: all but the zero frame, which nobody counts. */
export function* eachFrame({ world }: Census): Generator<number> {
  for (let pfn = 1; pfn < world.frames.count; pfn++) yield pfn;
}
