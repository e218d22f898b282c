import { COUNT } from '../counts.ts';
import { Fault } from '../fault/fault.ts';
import { ANON, EXCLUSIVE, FOLIO_DIRTY, ZERO_PFN } from '../hardware/frames.ts';
import { ACCESSED, isDirty, isPresent, isWritable, mapsFrame, pfnOf } from '../hardware/pte.ts';
import { wantsNotice } from '../memory/page-cache.ts';
import {
  findVma,
  hasObject,
  isAccessible,
  isCow,
  isShared,
  mayWrite,
  READ,
  type Vma,
} from '../memory/vma.ts';
import type { Process } from '../process.ts';
import type { World } from '../world.ts';

/**
 * get_user_pages: the kernel looks up the frames of user pages to read or write them itself, or to let a
 * device do so. Where the page table does not serve, it calls the handler of page faults without a trap.
 * Source: mm/gup.c; specification section 9.2; addendum A9, B6.
 */

/** How a caller gets hold of pages (FOLL_*). */
export interface Reach {
  readonly write: boolean;
  /** FOLL_FORCE: rights that the VMA lacks now, but might have, are enough. */
  readonly force: boolean;
  /** FOLL_PIN: the contents will be read or written, for longer than a moment with `longterm`. */
  readonly pin: boolean;
  readonly longterm: boolean;
  /** get_user_pages_fast: looks at the page table first, and then at no VMA. */
  readonly fast: boolean;
  /** May the lock be dropped for input? */
  readonly retries: boolean;
}

/** Error code bits of the access that a handler is asked to serve; it is the kernel's own. */
const PF_WRITE = 2;

/**
 * The frame of a page, once its entry serves; else the fault that must be served first, or 'refused'. To be
 * called again after each fault, for which the process whose memory it is may have died.
 */
export function followPage(
  world: World,
  process: Process,
  page: number,
  offset: number,
  reach: Reach,
): number | Fault | 'refused' {
  const mm = world.mms[process.mm];
  if (world.fixup || mm === undefined) {
    world.fixup = false;
    return 'refused';
  }
  const low = mm.table.low(page);
  const pfn = mapsFrame(low) ? pfnOf(low, mm.table.high(page)) : -1;
  const vma = findVma(mm.vmas, page);
  if (reach.fast && pfn > ZERO_PFN && isPresent(low) && fastServes(world, vma, low, pfn, reach)) return pfn;
  if (vma === undefined || !allows(world, vma, reach)) return 'refused';
  const lack = lackOf(world, vma, low, pfn, reach);
  if (lack === undefined) {
    touch(world, process, page, reach);
    return pfn;
  }
  world.counts[COUNT.faults]!++;
  const access = reach.write || lack === 'copy' ? 'write' : 'read';
  const code = (isPresent(low) ? 1 : 0) | (access === 'write' ? PF_WRITE : 0);
  return new Fault(world, process, page, offset, access, code, {
    unshare: lack === 'unshare',
    retries: reach.retries,
  });
}

/** Source: check_vma_flags, mm/gup.c. */
function allows(world: World, vma: Vma, { write, force, longterm }: Reach): boolean {
  if (write) {
    const object = hasObject(vma) ? world.objects[vma.object] : undefined;
    if (longterm && isShared(vma) && object !== undefined && wantsNotice(object)) return false;
    return mayWrite(vma) || (force && isCow(vma));
  }
  return (vma.rights & READ) !== 0 || force;
}

/** What the entry lacks to serve. Source: follow_page_pte and gup_must_unshare, mm/gup.c, mm/internal.h. */
function lackOf(
  world: World,
  vma: Vma,
  low: number,
  pfn: number,
  { write, force, pin, longterm }: Reach,
): 'entry' | 'unshare' | 'copy' | undefined {
  const { frames } = world;
  if (pfn < 0 || (!isPresent(low) && isAccessible(vma))) return 'entry';
  if (write)
    return isWritable(low) || (force && !mayWrite(vma) && frames.is(pfn, ANON) && frames.is(pfn, EXCLUSIVE))
      ? undefined
      : 'entry';
  if (world.rules.gup.breaksCow && breaksCow(world, vma, low, pfn)) return 'copy';
  if (pin && world.rules.gup.unshares && mustUnshare(world, vma, low, pfn, longterm)) return 'unshare';
  return undefined;
}

