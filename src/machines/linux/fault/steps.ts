import { PAGE_SIZE } from '../../../language/moves.ts';
import { exit } from '../calls/process.ts';
import { COUNT } from '../counts.ts';
import { ZEROS } from '../hardware/content.ts';
import { ANON, EXCLUSIVE, FOLIO_DIRTY, KSM, SWAPCACHE, ZERO_PFN } from '../hardware/frames.ts';
import { flushPage, flushPageHere } from '../hardware/mmu.ts';
import {
  ACCESSED,
  DIRTY,
  isExclusiveSwap,
  isNone,
  isPresent,
  isSwap,
  isWritable,
  mapsFrame,
  NX,
  PRESENT,
  PROTNONE,
  packHigh,
  packLow,
  pfnOf,
  SPECIAL,
  slotOf,
  USER,
  WRITABLE,
} from '../hardware/pte.ts';
import { prepareAnonVma } from '../memory/anon-vma.ts';
import { beingRead, isMarked, readWindow } from '../memory/fault-around.ts';
import type { Mm } from '../memory/mm.ts';
import { type AddressSpace, getPage, needsFrame, needsInput, wantsNotice } from '../memory/page-cache.ts';
import { addRmap, isMlocked, releaseSwapEntry, removeRmap } from '../memory/rmap.ts';
import { isFull, makeRoom } from '../memory/shortage.ts';
import { attemptGrowth, expandDownwards, obstacle } from '../memory/stack.ts';
import { dropUnusedCache, readFromSwap, swapCacheOf, swapFree, tryToFreeSwap } from '../memory/swap.ts';
import { indexOf, isAccessible, isLocked, isShared, mayExecute, mayWrite, type Vma } from '../memory/vma.ts';
import type { Signal } from '../process.ts';
import type { World } from '../world.ts';
import { type Fault, vmaAt } from './fault.ts';
import { diesOfWant, doWpPage, mapNeighbours, shownAt } from './fault-path.ts';
import { type Handler, newHandler } from './handler.ts';

/**
 * What the kernel's fault handler does, cut into steps. Every step works in any state: what it finds in the
 * entry is cleared, flushed and put back; what it maps is present, user and readable, writable if the access
 * is a write or the VMA allows writing, executable likewise. The zero page and an object's page keep the
 * VMA's template for fetches: a fetch from memory that is not executable is served as a read first, and
 * refused when it is retried (addendum A6).
 */
export interface Context {
  readonly world: World;
  readonly fault: Fault;
  readonly mm: Mm;
  readonly vma: Vma | undefined;
  readonly handler: Handler;
}

