import { ENTRY, flagsOf, frameOf } from '../../language/xen.ts';
import { heldSlots } from './references.ts';
import { isPresent, isWritable } from './word.ts';
import { COW, IO, isTable, type Slot, type World } from './world.ts';

/** A present entry of a table in use, and what it names. */
export interface Entry {
  readonly table: number;
  readonly index: number;
  readonly word: number;
  readonly target: number;
}

/**
 * What each frame's counts should be, added up anew from what holds references: section 2.3. It takes no part
 * in keeping the counts; it is what they are held against.
 */
export interface Census {
  readonly world: World;
  readonly entries: readonly Entry[];
  readonly tot: readonly number[];
  readonly tc: readonly number[];
}

export function census(world: World): Census {
  const { frames, domains } = world;
  const tot: number[] = [];
  const tc: number[] = [];
  for (const { allocated } of frames) {
    tot.push(allocated ? 1 : 0);
    tc.push(0);
  }
  const entries: Entry[] = [];
  const hold = (mfn: number, type: number) => {
    if (mfn < 0 || mfn >= frames.length) return;
    tot[mfn]!++;
    tc[mfn]! += type;
  };
  frames.forEach((frame, table) => {
    if (!isTable(frame.type) || frame.tc === 0 || !(frame.validated || frame.halfway !== undefined)) return;
    const words = heldWords(world, table);
    for (let index = 0; index < heldSlots(frame); index++) {
      const word = words[index]!;
      if (!isPresent(word)) continue;
      const target = frameOf(word);
      // What a memory error did is nobody's request.
      const whole = isFlipped(world, table, index) ? word - (flagsOf(word) & ENTRY.reserved) : word;
      entries.push({ table, index, word: whole, target });
      const isSelf = frame.type === 'l2' && target === table;
      if (isSelf || (flagsOf(word) & ENTRY.superpage) !== 0 || frames[target]?.owner === IO) continue;
      hold(target, frame.type === 'l2' || isWritable(word) ? 1 : 0);
    }
  });
  frames.forEach((frame, mfn) => {
    if (frame.pinned) hold(mfn, 1);
    if (frame.halfway !== undefined) hold(mfn, 1);
  });
  for (const { p2m } of domains) for (const mfn of p2m.values()) if (frames[mfn]?.owner === COW) hold(mfn, 1);
  for (const { vcpus } of domains)
    for (const vcpu of vcpus) {
      if (vcpu.base >= 0) hold(vcpu.base, 1);
      if (vcpu.ldtMapped) hold(vcpu.ldt, 1);
    }
  return { world, entries, tot, tc };
}

const isFlipped = ({ flipped }: World, table: number, index: number): boolean =>
  flipped.size > 0 && flipped.has(`${table} ${index}`);

/** The words for which references are held: of an unhooked table those from before, and of hooks and aliases what they were. */
export function heldWords(world: World, table: number): readonly number[] {
  let { words } = world.frames[table]!;
  for (const { slots } of world.domains) {
    words = heldBy(slots.active, table, words);
    words = heldBy(slots.inactive, table, words);
  }
  return words;
}

function heldBy(slot: Slot | undefined, table: number, words: readonly number[]): readonly number[] {
  if (slot === undefined) return words;
  const { l1, snapshot, hook, alias } = slot;
  let held = l1 === table ? snapshot : words;
  if (hook?.root === table) held = held.with(hook.index, held[hook.index]! | ENTRY.present);
  if (alias.table === table) held = held.with(alias.index, held[alias.index]! & ~ENTRY.rw);
  return held;
}
