import { PAGE_SIZE } from '../../language/moves.ts';
import type { Micro } from '../machine.ts';
import { prepareAnonVma } from './anon-vma.ts';
import { ZEROS } from './content.ts';
import { flushPage } from './cpu.ts';
import type { Decision, DecisionName } from './decision.ts';
import { afterGrowth } from './fault-path.ts';
import { ANON, EXCLUSIVE, ZERO_PFN } from './frames.ts';
import {
  ACCESSED,
  DIRTY,
  isNone,
  isPresent,
  isWritable,
  NX,
  PRESENT,
  PROTNONE,
  packHigh,
  packLow,
  pfnOf,
  SPECIAL,
  USER,
  WRITABLE,
} from './pte.ts';
import { addRmap, removeRmap } from './rmap.ts';
import { getPage, indexOf, mapAround } from './shmem.ts';
import { attemptGrowth, expandDownwards, obstacle } from './stack.ts';
import { isShared, mayExecute, mayWrite, type Vma } from './vma.ts';
import { COUNT, type Fault, type Handler, type Mm, vmaAt, type World } from './world.ts';

/**
 * The decisions as the kernel carries them out, step by step. Every routine works in any state: only the
 * choice of it may be wrong. What it finds in the entry is cleared, flushed and put back; what it maps is
 * present, user and readable, writable if the access is a write or the VMA allows writing, executable
 * likewise. The zero page and an object's page keep the VMA's template for fetches: a fetch from memory
 * that is not executable is served as a read first, and refused when it is retried (addendum A6).
 */
export interface Context {
  readonly world: World;
  readonly fault: Fault;
  readonly mm: Mm;
  readonly vma: Vma | undefined;
  readonly handler: Handler;
}