export const steps = {
  /** vmf->orig_pte: the entry as it was before the lock. */
  'read entry': ({ handler, mm, fault }) => {
    handler.low = mm.table.low(fault.page);
    handler.high = mm.table.high(fault.page);
    handler.pfn = -1;
    handler.source = ZERO_PFN;
    handler.same = true;
    handler.major = false;
    handler.claims = false;
  },
  'prepare anon_vma': ({ world, mm, vma }) => {
    if (vma !== undefined && !isShared(vma)) prepareAnonVma(world, mm, vma);
  },
  /** do_cow_fault prepares one for a write before it looks for the end of the file. */
  'prepare anon_vma for a copy': ({ world, mm, fault, vma }) => {
    if (vma !== undefined && fault.write && !isShared(vma)) prepareAnonVma(world, mm, vma);
  },
  /** What is copied: the frame of the entry; where there is none, the file's page in the cache. */
  'find source': context => {
    const { handler } = context;
    if (handler.pfn < 0) return;
    if (mapsFrame(handler.low)) handler.source = frameAt(handler);
    else if (isNone(handler.low)) findInCache(context);
  },
  /** vma_alloc_folio: what the frame held last is still in it. Without any the fault has come to nothing. */
  'allocate frame': ({ world, handler, fault }) => {
    if (!makeRoom(world, shownAt(world, fault))) {
      handler.same = false;
      return;
    }
    handler.pfn = world.frames.allocate(ANON | EXCLUSIVE);
    world.counts[COUNT.frames]!++;
  },
  /** clear_user_highpage. */
  'clear frame': ({ world, handler }) => {
    if (handler.pfn < 0) return;
    world.frames.fill(handler.pfn, ZEROS);
    world.counts[COUNT.bytesWritten]! += PAGE_SIZE;
  },
  /** copy_user_highpage; without a source it copies the zero frame. */
  'copy frame': ({ world, handler }) => {
    if (handler.pfn < 0) return;
    world.frames.fill(handler.pfn, world.frames.contents[handler.source]!);
    world.counts[COUNT.bytesRead]! += PAGE_SIZE;
    world.counts[COUNT.bytesWritten]! += PAGE_SIZE;
  },
  /** do_fault_around: neighbours of the page that the object has already. */
  'map around': context => mapAroundRead(context),
  /**
   * filemap_fault or shmem_fault: the object's page, with a reference for the entry. After input the fault
   * runs again, and finds neighbours. Without an object nothing is done.
   */
  'get object page': context => {
    const { world, fault, handler } = context;
    const isBeingRead = readWith(context);
    const pfn = cachedPage(context, fault.write);
    if (pfn === undefined) {
      handler.same = false;
      return;
    }
    if (handler.major && fault.gup?.retries !== false) mapAroundRead(context, isBeingRead);
    handler.pfn = pfn;
    world.frames.get(pfn);
  },
  /** do_page_mkwrite: the file system hears of a write to a shared page before it happens. */
  'tell file system': ({ world, handler, fault, vma }) => {
    const pfn = handler.pfn >= 0 ? handler.pfn : frameAt(handler);
    if (handler.same && fault.write && vma !== undefined && isShared(vma) && pfn !== ZERO_PFN)
      world.frames.mark(pfn, FOLIO_DIRTY);
  },
  /** swapcache_prepare: whoever else comes for the slot waits until this fault is served. */
  'claim slot': ({ handler }) => {
    handler.claims = isSwap(handler.low);
  },
  /** swap_cache_get_folio, or a read from the swap device: a reference for the entry comes with it. */
  'get swapped page': ({ world, handler }) => {
    if (!isSwap(handler.low) || world.swap.slots[slotOf(handler.low)] === undefined) {
      handler.same = false;
      return;
    }
    const slot = slotOf(handler.low);
    handler.pfn = swapCacheOf(world, slot);
    if (handler.pfn >= 0) world.frames.get(handler.pfn);
    else if (!makeRoom(world)) handler.same = false;
    else {
      handler.pfn = readFromSwap(world, slot, ANON);
      handler.major = true;
    }
  },
  /** pte_same under the page table lock: somebody else may have served the fault meanwhile. */
  'recheck entry': ({ handler, mm, fault }) => {
    const { table } = mm;
    if (table.low(fault.page) !== handler.low || table.high(fault.page) !== handler.high)
      handler.same = false;
  },
  /** filemap_fault and do_cow_fault lock the page: it may have left the page cache meanwhile. */
  'recheck page': context => {
    const { handler, fault, vma } = context;
    const object = objectAt(context);
    if (!handler.same || !isNone(handler.low) || object === undefined || vma === undefined) return;
    const page = handler.source === ZERO_PFN ? handler.pfn : handler.source;
    if (object.pages.get(indexOf(vma, fault.page)) !== page) handler.same = false;
  },
  /** ptep_clear. */
  'clear entry': ({ handler, mm, fault }) => {
    if (handler.same) mm.table.clear(fault.page);
  },
  /** The second half of ptep_clear_flush; an entry that was not present is in no TLB. */
  flush: ({ world, handler, fault }) => {
    if (handler.same && isPresent(handler.low)) flushPage(world, fault.mm, fault.page);
  },
  /** What no kernel does: the other CPUs keep what they have. */
  'flush here': ({ world, handler, fault }) => {
    if (handler.same && isPresent(handler.low)) flushPageHere(world, fault.mm, fault.page);
  },
  /** set_pte_at with the new anonymous frame, and folio_add_new_anon_rmap before it. */
  'set entry': context => {
    const { world, mm, handler } = context;
    if (!handler.same || handler.pfn < 0) return;
    addRmap(world, mm, handler.pfn);
    install(context, handler.pfn, mapsWritable(context) ? WRITABLE | DIRTY : 0, mapsExecutable(context));
  },
  /** As set entry; wp_page_copy marks the copy dirty whether or not it may be written, but for a pin. */
  'set entry dirty': context => {
    const { world, mm, handler, fault } = context;
    if (!handler.same || handler.pfn < 0) return;
    addRmap(world, mm, handler.pfn);
    const dirty = fault.unshare ? 0 : DIRTY;
    install(context, handler.pfn, dirty | (mapsWritable(context) ? WRITABLE : 0), mapsExecutable(context));
  },
  /** set_pte_at with the object's frame: its rights are the VMA's, dirty only for a write. */
  'set shared entry': context => {
    const { world, mm, handler, fault, vma } = context;
    if (!handler.same || handler.pfn < 0) return;
    addRmap(world, mm, handler.pfn);
    const object = vma === undefined ? undefined : world.objects[vma.object];
    const waits = vma === undefined || !isShared(vma) || object === undefined || wantsNotice(object);
    const writable = fault.write || (!waits && mapsWritable(context));
    const rights = (writable ? WRITABLE : 0) | (fault.write ? DIRTY : 0);
    install(context, handler.pfn, rights, allowsFetch(context));
  },
  /** pte_mkspecial(pfn_pte(my_zero_pfn())): read-only whatever the VMA allows, counted nowhere. */
  'set zero entry': context => {
    if (context.handler.same) install(context, ZERO_PFN, SPECIAL, allowsFetch(context));
  },
  /** swap_free, and folio_free_swap where only this fault holds the frame and is to write, or locks it. */
  'free swap': context => {
    const { world, mm, handler } = context;
    if (!handler.same || !isSwap(handler.low)) return;
    mm.swapEntries--;
    swapFree(world, slotOf(handler.low));
    if (shouldFreeSwap(context)) tryToFreeSwap(world, handler.pfn);
  },
  /**
   * The second half of do_swap_page: the page is exclusive if its entry said so, or if nobody else can come
   * for it; then it may be written at once.
   */
  'set swapped entry': context => {
    const { world, mm, handler, vma, fault } = context;
    if (!handler.same || handler.pfn < 0) return;
    const { frames } = world;
    const exclusive = world.rules.swap.becomesExclusive(
      world,
      handler.pfn,
      isExclusiveSwap(handler.low),
      fault,
    );
    addRmap(world, mm, handler.pfn);
    if (exclusive) frames.mark(handler.pfn, EXCLUSIVE);
    const writable = exclusive && vma !== undefined && mayWrite(vma);
    const rights = (writable ? WRITABLE : 0) | (writable && fault.write ? DIRTY : 0);
    install(context, handler.pfn, rights, allowsFetch(context));
  },
  /** A write that still may not happen goes on as one to a present page: do_wp_page in the same fault. */
  'go on with the write': context => {
    const { world, fault, mm, vma, handler } = context;
    const low = mm.table.low(fault.page);
    if (!handler.same || !fault.write || vma === undefined || !isPresent(low) || isWritable(low)) return;
    const { major } = handler;
    const next = doWpPage(world, fault, vma, pfnOf(low, mm.table.high(fault.page)));
    runSteps(context, world.rules.routines[next.do]);
    handler.major = major;
  },
  /** folio_remove_rmap_pte for the frame that the entry mapped. */
  'remove old rmap': ({ world, mm, handler }) => {
    if (handler.same && mapsFrame(handler.low)) removeRmap(world, mm, frameAt(handler));
  },
  /** folio_put of what is no longer mapped: the old frame or swap slot, or the new frame that was not needed. */
  'put frame': ({ world, mm, handler }) => {
    if (!handler.same) {
      if (handler.pfn >= 0) world.frames.put(handler.pfn);
    } else if (isSwap(handler.low)) releaseSwapEntry(world, mm, handler.low);
    else if (mapsFrame(handler.low) && frameAt(handler) !== ZERO_PFN) {
      dropUnusedCache(world, frameAt(handler));
      world.frames.put(frameAt(handler));
    }
  },
  /** wp_can_reuse_anon_folio: the swap slot of a sole owner is given up, if nobody can come for it. */
  'give up swap slot': ({ world, handler }) => {
    if (!handler.same || !mapsFrame(handler.low)) return;
    const pfn = frameAt(handler);
    if (world.frames.is(pfn, SWAPCACHE) && !world.frames.is(pfn, EXCLUSIVE)) tryToFreeSwap(world, pfn);
  },
  /** SetPageAnonExclusive, as do_wp_page does before wp_page_reuse. */
  'mark exclusive': ({ world, handler }) => {
    if (!handler.same || !mapsFrame(handler.low)) return;
    const pfn = frameAt(handler);
    if (world.frames.is(pfn, ANON)) world.frames.mark(pfn, EXCLUSIVE);
  },
  /** wp_page_reuse: more rights for the same frame, so no flush. A pin that only reads leaves them. */
  'make writable': context => {
    const { handler, mm, fault } = context;
    if (!handler.same || !mapsFrame(handler.low) || fault.unshare) return;
    const rights = mapsWritable(context) ? WRITABLE | DIRTY : fault.write ? DIRTY : 0;
    const low = (handler.low & ~PROTNONE & ~(PRESENT | USER)) | presence(context) | ACCESSED | rights;
    mm.table.set(fault.page, low, mapsExecutable(context) ? handler.high & ~NX : handler.high);
  },
  /** What no kernel does: the frame of the entry is not marked as its process's own. */
  'forget exclusive': ({ world, mm, fault }) => {
    const low = mm.table.low(fault.page);
    if (!isNone(low)) world.frames.unmark(pfnOf(low, mm.table.high(fault.page)), EXCLUSIVE);
  },
  /** What no kernel does: the entry is not made writable. */
  'make read-only': ({ mm, fault }) => {
    const { table } = mm;
    if (isPresent(table.low(fault.page)))
      table.set(fault.page, table.low(fault.page) & ~WRITABLE, table.high(fault.page));
  },
  /** ptep_set_access_flags: accessed, and dirty for a write that the entry allows. */
  'set accessed': ({ handler, mm, fault }) => {
    if (!handler.same || !isPresent(handler.low)) return;
    const dirty = fault.write && isWritable(handler.low) ? DIRTY : 0;
    mm.table.set(fault.page, handler.low | ACCESSED | dirty, handler.high);
  },
  /** flush_tlb_fix_spurious_fault: on x86 the fault itself has dropped the TLB's entry. */
  'flush spurious': ({ world, handler, fault }) => {
    if (handler.same && isPresent(handler.low) && !world.setup.arch.faultDrops)
      flushPage(world, fault.mm, fault.page);
  },
  /** expand_stack: the stack above comes down to the page. */
  'expand stack': ({ world, mm, fault }) => expandDownwards(world, mm, fault.page),
  /** expand_downwards got as far as acct_stack_growth: what it prepared stays. */
  'attempt growth': ({ world, mm, fault, vma }) => {
    const against = vma === undefined ? obstacle(world, fault) : undefined;
    if (against === 'limit' || against === 'promises') attemptGrowth(world, mm, fault.page);
  },
  /** bad_area_access_error; a kernel-mode fault is the exception table's: kernelmode_fixup_or_oops. */
  'signal ACCERR': ({ world, fault }) => raise(world, fault, 'SEGV', 'ACCERR'),
  /** bad_area, likewise. */
  'signal MAPERR': ({ world, fault }) => raise(world, fault, 'SEGV', 'MAPERR'),
  /** do_sigbus, likewise. */
  'signal ADRERR': ({ world, fault }) => raise(world, fault, 'BUS', 'ADRERR'),
  /** fixup_exception: the copy ends where it is. No instruction of a program has a fixup, so nothing happens there. */
  'go to the fixup': ({ world, fault }) => {
    if (!fault.user) world.fixup = true;
  },
  /** mmap_read_lock by the very process that holds the lock: it sleeps, and nobody is left to wake it. */
  'wait for the lock': ({ world }) => {
    if (world.copy !== undefined) world.copy.stuck = true;
  },
  /** out_of_memory: the worst process dies, and whoever has asked tries again. */
  'kill for want of memory': ({ world, fault }) =>
    oomKillProcess(world, fault, diesOfWant(world, fault) ? 'OOM' : 'HASTY'),
  /** page_fault_oops; get_user_pages touches nothing itself, and tells its caller of an error. */
  oops: ({ world, fault }) => {
    if (fault.gup !== undefined) world.fixup = true;
    else kill(world, fault);
  },
} as const satisfies Record<string, (context: Context) => void>;

