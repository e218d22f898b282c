import type { Move } from '../../../language/moves.ts';
import { pageName } from '../../../language/names.ts';
import { type Facts, type Reason, withFacts } from '../../machine.ts';
import { ANON, EXCLUSIVE, KSM, SWAPCACHE, ZERO_PFN } from '../hardware/frames.ts';
import {
  isAccessed,
  isDirty,
  isExecutable,
  isGuard,
  isNone,
  isProtNone,
  isSwap,
  isWritable,
  mapsFrame,
  pfnOf,
  slotOf,
} from '../hardware/pte.ts';
import { oomBadness } from '../memory/oom.ts';
import { endOfFile, isMemory } from '../memory/page-cache.ts';
import { type Obstacle, obstacle, stackAbove } from '../memory/stack.ts';
import { slotCachedBy, swapCacheOf, swapCount } from '../memory/swap.ts';
import { findVma, indexOf, isShared, mayExecute, mayWrite, permOf, type Vma } from '../memory/vma.ts';
import { frameInWords, slotName } from '../names.ts';
import type { World } from '../world.ts';
import type { Decision } from './decision.ts';
import { type Fault, vmaAt } from './fault.ts';
import { doUserAddrFault } from './fault-path.ts';

/** Each rule that can decide a fault, with the kernel function that applies it. */
export const RULES = {
  'no-vma': 'bad_area',
  'stack-grow': 'expand_stack',
  'stack-gap': 'expand_downwards',
  'stack-limit': 'acct_stack_growth',
  'stack-promises': '__vm_enough_memory',
  access: 'access_error',
  'copy-no-vma': 'fixup_exception',
  'copy-access': 'fixup_exception',
  'fetch-absent': 'access_error',
  'anon-read': 'do_anonymous_page',
  'anon-write': 'do_anonymous_page',
  'shared-none': 'shmem_fault',
  'file-read': 'do_read_fault',
  'file-write': 'do_shared_fault',
  'file-copy': 'do_cow_fault',
  'past-end': 'filemap_fault',
  'copy-past-end': 'fixup_exception',
  'module-fixup': 'search_module_extables',
  'no-fixup': 'page_fault_oops',
  smap: 'page_fault_oops',
  'kernel-fetch': 'page_fault_oops',
  'out-of-memory': 'out_of_memory',
  'atomic-fixup': 'faulthandler_disabled',
  'atomic-no-fixup': 'faulthandler_disabled',
  guard: 'handle_pte_marker',
  'copy-guard': 'fixup_exception',
  'swap-in': 'do_swap_page',
  'zero-write': 'do_wp_page',
  'wp-reuse-exclusive': 'wp_page_reuse',
  'wp-reuse-sole': 'wp_can_reuse_anon_folio',
  'wp-copy': 'wp_page_copy',
  'wp-file': 'wp_page_copy',
  'wp-merged': 'wp_page_copy',
  'wp-held': 'wp_can_reuse_anon_folio',
  'wp-shared': 'wp_page_shared',
  'copy-absent': 'do_anonymous_page',
  'copy-wp-copy': 'wp_page_copy',
  'copy-wp-reuse': 'wp_page_reuse',
  'force-absent': 'check_vma_flags',
  'force-copy': 'check_vma_flags',
  'force-reuse': 'check_vma_flags',
  'unshare-copy': 'gup_must_unshare',
  'unshare-reuse': 'gup_must_unshare',
  'unshare-early': 'gup_must_unshare',
  'set-accessed': 'ptep_set_access_flags',
  'set-dirty': 'ptep_set_access_flags',
  spurious: 'handle_pte_fault',
} as const;
export type Rule = keyof typeof RULES;

const OUTSIDE: Readonly<Record<Obstacle | 'none', Rule>> = {
  none: 'stack-grow',
  'no stack': 'no-vma',
  gap: 'stack-gap',
  limit: 'stack-limit',
  promises: 'stack-promises',
};

/** Which rule decides this fault: the one by which the kernel's own decision comes about. */
export function ruleFor(world: World, fault: Fault): Rule {
  if (fault.jumps) return 'kernel-fetch';
  if (fault.smap) return 'smap';
  if (fault.atomic) return fault.extable === 'none' ? 'atomic-no-fixup' : 'atomic-fixup';
  const best = doUserAddrFault(world, fault).do;
  if (best === 'oom-kill') return 'out-of-memory';
  if (best === 'fix-up') return 'module-fixup';
  if (best === 'oops') return 'no-fixup';
  const vma = vmaAt(world, fault);
  if (vma === undefined) {
    const rule = OUTSIDE[obstacle(world, fault) ?? 'none'];
    return rule === 'stack-grow' || fault.user ? rule : 'copy-no-vma';
  }
  if (fault.gup === undefined && world.rules.forbids(vma, fault))
    return fault.user ? 'access' : 'copy-access';
  const rule = servedRule(world, fault, vma);
  if (isForced(vma, fault)) return FORCED[rule] ?? rule;
  return isByKernel(fault) ? (BY_KERNEL[rule] ?? rule) : rule;
}

