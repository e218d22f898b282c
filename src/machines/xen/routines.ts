import type { Seen, SignalName } from '../../language/moves.ts';
import { addressText, ENTRY, entryWord, flagsOf, frameOf } from '../../language/xen.ts';
import type { Micro, Prediction } from '../machine.ts';
import type { Decision, DecisionName } from './decision.ts';
import { carryOutAsSaid, usualOf } from './details.ts';
import { isGoodStore, isHalf, refusalOf, requestOf, storedWord } from './fault-path.ts';
import { force } from './force.ts';
import {
  copyPage,
  frameOfPage,
  isFull,
  makePrivate,
  ON_DEMAND,
  populate,
  storeTo,
  unshadow,
  walkGuest,
} from './full.ts';
import { promote, takeGeneral } from './references.ts';
import { flushAliased, flushSlots, slotFor, unhook } from './slots.ts';
import { flushDomain, race, type Walk, walk } from './tlb.ts';
import { carryOut, modEntry, reachesXen, wordOf } from './update.ts';
import { type Asked, type Domain, type Fault, IO, isTable, ownedBy, vcpuOf, type World } from './world.ts';

/** The decisions as Xen carries them out, step by step. Each works in any state: only the choice may be wrong. */
interface Context {
  readonly world: World;
  readonly fault: Fault;
  readonly decision: Decision;
  readonly domain: Domain;
}

const steps = {
  /** x86_emulate, then the checked update of the table: what the store names is taken before it is written. */
  'emulate store': ({ world, fault, decision }) => carryOutAsSaid(world, fault, decision, emulating(fault)),
  /** The guest goes on behind the instruction: the store may have unmapped the very page that it went through. */
  'finish instruction': ({ world, domain, fault }) => {
    if (isFull(domain) && fault.cause.kind === 'access') return;
    const { frame } = world.handler;
    if (fault.cause.kind === 'cr0') finish(world, fault, { kind: 'done' });
    else if (frame >= 0) finish(world, fault, { kind: 'reached', frame });
  },
  'unhook table': ({ world, domain, fault, decision }) => {
    carryOutAsSaid(world, fault, decision, unhooking(fault));
    crashed(world, domain, fault);
  },
  'flush slots': ({ world, domain, fault }) => {
    flushSlots(world, domain);
    crashed(world, domain, fault);
  },
  'set up bounce frame': ({ world, fault }) => finish(world, fault, exception(world, fault, 'PF')),
  'set up general protection': ({ world, fault }) => finish(world, fault, exception(world, fault, 'GP')),
  'allocate and copy': ({ world, domain, fault }) => {
    if (isFull(domain)) {
      onPage(world, fault, copyPage);
      return;
    }
    const found = pageAt(world, domain, fault);
    if (found === undefined || found.rw) return;
    const source = world.frames[found.frame]!;
    const copy = { ...ownedBy(domain.name), words: [...source.words] };
    world.frames.push(copy);
    world.count('frames');
    world.count('bytesRead', 4096);
    world.count('bytesWritten', 4096);
    const flags = flagsOf(found.word) | ENTRY.rw;
    modEntry(world, domain, found.table, found.index, entryWord(world.frames.length - 1, flags));
    for (const vcpu of domain.vcpus) for (const va of [...vcpu.tlb.keys()]) vcpu.tlb.delete(va);
  },
  'take page over': ({ world, fault }) => onPage(world, fault, makePrivate),
  'take frame from pool': ({ world, fault }) => onPage(world, fault, populate),
  'remove shadows': ({ world, fault }) =>
    onPage(world, fault, (_, domain, page) => {
      if (unshadow(domain, page)) flushDomain(world, domain.name);
    }),
  'take LDT': ({ world, domain, fault }) => {
    const vcpu = vcpuOf(domain);
    if (fault.cause.kind !== 'window' || vcpu.ldt < 0) return;
    const frame = world.own(vcpu.ldt);
    if (promote(world, domain.name, vcpu.ldt, 'seg') !== undefined) {
      frame.type = 'seg';
      frame.tc++;
    }
    takeGeneral(world, vcpu.ldt);
    vcpu.ldtMapped = true;
  },
  /** The request with all its checks; where they say no, it is forced. */
  'carry out request': ({ world, fault, decision }) => carryOutAsSaid(world, fault, decision, asking(fault)),
  'carry out request, no flush': ({ world, domain, fault }) => ask(world, domain, fault, false),
  'flush TLBs': ({ world, domain }) => flushDomain(world, domain.name),
  /** Another CPU maps, writes and unmaps between the flush and the moment when the type is taken. */
  'let other CPUs run': ({ world, domain }) => race(world, domain.name),
  /** What asks for no entry is not served by it. */
  'write entry': ({ world, domain, fault }) => {
    const asked = requestOf(fault);
    if (asked?.kind !== 'set' || world.call === undefined) return;
    const frame = world.frames[asked.frame];
    if (frame !== undefined) {
      if (frame.owner !== domain.name) world.trespass = 'wrote-foreign';
      world.putWord(asked.frame, asked.index, wordOf(world, asked));
    }
    world.call.index++;
  },
  'next request': ({ world, fault }) => {
    if (fault.cause.kind === 'request' && world.call !== undefined) world.call.index++;
  },
  'return error': ({ world, domain, fault }) => {
    const asked = requestOf(fault);
    if (asked === undefined || fault.cause.kind !== 'request') return;
    // Where the checks say no, they are what is carried out: what they took on the way is given back.
    const refused = refusalOf(world, domain, asked) !== undefined;
    const errno = (refused ? carryOut(world, domain, asked) : undefined) ?? 'EINVAL';
    const done = fault.cause.of > 1 ? { done: fault.cause.n } : {};
    finish(world, fault, { kind: 'error', errno, ...done });
  },
  'crash domain': ({ world, domain, fault }) => {
    domain.alive = false;
    finish(world, fault, exception(world, fault, 'CRASH'));
  },
  panic: ({ world, fault }) => {
    world.panicked = true;
    finish(world, fault, exception(world, fault, 'PANIC'));
  },
} as const satisfies Record<string, (context: Context) => void>;
export type StepName = keyof typeof steps;

