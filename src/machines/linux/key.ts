import { createHash } from 'node:crypto';
import { COUNTS } from '../machine.ts';
import type { Content } from './hardware/content.ts';
import { UPTODATE } from './hardware/frames.ts';
import type { PageTable } from './hardware/page-table.ts';
import { generationOf, isSwap, mapsFrame, NX, pfnOf, slotOf } from './hardware/pte.ts';
import type { IdealMemory } from './ideal/ideal.ts';
import { type Naming, pushIdeal } from './ideal/key.ts';
import { permOf } from './memory/vma.ts';
import type { World } from './world.ts';

/**
 * The joint state of world and ideal as text, the same for two states that differ only in the numbers of
 * frames, slots, objects and anon_vmas and in which values their pages hold; costs are left out.
 */
export function key(world: World, ideal: IdealMemory): string {
  const out: number[] = [];
  const valueName = naming();
  const nameOf: Naming = value => (value === 0 ? 0 : valueName(value));
  const pushContent = ({ fill, offsets, values }: Content): void => {
    out.push(nameOf(fill));
    for (let i = 0; i < offsets.length; i++) out.push(offsets[i]!, nameOf(values[i]!));
    out.push(END);
  };
  pushWorld(out, world, pushContent);
  pushIdeal(out, ideal, nameOf, naming);
  const { copy, hunt, signal } = world;
  return (
    textOf(out) +
    (signal === undefined ? '' : signal.process) +
    (copy === undefined
      ? ''
      : ` ${copy.process} ${copy.done} ${copy.attempt} ${copy.checked} ${copy.touching} ${copy.stuck} ${world.fixup}`) +
    (hunt === undefined ? '' : ` ${hunt.pages.length} ${hunt.done} ${world.fixup}`)
  );
}

/** A call takes only so many arguments. */
const PIECE = 8192;

function textOf(numbers: readonly number[]): string {
  let text = '';
  for (let from = 0; from < numbers.length; from += PIECE)
    text += String.fromCharCode(...numbers.slice(from, from + PIECE));
  return text;
}

function naming(): Naming {
  let names: Map<unknown, number> | undefined;
  return thing => {
    names ??= new Map();
    let name = names.get(thing);
    if (name === undefined) {
      name = names.size + 1;
      names.set(thing, name);
    }
    return name;
  };
}

const END = 0xffff;