/** Which rule serves a fault that the VMA allows, or that get_user_pages forces. */
function servedRule(world: World, fault: Fault, vma: Vma): Rule {
  const { table } = world.mms[fault.mm]!;
  const low = table.low(fault.page);
  const best = doUserAddrFault(world, fault).do;
  if (best === 'refuse-bus') return fault.user ? 'past-end' : 'copy-past-end';
  if (isNone(low)) return absentRule(world, fault, vma);
  if (isGuard(low)) return fault.user ? 'guard' : 'copy-guard';
  if (isSwap(low)) return 'swap-in';
  if (best === 'spurious') return bitsRule(fault, low);
  if (isShared(vma)) return 'wp-shared';
  return writeRule(world, fault, pfnOf(low, table.high(fault.page)), best);
}

/** Does the kernel itself touch the page for the program, in a system call? */
const isByKernel = ({ user, gup }: Fault): boolean => !user && gup === undefined;

/** What the kernel meets where it copies from or to user memory is served alike, and worth its own words. */
const BY_KERNEL: Readonly<Partial<Record<Rule, Rule>>> = {
  'anon-read': 'copy-absent',
  'anon-write': 'copy-absent',
  'wp-copy': 'copy-wp-copy',
  'wp-reuse-exclusive': 'copy-wp-reuse',
  'wp-reuse-sole': 'copy-wp-reuse',
};

/** FOLL_FORCE: a debugger writes where the VMA forbids it to its owner. */
const isForced = (vma: Vma, { gup, write }: Fault): boolean => gup !== undefined && write && !mayWrite(vma);

const FORCED: Readonly<Partial<Record<Rule, Rule>>> = {
  'anon-write': 'force-absent',
  'zero-write': 'force-absent',
  'wp-copy': 'force-copy',
  'wp-held': 'force-copy',
  'wp-file': 'force-copy',
  'wp-reuse-exclusive': 'force-reuse',
  'wp-reuse-sole': 'force-reuse',
};

/** Nothing is missing but a bit that other processors set themselves; or nothing at all. */
function bitsRule({ arch, write, gup }: Fault, low: number): Rule {
  if (gup !== undefined || arch.walked(low) === low) return 'spurious';
  if (!isAccessed(low)) return 'set-accessed';
  return write && !isDirty(low) ? 'set-dirty' : 'spurious';
}

/** Nothing is there yet: what the VMA shows decides. */
function absentRule(world: World, fault: Fault, vma: Vma): Rule {
  if (fault.access === 'fetch' && !mayExecute(vma)) return 'fetch-absent';
  const object = world.objects[vma.object];
  if (object === undefined) return fault.write ? 'anon-write' : 'anon-read';
  if (object.file === undefined) return 'shared-none';
  if (!fault.write) return 'file-read';
  return isShared(vma) ? 'file-write' : 'file-copy';
}

/** A private page that may not be written to yet: who else could come for its frame decides. */
function writeRule(world: World, fault: Fault, pfn: number, best: Decision['do']): Rule {
  const { frames } = world;
  if (fault.unshare && !frames.is(pfn, ANON)) return 'unshare-early';
  if (fault.unshare) return best === 'copy' ? 'unshare-copy' : 'unshare-reuse';
  if (pfn === ZERO_PFN) return 'zero-write';
  if (best !== 'copy')
    return world.rules.reuse(world, pfn) === 'exclusive' ? 'wp-reuse-exclusive' : 'wp-reuse-sole';
  if (!frames.is(pfn, ANON)) return 'wp-file';
  if (frames.is(pfn, KSM)) return 'wp-merged';
  return frames.mapcount[pfn] === 1 ? 'wp-held' : 'wp-copy';
}

/**
 * Why the fault is to be answered as the kernel answers it, and the facts of the state that the words name:
 * who faults, what the VMA promised, what the entry holds, who else maps its frame.
 */
export function why(world: World, fault: Fault, decision: Decision): Reason {
  const rule = ruleFor(world, fault);
  return {
    rule,
    function: world.rules.functions[rule] ?? RULES[rule],
    facts: withFacts(factsAt(world, fault.process, fault.page), {
      access: fault.access,
      errorCode: fault.errorCode,
      decision: decision.do,
      kernel: world.rules.name,
      wp: fault.wp,
    }),
  };
}

/** The facts of the state that an access meets, whether it traps or not. */
export function facts(world: World, move: Move): Facts {
  if (!('page' in move)) throw new RangeError(`${move.op} is no access`);
  return withFacts(factsAt(world, move.process, move.page), { access: accessOf(move) });
}

/** The stack that would have to grow: its rights, its pages then, the pages free below, the limit. */
function stackFacts(world: World, process: string, page: number) {
  const { vmas } = world.mmOf(process);
  const stack = stackAbove(vmas, page);
  const below = vmas.findLast(vma => vma.end <= page);
  return {
    stack: stack === undefined ? 'none' : vmaInWords(stack),
    size: stack === undefined ? 0 : stack.end - page,
    gap: page - (below?.end ?? 0),
    limit: world.process(process).stackLimit,
  };
}