const order: Readonly<Record<DecisionName, readonly StepName[]>> = {
  emulate: ['emulate store', 'finish instruction'],
  unhook: ['unhook table'],
  'flush-retry': ['flush slots'],
  retry: [],
  forward: ['set up bounce frame'],
  inject: ['set up general protection'],
  copy: ['allocate and copy'],
  unshare: ['take page over'],
  populate: ['take frame from pool'],
  unshadow: ['remove shadows'],
  'map-ldt': ['take LDT'],
  accept: ['carry out request', 'next request'],
  'accept-lazy': ['carry out request, no flush', 'next request'],
  'flush-first': ['flush TLBs', 'let other CPUs run', 'carry out request, no flush', 'next request'],
  fast: ['write entry'],
  refuse: ['return error'],
  crash: ['flush slots', 'crash domain'],
  panic: ['panic'],
};

/** A step of a routine, with the fault that it serves. */
export interface XenMicro extends Micro {
  readonly step: StepName;
  readonly fault: Fault;
  readonly decision: Decision;
}

export const routine = (_world: World, fault: Fault, decision: Decision): XenMicro[] =>
  order[decision.do].map(step => ({ step, fault, decision }));

export function perform(world: World, { step, fault, decision }: XenMicro): void {
  steps[step]({ world, fault, decision, domain: world.domain(fault.process) });
}

/** Carries out any decision in any state. */
export function apply(world: World, fault: Fault, decision: Decision): void {
  for (const micro of routine(world, fault, decision)) perform(world, micro);
}

/** The details that a decision leaves open, as Xen would say them. */
export function usual(world: World, fault: Fault, decision: Decision): Prediction {
  const carryOut = counting[decision.do]?.(fault);
  return carryOut === undefined ? {} : usualOf(world, fault, decision, carryOut);
}

/** The page that an access of a fully virtualized guest names, where there is one. */
function guestPage(world: World, domain: Domain, { cause, mode }: Fault): number | undefined {
  if (cause.kind !== 'access' || !isFull(domain)) return undefined;
  const found = walkGuest(world, domain, cause.va, mode === 'user');
  return typeof found === 'string' ? undefined : found.page;
}

function onPage(
  world: World,
  fault: Fault,
  serve: (world: World, domain: Domain, page: number) => void,
): void {
  const domain = world.domain(fault.process);
  const page = guestPage(world, domain, fault);
  if (page !== undefined) serve(world, domain, page);
}

/** The store goes to the page itself, past what the entry says; CR0 is what the guest asks for. */
function emulateFull(world: World, domain: Domain, fault: Fault): void {
  const { cause } = fault;
  if (cause.kind === 'cr0' && cause.bit === 'wp') domain.wp = !domain.wp;
  const page = guestPage(world, domain, fault);
  const mfn = page === undefined ? undefined : frameOfPage(domain, page);
  if (cause.kind !== 'access' || cause.word === undefined || mfn === undefined || mfn === ON_DEMAND) return;
  world.count('emulations');
  storeTo(world, domain, mfn, cause.index, cause.word);
  finish(world, fault, { kind: 'done' });
}

