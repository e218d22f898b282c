import { type Decision, type DecisionName, decisions } from './decision.ts';
import type { Entry } from './frames.ts';
import { givable, isFull, logicalOf, victimOf } from './pager.ts';
import { READ, RUN, WRITE } from './space.ts';
import { allows, type HurdFault, type Request, rightsFor, type World } from './world.ts';

/**
 * What a message is to be answered with, as the tables of the specification's section 9 have it. The pager
 * sees its database and its own mappings, physmem its containers: neither sees the whole.
 */
export function best(world: World, fault: HurdFault): Decision {
  return decisions[fault.handler === 'pager' ? pagerBest(world, fault) : physmemBest(world, fault.request!)];
}

/** Section 9.1: P1 to P17. */
function pagerBest(world: World, fault: HurdFault): DecisionName {
  if (fault.about === 'forged') return 'drop';
  if (fault.about === 'demand') return 'give-clean';
  const task = world.task(fault.process);
  const logical = task.logical.get(fault.page);
  if (logical === undefined || !allows(logical.perm, fault.access)) return 'segv';
  if (logical.own && !isMapped(world, fault)) return 'forward';
  const { refused } = fault;
  if (refused === 'ENOMEM') return victimOf(world, task, fault.page) === undefined ? 'bus' : 'evict';
  if (refused === 'EPERM' || refused === 'EINVAL' || refused === 'EBUSY') return 'bus';
  const state = task.data.get(fault.page);
  if (state?.kind === 'transit') return 'wait';
  if (state?.kind === 'soft') return isFull(world, task, fault.page, 1) ? 'evict' : 'recall';
  if (state?.kind === 'resident' && refused !== 'ENOENT') {
    return isMapped(world, fault) ? 'reply' : askFor(world.rules.asksFor(world, fault));
  }
  if (state === undefined && logical.dead) return 'bus';
  if (state?.kind !== 'resident' && isFull(world, task, fault.page, 1)) return 'evict';
  if (state?.kind === 'swapped') return 'swap-in';
  return logical.file === undefined ? 'alloc' : 'fill';
}

/** Does the MMU have all that the access needs? */
export function isMapped(world: World, { process, page, access }: HurdFault): boolean {
  const mapping = world.physmem.mmu.at(process, page);
  const needed = rightsFor(access);
  return mapping !== undefined && (mapping.rights & needed) === needed;
}

/** The call that asks for these rights. */
const askFor = (rights: number): DecisionName =>
  rights & WRITE ? 'ask-write' : rights & RUN ? 'ask-run' : 'ask-read';

/** The rights that the message names and that the access needs: what to ask for. */
export const asFaulted = (_world: World, fault: HurdFault): number => rightsFor(fault.access);

/** As the pager of 2005: all that the region allows, whatever faulted. */
export const allThatIsAllowed = (world: World, fault: HurdFault): number => {
  const { perm } = logicalOf(world.task(fault.process), fault.page);
  return READ | (perm.includes('w') ? WRITE : 0) | (perm.includes('x') ? RUN : 0);
};

/** Section 9.2 and 9.3: M1 to M16, R1 to R4, and section 8 of what is reused. */
function physmemBest(world: World, request: Request): DecisionName {
  switch (request.about) {
    case 'copy':
      return request.shared ? 'share' : 'copy-lazy';
    case 'free':
      return 'free';
    case 'reuse':
      return world.rules.mustCopy(world, request.task, request.index) ? 'release' : 'leave';
    case 'call':
      return ERRORS[request.what!]!;
    case 'map': {
      const { physmem } = world;
      const entry = physmem.entryAt(request.task, request.index);
      if (entry === undefined || entry.soft) return 'deny-missing';
      const answer = withFrames(world, request, entry);
      if (answer !== 'copy' && answer !== 'zero') return answer;
      const pages = answer === 'copy' ? baseOf(world, entry).pages : physmem.frameOf(entry).pages;
      if (answer === 'copy' && exceeds(world, request, entry, pages)) return 'deny-memory';
      return isShort(world, pages) ? 'reclaim' : answer;
    }
  }
}

/** What is wrong with a call, and what physmem says to it: M1, M12, M13, M14, M16. */
export const ERRORS: Readonly<Record<string, DecisionName>> = {
  missing: 'deny-missing',
  weak: 'deny-rights',
  stranger: 'deny-rights',
  locked: 'deny-busy',
  misaligned: 'deny-invalid',
};

/** The answer as long as there are frames: M2 to M9. */
export function withFrames(world: World, request: Request, entry: Entry): DecisionName {
  const { physmem } = world;
  const writes = (request.wanted & WRITE) !== 0;
  if (writes && world.rules.mustCopy(world, request.task, request.index)) return 'copy';
  if (physmem.frameOf(entry).base < 0) return 'zero';
  return writes && physmem.otherRings(entry, false).length > 0 ? 'drop-soft' : 'map';
}

/** Section 6: a copy is needed if another ring has a hard reference. */
export function hardOthers(world: World, container: string, index: number): boolean {
  const entry = world.physmem.entryAt(container, index);
  return entry !== undefined && world.physmem.otherRings(entry, true).length > 0;
}

/** The largest entry of the same ring that contains this one: those who share keep sharing after a copy. */
export function baseOf(world: World, entry: Entry): Entry {
  const contains = (other: Entry): boolean =>
    other.offset <= entry.offset && other.offset + other.pages >= entry.offset + entry.pages;
  return world.physmem
    .entriesOf(world.physmem.frameOf(entry))
    .filter(other => other.ring === entry.ring && contains(other))
    .reduce((a, b) => (b.pages > a.pages ? b : a), entry);
}

/** Too few free page frames, while soft references hold some. */
export const isShort = ({ physmem }: World, pages: number): boolean =>
  !physmem.hasRoom(pages) && physmem.softFrames().length > 0;

/** Would the copy exceed the writer's quota, while it has something to give up? */
export function exceeds(world: World, request: Request, entry: Entry, pages: number): boolean {
  const task = world.task(request.task);
  if (logicalOf(task, request.page).own) return false;
  const frame = world.physmem.frameOf(entry);
  const paid = world.physmem.payerOf(frame) === task.name ? frame.pages : 0;
  const own = world.physmem.entriesOf(frame).filter(each => each.container === task.name && !each.soft);
  const more = pages - (own.length === 1 ? paid : 0);
  return world.isOver(task, more) && givable(world, task, request.page).length > 0;
}
