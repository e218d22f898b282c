import type { MoveOf, Seen } from '../../../language/moves.ts';
import { Fault } from '../fault/fault.ts';
import { doUserAddrFault } from '../fault/fault-path.ts';
import { apply } from '../fault/routines.ts';
import { ANON, FOLIO_DIRTY, KSM, LAZYFREE, SWAPCACHE, ZERO_PFN } from '../hardware/frames.ts';
import { flushMm } from '../hardware/mmu.ts';
import { ACCESSED, DIRTY, GUARD, isGuard, isSwap, mapsFrame, pfnOf } from '../hardware/pte.ts';
import { prepareAnonVma } from '../memory/anon-vma.ts';
import { ksmEnter } from '../memory/ksm.ts';
import { endOfFile, getPage } from '../memory/page-cache.ts';
import { pageOut } from '../memory/reclaim.ts';
import { isMlocked, zapEntry } from '../memory/rmap.ts';
import { tryToFreeSwap } from '../memory/swap.ts';
import {
  covers,
  DONTCOPY,
  findVma,
  hasObject,
  indexOf,
  isLocked,
  isShared,
  MERGEABLE,
  mayWrite,
  NOHUGEPAGE,
  part,
  RAND_READ,
  READ,
  type Vma,
  WIPEONFORK,
} from '../memory/vma.ts';
import type { Process } from '../process.ts';
import type { World } from '../world.ts';
import { punchHole } from './files.ts';
import { followPage, type Reach } from './gup.ts';
import { done, failed, modifyVma, zapRange } from './range.ts';

/** madvise. Each advice works on one VMA after the other; what it refuses with ends the call. */

type Advice = (world: World, process: Process, piece: Vma) => string | undefined;

/**
 * Holes are skipped and reported at the end; the first VMA that refuses ends it.
 * Source: madvise_walk_vmas, mm/madvise.c (6.18); addendum B1.
 */
export function madvise(world: World, process: Process, move: MoveOf<'madv'>): Seen | Fault {
  if (world.rules.lacksAdvice.includes(move.advice)) return failed('EINVAL');
  if (move.advice === 'populate_read' || move.advice === 'populate_write')
    return populate(world, process, move);
  const mm = world.mms[process.mm]!;
  const advice = Object.hasOwn(ADVICE, move.advice) ? ADVICE[move.advice] : undefined;
  if (advice === undefined) return failed('EINVAL');
  const end = move.page + move.pages;
  const whole = covers(mm.vmas, move.page, end);
  for (let at = move.page; at < end; ) {
    const vma = mm.vmas.find(candidate => candidate.end > at);
    if (vma === undefined || vma.start >= end) break;
    const piece = part(vma, at, end);
    at = piece.end;
    const errno = advice(world, process, piece);
    if (errno !== undefined) return failed(errno);
  }
  return whole ? done : failed('ENOMEM');
}

const unlessLocked =
  (advice: Advice): Advice =>
  (world, process, piece) =>
    isLocked(piece) ? 'EINVAL' : advice(world, process, piece);

/** Sets and clears flags of the VMA. Source: madvise_vma_behavior. */
const flags =
  (set: number, cleared: number): Advice =>
  (world, process, piece) => {
    const after = (piece.flags & ~cleared) | set;
    if (after !== piece.flags) modifyVma(world.mms[process.mm]!, piece, { flags: after });
    return undefined;
  };

const dontneed: Advice = (world, process, piece) => {
  if (world.rules.zap.onDontneed) zapRange(world, process.mm, piece.start, piece.end, 'stay');
  return undefined;
};

/** The pages may be dropped later, rather than swapped out. Source: madvise_free_pte_range; addendum A10. */
const free: Advice = (world, process, piece) => {
  if (hasObject(piece)) return 'EINVAL';
  const mm = world.mms[process.mm]!;
  const { frames } = world;
  let changed = false;
  for (const page of mm.table.pages(piece.start, piece.end)) {
    const low = mm.table.low(page);
    if (isSwap(low)) zapEntry(world, mm, page);
    if (!mapsFrame(low)) continue;
    const pfn = pfnOf(low, mm.table.high(page));
    if (pfn === ZERO_PFN || !frames.is(pfn, ANON)) continue;
    if (frames.is(pfn, SWAPCACHE | FOLIO_DIRTY)) {
      if (frames.mapcount[pfn] !== 1 || !tryToFreeSwap(world, pfn)) continue;
      frames.unmark(pfn, FOLIO_DIRTY);
    }
    if ((low & (ACCESSED | DIRTY)) !== 0) {
      mm.table.set(page, low & ~(ACCESSED | DIRTY), mm.table.high(page));
      changed = true;
    }
    if (!isMlocked(world, pfn)) frames.mark(pfn, LAZYFREE);
  }
  if (changed) flushMm(world, process.mm);
  return undefined;
};

