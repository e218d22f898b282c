import { ENTRY, flagsOf, frameOf, WORDS } from '../../language/xen.ts';
import { flushDomain, race } from './tlb.ts';
import { DIRECTORY_BITS, isPresent, isWritable, LEAF_BITS } from './word.ts';
import {
  FREE,
  type Frame,
  hasP2m,
  IO,
  isTable,
  KEPT,
  PRIVILEGED,
  type Type,
  type World,
  XEN_SLOT,
  XEN_TEMPLATE,
} from './world.ts';

/**
 * What is held: general references, type references, and the entries that hold them. Taking a type may audit a
 * table, which takes entries, which take types: so it is one file.
 */

/** get_page. */
export function takeGeneral(world: World, mfn: number): void {
  world.own(mfn).tot++;
}

/** put_page: with the last reference the frame goes back to the heap. */
export function dropGeneral(world: World, mfn: number): void {
  const frame = world.own(mfn);
  frame.tot--;
  if (frame.tot > 0) return;
  const { owner } = frame;
  frame.owner = world.domains.some(each => each.name === owner && hasP2m(each)) ? KEPT : FREE;
  frame.allocated = false;
  frame.pinned = false;
  const stale = world.domains.some(
    ({ name, vcpus }) =>
      name === owner && vcpus.some(({ tlb }) => [...tlb.values()].some(c => c.frame === mfn)),
  );
  if (stale) flushDomain(world, owner);
}

/**
 * Takes a frame in a type; the first to do so has it audited. Answers an errno where the frame cannot have
 * the type, and then all counts are as before.
 * Source: __get_page_type, arch/x86/mm.c; section 3.3.
 */
export function promote(
  world: World,
  domain: string,
  mfn: number,
  type: Type,
  flushes = true,
  preemptible = false,
): string | undefined {
  const frame = world.own(mfn);
  const { types } = world.rules;
  if (frame.tc > 0 && frame.type === type) {
    if (frame.halfway !== undefined) return resume(world, domain, mfn, preemptible);
    if (!frame.validated && isTable(type)) return 'EBUSY';
    frame.tc++;
    return undefined;
  }
  if (frame.tc > 0 && types.exclusive) return 'EBUSY';
  if (flushes && types.flushes === 'before') {
    flushStale(world, mfn, frame.type, type);
    race(world, domain);
  }
  const before = { type: frame.type, tc: frame.tc, validated: frame.validated };
  publish(world, mfn, type);
  if (flushes && types.flushes === 'after') flushStale(world, mfn, before.type, type);
  const refused = isTable(type) && types.audits ? audit(world, domain, mfn, 0, preemptible) : undefined;
  if (refused === INTERRUPTED) takeGeneral(world, mfn);
  else if (refused !== undefined) fallBack(world, mfn);
  else settle(world, mfn);
  return refused;
}

/** What an audit that stops halfway answers: it is no refusal, and the caller goes on with it later. */
export const INTERRUPTED = 'ERESTART';

/** The audit is done: the table is one. */
function settle(world: World, mfn: number): void {
  const frame = world.own(mfn);
  if (frame.type === 'l2') world.putWord(mfn, XEN_SLOT, XEN_TEMPLATE);
  frame.validated = true;
}

/** The audit has failed: nobody uses the frame. */
function fallBack(world: World, mfn: number): void {
  const frame = world.own(mfn);
  frame.tc = 0;
  frame.validated = false;
  frame.stamp = world.clock;
}

/**
 * Goes on with an audit, whoever began it. The use that the half audited table was itself becomes the caller's;
 * so does its general reference, for which the caller takes one of its own.
 */
function resume(world: World, domain: string, mfn: number, preemptible: boolean): string | undefined {
  const frame = world.own(mfn);
  const start = frame.halfway!;
  frame.halfway = undefined;
  const skipped = world.rules.types.resumesExactly ? 0 : 1;
  const refused = audit(world, domain, mfn, start + skipped, preemptible);
  if (refused === INTERRUPTED) return refused;
  if (refused !== undefined) {
    fallBack(world, mfn);
    dropGeneral(world, mfn);
    return refused;
  }
  settle(world, mfn);
  frame.tot--;
  return undefined;
}

