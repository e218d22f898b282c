import { ENTRY, entryWord, flagsOf, frameOf, WORDS } from '../../language/xen.ts';
import { mapGrant, unmapGrant } from './grants.ts';
import {
  dropEntry,
  dropGeneral,
  dropType,
  dropUse,
  dropUsePartly,
  INTERRUPTED,
  promote,
  takeEntry,
  takeGeneral,
} from './references.ts';
import { flushDomain, flushVcpu, walk } from './tlb.ts';
import { isPresent } from './word.ts';
import {
  type Asked,
  type Domain,
  isTable,
  typeOfLevel,
  type Vcpu,
  vcpuOf,
  type World,
  without,
  XEN_FRAME,
  XEN_SLOT,
} from './world.ts';

/**
 * Carries out one request as the hypervisor does where it is asked: an errno where it must refuse, and then
 * nothing has changed. Source: do_mmu_update, do_mmuext_op, do_update_va_mapping; section 5.
 */
export function carryOut(world: World, domain: Domain, asked: Asked, flushes = true): string | undefined {
  if (world.call?.user === true) {
    if (world.rules.calls.kernelOnly) return 'EPERM';
    world.trespass = 'user-call';
  }
  switch (asked.kind) {
    case 'iret':
      world.call!.user = true;
      return undefined;
    case 'm2p':
      if (world.frames[asked.frame]?.owner !== domain.name) return 'EINVAL';
      world.m2p = new Map(world.m2p).set(asked.frame, asked.value);
      return undefined;
    case 'set':
      return setWord(world, domain, asked.frame, asked.index, wordOf(world, asked), flushes);
    case 'vamap':
      return updateVaMapping(world, domain, asked.va, asked.word);
    case 'pin':
      return pin(world, domain, asked.mfn, asked.level, flushes);
    case 'unpin':
      return unpin(world, domain, asked.mfn, true);
    case 'base':
      return newBaseptr(world, domain, asked.mfn);
    case 'release':
      return release(world, domain, asked.mfn);
    case 'setldt':
      return setLdt(world, domain, asked.mfn);
    case 'gntmap':
      return mapGrant(world, domain, asked);
    case 'gntunmap':
      return unmapGrant(world, domain, asked, flushes);
    case 'exchange':
      return exchange(world, domain, asked);
  }
}

/** The word that a request comes to: PT_UPDATE_PRESERVE_AD keeps two bits of the live entry. */
export function wordOf(world: World, { frame, index, word, keep }: Extract<Asked, { kind: 'set' }>): number {
  if (!keep || !isPresent(word)) return word;
  const live = flagsOf(world.frames[frame]?.words[index] ?? 0) & (ENTRY.accessed | ENTRY.dirty);
  return entryWord(frameOf(word), flagsOf(word) | live);
}

/** What a checked store does depends on the type of the frame that holds the entry. */
function setWord(
  world: World,
  domain: Domain,
  mfn: number,
  index: number,
  word: number,
  flushes: boolean,
): string | undefined {
  const frame = world.frames[mfn];
  if (frame === undefined || frame.owner !== domain.name) return 'EINVAL';
  // page_lock gives no table that is only half audited.
  if (frame.halfway !== undefined && world.rules.types.guardsHalf) return 'EINVAL';
  if (isTable(frame.type) && frame.tc > 0) return modEntry(world, domain, mfn, index, word, flushes);
  if (frame.type === 'seg' && frame.tc > 0) return 'EINVAL';
  world.putWord(mfn, index, word);
  return undefined;
}

/** mod_l1_entry, mod_l2_entry: the new references first, then the entry, then the old ones. */
export function modEntry(
  world: World,
  domain: Domain,
  table: number,
  index: number,
  word: number,
  flushes = true,
): string | undefined {
  const frame = world.own(table);
  world.count('audits');
  const refused = takeEntry(world, domain.name, table, index, word);
  if (refused !== undefined) return refused;
  const old = frame.words[index]!;
  world.putWord(table, index, word);
  if (world.rules.entries.dropsOld) dropEntry(world, table, index, old);
  if (flushes && frame.type === 'l2' && world.rules.calls.flushesDirectories) flushDomain(world, domain.name);
  return undefined;
}