export type StepName = keyof typeof steps;

/** A step with its name: what `apply` runs needs no look-up. */
export interface Step {
  readonly name: StepName;
  readonly run: (context: Context) => void;
}
export const stepOf = (name: StepName): Step => ({ name, run: steps[name] });

/** Runs steps one after the other, as one fault. */
export function runSteps(context: Context, steps: readonly Step[]): void {
  context.handler.major = false;
  for (let i = 0; i < steps.length; i++) steps[i]!.run(context);
}

export function contextOf(world: World, fault: Fault): Context {
  const { cpu } = world;
  cpu.handler ??= newHandler();
  return { world, fault, mm: world.mms[fault.mm]!, vma: vmaAt(world, fault), handler: cpu.handler };
}

/** The frame of the entry as first read; the zero frame where it maps none. */
const frameAt = (handler: Handler): number =>
  mapsFrame(handler.low) ? pfnOf(handler.low, handler.high) : ZERO_PFN;

const mapsWritable = ({ fault, vma }: Context): boolean =>
  !fault.unshare && ((fault.write && fault.gup === undefined) || (vma !== undefined && mayWrite(vma)));
const allowsFetch = ({ vma }: Context): boolean => vma !== undefined && mayExecute(vma);
const mapsExecutable = (context: Context): boolean =>
  context.fault.access === 'fetch' || allowsFetch(context);

