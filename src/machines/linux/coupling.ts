import { STORED, SYMBOL } from '../../language/moves.ts';
import type { Uncoupled } from '../machine.ts';
import { byteAt, bytesOf, type Content, mapContent, sameContent, withBytes, ZEROS } from './content.ts';
import { EXCLUSIVE, ZERO_PFN } from './frames.ts';
import type { IdealContent } from './ideal/content.ts';
import type { IdealMemory } from './ideal/ideal.ts';
import { mapContents, setContent } from './ideal/rename.ts';
import { pageOf, pagesOf, processesOf, stackLimitOf } from './ideal/view.ts';
import { entryRow, frameRow } from './names.ts';
import { isExecutable, isNone, isPresent, isWritable, pfnOf } from './pte.ts';
import { storedParts } from './user-access.ts';
import { isAccessible, isShared, mayExecute, mayWrite, permOf, type Vma } from './vma.ts';
import type { Mm, World } from './world.ts';

/**
 * The first place where the world and the ideal part: nothing, if every process will be shown what the
 * ideal allows as long as faults are answered rightly. The relation is stated in ARCHITECTURE.md.
 */
export function uncoupled(world: World, ideal: IdealMemory): Uncoupled | undefined {
  return (
    processesDiffer(world, ideal) ??
    addressSpacesDiffer(world, ideal) ??
    entriesExceed(world) ??
    countsDiffer(world) ??
    tlbExceeds(world)
  );
}

function processesDiffer(world: World, ideal: IdealMemory): Uncoupled | undefined {
  const alive = processesOf(ideal).filter(process => process.alive);
  const running = world.processes.filter(process => process.mm >= 0);
  if (
    alive.length === running.length &&
    alive.every(({ name }) => running.some(process => process.name === name))
  )
    return running.every(({ name, stackLimit }) => stackLimit === stackLimitOf(ideal, name))
      ? undefined
      : { what: 'the limits differ', rows: [] };
  return { what: 'the living processes differ', rows: [] };
}

/** VMAs cover the ideal's pages with the same rights, and each page's entry shows the ideal's content. */
function addressSpacesDiffer(world: World, ideal: IdealMemory): Uncoupled | undefined {
  const objects = new Map<number, unknown>();
  for (const { name, mm: index } of world.processes) {
    const mm = world.mms[index];
    if (mm === undefined) continue;
    let pages = 0;
    for (const _ of pagesOf(ideal, name)) pages++;
    for (const vma of mm.vmas) {
      pages -= vma.end - vma.start;
      const perm = permOf(vma.rights);
      for (let page = vma.start; page < vma.end; page++) {
        const wanted = pageOf(ideal, name, page);
        if (
          wanted === undefined ||
          wanted.perm !== perm ||
          (wanted.shared !== undefined) !== isShared(vma) ||
          (wanted.stack !== 0) !== vma.growsDown
        )
          return { what: 'the VMAs differ', rows: [entryRow(name, page)] };
        if (isShared(vma)) {
          if (!objects.has(vma.object)) {
            if ([...objects.values()].includes(wanted.shared))
              return { what: 'shared with another', rows: [] };
            objects.set(vma.object, wanted.shared);
          } else if (objects.get(vma.object) !== wanted.shared)
            return { what: 'shared with another', rows: [entryRow(name, page)] };
        }
        const wrong = shows(world, mm, vma, page, wanted.content);
        if (wrong !== undefined) return { what: wrong, rows: [entryRow(name, page)] };
      }
    }
    if (pages !== 0) return { what: 'the VMAs differ', rows: [] };
  }
  return undefined;
}

