import { PAGE_SIZE } from '../../../language/moves.ts';
import type { Uncoupled } from '../../machine.ts';
import { byteAt, bytesOf, type Content, sameContent, ZEROS } from '../hardware/content.ts';
import { ANON, FOLIO_DIRTY, LAZYFREE, ZERO_PFN } from '../hardware/frames.ts';
import {
  isDirty,
  isExecutable,
  isGuard,
  isNone,
  isPresent,
  isSwap,
  isWritable,
  mapsFrame,
  pfnOf,
  slotOf,
} from '../hardware/pte.ts';
import { has } from '../ideal/areas.ts';
import type { Contents, IdealContent } from '../ideal/content.ts';
import type { IdealMemory } from '../ideal/ideal.ts';
import type { ObjectId } from '../ideal/memory.ts';
import * as asked from '../ideal/memory.ts';
import { areasOf, objectAt, type PageView, pageOf } from '../ideal/view.ts';
import type { Mm } from '../memory/mm.ts';
import { contentOf } from '../memory/page-cache.ts';
import { swappedContent } from '../memory/swap.ts';
import * as area from '../memory/vma.ts';
import {
  growsDown,
  indexOf,
  isAccessible,
  isShared,
  mayExecute,
  mayWrite,
  permOf,
  type Vma,
} from '../memory/vma.ts';
import { entryRow, frameRow } from '../names.ts';
import type { World } from '../world.ts';

/** Address spaces: VMAs, and what each page's entry shows. */

/** Which of the ideal's objects a file or shared object of the world is. */
export class Objects {
  private readonly there = new Map<number, ObjectId>();

  /** Is it this one? Two that have not been seen before are from now on. */
  matches(number: number, id: ObjectId): boolean {
    const known = this.there.get(number);
    if (known !== undefined) return known === id;
    if ([...this.there.values()].includes(id)) return false;
    this.there.set(number, id);
    return true;
  }

  /** All that were seen. */
  pairs(): Iterable<[number: number, id: ObjectId]> {
    return this.there;
  }
}

/** The objects that are mapped, or files: as the two sides name them. Undefined where they do not fit. */
export function objectsOf(world: World, ideal: IdealMemory): Objects | undefined {
  const objects = new Objects();
  for (const [number, object] of world.objects.entries())
    if (object?.file !== undefined) objects.matches(number, object.file);
  for (const { name, mm: index } of world.processes)
    for (const vma of world.mms[index]?.vmas ?? []) {
      if (vma.object < 0) continue;
      const wanted = objectAt(ideal, name, vma.start);
      if (wanted !== undefined && !objects.matches(vma.object, wanted)) return undefined;
    }
  return objects;
}

/** VMAs cover the ideal's pages with the same rights, and each page's entry shows what the ideal may show. */
export function addressSpacesDiffer(
  world: World,
  ideal: IdealMemory,
  objects: Objects,
): Uncoupled | undefined {
  for (const { name, mm: index } of world.processes) {
    const mm = world.mms[index];
    if (mm === undefined) continue;
    let pages = 0;
    for (const { start, end } of areasOf(ideal, name)) pages += end - start;
    for (const vma of mm.vmas) {
      pages -= vma.end - vma.start;
      let same: asked.Area | undefined;
      for (let page = vma.start; page < vma.end; page++) {
        const wanted = pageOf(ideal, name, page);
        if (wanted === undefined || (wanted.area !== same && !sameArea(objects, vma, page, wanted.area)))
          return { what: 'the VMAs differ', rows: [entryRow(name, page)] };
        same = wanted.area;
        const wrong = shows(world, mm, vma, page, wanted) ?? exceeds(mm, vma, page);
        if (wrong !== undefined) return { what: wrong, rows: [entryRow(name, page)] };
      }
    }
    if (pages !== 0) return { what: 'the VMAs differ', rows: [] };
    const stray = strayEntry(mm);
    if (stray !== undefined) return { what: 'no VMA', rows: [entryRow(name, stray)] };
  }
  if (!sameContent(world.frames.contents[ZERO_PFN]!, ZEROS))
    return { what: 'the zero frame is not zero', rows: [frameRow(ZERO_PFN)] };
  return undefined;
}

/** Pages that show what they may, but will not go on to. */
export function pagesLurk(world: World, ideal: IdealMemory): Uncoupled | undefined {
  for (const { name, mm: index } of world.processes) {
    const mm = world.mms[index];
    for (const vma of mm?.vmas ?? [])
      for (const page of mm!.table.pages(vma.start, vma.end)) {
        const lurking = lurks(world, mm!, vma, page, () => pageOf(ideal, name, page)?.contents ?? []);
        if (lurking !== undefined) return { what: lurking, rows: [entryRow(name, page)] };
      }
  }
  return undefined;
}