/** What get_user_pages forces into memory without any right stays hidden from the CPU. */
const presence = ({ fault, vma }: Context): number =>
  fault.gup !== undefined && vma !== undefined && !isAccessible(vma) ? PROTNONE : PRESENT | USER;

function install(context: Context, pfn: number, flags: number, executable: boolean): void {
  const generation = context.world.frames.generation[pfn]!;
  context.mm.table.set(
    context.fault.page,
    packLow(pfn, presence(context) | ACCESSED | flags),
    packHigh(pfn, generation, executable),
  );
}

const objectAt = ({ world, vma }: Context): AddressSpace | undefined =>
  vma === undefined ? undefined : world.objects[vma.object];

/**
 * The frame of the page of the file or object that the VMA shows; undefined where it shows none, or no frame is left for
 * it. What is read ahead takes no more than there is. A page that carries the reclaim mark makes the kernel's own faults wait, and so run twice (addendum B7).
 */
function cachedPage(context: Context, write: boolean): number | undefined {
  const { world, fault, vma, handler } = context;
  const object = objectAt(context);
  if (object === undefined || vma === undefined) return undefined;
  const index = indexOf(vma, fault.page);
  const cached = object.pages.get(index);
  if (needsFrame(world, object, index) && !makeRoom(world)) return undefined;
  handler.major =
    needsInput(world, object, index) || (cached !== undefined && isMarked(world, cached) && !fault.user);
  const [from, to] = readWindow(vma, object, index);
  return getPage(world, object, index, write, isFull(world, to - from) ? undefined : [from, to]);
}