/** What is wrong with a page of a VMA: an entry of none stands for what a correct fault would bring. */
function shows(world: World, mm: Mm, vma: Vma, page: number, wanted: IdealContent): string | undefined {
  const low = mm.table.low(page);
  const pfn = isNone(low) ? -1 : pfnOf(low, mm.table.high(page));
  if (isShared(vma)) {
    const held = world.objects[vma.object]?.pages.get(vma.pgoff + page - vma.start);
    if (pfn >= 0 && pfn !== held) return "maps another frame than the object's";
    return equals(held === undefined ? ZEROS : world.frames.contents[held]!, wanted)
      ? undefined
      : 'wrong content';
  }
  return equals(pfn < 0 ? ZEROS : world.frames.contents[pfn]!, wanted) ? undefined : 'wrong content';
}

function equals(content: Content, wanted: IdealContent): boolean {
  if (content.fill !== wanted.fill)
    return bytesOf(content).every((byte, offset) => byte === (wanted.bytes.get(offset) ?? wanted.fill));
  for (let i = 0; i < content.offsets.length; i++)
    if ((wanted.bytes.get(content.offsets[i]!) ?? wanted.fill) !== content.values[i]) return false;
  for (const [offset, value] of wanted.bytes) if (byteAt(content, offset) !== value) return false;
  return true;
}

/** Present entries lie in VMAs that allow what they allow; the zero frame is nobody's to write. */
function entriesExceed(world: World): Uncoupled | undefined {
  for (const { name, mm: index } of world.processes) {
    const mm = world.mms[index];
    if (mm === undefined) continue;
    let at = 0;
    for (const page of mm.table.pages()) {
      while (at < mm.vmas.length && mm.vmas[at]!.end <= page) at++;
      const vma = mm.vmas[at];
      const low = mm.table.low(page);
      const high = mm.table.high(page);
      if (vma === undefined || vma.start > page) return { what: 'no VMA', rows: [entryRow(name, page)] };
      const exceeds =
        (isWritable(low) && (!mayWrite(vma) || pfnOf(low, high) === ZERO_PFN)) ||
        (isPresent(low) && (!isAccessible(vma) || (isExecutable(high) && !mayExecute(vma))));
      if (exceeds) return { what: 'more rights than its VMA', rows: [entryRow(name, page)] };
    }
  }
  return sameContent(world.frames.contents[ZERO_PFN]!, ZEROS)
    ? undefined
    : { what: 'the zero frame is not zero', rows: [frameRow(ZERO_PFN)] };
}

/** References are what is held; writable private and exclusive frames are mapped once. */
function countsDiffer({ frames, mms, objects }: World): Uncoupled | undefined {
  const mapped = new Array<number>(frames.count).fill(0);
  const held = new Array<number>(frames.count).fill(0);
  for (const mm of mms)
    if (mm !== undefined)
      for (const page of mm.table.pages()) mapped[pfnOf(mm.table.low(page), mm.table.high(page))]!++;
  for (const object of objects) for (const pfn of object?.pages.values() ?? []) held[pfn]!++;
  for (let pfn = 1; pfn < frames.count; pfn++) {
    if (frames.refcount[pfn] !== mapped[pfn]! + held[pfn]!)
      return { what: 'wrong refcount', rows: [frameRow(pfn)] };
    if (frames.is(pfn, EXCLUSIVE) && mapped[pfn]! > 1)
      return { what: 'exclusive and shared', rows: [frameRow(pfn)] };
  }
  for (const mm of mms)
    for (const vma of mm?.vmas ?? [])
      if (!isShared(vma))
        for (const page of mm!.table.pages(vma.start, vma.end)) {
          const pfn = pfnOf(mm!.table.low(page), mm!.table.high(page));
          if (isWritable(mm!.table.low(page)) && mapped[pfn]! > 1)
            return { what: 'writable and shared', rows: [frameRow(pfn)] };
        }
  return undefined;
}

