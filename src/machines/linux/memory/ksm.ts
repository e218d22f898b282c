import { sameContent } from '../hardware/content.ts';
import { ANON, EXCLUSIVE, FOLIO_DIRTY, KSM, SWAPCACHE } from '../hardware/frames.ts';
import { flushPage } from '../hardware/mmu.ts';
import { DIRTY, mapsFrame, packHigh, packLow, pfnOf, WRITABLE } from '../hardware/pte.ts';
import type { World } from '../world.ts';
import type { Mm } from './mm.ts';
import { addRmap, removeRmap } from './rmap.ts';
import { dropUnusedCache } from './swap.ts';
import { MERGEABLE, mayExecute, type Vma } from './vma.ts';

/** ksmd: equal pages of memory that was registered with MADV_MERGEABLE become one frame that nobody may write to. */

/** What ksmd knows: the address spaces that it scans, by their index, in the order of their registration. */
export interface Ksm {
  registered: readonly number[];
}

/** An address space is scanned from now on. Source: __ksm_enter, mm/ksm.c. */
export function ksmEnter(world: World, mm: number): void {
  if (!world.ksm.registered.includes(mm)) world.ksm.registered = [...world.ksm.registered, mm];
}

/** Source: __ksm_exit, mm/ksm.c. */
export function ksmExit(world: World, mm: number): void {
  if (world.ksm.registered.includes(mm))
    world.ksm.registered = world.ksm.registered.filter(other => other !== mm);
}

/** A page of mergeable memory that has a frame of its own (struct ksm_rmap_item). */
interface Item {
  readonly mm: Mm;
  readonly index: number;
  readonly vma: Vma;
  readonly page: number;
}

const pfnAt = ({ mm, page }: Item): number => pfnOf(mm.table.low(page), mm.table.high(page));

/** Full scans in which pages are merged: of the four that are waited for the first only notes checksums. */
const MERGING_SCANS = 3;

/** Scans as often as the recorder has ksmd do. */
export function scan(world: World): void {
  for (let pass = 0; pass < MERGING_SCANS; pass++) scanOnce(world);
}

/**
 * A page joins a merged frame that is equal to it; of two equal pages that are not merged yet the later becomes the
 * merged frame.
 * Source: cmp_and_merge_page, mm/ksm.c (6.18); addendum B5.
 */
function scanOnce(world: World): void {
  const stable: number[] = [];
  const unstable: Item[] = [];
  for (const item of itemsOf(world)) if (world.frames.is(pfnAt(item), KSM)) note(stable, pfnAt(item));
  for (const item of itemsOf(world)) {
    const pfn = pfnAt(item);
    if (world.frames.is(pfn, KSM)) {
      note(stable, pfn);
      continue;
    }
    const merged = stable.find(other => equal(world, other, pfn));
    if (merged !== undefined) {
      if (writeProtect(world, item)) replace(world, item, merged);
      continue;
    }
    const twin = unstable.find(other => pfnAt(other) !== pfn && equal(world, pfnAt(other), pfn));
    if (twin === undefined) {
      unstable.push(item);
      continue;
    }
    if (!writeProtect(world, item)) continue;
    if (!writeProtect(world, twin)) {
      breakCow(world, item);
      continue;
    }
    world.frames.mark(pfn, KSM | FOLIO_DIRTY);
    note(stable, pfn);
    unstable.splice(unstable.indexOf(twin), 1);
    replace(world, twin, pfn);
  }
}

function note(pfns: number[], pfn: number): void {
  if (!pfns.includes(pfn)) pfns.push(pfn);
}

const equal = ({ frames }: World, a: number, b: number): boolean =>
  sameContent(frames.contents[a]!, frames.contents[b]!);

function itemsOf(world: World): Item[] {
  return world.ksm.registered.flatMap(index => {
    const mm = world.mms[index];
    if (mm === undefined) return [];
    return mm.vmas
      .filter(vma => (vma.flags & MERGEABLE) !== 0)
      .flatMap(vma =>
        mm.table
          .pages(vma.start, vma.end)
          .map(page => ({ mm, index, vma, page }))
          .filter(item => mapsFrame(mm.table.low(item.page)) && world.frames.is(pfnAt(item), ANON)),
      );
  });
}

/**
 * Takes the right to write away, unless somebody besides the entries and the swap cache holds the frame. Where there is
 * nothing to take, nobody asks who holds it.
 * Source: write_protect_page, mm/ksm.c.
 */
function writeProtect(world: World, item: Item): boolean {
  const { frames } = world;
  const pfn = pfnAt(item);
  const { table } = item.mm;
  const low = table.low(item.page);
  const writes = (low & (WRITABLE | DIRTY)) !== 0;
  if (!writes && !frames.is(pfn, EXCLUSIVE)) return true;
  const cached = frames.is(pfn, SWAPCACHE) ? 1 : 0;
  if (frames.refcount[pfn] !== frames.mapcount[pfn]! + cached) return false;
  frames.unmark(pfn, EXCLUSIVE);
  if (!writes) return true;
  table.set(item.page, low & ~(WRITABLE | DIRTY), table.high(item.page));
  if ((low & DIRTY) !== 0) frames.mark(pfn, FOLIO_DIRTY);
  flushPage(world, item.index, item.page);
  return true;
}

/** The page was merged already when its twin would not go: it gets a frame of its own again. Source: break_cow, mm/ksm.c. */
function breakCow(world: World, item: Item): void {
  const { frames } = world;
  const copy = frames.allocate(ANON | EXCLUSIVE);
  frames.fill(copy, frames.contents[pfnAt(item)]!);
  replace(world, item, copy);
  frames.put(copy);
}

/** The entry maps another frame instead, read-only. Source: replace_page, mm/ksm.c. */
function replace(world: World, { mm, index, vma, page }: Item, merged: number): void {
  const { frames } = world;
  const old = pfnOf(mm.table.low(page), mm.table.high(page));
  frames.get(merged);
  addRmap(world, mm, merged);
  const rights = mm.table.low(page) & 0xfff & ~(WRITABLE | DIRTY);
  mm.table.set(page, packLow(merged, rights), packHigh(merged, frames.generation[merged]!, mayExecute(vma)));
  flushPage(world, index, page);
  removeRmap(world, mm, old);
  dropUnusedCache(world, old);
  frames.put(old);
}
