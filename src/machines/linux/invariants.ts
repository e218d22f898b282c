import type { Violation } from '../machine.ts';
import { sameContent, ZEROS } from './content.ts';
import { ANON, EXCLUSIVE, ZERO_PFN } from './frames.ts';
import { entryRow, frameRow } from './names.ts';
import { generationOf, isExecutable, isNone, isPresent, isWritable, pfnOf } from './pte.ts';
import { findVma, isAccessible, isShared, mayExecute, mayWrite } from './vma.ts';
import type { Mm, World } from './world.ts';

/**
 * What must hold of a world at any time, as predicates over its state alone. Numbers are those of the
 * specification's section 10; docs/invariants.md says each in words.
 */
interface Entry {
  readonly process: string;
  readonly mm: Mm;
  readonly page: number;
  readonly low: number;
  readonly high: number;
  readonly pfn: number;
}

/** One pass over the world that every predicate shares. */
interface Census {
  readonly world: World;
  readonly entries: readonly Entry[];
  /** Entries of all address spaces that map each frame. */
  readonly mappers: readonly (readonly Entry[])[];
  /** References that each frame should have. */
  readonly references: readonly number[];
}

export interface Invariant {
  readonly id: string;
  readonly broken: (census: Census) => Iterable<Violation>;
}

function census(world: World): Census {
  const entries: Entry[] = [];
  const mappers: Entry[][] = Array.from({ length: world.frames.count }, () => []);
  const references = new Array<number>(world.frames.count).fill(0);
  for (const { process, mm } of addressSpaces(world)) {
    for (const page of mm.table.pages()) {
      const low = mm.table.low(page);
      const high = mm.table.high(page);
      const entry = { process, mm, page, low, high, pfn: pfnOf(low, high) };
      entries.push(entry);
      mappers[entry.pfn]?.push(entry);
      references[entry.pfn]!++;
    }
  }
  for (const object of world.objects) for (const pfn of object?.pages.values() ?? []) references[pfn]!++;
  return { world, entries, mappers, references };
}

/** Each address space, with the first process that lives in it. */
function* addressSpaces(world: World): Generator<{ process: string; index: number; mm: Mm }> {
  for (const [index, mm] of world.mms.entries()) {
    const process = world.processes.find(each => each.mm === index)?.name;
    if (mm !== undefined && process !== undefined) yield { process, index, mm };
  }
}

const rowsOf = (entries: readonly Entry[]): string[] =>
  entries.map(entry => entryRow(entry.process, entry.page));

function* eachFrame({ world }: Census): Generator<number> {
  for (let pfn = 1; pfn < world.frames.count; pfn++) yield pfn;
}