const steps = {
  /** vmf->orig_pte: the entry as it was before the lock. */
  'read entry': ({ handler, mm, fault }) => {
    handler.low = mm.table.low(fault.page);
    handler.high = mm.table.high(fault.page);
    handler.pfn = -1;
    handler.same = true;
  },
  'prepare anon_vma': ({ world, mm, vma }) => {
    if (vma !== undefined) prepareAnonVma(world, mm, vma);
  },
  /** vma_alloc_folio: what the frame held last is still in it. */
  'allocate frame': ({ world, handler }) => {
    handler.pfn = world.frames.allocate(ANON | EXCLUSIVE);
    world.counts[COUNT.frames]!++;
  },
  /** clear_user_highpage. */
  'clear frame': ({ world, handler }) => {
    world.frames.contents[handler.pfn] = ZEROS;
    world.counts[COUNT.bytesWritten]! += PAGE_SIZE;
  },
  /** copy_user_highpage; without a source it copies the zero frame. */
  'copy frame': ({ world, handler }) => {
    world.frames.contents[handler.pfn] = world.frames.contents[frameAt(handler)]!;
    world.counts[COUNT.bytesRead]! += PAGE_SIZE;
    world.counts[COUNT.bytesWritten]! += PAGE_SIZE;
  },
  /** do_fault_around: neighbours of the page that the object has already. */
  'map around': ({ world, mm, vma, fault }) => {
    const object = vma !== undefined && isShared(vma) ? world.objects[vma.object] : undefined;
    if (object !== undefined && !fault.write) mapAround(world, mm, vma!, object, fault.page);
  },
  /** shmem_fault: the object's page, with a reference for the entry. Without an object nothing is done. */
  'get object page': ({ world, fault, vma, handler }) => {
    const object = vma !== undefined && isShared(vma) ? world.objects[vma.object] : undefined;
    if (object === undefined || vma === undefined) handler.same = false;
    else {
      handler.pfn = getPage(world, object, indexOf(vma, fault.page), fault.write);
      world.frames.get(handler.pfn);
    }
  },
  /** pte_same under the page table lock: somebody else may have served the fault meanwhile. */
  'recheck entry': ({ handler, mm, fault }) => {
    const { table } = mm;
    if (table.low(fault.page) !== handler.low || table.high(fault.page) !== handler.high)
      handler.same = false;
  },
  /** ptep_clear. */
  'clear entry': ({ handler, mm, fault }) => {
    if (handler.same) mm.table.clear(fault.page);
  },
  /** The second half of ptep_clear_flush; an entry that was not present is in no TLB. */
  flush: ({ world, handler, fault }) => {
    if (handler.same && isPresent(handler.low)) flushPage(world, fault.mm, fault.page);
  },
  /** set_pte_at with the new anonymous frame, and folio_add_new_anon_rmap before it. */
  'set entry': context => {
    const { world, mm, handler } = context;
    if (!handler.same || handler.pfn < 0) return;
    addRmap(world, mm, handler.pfn);
    install(context, handler.pfn, mapsWritable(context) ? WRITABLE | DIRTY : 0, mapsExecutable(context));
  },
  /** As set entry; wp_page_copy marks the copy dirty whether or not it may be written. */
  'set entry dirty': context => {
    const { world, mm, handler } = context;
    if (!handler.same || handler.pfn < 0) return;
    addRmap(world, mm, handler.pfn);
    install(context, handler.pfn, DIRTY | (mapsWritable(context) ? WRITABLE : 0), mapsExecutable(context));
  },
  /** set_pte_at with the object's frame: its rights are the VMA's, dirty only for a write. */
  'set shared entry': context => {
    const { world, mm, handler, fault } = context;
    if (!handler.same || handler.pfn < 0) return;
    addRmap(world, mm, handler.pfn);
    const rights = (mapsWritable(context) ? WRITABLE : 0) | (fault.write ? DIRTY : 0);
    install(context, handler.pfn, rights, allowsFetch(context));
  },
  /** pte_mkspecial(pfn_pte(my_zero_pfn())): read-only whatever the VMA allows, counted nowhere. */
  'set zero entry': context => {
    if (context.handler.same) install(context, ZERO_PFN, SPECIAL, allowsFetch(context));
  },
  /** folio_remove_rmap_pte for the frame that the entry mapped. */
  'remove old rmap': ({ world, mm, handler }) => {
    if (handler.same && !isNone(handler.low)) removeRmap(world, mm, frameAt(handler));
  },
  /** folio_put of what is no longer mapped: the old frame, or the new one that was not needed. */
  'put frame': ({ world, handler }) => {
    if (!handler.same) {
      if (handler.pfn >= 0) world.frames.put(handler.pfn);
    } else if (!isNone(handler.low) && frameAt(handler) !== ZERO_PFN) world.frames.put(frameAt(handler));
  },
  /** SetPageAnonExclusive, as do_wp_page does before wp_page_reuse. */
  'mark exclusive': ({ world, handler }) => {
    if (!handler.same || isNone(handler.low)) return;
    const pfn = frameAt(handler);
    if (world.frames.is(pfn, ANON)) world.frames.mark(pfn, EXCLUSIVE);
  },
  /** wp_page_reuse: more rights for the same frame, so no flush. */
  'make writable': context => {
    const { handler, mm, fault } = context;
    if (!handler.same || isNone(handler.low)) return;
    const rights = mapsWritable(context) ? WRITABLE | DIRTY : 0;
    const low = (handler.low & ~PROTNONE) | PRESENT | USER | ACCESSED | rights;
    mm.table.set(fault.page, low, mapsExecutable(context) ? handler.high & ~NX : handler.high);
  },
  /** ptep_set_access_flags: accessed, and dirty for a write that the entry allows. */
  'set accessed': ({ handler, mm, fault }) => {
    if (!handler.same || !isPresent(handler.low)) return;
    const dirty = fault.write && isWritable(handler.low) ? DIRTY : 0;
    mm.table.set(fault.page, handler.low | ACCESSED | dirty, handler.high);
  },
  /** expand_stack: the stack above comes down to the page. */
  'expand stack': ({ world, mm, fault }) => expandDownwards(world, mm, fault.page),
  /** expand_downwards got as far as the limit: what it prepared stays. */
  'attempt growth': ({ world, mm, fault, vma }) => {
    if (vma === undefined && obstacle(world, fault) === 'limit') attemptGrowth(world, mm, fault.page);
  },
  /** bad_area_access_error; a kernel-mode fault is the exception table's: kernelmode_fixup_or_oops. */
  'signal ACCERR': ({ world, fault }) => raise(world, fault, 'ACCERR'),
  /** bad_area, likewise. */
  'signal MAPERR': ({ world, fault }) => raise(world, fault, 'MAPERR'),
} as const satisfies Record<string, (context: Context) => void>;

export type StepName = keyof typeof steps;

/** A step with its name: what `apply` runs needs no look-up. */
export interface Step {
  readonly name: StepName;
  readonly run: (context: Context) => void;
}
export const stepOf = (name: StepName): Step => ({ name, run: steps[name] });

export type Routines = Readonly<Record<DecisionName, readonly Step[]>>;

/**
 * The order matters: the frame is filled before its entry is set, flushed before the old frame is put.
 * `grow` goes on as `afterGrowth` says.
 */
