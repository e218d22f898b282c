import type { Extable } from '../calls/interrupted.ts';
import { ANON, ZERO_PFN } from '../hardware/frames.ts';
import {
  isGuard,
  isNone,
  isProtNone,
  isSwap,
  isWritable,
  mapsFrame,
  pfnOf,
  slotOf,
} from '../hardware/pte.ts';
import { mapAround } from '../memory/fault-around.ts';
import { endOfFile, needsFrame } from '../memory/page-cache.ts';
import { isFull, makeRoom } from '../memory/shortage.ts';
import { obstacle, stackAbove } from '../memory/stack.ts';
import { swapCacheOf } from '../memory/swap.ts';
import { findVma, hasObject, indexOf, isAccessible, isShared, type Vma } from '../memory/vma.ts';
import type { World } from '../world.ts';
import { type Decision, decisions } from './decision.ts';
import type { Fault } from './fault.ts';

/**
 * The kernel's own decision at a fault. What get_user_pages may reach, it has looked at before it faults.
 * Source: do_user_addr_fault, arch/x86/mm/fault.c (6.9); specification section 2.3.
 */
export function doUserAddrFault(world: World, fault: Fault): Decision {
  const { isBug, mayNotSleep, unserved } = world.rules;
  if (isBug(fault)) return decisions.oops;
  const decision = mayNotSleep(fault) ? decisions['refuse-unmapped'] : serveOrRefuse(world, fault);
  if (world.rules.outOfMemory(world, fault, decision)) return decisions['oom-kill'];
  if (!decision.do.startsWith('refuse')) return decision;
  return fault.extable === undefined ? decision : unserved[fault.extable](decision);
}

/** A jump of the kernel's to user memory, or an access there that SMAP stops: neither VMA nor table is looked at. */
export const isBug = ({ smap, jumps }: Fault): boolean => smap || jumps;

/** Source: faulthandler_disabled, include/linux/uaccess.h. */
export const mayNotSleep = ({ atomic }: Fault): boolean => atomic;

/**
 * A fault of the kernel's own that cannot be served: the instruction is looked up, never the address. What the main
 * kernel copies with is always listed, and to refuse is to fix up.
 * Source: kernelmode_fixup_or_oops, arch/x86/mm/fault.c; search_exception_tables, kernel/extable.c; specification
 * section 2.6.
 */
export const kernelmodeFixupOrOops: Readonly<Record<Extable, (refusal: Decision) => Decision>> = {
  main: refusal => refusal,
  module: () => decisions['fix-up'],
  none: () => decisions.oops,
};

/**
 * Does the routine need a frame, and none is free nor to be reclaimed? Source: __alloc_pages_may_oom, mm/page_alloc.c.
 */
export function outOfMemory(world: World, fault: Fault, decision: Decision): boolean {
  if (!Number.isFinite(world.setup.memory)) return false;
  const wanted = framesFor(world, fault, decision);
  if (wanted === 0 || !isFull(world, wanted)) return false;
  const ahead = world.clone();
  if (decision.do === 'map-cache' && !fault.write) mapNeighbours(ahead, fault);
  return !makeRoom(ahead, shownAt(world, fault), wanted);
}

/** Neighbours are mapped before the page is looked for, and then they stay. */
export function mapNeighbours(
  world: World,
  { mm: index, page }: Fault,
  isBeingRead?: (index: number) => boolean,
): void {
  const mm = world.mms[index]!;
  const vma = findVma(mm.vmas, page);
  const object = vma === undefined ? undefined : world.objects[vma.object];
  if (vma !== undefined && object !== undefined) mapAround(world, mm, vma, object, page, isBeingRead);
}

/** The frame that the page shows: that of its entry, or of the file's page in the cache; the zero frame for none. */
export function shownAt({ mms, objects }: World, { mm, page }: Fault): number {
  const { table, vmas } = mms[mm]!;
  const low = table.low(page);
  if (mapsFrame(low)) return pfnOf(low, table.high(page));
  const vma = findVma(vmas, page);
  return (vma && objects[vma.object]?.pages.get(indexOf(vma, page))) ?? ZERO_PFN;
}

/** Is the process at fault to be killed for want of memory? */
export const diesOfWant = (world: World, fault: Fault): boolean =>
  !fault.smap && !fault.jumps && !fault.atomic && outOfMemory(world, fault, serveOrRefuse(world, fault));