export const invariants: readonly Invariant[] = [
  {
    id: 'I1',
    *broken({ world, entries, mappers }) {
      for (const entry of entries) {
        const { frames } = world;
        if (!isWritable(entry.low) || !frames.is(entry.pfn, ANON)) continue;
        const sharers = mappers[entry.pfn]!;
        if (sharers.length > 1 || !frames.is(entry.pfn, EXCLUSIVE))
          yield { invariant: 'I1', what: 'writable', rows: [frameRow(entry.pfn), ...rowsOf(sharers)] };
      }
    },
  },
  {
    id: 'I3',
    *broken({ world, entries }) {
      for (const entry of entries) {
        const vma = findVma(entry.mm.vmas, entry.page);
        if (vma === undefined || !isShared(vma)) continue;
        const shown = world.objects[vma.object]?.pages.get(vma.pgoff + entry.page - vma.start);
        if (shown !== entry.pfn)
          yield {
            invariant: 'I3',
            what: 'not the object page',
            rows: [frameRow(entry.pfn), ...rowsOf([entry])],
          };
      }
    },
  },
  {
    id: 'I4',
    *broken({ world, mappers }) {
      if (!sameContent(world.frames.contents[ZERO_PFN]!, ZEROS))
        yield { invariant: 'I4', what: 'content', rows: [frameRow(ZERO_PFN)] };
      const writers = mappers[ZERO_PFN]!.filter(entry => isWritable(entry.low));
      if (writers.length > 0)
        yield { invariant: 'I4', what: 'writable', rows: [frameRow(ZERO_PFN), ...rowsOf(writers)] };
    },
  },
  {
    id: 'I5',
    *broken(all) {
      const { refcount } = all.world.frames;
      for (const pfn of eachFrame(all)) {
        if (refcount[pfn] !== all.references[pfn])
          yield {
            invariant: 'I5',
            what: 'refcount',
            rows: [frameRow(pfn)],
            ...(all.references[pfn] === 0 ? { leak: true } : {}),
          };
      }
    },
  },
  {
    id: 'I6',
    *broken(all) {
      for (const pfn of eachFrame(all))
        if (all.world.frames.mapcount[pfn] !== all.mappers[pfn]!.length)
          yield { invariant: 'I6', what: 'mapcount', rows: [frameRow(pfn)] };
    },
  },
  {
    id: 'I7',
    *broken(all) {
      const { frames } = all.world;
      const free = new Set(frames.free);
      for (const pfn of eachFrame(all)) {
        if (free.has(pfn) !== (frames.refcount[pfn] === 0))
          yield { invariant: 'I7', what: 'free', rows: [frameRow(pfn)] };
        const stale = all.mappers[pfn]!.filter(entry => generationOf(entry.high) !== frames.generation[pfn]);
        if (stale.length > 0)
          yield { invariant: 'I7', what: 'stale entry', rows: [frameRow(pfn), ...rowsOf(stale)] };
      }
    },
  },
  {
    id: 'I8',
    *broken({ world }) {
      for (const cached of cachedEntries(world))
        if (
          (isWritable(cached.low) && !isWritable(cached.mm.table.low(cached.page))) ||
          (isExecutable(cached.high) && !isExecutable(cached.mm.table.high(cached.page)))
        )
          yield { invariant: 'I8', what: 'TLB rights', rows: rowsOf([cached]) };
    },
  },
  {
    id: 'I9',
    *broken({ world }) {
      for (const cached of cachedEntries(world)) {
        const low = cached.mm.table.low(cached.page);
        if (!isPresent(low) || pfnOf(low, cached.mm.table.high(cached.page)) !== cached.pfn)
          yield { invariant: 'I9', what: 'TLB frame', rows: [frameRow(cached.pfn), ...rowsOf([cached])] };
      }
    },
  },
  {
    id: 'I10',
    *broken(all) {
      const { frames } = all.world;
      for (const pfn of eachFrame(all))
        if (
          frames.refcount[pfn]! > 0 &&
          frames.is(pfn, EXCLUSIVE) &&
          (all.mappers[pfn]!.length !== 1 || !frames.is(pfn, ANON))
        )
          yield { invariant: 'I10', what: 'exclusive', rows: [frameRow(pfn), ...rowsOf(all.mappers[pfn]!)] };
    },
  },
  {
    id: 'I16',
    *broken({ world, entries }) {
      for (const { mm } of addressSpaces(world)) {
        const own = entries.filter(entry => entry.mm === mm && entry.pfn !== ZERO_PFN);
        const anon = own.filter(entry => world.frames.is(entry.pfn, ANON)).length;
        if (anon !== mm.rssAnon || own.length - anon !== mm.rssShmem)
          yield { invariant: 'I16', what: 'resident pages', rows: [] };
      }
    },
  },
  {
    id: 'I18',
    *broken({ entries }) {
      for (const entry of entries) {
        const vma = findVma(entry.mm.vmas, entry.page);
        const allowed =
          vma !== undefined &&
          (!isPresent(entry.low) || isAccessible(vma)) &&
          (!isWritable(entry.low) || mayWrite(vma)) &&
          (!isPresent(entry.low) || !isExecutable(entry.high) || mayExecute(vma));
        if (!allowed) yield { invariant: 'I18', what: 'more than the VMA', rows: rowsOf([entry]) };
      }
    },
  },
  {
    id: 'I31',
    *broken({ world }) {
      for (const mm of world.mms)
        for (let i = 1; i < (mm?.vmas.length ?? 0); i++)
          if (mm!.vmas[i - 1]!.end > mm!.vmas[i]!.start)
            yield { invariant: 'I31', what: 'overlap', rows: [] };
    },
  },
];

function* cachedEntries(world: World): Generator<Entry> {
  for (const { process, index, mm } of addressSpaces(world))
    for (const { tlbs } of world.cpus) {
      const tlb = tlbs[index];
      for (const page of tlb?.pages() ?? []) {
        const low = tlb!.low(page);
        const high = tlb!.high(page);
        if (!isNone(low)) yield { process, mm, page, low, high, pfn: pfnOf(low, high) };
      }
    }
}

/** All violations of the world as it is now, in the order of the invariants. */
export function broken(world: World): Violation[] {
  const all = census(world);
  return invariants.flatMap(invariant => [...invariant.broken(all)]);
}