/** Where the page is, or would be if there were a frame for it: then the fault has come to nothing. */
function findInCache(context: Context): void {
  const { handler } = context;
  const source = cachedPage(context, false);
  handler.source = source ?? ZERO_PFN;
  if (source === undefined && objectAt(context) !== undefined) handler.same = false;
}

function mapAroundRead({ world, fault }: Context, isBeingRead?: (index: number) => boolean): void {
  if (!fault.write) mapNeighbours(world, fault, isBeingRead);
}

/** Which pages are still on their way once the fault's own is there; undefined for none. To be asked before it comes. */
function readWith(context: Context): ((index: number) => boolean) | undefined {
  const object = objectAt(context);
  const { vma, fault } = context;
  if (object === undefined || vma === undefined || object.kind !== 'ext4') return undefined;
  return beingRead(object, indexOf(vma, fault.page));
}

/** Source: should_try_to_free_swap, mm/memory.c (6.18). */
function shouldFreeSwap({ world, handler, fault, vma }: Context): boolean {
  const { frames } = world;
  if (!frames.is(handler.pfn, SWAPCACHE)) return false;
  if ((vma !== undefined && isLocked(vma)) || isMlocked(world, handler.pfn)) return true;
  return fault.write && !frames.is(handler.pfn, KSM) && frames.refcount[handler.pfn] === 2;
}

/** Source: kernelmode_fixup_or_oops and force_sig_fault, arch/x86/mm/fault.c; specification section 2.6. */
function raise(world: World, fault: Fault, signal: Signal['signal'], code: string): void {
  if (fault.user) world.signal = { process: fault.process, signal, code, address: fault.address };
  else if (fault.extable === 'none') kill(world, fault);
  else world.fixup = true;
}

/**
 * All who live in the victim's memory die with it, and what they had is free at once. Who has asked dies where he is.
 * Source: __oom_kill_process and oom_reap_task_mm, mm/oom_kill.c.
 */
function oomKillProcess(world: World, fault: Fault, code: string): void {
  const { mm } = world.rules.selectBadProcess(world, world.process(world.current));
  for (const process of world.processes) {
    if (process.mm !== mm) continue;
    if (process.name === world.current)
      world.signal = { process: process.name, signal: 'KILL', code, address: fault.address };
    else {
      exit(world, process);
      world.deaths = [...world.deaths, { process: process.name, code }];
    }
  }
}

/** What the kernel did for the process it will not finish. Source: make_task_dead, kernel/exit.c. */
function kill(world: World, { process, address }: Fault): void {
  world.signal = { process, signal: 'KILL', code: 'OOPS', address };
}