/** The page that a faulting access names, where there is one. */
function pageAt(world: World, domain: Domain, { cause, mode }: Fault): Walk | undefined {
  if (cause.kind !== 'access') return undefined;
  const found = walk(world, vcpuOf(domain), cause.va, mode === 'user');
  return typeof found === 'string' || world.frames[found.frame] === undefined ? undefined : found;
}

function emulateStore(world: World, domain: Domain, { cause }: Fault, found: Walk): void {
  if (cause.kind !== 'access' || !cause.write) return;
  world.count('emulations');
  if (world.frames[found.frame]!.owner === IO) return;
  if (world.rules.unhooks) {
    flushAliased(world, domain, found.frame, cause.index);
    domain.changes.active = Math.max(domain.changes.active, 1);
    domain.changes.inactive = Math.max(domain.changes.inactive, 1);
  }
  let word = storedWord(world, cause, found.frame);
  const { type, tc } = world.frames[found.frame]!;
  const inUse = isTable(type) && tc > 0;
  if (isHalf(world, domain, cause) && !isGoodStore(world, domain, found.frame, cause.index, word))
    word = entryWord(frameOf(word), flagsOf(word) & ~ENTRY.present);
  if (inUse && world.rules.faults.validates) {
    const asked: Asked = { kind: 'set', frame: found.frame, index: cause.index, word, keep: false };
    if (refusalOf(world, domain, asked) === undefined)
      modEntry(world, domain, found.frame, cause.index, word);
    else force(world, domain, asked);
  } else world.putWord(found.frame, cause.index, word);
}

const asking = (fault: Fault) => (world: World, flushes: boolean) =>
  ask(world, world.domain(fault.process), fault, flushes);

/** Of the guest's own leaf table no translation is changed but by its own flush, so there is nothing to leave out. */
const emulating = (fault: Fault) => (world: World) => {
  const domain = world.domain(fault.process);
  if (isFull(domain)) {
    emulateFull(world, domain, fault);
    return;
  }
  const found = pageAt(world, domain, fault);
  world.handler.frame = found?.frame ?? -1;
  if (found !== undefined) emulateStore(world, domain, fault, found);
};

const unhooking = (fault: Fault) => (world: World, flushes: boolean) => {
  const domain = world.domain(fault.process);
  const found = pageAt(world, domain, fault);
  if (!world.rules.unhooks || found === undefined || fault.cause.kind !== 'access' || found.rw) return;
  if (world.frames[found.frame]!.owner !== domain.name) return;
  unhook(world, domain, slotFor(world, domain, found.frame) ?? 'active', fault.cause.va, found, flushes);
};

/** The decisions that say more than their name, and how each is carried out. */
const counting: Readonly<
  Partial<Record<DecisionName, (fault: Fault) => (world: World, flushes: boolean) => void>>
> = { emulate: emulating, unhook: unhooking, accept: asking };

function ask(world: World, domain: Domain, fault: Fault, flushes: boolean): void {
  const asked = requestOf(fault);
  if (asked === undefined) return;
  const errno = refusalOf(world, domain, asked);
  if (errno === undefined) carryOut(world, domain, asked, flushes);
  // What the hardware itself stops is not to be forced.
  else if (asked.kind === 'exchange' && !reachesXen(asked)) {
    carryOut(world, domain, asked);
    finish(world, fault, { kind: 'error', errno });
  } else force(world, domain, asked);
}

/** A flush that found what must not be has crashed the domain. */
function crashed(world: World, domain: Domain, fault: Fault): void {
  if (!domain.alive) finish(world, fault, exception(world, fault, 'CRASH'));
}

function finish(world: World, { process }: Fault, seen: Seen): void {
  world.answer = { process, seen };
}

/** What the guest is told: U is what Xen knows of the guest's mode, not what the hardware says. */
export function exception(world: World, fault: Fault, signal: SignalName): Seen {
  const address = signal === 'PF' ? fault.address : 0;
  return { kind: 'signal', signal, code: codes[signal]?.(world, fault) ?? '', address };
}

const codes: Readonly<Partial<Record<SignalName, (world: World, fault: Fault) => string>>> = {
  PF: (world, { errorCode, mode, cause }) => {
    const user = world.rules.faults.recomputesUser ? mode === 'user' : (errorCode & 4) !== 0;
    const at = cause.kind === 'access' ? addressText(cause.va, cause.index) : 'the LDT';
    return `${(errorCode & ~4) | (user ? 4 : 0)} at ${at}`;
  },
  GP: () => 'instead',
  CRASH: () => 'by Xen',
  PANIC: () => 'of the host',
};
