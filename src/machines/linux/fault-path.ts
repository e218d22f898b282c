import { type Decision, decisions } from './decision.ts';
import { ANON, ZERO_PFN } from './frames.ts';
import { isNone, isPresent, isWritable, pfnOf } from './pte.ts';
import { obstacle, stackAbove } from './stack.ts';
import { findVma, isAccessible, isShared, mayWrite, type Vma } from './vma.ts';
import type { Fault, World } from './world.ts';

/**
 * The kernel's own decision at a user fault.
 * Source: do_user_addr_fault, arch/x86/mm/fault.c (6.9); specification section 2.3.
 */
export function doUserAddrFault(world: World, fault: Fault): Decision {
  const mm = world.mms[fault.mm]!;
  const vma = findVma(mm.vmas, fault.page);
  if (vma === undefined)
    return obstacle(world, fault) === undefined ? decisions.grow : decisions['refuse-unmapped'];
  if (world.rules.forbids(vma, fault)) return decisions['refuse-access'];
  return handlePteFault(world, fault, vma);
}

/**
 * How a fault goes on once a stack has grown down to its page: refused, if the stack forbids the access,
 * else served as a page that nothing was ever stored to.
 */
export function afterGrowth(world: World, fault: Fault): Decision {
  const { vmas } = world.mms[fault.mm]!;
  const stack = stackAbove(vmas, fault.page);
  if (stack !== undefined && accessError(stack, fault)) return decisions['refuse-access'];
  return doAnonymousPage(fault);
}

/**
 * Does the VMA forbid the access? A present page that refuses a read or a fetch cannot be repaired; an
 * absent one is brought in first, whatever the VMA's right is.
 * Source: access_error, arch/x86/mm/fault.c; specification section 2.4.
 */
export function accessError(vma: Vma, fault: Fault): boolean {
  if (fault.write) return !mayWrite(vma);
  return (fault.errorCode & 1) !== 0 || !isAccessible(vma);
}

/**
 * Which routine serves a fault on a page whose VMA allows the access: what the entry says decides.
 * Source: handle_pte_fault, mm/memory.c (6.14); specification section 3.3.
 */
export function handlePteFault(world: World, fault: Fault, vma: Vma): Decision {
  const { table } = world.mms[fault.mm]!;
  const low = table.low(fault.page);
  if (isNone(low)) return isShared(vma) ? decisions['map-shared'] : doAnonymousPage(fault);
  if (!isPresent(low)) return decisions.spurious;
  if (fault.write && !isWritable(low)) return doWpPage(world, vma, pfnOf(low, table.high(fault.page)));
  return decisions.spurious;
}

/** Source: do_anonymous_page, mm/memory.c (6.14); specification section 4.1. */
export function doAnonymousPage(fault: Fault): Decision {
  return fault.write ? decisions.zeroed : decisions['zero-page'];
}

/**
 * A write to a read-only entry of a writable VMA.
 * Source: do_wp_page, mm/memory.c (6.14); specification section 5.2.
 */
export function doWpPage(world: World, vma: Vma, pfn: number): Decision {
  if (isShared(vma)) return decisions.reuse;
  if (pfn === ZERO_PFN) return decisions.zeroed;
  if (!world.frames.is(pfn, ANON)) return decisions.copy;
  return world.rules.reuse(world, pfn) === undefined ? decisions.copy : decisions.reuse;
}
