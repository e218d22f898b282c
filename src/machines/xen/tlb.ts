import { ENTRY, flagsOf, frameOf, WORDS } from '../../language/xen.ts';
import { isPresent, isWritable } from './word.ts';
import { type Domain, KERNEL_SLOT, type Vcpu, type World, without, XEN_SLOT, XEN_TEMPLATE } from './world.ts';

/** Where a walk of the tables ends. */
export interface Walk {
  readonly frame: number;
  readonly rw: boolean;
  /** Does the directory let stores through, whatever the leaf says? */
  readonly directory: boolean;
  /** The table and the slot of the entry that decided; of a superpage the directory's. */
  readonly table: number;
  readonly index: number;
  readonly word: number;
}

/** A walk that ends early: not present, Xen's own area, or a bit that no entry may have. */
export type Obstacle = 'absent' | 'xen' | 'reserved';

/** What the hardware finds in the tables themselves. Programs do not see the kernel's slot. */
export function walk(world: World, vcpu: Vcpu, va: number, user: boolean): Walk | Obstacle {
  const slot = Math.floor(va / WORDS);
  const index = va % WORDS;
  if (slot === XEN_SLOT) return 'xen';
  const root = world.frames[vcpu.base];
  if (root === undefined || (user && slot === KERNEL_SLOT)) return 'absent';
  const directory = root.words[slot]!;
  if (!isPresent(directory)) return 'absent';
  if ((flagsOf(directory) & ENTRY.reserved) !== 0) return 'reserved';
  if ((flagsOf(directory) & ENTRY.superpage) !== 0)
    return {
      frame: frameOf(directory) + index,
      rw: isWritable(directory),
      directory: isWritable(directory),
      table: vcpu.base,
      index: slot,
      word: directory,
    };
  const table = frameOf(directory);
  const word = world.frames[table]?.words[index] ?? 0;
  if (word === XEN_TEMPLATE) return 'xen';
  if (!isPresent(word)) return 'absent';
  if ((flagsOf(word) & ENTRY.reserved) !== 0) return 'reserved';
  const open = isWritable(directory);
  return { frame: frameOf(word), rw: open && isWritable(word), directory: open, table, index, word };
}

/** Every CPU that a domain runs on forgets everything. */
export function flushDomain(world: World, name: string): void {
  const domain = world.domains.find(each => each.name === name);
  if (domain === undefined) return;
  world.clock++;
  for (const [i, vcpu] of domain.vcpus.entries()) {
    flushVcpu(world, vcpu);
    world.count(i === domain.current ? 'localFlushes' : 'remoteFlushes');
  }
  world.linear = without(world.linear, slot => slot.startsWith(`${name} `));
}

export function flushVcpu(world: World, vcpu: Vcpu): void {
  vcpu.tlb.clear();
  vcpu.flushedAt = world.clock;
}

/** One address on every CPU of the domain. */
export function flushAddress(world: World, domain: Domain, va: number): void {
  for (const vcpu of domain.vcpus) vcpu.tlb.delete(va);
  world.count('localFlushes');
}

/** A CPU that maps, writes and unmaps a frame over and over gets its turn: it remembers the frame as writable. */
export function race(world: World, name: string): void {
  const domain = world.domains.find(each => each.name === name);
  if (domain?.race === undefined) return;
  const { vcpu, va, frame } = domain.race;
  if (world.frames[frame]?.owner === name && world.frames[frame]!.tc === 0)
    domain.vcpus[vcpu]?.tlb.set(va, { frame, rw: true });
}