/** May the entry be rewritten without being looked at anew? Only bits of the whitelist change. */
export function onlyWhitelisted(world: World, mfn: number, index: number, word: number): boolean {
  const frame = world.frames[mfn];
  if (frame === undefined || !isTable(frame.type) || frame.tc === 0) return false;
  const old = frame.words[index]!;
  // GLOBAL may not be set in a directory at all.
  const whitelist = world.rules.entries.whitelist & ~(frame.type === 'l2' ? ENTRY.global : 0);
  return (
    isPresent(old) &&
    isPresent(word) &&
    frameOf(old) === frameOf(word) &&
    ((flagsOf(old) ^ flagsOf(word)) & ~whitelist) === 0
  );
}

/** Xen finds the table through its own linear map, which it caches as a TLB does. */
export function tableOf(world: World, domain: Domain, va: number): number | undefined {
  const table = tableBehind(world, domain, va);
  const entry = `${domain.name} ${Math.floor(va / WORDS)}`;
  if (table !== undefined && !world.linear.has(entry)) world.linear = new Map(world.linear).set(entry, table);
  return table;
}

/** The same, without a trace in the map. */
export function tableBehind(world: World, domain: Domain, va: number): number | undefined {
  const slot = Math.floor(va / WORDS);
  const known = world.linear.get(`${domain.name} ${slot}`);
  if (known !== undefined) return known;
  const directory = world.frames[vcpuOf(domain).base]?.words[slot] ?? 0;
  const superpage = (flagsOf(directory) & ENTRY.superpage) !== 0;
  return slot === XEN_SLOT || !isPresent(directory) || superpage ? undefined : frameOf(directory);
}

function updateVaMapping(world: World, domain: Domain, va: number, word: number): string | undefined {
  const table = tableOf(world, domain, va);
  const frame = table === undefined ? undefined : world.frames[table];
  if (table === undefined || frame === undefined) return 'EINVAL';
  if (frame.type === 'l1' && frame.tc > 0) return modEntry(world, domain, table, va % WORDS, word);
  if (frame.type === 'l2' && frame.tc > 0) return 'EINVAL';
  world.trespass = 'edited-no-table';
  world.putWord(table, va % WORDS, word);
  return undefined;
}

function pin(world: World, domain: Domain, mfn: number, level: number, flushes: boolean): string | undefined {
  const frame = world.frames[mfn];
  const vcpu = vcpuOf(domain);
  if (isPendingPin(vcpu, mfn, level)) vcpu.pending = undefined;
  if (frame === undefined || frame.owner !== domain.name) return 'EINVAL';
  if (frame.pinned && world.rules.calls.pinsOnce) return 'EINVAL';
  // One hypercall at a time can go on later.
  const refused = promote(world, domain.name, mfn, typeOfLevel(level), flushes, vcpu.pending === undefined);
  if (refused === INTERRUPTED) {
    if (world.rules.types.queuesRest) vcpu.pending = { kind: 'pin', mfn, level };
    if (world.call !== undefined) world.call.interrupted = true;
    return undefined;
  }
  if (refused !== undefined) return 'EINVAL';
  takeGeneral(world, mfn);
  world.own(mfn).pinned = true;
  return undefined;
}

function unpin(world: World, domain: Domain, mfn: number, preemptible: boolean): string | undefined {
  const frame = world.frames[mfn];
  const vcpu = vcpuOf(domain);
  if (frame === undefined || frame.owner !== domain.name) return 'EINVAL';
  if (!frame.pinned && world.rules.calls.unpinsPinned) return 'EINVAL';
  world.own(mfn).pinned = false;
  if (!preemptible || vcpu.pending !== undefined) dropUse(world, mfn);
  else if (dropUsePartly(world, mfn) && world.rules.types.queuesRest) vcpu.pending = { kind: 'drop', mfn };
  return undefined;
}

const isPendingPin = ({ pending }: Vcpu, mfn: number, level: number): boolean =>
  pending?.kind === 'pin' && pending.mfn === mfn && pending.level === level;