function pushWorld(out: number[], world: World, pushContent: (content: Content) => void): void {
  const { frames, swap } = world;
  const mmOf = naming();
  const objectOf = naming();
  const anonVmaOf = naming();
  const inUse = new Seen(out);
  const slots = new Seen(out);
  const pushEntry = (page: number, low: number, high: number): void => {
    out.push(page, low & 0xfff);
    if (isSwap(low)) slots.push(slotOf(low));
    if (!mapsFrame(low)) return;
    const pfn = pfnOf(low, high);
    out.push((high & NX) === 0 ? 0 : 1, generationOf(high) === frames.generation[pfn] ? 0 : 1);
    inUse.push(pfn);
  };
  const pushEntries = (table: PageTable): void => {
    table.each(pushEntry);
    out.push(END);
  };
  const told = new Set<number>();
  for (const { mm: index, cpu, stackLimit, rings } of world.processes) {
    const mm = world.mms[index];
    out.push(mm === undefined ? 0 : 1);
    if (mm === undefined) continue;
    out.push(cpu, stackLimit, mmOf(index));
    for (const ring of rings.values()) {
      const buffer = world.buffers[ring];
      out.push(buffer?.writable === false ? 1 : 0);
      for (const pfn of buffer?.pages ?? []) inUse.push(pfn);
    }
    out.push(END);
    if (told.has(index)) continue;
    told.add(index);
    out.push(mm.ran, mm.hasPinned ? 1 : 0, world.ksm.registered.indexOf(index));
    for (const vma of mm.vmas) {
      out.push(vma.start, vma.end, vma.rights, vma.object < 0 ? 0 : objectOf(vma.object), vma.pgoff);
      out.push(vma.flags, vma.anonVma === 0 ? 0 : anonVmaOf(vma.anonVma), vma.chain.length);
      for (const anonVma of vma.chain) out.push(anonVmaOf(anonVma));
    }
    out.push(END);
    pushEntries(mm.table);
    for (const { tlbs } of world.cpus) {
      const tlb = tlbs[index];
      if (tlb !== undefined) pushEntries(tlb);
      out.push(END);
    }
  }
  for (const { holds, handler } of world.cpus) {
    if (holds === undefined) continue;
    out.push(mmOf(holds.mm), ['none', 'read', 'write'].indexOf(holds.mmap), holds.table ? 1 : 0);
    if (handler === undefined) continue;
    const { low, high, pfn, same, gathered, mappings, sequence } = handler;
    out.push(low & 0xfff, (high & NX) === 0 ? 0 : 1, same ? 1 : 0);
    out.push(world.mms[holds.mm]?.writeProtectSeq === sequence ? 0 : 1);
    for (const { mm, page } of mappings ?? []) out.push(mmOf(mm), page);
    if (mapsFrame(low)) inUse.push(pfnOf(low, high));
    if (pfn >= 0) inUse.push(pfn);
    for (const frame of gathered) inUse.push(frame);
    out.push(END);
  }
  world.objects.forEach((object, number) => {
    if (object === undefined) return;
    out.push(objectOf(number), Math.ceil(object.size / 64));
    for (const [index, pfn] of sorted(object.pages)) {
      out.push(index);
      inUse.push(pfn);
    }
    out.push(END);
    for (const [index, slot] of sorted(object.slots)) {
      out.push(index);
      slots.push(slot);
    }
    out.push(END);
    for (const [index, content] of sorted(object.blocks)) {
      out.push(index);
      pushContent(content);
    }
    out.push(END);
  });
  for (const [, pages] of [...world.pipes].sort(([a], [b]) => (a < b ? -1 : 1))) {
    for (const pfn of pages) inUse.push(pfn);
    out.push(END);
  }
  for (const number of slots.all) {
    const slot = swap.slots[number];
    out.push(slot === undefined ? 0 : slot.count + 1);
    if (slot === undefined) continue;
    inUse.push(slot.pfn < 0 ? 0 : slot.pfn);
    pushContent(slot.data);
  }
  for (const pfn of inUse.all) {
    out.push(frames.refcount[pfn]! + 1, frames.mapcount[pfn]! + 1, frames.flags[pfn]!);
    pushContent(frames.contents[pfn]!);
  }
  pushContent(frames.contents[0]!);
  pushContent(world.block);
  let lost = 0;
  for (let pfn = 1; pfn < frames.count; pfn++) if (frames.refcount[pfn] !== 0 && !inUse.has(pfn)) lost++;
  out.push(lost, swap.slots.filter((slot, number) => slot !== undefined && !slots.has(number)).length);
}

/** Frames or slots in the order in which they are first seen. */
class Seen {
  readonly all: number[] = [];
  /** By number; a hole where it was not seen. */
  private readonly names: number[] = [];
  private readonly out: number[];

  constructor(out: number[]) {
    this.out = out;
  }

  has(number: number): boolean {
    return this.names[number] !== undefined;
  }

  push(number: number): void {
    let name = this.names[number];
    if (name === undefined) {
      name = this.all.push(number);
      this.names[number] = name;
    }
    this.out.push(name);
  }
}

const sorted = <V>(map: ReadonlyMap<number, V>): [number, V][] =>
  map.size === 0 ? [] : [...map].sort(([a], [b]) => a - b);

/** A hash of the whole state, costs included: equal for equal runs, for transcripts. */
export function digest(world: World): string {
  const { frames } = world;
  const state = {
    processes: world.processes.map(({ name, mm: index, cpu, stackLimit, rings }) => {
      const mm = world.mms[index];
      return {
        name,
        index,
        cpu,
        stackLimit,
        rings: [...rings],
        vmas: mm?.vmas.map(vma => ({ ...vma, rights: permOf(vma.rights) })),
        entries: mm?.table.pages().map(page => [page, mm.table.low(page), mm.table.high(page)]),
        rss: mm && [mm.rssAnon, mm.rssFile, mm.rssShmem, mm.swapEntries, mm.hasPinned],
      };
    }),
    frames: Array.from({ length: frames.count }, (_, pfn) => [
      frames.refcount[pfn],
      frames.mapcount[pfn],
      frames.flags[pfn]! & ~UPTODATE,
      frames.generation[pfn],
      frames.contents[pfn],
    ]),
    objects: world.objects.map(
      object =>
        object && {
          ...object,
          pages: [...object.pages],
          slots: [...object.slots],
          blocks: [...object.blocks],
        },
    ),
    swap: world.swap,
    pipes: [...world.pipes],
    buffers: world.buffers,
    block: world.block,
    copy: world.copy,
    hunt: world.hunt,
    fixup: world.fixup,
    counts: COUNTS.map((_, i) => world.counts[i]),
  };
  return createHash('sha256').update(JSON.stringify(state)).digest('hex').slice(0, 16);
}