/** A TLB entry has its entry's frame and no more rights. */
function tlbExceeds({ processes, mms, cpus }: World): Uncoupled | undefined {
  for (const { name, mm: index } of processes) {
    const mm = mms[index];
    if (mm === undefined) continue;
    for (const { tlbs } of cpus) {
      const tlb = tlbs[index];
      for (const page of tlb?.pages() ?? []) {
        const low = mm.table.low(page);
        const high = mm.table.high(page);
        const cached = tlb!.low(page);
        const stale =
          !isPresent(low) ||
          pfnOf(low, high) !== pfnOf(cached, tlb!.high(page)) ||
          (isWritable(cached) && !isWritable(low)) ||
          (isExecutable(tlb!.high(page)) && !isExecutable(high));
        if (stale) return { what: 'stale TLB entry', rows: [entryRow(name, page)] };
      }
    }
  }
  return undefined;
}

/**
 * Fills every frame but the zero frame with distinct symbols, and the ideal's pages that show it: right
 * must mean right for every content. The two must be coupled, but for a move that a fault has interrupted:
 * what it stored already becomes what it will store, and where it has let a stack grow the ideal has no
 * page yet, and zeros stay zeros. Answers the byte that each symbol stands for.
 */
export function symbolize(world: World, ideal: IdealMemory): Map<number, number> {
  const legend = new Map<number, number>();
  const { frames } = world;
  world.nextSymbol = Math.max(world.nextSymbol, SYMBOL);
  const symbolFor = (byte: number): number => {
    const symbol = world.nextSymbol++;
    legend.set(symbol, byte);
    return symbol;
  };
  const shown = [...shownPages(world)];
  const grown = new Set(
    shown.filter(({ name, page }) => pageOf(ideal, name, page) === undefined).map(({ pfn }) => pfn),
  );
  for (let pfn = 1; pfn < frames.count; pfn++) {
    if (frames.refcount[pfn] === 0 || grown.has(pfn)) continue;
    const { fill, offsets, values } = frames.contents[pfn]!;
    frames.contents[pfn] = { fill: symbolFor(fill), offsets, values: values.map(symbolFor) };
  }
  renameStored(world);
  for (const { name, page, pfn } of shown)
    if (pfn !== ZERO_PFN && !grown.has(pfn)) setContent(ideal, name, page, idealOf(frames.contents[pfn]!));
  return legend;
}

/** What an interrupted copy has stored already is told apart from all else, as what it will store. */
function renameStored(world: World): void {
  const { copy } = world;
  if (copy === undefined) return;
  const { contents } = world.frames;
  const { table } = world.mmOf(copy.process);
  for (const { page, offset, length } of storedParts(copy)) {
    const pfn = pfnOf(table.low(page), table.high(page));
    contents[pfn] = withBytes(contents[pfn]!, offset, length, copy.stores === 'zeros' ? 0 : STORED);
  }
}

const idealOf = ({ fill, offsets, values }: Content): IdealContent => ({
  fill,
  bytes: new Map(offsets.map((offset, i) => [offset, values[i]!])),
});

/** Every page of a VMA that has a frame: its entry's, or its object's. */
function* shownPages(world: World): Generator<{ name: string; page: number; pfn: number }> {
  for (const { name, mm: index } of world.processes) {
    const mm = world.mms[index];
    for (const vma of mm?.vmas ?? [])
      for (let page = vma.start; page < vma.end; page++) {
        const low = mm!.table.low(page);
        const pfn = isShared(vma)
          ? world.objects[vma.object]?.pages.get(vma.pgoff + page - vma.start)
          : isNone(low)
            ? undefined
            : pfnOf(low, mm!.table.high(page));
        if (pfn !== undefined) yield { name, page, pfn };
      }
  }
}

/** Replaces every value but 0 in the world's frames and the ideal's pages. */
export function mapValues(world: World, ideal: IdealMemory, value: (v: number) => number): void {
  const { contents } = world.frames;
  for (let pfn = 0; pfn < contents.length; pfn++) contents[pfn] = mapContent(contents[pfn]!, value);
  mapContents(ideal, v => (v === 0 ? 0 : value(v)));
}
