import { ENTRY, entryWord, type Kind } from '../../language/xen.ts';
import { CowMap } from '../cow-map.ts';
import { letGo, ON_DEMAND } from './full.ts';
import { dropGeneral, dropType, promote, takeGeneral } from './references.ts';
import { flushSlots } from './slots.ts';
import { unmapLdt } from './update.ts';
import {
  type Domain,
  FREE,
  hasP2m,
  KERNEL_SLOT,
  ownedBy,
  type Vcpu,
  type World,
  XEN_SLOT,
  XEN_TEMPLATE,
} from './world.ts';

const RO = ENTRY.present;
const RW = ENTRY.present | ENTRY.rw;
/** Frames of a new domain, in their order, before its data: root, kernel table, user table. */
const TABLES = 3;

/**
 * Builds a domain as Xen's builder does: slot 0 of the root names the table of programs, slot 1 the kernel's,
 * which maps every frame of the domain, its tables read-only; the root is pinned and loaded. A fully virtualized
 * domain has the same tables, all writable; one of kind `idle` only holds memory.
 */
export function build(world: World, name: string, kind: Kind, size: number): void {
  const frames = Array.from({ length: size }, () => allocate(world, name));
  const domain: Domain = {
    name,
    kind,
    alive: true,
    assist: false,
    current: 0,
    vcpus: [],
    slots: { active: undefined, inactive: undefined },
    changes: { active: 0, inactive: 0 },
    race: undefined,
    p2m: new Map(),
    pool: [],
    grants: new Map(),
    root: frames[0]!,
    wp: true,
    shadowed: new Set(),
  };
  world.domains.push(domain);
  world.m2p = new Map([...world.m2p, ...frames.map((mfn, pfn) => [mfn, pfn] as const)]);
  const paravirtual = !hasP2m(domain);
  if (!paravirtual) {
    domain.vcpus.push(vcpu(-1));
    domain.p2m = new Map(frames.map(mfn => [mfn, mfn]));
  }
  if (kind === 'idle') return;
  const [root, kernel, user] = frames as [number, number, number];
  world.putWord(root, 0, entryWord(user, RW));
  world.putWord(root, KERNEL_SLOT, entryWord(kernel, RW));
  for (const [pfn, mfn] of frames.entries())
    world.putWord(kernel, pfn, entryWord(mfn, paravirtual && pfn < TABLES ? RO : RW));
  if (!paravirtual) return;
  world.putWord(root, XEN_SLOT, XEN_TEMPLATE);
  promote(world, name, root, 'l2');
  takeGeneral(world, root);
  world.own(root).pinned = true;
  addVcpu(world, domain, root);
}

function allocate(world: World, owner: string): number {
  const free = world.frames.findIndex(frame => frame.owner === FREE);
  const mfn = free < 0 ? world.frames.length : free;
  const frame = ownedBy(owner);
  // A frame that was freed keeps the type that it had last: only its count must be 0.
  if (free >= 0) frame.stamp = world.frames[free]!.stamp;
  world.frames[mfn] = frame;
  return mfn;
}

const vcpu = (base: number): Vcpu => ({
  base,
  ldt: -1,
  ldtMapped: false,
  pending: undefined,
  flushedAt: 0,
  tlb: new CowMap(),
});

/** A vCPU that runs on a root: a use of it. */
function addVcpu(world: World, domain: Domain, root: number): void {
  domain.vcpus.push(vcpu(root));
  if (root < 0) return;
  promote(world, domain.name, root, 'l2');
  takeGeneral(world, root);
}

/** What the domain does from now on, it does on this vCPU; one that is new begins where the others are. */
export function switchTo(world: World, domain: Domain, index: number): void {
  while (domain.vcpus.length <= index) addVcpu(world, domain, domain.vcpus[0]!.base);
  domain.current = index;
}

/** Ends a domain: its uses of tables, its pins, its frames. Source: domain_relinquish_resources. */
export function destroy(world: World, domain: Domain): void {
  flushSlots(world, domain);
  domain.alive = false;
  for (const each of domain.vcpus.keys()) {
    domain.current = each;
    unmapLdt(world, domain);
    const { base } = domain.vcpus[each]!;
    domain.vcpus[each]!.pending = undefined;
    if (base < 0) continue;
    domain.vcpus[each]!.base = -1;
    dropType(world, base);
    dropGeneral(world, base);
  }
  domain.current = 0;
  for (const mfn of [...domain.p2m.values(), ...domain.pool]) if (mfn !== ON_DEMAND) letGo(world, mfn);
  domain.p2m = new Map();
  domain.pool = [];
  world.frames.forEach((frame, mfn) => {
    if (frame.owner !== domain.name || !(frame.pinned || frame.halfway !== undefined)) return;
    world.own(mfn).pinned = false;
    dropType(world, mfn);
    dropGeneral(world, mfn);
  });
  world.frames.forEach((frame, mfn) => {
    if (frame.owner !== domain.name || !frame.allocated) return;
    world.own(mfn).allocated = false;
    dropGeneral(world, mfn);
  });
}