const order: Readonly<Record<DecisionName, readonly StepName[]>> = {
  copy: [
    'read entry',
    'prepare anon_vma',
    'allocate frame',
    'copy frame',
    'recheck entry',
    'clear entry',
    'flush',
    'set entry dirty',
    'remove old rmap',
    'put frame',
  ],
  zeroed: [
    'read entry',
    'prepare anon_vma',
    'allocate frame',
    'clear frame',
    'recheck entry',
    'clear entry',
    'flush',
    'set entry',
    'remove old rmap',
    'put frame',
  ],
  'zero-page': [
    'read entry',
    'recheck entry',
    'clear entry',
    'flush',
    'set zero entry',
    'remove old rmap',
    'put frame',
  ],
  reuse: ['read entry', 'recheck entry', 'mark exclusive', 'make writable'],
  spurious: ['read entry', 'recheck entry', 'set accessed'],
  'map-shared': [
    'read entry',
    'map around',
    'get object page',
    'recheck entry',
    'clear entry',
    'flush',
    'set shared entry',
    'remove old rmap',
    'put frame',
  ],
  grow: ['expand stack'],
  'refuse-access': ['signal ACCERR'],
  'refuse-unmapped': ['attempt growth', 'signal MAPERR'],
};

/** What each decision is carried out as. */
export const kernelRoutines: Routines = Object.fromEntries(
  Object.entries(order).map(([decision, names]) => [decision, names.map(stepOf)]),
) as unknown as Routines;

/** A step of a routine, with the fault that it serves. */
export interface LinuxMicro extends Micro {
  readonly step: StepName;
  readonly fault: Fault;
}

/** The decision as micro-steps, in the kernel's order. */
export function routine(world: World, fault: Fault, decision: Decision): LinuxMicro[] {
  const rest = continuation(world, fault, decision);
  const { routines } = world.rules;
  const steps = rest === undefined ? routines[decision.do] : [...routines[decision.do], ...routines[rest.do]];
  return steps.map(({ name }) => ({ step: name, fault }));
}

/** Carries out one micro-step; what one leaves to the next is kept in its CPU. */
export function perform(world: World, { step, fault }: LinuxMicro): void {
  world.run(world.process(fault.process));
  steps[step](contextOf(world, fault));
}

/** Carries out any decision in any state. */
export function apply(world: World, fault: Fault, decision: Decision): void {
  const rest = continuation(world, fault, decision);
  carryOut(world, fault, decision);
  if (rest !== undefined) carryOut(world, fault, rest);
}

function carryOut(world: World, fault: Fault, decision: Decision): void {
  const context = contextOf(world, fault);
  const routine = world.rules.routines[decision.do];
  for (let i = 0; i < routine.length; i++) routine[i]!.run(context);
}

/**
 * What follows a decision's own steps: a stack that has grown lacks the page that was touched. Inside a VMA
 * nothing can grow, and nothing follows.
 */
const continuation = (world: World, fault: Fault, decision: Decision): Decision | undefined =>
  decision.do === 'grow' && vmaAt(world, fault) === undefined ? afterGrowth(world, fault) : undefined;

function contextOf(world: World, fault: Fault): Context {
  const { cpu } = world;
  cpu.handler ??= { low: 0, high: 0, pfn: -1, same: true };
  return { world, fault, mm: world.mms[fault.mm]!, vma: vmaAt(world, fault), handler: cpu.handler };
}

/** The frame of the entry as first read; the zero frame where there was none. */
const frameAt = (handler: Handler): number =>
  isNone(handler.low) ? ZERO_PFN : pfnOf(handler.low, handler.high);

const mapsWritable = ({ fault, vma }: Context): boolean =>
  fault.write || (vma !== undefined && mayWrite(vma));
const allowsFetch = ({ vma }: Context): boolean => vma !== undefined && mayExecute(vma);
const mapsExecutable = (context: Context): boolean =>
  context.fault.access === 'fetch' || allowsFetch(context);

function install(context: Context, pfn: number, flags: number, executable: boolean): void {
  const generation = context.world.frames.generation[pfn]!;
  context.mm.table.set(
    context.fault.page,
    packLow(pfn, PRESENT | USER | ACCESSED | flags),
    packHigh(pfn, generation, executable),
  );
}

function raise(world: World, fault: Fault, code: 'ACCERR' | 'MAPERR'): void {
  if (!fault.user) {
    world.fixup = true;
    return;
  }
  world.signal = { process: fault.process, signal: 'SEGV', code, address: fault.address };
}