/** Frames that a routine takes: for the process, and for the page of a file or object that is not in memory. */
function framesFor(world: World, fault: Fault, decision: Decision): number {
  const low = world.mms[fault.mm]!.table.low(fault.page);
  const served = decision.do === 'grow' ? afterGrowth(world, fault) : decision;
  switch (served.do) {
    case 'zeroed':
      return 1;
    case 'copy':
      return 1 + (isNone(low) ? uncached(world, fault) : 0);
    case 'map-cache':
      return uncached(world, fault);
    case 'swap-in':
      return swapCacheOf(world, slotOf(low)) < 0 ? 1 : 0;
    default:
      return 0;
  }
}

/** 1 where the VMA shows a page of an object that is not in memory. */
function uncached(world: World, fault: Fault): 0 | 1 {
  const vma = findVma(world.mms[fault.mm]!.vmas, fault.page);
  const object = vma === undefined ? undefined : world.objects[vma.object];
  if (vma === undefined || object === undefined) return 0;
  return needsFrame(world, object, indexOf(vma, fault.page)) ? 1 : 0;
}

function serveOrRefuse(world: World, fault: Fault): Decision {
  const mm = world.mms[fault.mm]!;
  const vma = findVma(mm.vmas, fault.page);
  if (vma === undefined)
    return obstacle(world, fault) === undefined ? decisions.grow : decisions['refuse-unmapped'];
  if (fault.gup === undefined && world.rules.forbids(vma, fault)) return decisions['refuse-access'];
  return handlePteFault(world, fault, vma);
}

/**
 * How a fault goes on once a stack has grown down to its page, or is about to: refused, if the stack forbids the access,
 * else served as a page that nothing was ever stored to.
 */
export function afterGrowth(world: World, fault: Fault): Decision {
  const { vmas } = world.mms[fault.mm]!;
  const stack = stackAbove(vmas, fault.page) ?? findVma(vmas, fault.page);
  if (fault.gup === undefined && stack !== undefined && accessError(stack, fault))
    return decisions['refuse-access'];
  return doAnonymousPage(fault);
}

/** Does the VMA forbid the access? Each processor's front end asks in its own way. */
export const accessError = (vma: Vma, fault: Fault): boolean => fault.arch.accessError(vma, fault);

/**
 * Which routine serves a fault on a page whose VMA allows the access: what the entry says decides.
 * Source: handle_pte_fault, mm/memory.c (6.14); specification section 3.3.
 */
export function handlePteFault(world: World, fault: Fault, vma: Vma): Decision {
  const { table } = world.mms[fault.mm]!;
  const low = table.low(fault.page);
  if (isNone(low)) return hasObject(vma) ? doFault(world, fault, vma) : doAnonymousPage(fault);
  if (isSwap(low)) return decisions['swap-in'];
  if (isGuard(low)) return decisions['refuse-unmapped'];
  if (isProtNone(low) && isAccessible(vma)) return decisions.spurious;
  if ((fault.write || fault.unshare) && !isWritable(low))
    return doWpPage(world, fault, vma, pfnOf(low, table.high(fault.page)));
  return decisions.spurious;
}

/**
 * A page of a file or shared object: past its end is nothing; private memory that is written to gets a copy.
 * Source: do_fault, mm/memory.c (6.14); filemap_fault, mm/filemap.c; specification section 4.2.
 */
export function doFault(world: World, fault: Fault, vma: Vma): Decision {
  const object = world.objects[vma.object];
  if (object === undefined || indexOf(vma, fault.page) >= endOfFile(object)) return decisions['refuse-bus'];
  return fault.write && !isShared(vma) ? decisions.copy : decisions['map-cache'];
}

/** Source: do_anonymous_page, mm/memory.c (6.14); specification section 4.1. */
export function doAnonymousPage(fault: Fault): Decision {
  return fault.write ? decisions.zeroed : decisions['zero-page'];
}

/**
 * A write to a read-only entry of a writable VMA, or a pin that only reads and must not share.
 * Source: do_wp_page, mm/memory.c (6.14); specification section 5.2.
 */
export function doWpPage(world: World, fault: Fault, vma: Vma, pfn: number): Decision {
  if (isShared(vma)) return fault.unshare ? decisions.spurious : decisions.reuse;
  if (pfn === ZERO_PFN) return decisions.zeroed;
  if (!world.frames.is(pfn, ANON)) return decisions.copy;
  return world.rules.reuse(world, pfn) === undefined ? decisions.copy : decisions.reuse;
}