/** The new type is seen by everyone before anything else is done with the frame. */
export function publish(world: World, mfn: number, type: Type): void {
  const frame = world.own(mfn);
  frame.type = type;
  frame.tc = 1;
  frame.validated = false;
  if (world.rules.types.updatesIommu || !isTable(type)) frame.dma = !isTable(type) && type !== 'seg';
}

/** Does a CPU perhaps remember the frame from before its type count fell to 0? */
export const isStale = (world: World, mfn: number): boolean => {
  const { owner, stamp } = world.frames[mfn]!;
  return world.domains.some(
    ({ name, vcpus }) =>
      name === owner && vcpus.some(({ tlb, flushedAt }) => tlb.size > 0 && flushedAt <= stamp),
  );
};

/** A frame that becomes something else must be in no TLB as what it was. */
function flushStale(world: World, mfn: number, from: Type, to: Type): void {
  if (from !== to && from !== 'none' && isStale(world, mfn)) flushDomain(world, world.frames[mfn]!.owner);
}

/** alloc_l1_table, alloc_l2_table: what is in it, slot by slot; what was taken is undone at the first refusal. */
function audit(
  world: World,
  domain: string,
  mfn: number,
  start: number,
  preemptible: boolean,
): string | undefined {
  const frame = world.own(mfn);
  const slots = guestSlots(frame.type);
  for (let i = start; i < slots; i++) {
    if (preemptible && isInterrupted(world, i - start)) {
      frame.halfway = i;
      return INTERRUPTED;
    }
    world.count('audits');
    const refused = takeEntry(world, domain, mfn, i, frame.words[i]!);
    if (refused === undefined) continue;
    if (world.rules.types.undoes) for (let k = 0; k < i; k++) dropEntry(world, mfn, k, frame.words[k]!);
    return refused;
  }
  return undefined;
}

/** Is it somebody else's turn after so many entries? Once, then the next may run through. */
function isInterrupted(world: World, entries: number): boolean {
  if (!world.rules.types.preempts || world.slice !== entries) return false;
  world.slice = undefined;
  return true;
}

/**
 * Drops one use of a frame in its type; with the last one a table lets go of what it names.
 * Source: __put_page_type; section 3.4.
 */
export function dropType(world: World, mfn: number): void {
  const frame = world.own(mfn);
  if (frame.tc === 1 && isTable(frame.type)) {
    frame.validated = false;
    if (world.rules.types.dropsChildren)
      for (let i = 0; i < heldSlots(frame); i++) dropEntry(world, mfn, i, frame.words[i]!);
    frame.halfway = undefined;
  }
  frame.tc--;
  if (frame.tc === 0) frame.stamp = world.clock;
}

/**
 * As dropUse, but perhaps not to the end: the entries go from the last to the first, and those that are left keep
 * what they hold, with a use and a general reference of the table itself.
 * @returns whether the rest has to be dropped later
 */
export function dropUsePartly(world: World, mfn: number): boolean {
  const frame = world.own(mfn);
  const slots = guestSlots(frame.type);
  const left = slots - (world.slice ?? slots);
  if (frame.tc !== 1 || !isTable(frame.type) || left <= 0 || !isInterrupted(world, slots - left)) {
    dropUse(world, mfn);
    return false;
  }
  frame.validated = false;
  for (let i = slots - 1; i >= left; i--) dropEntry(world, mfn, i, frame.words[i]!);
  frame.halfway = left;
  return true;
}

/** Drops a use of each kind, as a pin or a loan does at its end. Where there is none to drop, the host stops. */
export function dropUse(world: World, mfn: number): void {
  if (world.frames[mfn]!.tc === 0) {
    world.panicked = true;
    return;
  }
  dropType(world, mfn);
  dropGeneral(world, mfn);
}

/**
 * Lets a word into a validated table: takes the references that it will hold. Answers an errno where it must
 * not, and then nothing is taken.
 * Source: get_page_from_l1e, get_page_from_l2e, arch/x86/mm.c; sections 3.1 and 3.2.
 */
export const takeEntry = (
  world: World,
  domain: string,
  table: number,
  index: number,
  word: number,
): string | undefined =>
  world.frames[table]!.type === 'l2'
    ? takeL2(world, domain, table, index, word)
    : takeL1(world, domain, word);