/** The flags of a VMA, in the world's bits and in the ideal's. */
const FLAGS = [
  [area.LOCKED, asked.LOCKED],
  [area.DONTCOPY, asked.DONT_FORK],
  [area.WIPEONFORK, asked.WIPE_ON_FORK],
] as const;

/** Do they promise the same from this page on? */
function sameArea(objects: Objects, vma: Vma, page: number, wanted: asked.Area): boolean {
  if (
    wanted.perm !== permOf(vma.rights) ||
    wanted.shared !== isShared(vma) ||
    has(wanted, asked.GROWS_DOWN) !== growsDown(vma)
  )
    return false;
  for (const [here, there] of FLAGS) if (((vma.flags & here) !== 0) !== has(wanted, there)) return false;
  if (vma.object < 0) return wanted.object === undefined;
  return (
    wanted.object !== undefined &&
    wanted.index + page - wanted.start === indexOf(vma, page) &&
    objects.matches(vma.object, wanted.object)
  );
}

/** What is wrong with a page of a VMA: an entry of none stands for what a correct fault would bring. */
function shows(world: World, mm: Mm, vma: Vma, page: number, wanted: PageView): string | undefined {
  const low = mm.table.low(page);
  if (isGuard(low) !== wanted.guard) return 'a guard marker';
  if (wanted.guard) return undefined;
  const object = world.objects[vma.object];
  const index = indexOf(vma, page);
  if (wanted.beyondEnd) return isNone(low) ? undefined : 'behind the end';
  if (isNone(low))
    return holds(object === undefined ? ZEROS : contentOf(world, object, index), wanted.contents);
  if (isSwap(low)) return holds(swappedContent(world, slotOf(low)), wanted.contents);
  const pfn = pfnOf(low, mm.table.high(page));
  if (pfn === ZERO_PFN && isShared(vma) && mayWrite(vma)) return "maps the zero frame, not the object's";
  return holds(world.frames.contents[pfn]!, wanted.contents);
}

/** What is wrong with a page that shows what it may: it will not go on to. */
function lurks(world: World, mm: Mm, vma: Vma, page: number, wanted: () => Contents): string | undefined {
  const low = mm.table.low(page);
  if (!mapsFrame(low)) return undefined;
  const pfn = pfnOf(low, mm.table.high(page));
  if (isShared(vma)) {
    if (pfn !== world.objects[vma.object]?.pages.get(indexOf(vma, page)))
      return "maps another frame than the object's";
  } else if (!world.frames.is(pfn, ANON) && pfn !== ZERO_PFN) {
    if (pfn !== world.objects[vma.object]?.pages.get(indexOf(vma, page)))
      return "maps another frame than the file's";
  }
  const vanishes = mayVanish(world, mm, page, pfn) && holds(ZEROS, wanted()) !== undefined;
  return vanishes ? 'may be dropped' : undefined;
}

/** A page that was given up with MADV_FREE and that nothing knows to have been written to since. */
const mayVanish = ({ frames }: World, mm: Mm, page: number, pfn: number): boolean =>
  frames.is(pfn, LAZYFREE) && !frames.is(pfn, FOLIO_DIRTY) && !isDirty(mm.table.low(page));

export function holds(content: Content, allowed: Contents): string | undefined {
  for (const one of allowed) if (equals(content, one)) return undefined;
  return 'wrong content';
}

function equals(content: Content, wanted: IdealContent): boolean {
  if (content.fill !== wanted.fill)
    return (
      content.offsets.length + wanted.bytes.size >= PAGE_SIZE &&
      bytesOf(content).every((byte, offset) => byte === (wanted.bytes.get(offset) ?? wanted.fill))
    );
  for (let i = 0; i < content.offsets.length; i++)
    if ((wanted.bytes.get(content.offsets[i]!) ?? wanted.fill) !== content.values[i]) return false;
  for (const [offset, value] of wanted.bytes) if (byteAt(content, offset) !== value) return false;
  return true;
}

/** Entries allow no more than their VMA does; the zero frame is nobody's to write. */
function exceeds(mm: Mm, vma: Vma, page: number): string | undefined {
  const low = mm.table.low(page);
  if (!isPresent(low)) return undefined;
  const high = mm.table.high(page);
  const more =
    !isAccessible(vma) ||
    (isWritable(low) && (!mayWrite(vma) || pfnOf(low, high) === ZERO_PFN)) ||
    (isExecutable(high) && !mayExecute(vma));
  return more ? 'more rights than its VMA' : undefined;
}

/** A page with an entry outside all VMAs. */
function strayEntry({ table, vmas }: Mm): number | undefined {
  let at = 0;
  for (const page of table.pages()) {
    while (at < vmas.length && vmas[at]!.end <= page) at++;
    const vma = vmas[at];
    if (vma === undefined || vma.start > page) return page;
  }
  return undefined;
}
