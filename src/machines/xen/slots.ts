import { ENTRY, entryWord, flagsOf, frameOf, WORDS } from '../../language/xen.ts';
import { dropEntry, dropType, takeEntry } from './references.ts';
import { flushAddress, flushDomain, type Walk } from './tlb.ts';
import { isPresent, isWritable } from './word.ts';
import { type Domain, type Slot, type SlotName, vcpuOf, type World, XEN_SLOT } from './world.ts';

/**
 * Era 3.0.2: a table that a guest writes to is unhooked and left to it, and looked through when it is needed
 * again. Source: ptwr_do_page_fault and ptwr_flush, arch/x86/mm.c of 3.0.2; section 6.
 */

/** Directory entries that name a table, in all validated directories. */
export function hooksOf(world: World, mfn: number): { readonly root: number; readonly index: number }[] {
  const hooks: { root: number; index: number }[] = [];
  world.frames.forEach(({ type, tc, words }, root) => {
    if (type !== 'l2' || tc <= 0) return;
    for (let index = 0; index < XEN_SLOT; index++)
      if (frameOf(words[index]!) === mfn && isPresent(words[index]!)) hooks.push({ root, index });
  });
  return hooks;
}

/** Which slot a write to this table would take; undefined where the store is emulated instead. */
export function slotFor(world: World, domain: Domain, table: number): SlotName | undefined {
  const frame = world.frames[table]!;
  const hooks = hooksOf(world, table);
  if (hooks.length > 1 || frame.words.some(word => frameOf(word) === table)) return undefined;
  const active = hooks[0]?.root === vcpuOf(domain).base;
  const known = (frame.pinned ? 1 : 0) + (active ? 1 : 0);
  if (domain.vcpus.length > 1 && frame.tc !== known) return undefined;
  const name: SlotName = active ? 'active' : 'inactive';
  return domain.changes[name] === 0 ? undefined : name;
}

/** The active slot whose range an address lies in: the first thing that is looked at. */
export const isUnhooked = ({ slots }: Domain, va: number): boolean =>
  slots.active?.hook?.index === Math.floor(va / WORDS);

/** Is the table one that its guest may write to freely? */
export const isLoose = (world: World, mfn: number): boolean =>
  world.domains.some(({ slots }) => slots.active?.l1 === mfn || slots.inactive?.l1 === mfn);

/** Unhooks first, so that nobody walks through what is being written; then the guest may write. */
export function unhook(
  world: World,
  domain: Domain,
  name: SlotName,
  va: number,
  found: Walk,
  flushes = true,
): void {
  if (domain.slots[name] !== undefined) flushSlot(world, domain, name);
  if (!domain.alive) return;
  const { rules } = world;
  const l1 = found.frame;
  const hook = name === 'active' ? hooksOf(world, l1)[0] : undefined;
  const words = world.frames[l1]!.words;
  world.count('bytesRead', PAGE);
  world.count('bytesWritten', PAGE);
  if (hook !== undefined) {
    if (rules.slots.clearsPresent) setFlag(world, hook.root, hook.index, ENTRY.present, false);
    if (flushes && rules.slots.flushesFirst) flushDomain(world, domain.name);
  }
  domain.slots[name] = {
    l1,
    alias: { table: found.table, index: found.index, va },
    ...(hook !== undefined && { hook }),
    snapshot: words,
  };
  setFlag(world, found.table, found.index, ENTRY.rw, true);
  for (const vcpu of domain.vcpus) vcpu.tlb.delete(va);
}
const PAGE = 4096;

function setFlag(world: World, mfn: number, index: number, bit: number, on: boolean): void {
  const word = world.frames[mfn]!.words[index]!;
  world.putWord(mfn, index, entryWord(frameOf(word), on ? flagsOf(word) | bit : flagsOf(word) & ~bit));
}

/** Before the very entry is changed through which a guest may write to a table: its counts are the slot's. */
export function flushAliased(world: World, domain: Domain, table: number, index: number): void {
  for (const name of ['active', 'inactive'] as const) {
    const slot = domain.slots[name];
    if (slot?.alias.table === table && slot.alias.index === index) flushSlot(world, domain, name);
  }
}

export function flushSlots(world: World, domain: Domain): void {
  for (const name of ['active', 'inactive'] as const)
    if (domain.slots[name] !== undefined) flushSlot(world, domain, name);
}

/**
 * Takes the right to write back, looks through what has changed, and hooks the table in again. At the first
 * entry that must not be, it and all later ones are put back and the domain is crashed: the store that wrote
 * it is long past.
 */
export function flushSlot(world: World, domain: Domain, name: SlotName): void {
  const slot = domain.slots[name];
  if (slot === undefined) return;
  const { rules } = world;
  domain.slots[name] = undefined;
  setFlag(world, slot.alias.table, slot.alias.index, ENTRY.rw, false);
  // A choice of the game: an entry that several addresses lead to is forgotten at all of them.
  if (hooksOf(world, slot.alias.table).length > 1) flushDomain(world, domain.name);
  else flushAddress(world, domain, slot.alias.va);
  world.count('bytesRead', 2 * PAGE);
  const bad = rules.slots.revalidates ? revalidate(world, domain, slot) : undefined;
  if (bad !== undefined) {
    const frame = world.own(slot.l1);
    if (rules.slots.restores) frame.words = [...frame.words.slice(0, bad), ...slot.snapshot.slice(bad)];
    domain.alive = false;
  }
  if (slot.hook !== undefined && rules.slots.rehooks)
    setFlag(world, slot.hook.root, slot.hook.index, ENTRY.present, true);
  domain.changes[name] = slot.snapshot.filter((word, i) => word !== world.frames[slot.l1]!.words[i]).length;
}

/** The first slot that holds what must not be; undefined where all is well. */
function revalidate(world: World, domain: Domain, { l1, snapshot }: Slot): number | undefined {
  for (let i = 0; i < WORDS; i++) {
    const old = snapshot[i]!;
    const now = world.frames[l1]!.words[i]!;
    if (old === now) continue;
    world.count('audits');
    if (lostWriteOnly(old, now)) dropType(world, frameOf(old));
    else if (takeEntry(world, domain.name, l1, i, now) !== undefined) return i;
    else dropEntry(world, l1, i, old);
  }
  return undefined;
}

/** What a fork does to its parent's entries: they lose the right to write and nothing else. */
const lostWriteOnly = (old: number, now: number): boolean =>
  isPresent(old) &&
  isPresent(now) &&
  isWritable(old) &&
  (flagsOf(old) ^ flagsOf(now)) === ENTRY.rw &&
  frameOf(old) === frameOf(now);

/** Would the flush find something that must not be? Tried on a copy. */
export function wouldCrash(world: World, domain: Domain): boolean {
  const ahead = world.clone();
  const there = ahead.domain(domain.name);
  flushSlots(ahead, there);
  return !there.alive;
}