function takeL1(world: World, domain: string, word: number): string | undefined {
  const { entries } = world.rules;
  if (!isPresent(word)) return undefined;
  if (entries.checksFlags && (flagsOf(word) & ~LEAF_BITS) !== 0) return 'EINVAL';
  const target = frameOf(word);
  const frame = world.frames[target];
  if (frame === undefined) return 'EINVAL';
  if (frame.owner === IO && domain === PRIVILEGED) return undefined;
  if (entries.checksOwner && frame.owner !== domain) return frame.owner === IO ? 'EPERM' : 'EBUSY';
  if (isWritable(word) && entries.takesWritable) {
    const refused = promote(world, domain, target, 'writable');
    if (refused !== undefined) return refused;
  }
  if (entries.takesGeneral) takeGeneral(world, target);
  return undefined;
}

function takeL2(
  world: World,
  domain: string,
  table: number,
  index: number,
  word: number,
): string | undefined {
  const { entries } = world.rules;
  if (index === XEN_SLOT && entries.guardsXenSlot) return 'EPERM';
  if (!isPresent(word)) return undefined;
  if (entries.checksFlags && (flagsOf(word) & ~DIRECTORY_BITS) !== 0) return 'EINVAL';
  const target = frameOf(word);
  const frame = world.frames[target];
  if (frame === undefined || (entries.checksOwner && frame.owner !== domain)) return 'EINVAL';
  if (target === table || (frame.type === 'l2' && frame.tc > 0)) return takeLinear(world, table, word);
  const refused = promote(world, domain, target, 'l1');
  if (refused !== undefined) return 'EINVAL';
  if (entries.takesGeneral) takeGeneral(world, target);
  return undefined;
}

/** A directory that names a directory: itself or another one, to be read and never written through. */
function takeLinear(world: World, table: number, word: number): string | undefined {
  const target = frameOf(word);
  const frame = world.frames[target]!;
  if (isWritable(word) && world.rules.entries.linearReadOnly) return 'EINVAL';
  if (target === table) return undefined;
  if (!frame.validated || hasLinear(world, target) || isLinearlyUsed(world, table)) return 'EINVAL';
  world.own(target).tc++;
  takeGeneral(world, target);
  return undefined;
}

/** Drops what a word of a validated table held. Source: put_page_from_l1e, put_page_from_l2e. */
export function dropEntry(world: World, table: number, index: number, word: number): void {
  const directory = world.frames[table]!.type === 'l2';
  if (!isPresent(word) || (directory && index === XEN_SLOT)) return;
  const target = frameOf(word);
  const frame = world.frames[target];
  if (frame === undefined || frame.owner === IO || (directory && target === table)) return;
  if ((flagsOf(word) & ENTRY.superpage) !== 0) return;
  if (directory || (isWritable(word) && frame.type === 'writable')) dropType(world, target);
  dropGeneral(world, target);
  forgetLoan(world, table, index);
}

/** A loan whose entry goes by other ways than the grant table ends, and no CPU remembers it: a choice of the game. */
function forgetLoan(world: World, table: number, index: number): void {
  const left = world.loans.filter(loan => loan.table !== table || loan.index !== index);
  if (left.length === world.loans.length) return;
  world.loans = left;
  flushDomain(world, world.frames[table]!.owner);
}

/** Other directories that this one names. */
const hasLinear = (world: World, table: number): boolean =>
  world.frames[table]!.words.slice(0, XEN_SLOT).some(word => {
    const target = frameOf(word);
    return isPresent(word) && target !== table && isRoot(world, target);
  });

const isLinearlyUsed = (world: World, table: number): boolean =>
  world.frames.some(
    (frame, mfn) =>
      mfn !== table &&
      isRoot(world, mfn) &&
      frame.words.slice(0, XEN_SLOT).some(word => isPresent(word) && frameOf(word) === table),
  );

const isRoot = (world: World, mfn: number): boolean => {
  const frame = world.frames[mfn];
  return frame !== undefined && frame.type === 'l2' && frame.tc > 0 && frame.validated;
};

/** Entries of a table in use that hold something. */
export const heldSlots = ({ type, halfway }: Frame): number => halfway ?? guestSlots(type);

/** Slots of a table that are the guest's. */
export const guestSlots = (type: string): number => (type === 'l2' ? XEN_SLOT : WORDS);