/** 5.8: a reference that only reads is served as a write, so that whoever takes it has the page to himself. */
const breaksCow = ({ frames }: World, vma: Vma, low: number, pfn: number): boolean =>
  isCow(vma) && !isWritable(low) && !(frames.is(pfn, ANON) && frames.is(pfn, EXCLUSIVE));

/**
 * A pin must stay with the page that its process goes on with, once the process writes to it: what is anonymous and may
 * be shared is not that page, nor for long the zero page or a file's, where private memory shows them.
 * Source: gup_must_unshare, mm/internal.h (6.4).
 */
function mustUnshare(
  { frames }: World,
  vma: Vma | undefined,
  low: number,
  pfn: number,
  longterm: boolean,
): boolean {
  if (isWritable(low)) return false;
  if (frames.is(pfn, ANON)) return !frames.is(pfn, EXCLUSIVE);
  return longterm && (vma === undefined || isCow(vma));
}

/** Does the page table alone serve? Source: gup_fast_pte_range, mm/gup.c. */
function fastServes(world: World, vma: Vma | undefined, low: number, pfn: number, reach: Reach): boolean {
  if (reach.write && !isWritable(low)) return false;
  const reads = reach.pin && !reach.write && world.rules.gup.unshares;
  if (reads && mustUnshare(world, undefined, low, pfn, reach.longterm)) return false;
  if (world.rules.gup.breaksCow && (vma === undefined || breaksCow(world, vma, low, pfn))) return false;
  return !(reach.longterm && reach.write && vma !== undefined && !allows(world, vma, reach));
}

/**
 * FOLL_TOUCH: accessed, and the frame dirty where a write is to come of which the entry knows nothing. Who finds the page
 * by the page table alone leaves that to its user.
 */
function touch(world: World, { mm: index }: Process, page: number, { write }: Reach): void {
  const { table } = world.mms[index]!;
  const low = table.low(page);
  const high = table.high(page);
  const pfn = pfnOf(low, high);
  if (write && !isDirty(low) && pfn !== ZERO_PFN) world.frames.mark(pfn, FOLIO_DIRTY);
  table.set(page, low | ACCESSED, high);
}

/** Whoever dies in the middle of a hunt holds nothing any more. */
export function giveUpHunt(world: World): void {
  const { pages, pins } = world.hunt ?? { pages: [], pins: false };
  for (const pfn of pages) {
    if (pins) world.frames.unpin(pfn);
    else world.frames.put(pfn);
  }
  world.hunt = undefined;
}

/** What a hunt for pages came to: frames with a reference or a pin each; not all of them where one was refused. */
export interface Held {
  readonly kind: 'held';
  readonly pages: readonly number[];
  readonly complete: boolean;
}

/**
 * Gets hold of pages one after the other, up to the first that is refused; goes on after each fault, with
 * what it has in `world.hunt`. Who is to write and has had a fault takes the slow way to the end of the call.
 * @param offset byte in the first page where the access begins
 */
export function hunt(
  world: World,
  process: Process,
  page: number,
  pages: number,
  reach: Reach,
  offset = 0,
): Fault | Held {
  let held = world.hunt?.pages ?? [];
  const fast = reach.fast && !(reach.write && world.hunt !== undefined);
  while (held.length < pages) {
    const at = held.length === 0 ? offset : 0;
    const reached = followPage(world, process, page + held.length, at, { ...reach, fast });
    if (reached === 'refused') break;
    if (typeof reached !== 'number') {
      world.hunt = { pages: held, pins: reach.pin, done: 0, until: 0 };
      return reached;
    }
    if (reach.pin) world.frames.pin(reached);
    else world.frames.get(reached);
    held = [...held, reached];
  }
  world.hunt = undefined;
  return { kind: 'held', pages: held, complete: held.length === pages };
}