/** put_old_guest_table: what a teardown has left goes before the vCPU does anything else with tables. */
export function finishDrop(world: World, domain: Domain): void {
  const vcpu = vcpuOf(domain);
  if (vcpu.pending?.kind !== 'drop') return;
  const { mfn } = vcpu.pending;
  vcpu.pending = undefined;
  // Somebody else may have taken the half table over, and made it whole again.
  if (world.frames[mfn]!.halfway !== undefined) dropUse(world, mfn);
}

function newBaseptr(world: World, domain: Domain, mfn: number): string | undefined {
  const frame = world.frames[mfn];
  if (frame === undefined || frame.owner !== domain.name) return 'EINVAL';
  if (world.rules.calls.validatesBase) {
    const refused = promote(world, domain.name, mfn, 'l2');
    if (refused !== undefined) return 'EINVAL';
  } else world.own(mfn).tc++;
  takeGeneral(world, mfn);
  loadBase(world, domain, mfn);
  return undefined;
}

/** write_ptbase: the old root is let go of, and this CPU forgets what it knew. */
export function loadBase(world: World, domain: Domain, mfn: number): void {
  const vcpu = vcpuOf(domain);
  const old = vcpu.base;
  vcpu.base = mfn;
  if (old >= 0) {
    dropType(world, old);
    dropGeneral(world, old);
  }
  world.clock++;
  flushVcpu(world, vcpu);
  world.count('localFlushes');
  world.linear = without(world.linear, key => key.startsWith(`${domain.name} `));
}

/** decrease_reservation: what is still referenced goes back to the heap later. A pin is undone by it. */
function release(world: World, domain: Domain, mfn: number): string | undefined {
  const frame = world.frames[mfn];
  if (frame === undefined || frame.owner !== domain.name || !frame.allocated) return 'EINVAL';
  if (frame.pinned) unpin(world, domain, mfn, false);
  world.own(mfn).allocated = false;
  domain.p2m = without(domain.p2m, page => page === mfn);
  dropGeneral(world, mfn);
  return undefined;
}

/** The frame is taken as `seg` only when a selector is first loaded from it. */
function setLdt(world: World, domain: Domain, mfn: number): string | undefined {
  if (world.frames[mfn]?.owner !== domain.name) return 'EINVAL';
  unmapLdt(world, domain);
  vcpuOf(domain).ldt = mfn;
  return undefined;
}

export function unmapLdt(world: World, domain: Domain): void {
  const vcpu = vcpuOf(domain);
  if (!vcpu.ldtMapped) return;
  vcpu.ldtMapped = false;
  dropType(world, vcpu.ldt);
  dropGeneral(world, vcpu.ldt);
}

/**
 * Xen writes a word to the guest's array, as far into it as it has come. Its own area begins where the
 * guest's ends, so the whole array must be looked at, not only where it starts.
 */
function exchange(
  world: World,
  domain: Domain,
  { va, skip }: { readonly va: number; readonly skip: number },
): string | undefined {
  const at = va + Math.floor(skip / WORDS);
  const start = world.rules.calls.checksWholeArray ? at : va;
  if (start >= XEN_SLOT * WORDS) return 'EFAULT';
  if (at >= XEN_SLOT * WORDS) return reachXen(world, skip);
  const found = walk(world, vcpuOf(domain), at, false);
  if (typeof found === 'string' || (!found.rw && world.rules.wp)) {
    world.count('faults');
    return 'EFAULT';
  }
  world.putWord(found.frame, skip % WORDS, EXCHANGED);
  return undefined;
}
/** What memory_exchange reports. */
export const EXCHANGED = 255;

/** Does the word that memory_exchange has come to lie in Xen's own area? */
export const reachesXen = ({ va, skip }: { readonly va: number; readonly skip: number }): boolean =>
  va * WORDS + skip >= XEN_SLOT * WORDS * WORDS;

export function reachXen(world: World, skip: number): undefined {
  world.putWord(XEN_FRAME, skip % WORDS, EXCHANGED);
  world.trespass = 'wrote-xen';
}