const wipeOnFork: Advice = (world, process, piece) =>
  hasObject(piece) ? 'EINVAL' : flags(WIPEONFORK, 0)(world, process, piece);

/** Source: ksm_madvise, mm/ksm.c. Shared memory is never merged. */
const mergeable: Advice = (world, process, piece) => {
  if (isShared(piece)) return undefined;
  ksmEnter(world, process.mm);
  return flags(MERGEABLE, 0)(world, process, piece);
};

/** Merged pages get frames of their own again: break_ksm, mm/ksm.c, a fault that unshares. */
const unmergeable: Advice = (world, process, piece) => {
  if ((piece.flags & MERGEABLE) === 0) return undefined;
  const { table } = world.mms[process.mm]!;
  for (const page of table.pages(piece.start, piece.end)) {
    const low = table.low(page);
    if (!mapsFrame(low) || !world.frames.is(pfnOf(low, table.high(page)), KSM)) continue;
    const gup = { unshare: true, retries: true };
    const fault = new Fault(world, process, page, 0, 'read', 1, gup);
    apply(world, fault, doUserAddrFault(world, fault));
  }
  return flags(0, MERGEABLE)(world, process, piece);
};

/** A hole in what a shared mapping shows. Source: madvise_remove. */
const remove: Advice = (world, _process, piece) => {
  const object = world.objects[piece.object];
  if (isLocked(piece) || object === undefined) return 'EINVAL';
  if (!isShared(piece)) return 'EACCES';
  punchHole(world, object, indexOf(piece, piece.start), indexOf(piece, piece.end));
  return undefined;
};

/** Markers that refuse any access take the place of pages. Source: madvise_guard_install; addendum A13. */
const guard: Advice = (world, process, piece) => {
  if (isLocked(piece)) return 'EINVAL';
  const mm = world.mms[process.mm]!;
  const vma = findVma(mm.vmas, piece.start);
  if (vma !== undefined) prepareAnonVma(world, mm, vma);
  zapRange(world, process.mm, piece.start, piece.end, 'go');
  for (let page = piece.start; page < piece.end; page++) mm.table.set(page, GUARD, 0);
  return undefined;
};

const unguard: Advice = (world, process, piece) => {
  const { table } = world.mms[process.mm]!;
  for (const page of table.pages(piece.start, piece.end)) if (isGuard(table.low(page))) table.clear(page);
  return undefined;
};

/** Pages come into the page cache, entries wait for a fault. Source: madvise_willneed. */
const willneed: Advice = (world, _process, piece) => {
  const object = world.objects[piece.object];
  if (object === undefined) return undefined;
  const end = Math.min(indexOf(piece, piece.end), endOfFile(object));
  for (let index = indexOf(piece, piece.start); index < end; index++)
    if (object.kind === 'ext4' || object.slots.has(index)) getPage(world, object, index, false);
  return undefined;
};

const ADVICE: Readonly<Record<string, Advice>> = {
  dontneed: unlessLocked(dontneed),
  free: unlessLocked(free),
  pageout: unlessLocked((world, process, piece) => {
    pageOut(world, process.mm, piece);
    return undefined;
  }),
  cold: unlessLocked(() => undefined),
  dontfork: flags(DONTCOPY, 0),
  dofork: flags(0, DONTCOPY),
  wipeonfork: wipeOnFork,
  keeponfork: flags(0, WIPEONFORK),
  mergeable,
  unmergeable,
  remove,
  guard,
  unguard,
  willneed,
  random: flags(RAND_READ, 0),
  nohuge: flags(NOHUGEPAGE, 0),
};

/**
 * MADV_POPULATE_READ and _WRITE: unlike other advice they stop at a hole, and need the right that they use.
 * Source: madvise_populate, mm/madvise.c; addendum B1.
 */
function populate(world: World, process: Process, move: MoveOf<'madv'>): Seen | Fault {
  const { vmas } = world.mms[process.mm]!;
  const write = move.advice === 'populate_write';
  const reach: Reach = { write, force: false, pin: false, longterm: false, fast: false, retries: true };
  const end = move.page + move.pages;
  for (let page = world.hunt?.done ?? move.page; page < end; page++) {
    const vma = findVma(vmas, page);
    const allowed = vma !== undefined && (write ? mayWrite(vma) : (vma.rights & READ) !== 0);
    const reached = allowed ? followPage(world, process, page, 0, reach) : 'refused';
    if (typeof reached === 'number') continue;
    if (reached !== 'refused') {
      world.hunt = { pages: [], pins: false, done: page, until: end };
      return reached;
    }
    world.hunt = undefined;
    return failed(vma === undefined ? 'ENOMEM' : allowed ? 'EFAULT' : 'EINVAL');
  }
  world.hunt = undefined;
  return done;
}
