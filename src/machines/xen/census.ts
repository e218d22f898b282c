import { ENTRY, flagsOf, frameOf } from '../../language/xen.ts';
import { heldSlots } from './references.ts';
import { isPresent, isWritable } from './word.ts';
import { COW, IO, isTable, type World } from './world.ts';

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
  const { frames } = world;
  const tot = frames.map(({ allocated }) => (allocated ? 1 : 0)) as number[];
  const tc = frames.map(() => 0);
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
      const whole = world.flipped.has(`${table} ${index}`) ? word - (flagsOf(word) & ENTRY.reserved) : word;
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
  for (const { p2m } of world.domains)
    for (const mfn of p2m.values()) if (frames[mfn]?.owner === COW) hold(mfn, 1);
  for (const { vcpus } of world.domains)
    for (const vcpu of vcpus) {
      if (vcpu.base >= 0) hold(vcpu.base, 1);
      if (vcpu.ldtMapped) hold(vcpu.ldt, 1);
    }
  return { world, entries, tot, tc };
}

/** The words for which references are held: of an unhooked table those from before, and of hooks and aliases what they were. */
export function heldWords(world: World, table: number): readonly number[] {
  let words: number[] | undefined;
  for (const { slots } of world.domains)
    for (const slot of [slots.active, slots.inactive]) {
      if (slot === undefined) continue;
      if (slot.l1 === table) words = [...slot.snapshot];
      if (slot.hook?.root === table) {
        words ??= [...world.frames[table]!.words];
        words[slot.hook.index] = words[slot.hook.index]! | ENTRY.present;
      }
      if (slot.alias.table === table) {
        words ??= [...world.frames[table]!.words];
        words[slot.alias.index] = words[slot.alias.index]! & ~ENTRY.rw;
      }
    }
  return words ?? world.frames[table]!.words;
}