/** Moves by which the kernel stores into memory, or reads it, for somebody. */
const STORES = ['write', 'write8', 'rsys', 'pvw', 'memw', 'dread', 'iopin'];

const accessOf = ({ op }: Move): string =>
  op === 'fetch' || op === 'kfetch' ? 'fetch' : STORES.includes(op) ? 'write' : 'read';

function factsAt(world: World, process: string, page: number): Facts {
  const { vmas, table } = world.mmOf(process);
  const vma = findVma(vmas, page);
  const low = table.low(page);
  const high = table.high(page);
  const pfn = mapsFrame(low) ? pfnOf(low, high) : -1;
  const mappers = pfn < 0 ? [] : mappersOf(world, pfn);
  const { file, index, end, cached, disk } = objectFacts(world, vma, page);
  const { slot, slotEntries, swapCached, device } = swapFacts(world, low, pfn);
  const { stack, size, gap, limit } = stackFacts(world, process, page);
  const victim = world.rules.selectBadProcess(world, world.process(process));
  // One literal: so many names put together from several objects would be slow.
  return {
    process,
    page: pageName(world.setup.regions, page),
    vma: vma === undefined ? 'none' : vmaInWords(vma),
    rights: vma === undefined ? 'none' : permOf(vma.rights),
    entry: entryInWords(low, high, pfn),
    entryKind: entryKind(low, pfn, vma),
    frame: pfn < 0 ? '' : frameInWords(pfn),
    mappers,
    others: mappers.filter(name => name !== process),
    maps: pfn > ZERO_PFN ? world.frames.mapcount[pfn]! : 0,
    refs: pfn > ZERO_PFN ? world.frames.refcount[pfn]! : 0,
    exclusive: pfn > ZERO_PFN && world.frames.is(pfn, EXCLUSIVE),
    object: file,
    index,
    end,
    cached,
    disk,
    slot,
    slotEntries,
    swapCached,
    device,
    stack,
    size,
    gap,
    limit,
    victim: victim.name,
    badness: oomBadness(world, victim),
  };
}

/** What the VMA shows there: a file or object and the page of it, whether that is cached, where it ends. */
function objectFacts(world: World, vma: Vma | undefined, page: number) {
  const object = vma === undefined ? undefined : world.objects[vma.object];
  if (vma === undefined || object === undefined)
    return { file: 'none', index: 0, end: 0, cached: false, disk: false };
  const index = indexOf(vma, page);
  return {
    file: object.file === undefined ? 'a shared object' : `file ${object.file}`,
    index,
    end: endOfFile(object),
    cached: object.pages.has(index),
    disk: !isMemory(object),
  };
}

/** The slot that the entry names, or whose cache its frame is: who else names it, and whether it is cached. */
function swapFacts(world: World, low: number, pfn: number) {
  const slot = isSwap(low)
    ? slotOf(low)
    : pfn > 0 && world.frames.is(pfn, SWAPCACHE)
      ? slotCachedBy(world, pfn)
      : -1;
  if (slot < 0) return { slot: 'none', slotEntries: 0, swapCached: false, device: world.swap.device };
  return {
    slot: slotName(slot),
    slotEntries: swapCount(world, slot),
    swapCached: swapCacheOf(world, slot) >= 0,
    device: world.swap.device,
  };
}

function entryInWords(low: number, high: number, pfn: number): string {
  if (isSwap(low)) return `swapped out to ${slotName(slotOf(low))}`;
  if (isGuard(low)) return 'a guard marker';
  return pfn < 0 ? 'none' : `${frameInWords(pfn)}, ${entryRights(low, high)}`;
}

function entryKind(low: number, pfn: number, vma: Vma | undefined): string {
  if (isSwap(low)) return 'swap';
  if (isGuard(low)) return 'guard';
  if (pfn < 0) return 'none';
  if (isProtNone(low)) return 'protnone';
  if (pfn === ZERO_PFN) return 'zero';
  return vma !== undefined && isShared(vma) ? 'shared' : 'anon';
}

const vmaInWords = (vma: Vma): string => `${permOf(vma.rights)}, ${isShared(vma) ? 'shared' : 'private'}`;

/** 'r--', 'rw-', 'r-x' or '---' for an entry, as the screen writes it. */
export function entryRights(low: number, high: number): string {
  if (isProtNone(low)) return '---';
  return `r${isWritable(low) ? 'w' : '-'}${isExecutable(high) ? 'x' : '-'}`;
}

/** Names of the processes that map the frame, in their order; of threads, the first. */
export function mappersOf(world: World, pfn: number): string[] {
  return world.processes
    .filter(({ mm: index }, i) => {
      if (world.processes.findIndex(({ mm }) => mm === index) < i) return false;
      const table = world.mms[index]?.table;
      if (table === undefined) return false;
      for (const page of table.pages())
        if (mapsFrame(table.low(page)) && pfnOf(table.low(page), table.high(page)) === pfn) return true;
      return false;
    })
    .map(({ name }) => name);
}
