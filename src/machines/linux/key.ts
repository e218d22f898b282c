import { createHash } from 'node:crypto';
import { COUNTS } from '../machine.ts';
import type { Content } from './content.ts';
import type { IdealContent } from './ideal/content.ts';
import type { IdealMemory } from './ideal/ideal.ts';
import { pageOf, pagesOf, stackLimitOf } from './ideal/view.ts';
import type { PageTable } from './page-table.ts';
import { generationOf, NX, pfnOf } from './pte.ts';
import { isShared, permOf } from './vma.ts';
import type { World } from './world.ts';

/**
 * The joint state of world and ideal as text, the same for two states that differ only in the numbers of
 * frames, objects and anon_vmas and in which values their pages hold; costs are left out.
 */
export function key(world: World, ideal: IdealMemory): string {
  const out: number[] = [];
  const { frames, copy } = world;
  const naming = () => {
    const names = new Map<unknown, number>();
    return (thing: unknown): number => {
      let name = names.get(thing);
      if (name === undefined) {
        name = names.size + 1;
        names.set(thing, name);
      }
      return name;
    };
  };
  const frameOf = naming();
  const mmOf = naming();
  const objectOf = naming();
  const anonVmaOf = naming();
  const sharedOf = naming();
  const areaOf = naming();
  const valueName = naming();
  const nameOf = (value: number): number => (value === 0 ? 0 : valueName(value));
  const seen: number[] = [];
  const pushFrame = (pfn: number) => {
    const before = seen.length;
    const name = pfn === 0 ? 0 : frameOf(pfn);
    if (name > before) seen.push(pfn);
    out.push(name);
  };
  const pushEntries = (table: PageTable) => {
    for (const page of table.pages()) {
      const low = table.low(page);
      const high = table.high(page);
      const pfn = pfnOf(low, high);
      out.push(
        page,
        low & 0xfff,
        (high & NX) === 0 ? 0 : 1,
        generationOf(high) === frames.generation[pfn] ? 0 : 1,
      );
      pushFrame(pfn);
    }
    out.push(END);
  };
  const told = new Set<number>();
  for (const { name, mm: index, cpu, stackLimit } of world.processes) {
    const mm = world.mms[index];
    out.push(mm === undefined ? 0 : 1);
    if (mm === undefined) continue;
    out.push(cpu, stackLimit, stackLimitOf(ideal, name), mmOf(index));
    if (told.has(index)) continue;
    told.add(index);
    out.push(mm.ran);
    for (const vma of mm.vmas) {
      out.push(vma.start, vma.end, vma.rights, isShared(vma) ? objectOf(vma.object) : 0, vma.pgoff);
      out.push(
        (vma.account ? 1 : 0) | (vma.growsDown ? 2 : 0),
        vma.anonVma === 0 ? 0 : anonVmaOf(vma.anonVma),
        vma.chain.length,
      );
      for (const anonVma of vma.chain) out.push(anonVmaOf(anonVma));
    }
    out.push(END);
    pushEntries(mm.table);
    for (const { tlbs } of world.cpus) {
      const tlb = tlbs[index];
      if (tlb !== undefined) pushEntries(tlb);
      out.push(END);
    }
    for (const page of pagesOf(ideal, name)) {
      const { perm, shared, stack, content } = pageOf(ideal, name, page)!;
      out.push(
        stack === 0 ? 0 : areaOf(stack),
        page,
        perm.charCodeAt(0),
        perm.charCodeAt(1),
        perm.charCodeAt(2),
      );
      out.push(shared === undefined ? 0 : sharedOf(shared));
      pushIdeal(out, content, nameOf);
    }
    out.push(END);
  }
  world.objects.forEach((object, number) => {
    if (object === undefined) return;
    out.push(objectOf(number));
    for (const [index, pfn] of [...object.pages].sort(([a], [b]) => a - b)) {
      out.push(index);
      pushFrame(pfn);
    }
    out.push(END);
  });
  for (let i = 0; i < seen.length; i++) {
    const pfn = seen[i]!;
    out.push(frames.refcount[pfn]! + 1, frames.mapcount[pfn]! + 1, frames.flags[pfn]!);
    pushContent(out, frames.contents[pfn]!, nameOf);
  }
  pushContent(out, frames.contents[0]!, nameOf);
  let lost = 0;
  for (let pfn = 1; pfn < frames.count; pfn++) if (frames.refcount[pfn] !== 0 && !seen.includes(pfn)) lost++;
  out.push(lost);
  return (
    String.fromCharCode(...out) +
    (world.signal === undefined ? '' : world.signal.process) +
    (copy === undefined ? '' : ` ${copy.process} ${copy.done} ${copy.attempt} ${world.fixup}`)
  );
}

const END = 0xffff;

function pushContent(out: number[], content: Content, nameOf: (v: number) => number): void {
  out.push(nameOf(content.fill));
  for (let i = 0; i < content.offsets.length; i++) out.push(content.offsets[i]!, nameOf(content.values[i]!));
  out.push(END);
}

function pushIdeal(out: number[], content: IdealContent, nameOf: (v: number) => number): void {
  out.push(nameOf(content.fill));
  for (const offset of [...content.bytes.keys()].sort((a, b) => a - b))
    out.push(offset, nameOf(content.bytes.get(offset)!));
  out.push(END);
}

/** A hash of the whole state, costs included: equal for equal runs, for transcripts. */
export function digest(world: World): string {
  const { frames } = world;
  const state = {
    processes: world.processes.map(({ name, mm: index, cpu, stackLimit }) => {
      const mm = world.mms[index];
      return {
        name,
        cpu,
        stackLimit,
        vmas: mm?.vmas.map(vma => ({ ...vma, rights: permOf(vma.rights) })),
        entries: mm?.table.pages().map(page => [page, mm.table.low(page), mm.table.high(page)]),
        rss: mm && [mm.rssAnon, mm.rssShmem],
      };
    }),
    frames: Array.from({ length: frames.count }, (_, pfn) => [
      frames.refcount[pfn],
      frames.mapcount[pfn],
      frames.flags[pfn],
      frames.generation[pfn],
      frames.contents[pfn],
    ]),
    objects: world.objects.map(object => object && [...object.pages]),
    copy: world.copy,
    fixup: world.fixup,
    counts: COUNTS.map((_, i) => world.counts[i]),
  };
  return createHash('sha256').update(JSON.stringify(state)).digest('hex').slice(0, 16);
}
