import type { Move, Program, Seen } from '../../language/moves.ts';
import { ENTRY, entryWord, flagsOf, frameOf, WORDS, type XenMove } from '../../language/xen.ts';
import { build, destroy, switchTo } from './domains.ts';
import { type Access, storedWord } from './fault-path.ts';
import { completeAccess, isFull, leaveOut, obstruction, share, walkGuest } from './full.ts';
import { borrows } from './grants.ts';
import { mutations } from './mutations.ts';
import { INTERRUPTED } from './references.ts';
import { exception } from './routines.ts';
import { ruleSets } from './rules.ts';
import { flushSlots } from './slots.ts';
import { flushAddress, flushDomain, walk } from './tlb.ts';
import { trap } from './trap.ts';
import { finishDrop } from './update.ts';
import {
  type Asked,
  type Domain,
  type Fault,
  IO,
  isTable,
  KERNEL_SLOT,
  PRIVILEGED,
  vcpuOf,
  World,
  without,
  XEN,
  XEN_SLOT,
  XEN_TEMPLATE,
} from './world.ts';

/** A domain that a program begins with where it does not say otherwise. */
const DEFAULT_FRAMES = 8;

/**
 * The host before the first move: Xen alone, or with one guest where the program begins with a guest's move.
 * @param rules names a rule set or a mutation of one
 * @throws RangeError for any other name
 */
export function boot(program: Program, rules: string): World {
  const set = ruleSets[rules] ?? mutations[rules];
  if (set === undefined) throw new RangeError(`no rule set ${rules}`);
  const world = new World(set);
  const first = program.processes[0] ?? XEN;
  if (first !== XEN) build(world, first, 'pv64', DEFAULT_FRAMES);
  return world;
}

const OPS: ReadonlySet<string> = new Set([
  'domain',
  'kread',
  'uread',
  'kwrite',
  'uwrite',
  'kpush',
  'khigh',
  'update',
  'vamap',
  'pin',
  'unpin',
  'base',
  'release',
  'setldt',
  'invlpg',
  'flushtlb',
  'settle',
  'preempt',
  'resume',
  'assist',
  'segload',
  'cr0',
  'exchange',
  'race',
  'flip',
  'dedup',
  'pod',
  'grant',
  'gntmap',
  'gntunmap',
  'cpu',
  'exit',
] satisfies Move['op'][]);

/** What Xen does of itself. */
const XENS: ReadonlySet<string> = new Set([
  'domain',
  'flip',
  'dedup',
  'pod',
  'preempt',
] satisfies Move['op'][]);

/** Does the machine have this operation? */
export const knows = ({ op, process }: Move): boolean => OPS.has(op) && (process === XEN) === XENS.has(op);

const done: Seen = { kind: 'done' };

/**
 * Runs a move until it completes or asks for a decision: a page fault, an exception, a request of a
 * hypercall. After a decision the same move is stepped again. Throws for a move that it does not know.
 */
export function step(world: World, move: Move): Seen | Fault {
  const { answer } = world;
  if (answer !== undefined && answer.process === move.process) {
    world.answer = undefined;
    world.call = undefined;
    return answer.seen;
  }
  if (world.panicked) return { kind: 'signal', signal: 'PANIC', code: 'of the host', address: 0 };
  if (world.call === undefined) world.trespass = undefined;
  const it = move as XenMove & Move;
  if (it.op === 'domain') {
    build(world, it.child, it.kind, it.frames);
    return done;
  }
  if (it.op === 'flip') {
    const word = world.frames[it.frame]!.words[it.index]!;
    world.flipped = new Set([...world.flipped, `${it.frame} ${it.index}`]);
    world.putWord(it.frame, it.index, entryWord(frameOf(word), flagsOf(word) | ENTRY.reserved));
    return done;
  }
  if (it.op === 'preempt') {
    world.slice = it.entries;
    return done;
  }
  if (it.op === 'dedup' || it.op === 'pod') {
    const errno = it.op === 'dedup' ? share(world, it.mfn, it.other) : leaveOut(world, it.mfn);
    return errno === undefined ? done : { kind: 'error', errno };
  }
  const domain = world.domain(move.process);
  if (!domain.alive) return { kind: 'signal', signal: 'CRASH', code: 'by Xen', address: 0 };
  const root = world.frames[vcpuOf(domain).base];
  if (root !== undefined && root.words[XEN_SLOT] !== XEN_TEMPLATE) world.trespass = 'xen-unmapped';
  return isFull(domain) ? actFull(world, domain, move) : act(world, domain, move);
}

function act(world: World, domain: Domain, move: Move): Seen | Fault {
  switch (move.op) {
    case 'kread':
    case 'uread':
    case 'kwrite':
    case 'uwrite':
    case 'kpush':
    case 'khigh':
      return access(world, domain, move);
    case 'segload': {
      if (move.table === 'ldt' && vcpuOf(domain).ldtMapped) return done;
      return trap(world, domain, 'kernel', { kind: 'window', table: move.table }, 0);
    }
    case 'cr0':
      return trap(world, domain, 'kernel', { kind: 'cr0', bit: move.bit }, 0);
    case 'invlpg':
      world.count('messages');
      flushAddress(world, domain, move.va);
      return done;
    case 'flushtlb':
      world.count('messages');
      flushDomain(world, domain.name);
      return done;
    case 'settle':
      flushSlots(world, domain);
      return domain.alive ? done : { kind: 'signal', signal: 'CRASH', code: 'by Xen', address: 0 };
    case 'assist':
      domain.assist = move.on;
      return done;
    case 'cpu':
      switchTo(world, domain, move.cpu);
      return done;
    case 'grant':
      domain.grants =
        move.right === 'none'
          ? without(domain.grants, mfn => mfn === move.mfn)
          : new Map(domain.grants).set(move.mfn, { to: move.to, rw: move.right === 'rw' });
      return done;
    case 'race': {
      const found = walk(world, vcpuOf(domain), move.va, false);
      if (typeof found === 'string') return done;
      domain.race = { vcpu: move.vcpu, va: move.va, frame: found.frame };
      return done;
    }
    case 'exit':
      destroy(world, domain);
      return done;
    default:
      return hypercall(world, domain, move);
  }
}

/** What a fully virtualized guest does: it makes no hypercalls, and its TLB and descriptors are its own. */
function actFull(world: World, domain: Domain, move: Move): Seen | Fault {
  switch (move.op) {
    case 'kread':
    case 'uread':
    case 'kwrite':
    case 'uwrite':
    case 'kpush':
    case 'khigh':
      return accessFull(world, domain, move);
    case 'cr0':
      if (domain.kind === 'shadow') return trap(world, domain, 'kernel', { kind: 'cr0', bit: move.bit }, 0);
      if (move.bit === 'wp') domain.wp = !domain.wp;
      return done;
    case 'cpu':
    case 'exit':
      return act(world, domain, move);
    case 'invlpg':
    case 'flushtlb':
    case 'settle':
    case 'race':
    case 'segload':
      return done;
    default:
      return { kind: 'error', errno: 'ENOSYS' };
  }
}

function accessFull(world: World, domain: Domain, move: AccessMove): Seen | Fault {
  const write = 'word' in move;
  const cause = causeOf(move, write);
  const user = isOfUser(move);
  const found = walkGuest(world, domain, move.va, user);
  const obstacle = obstruction(world, domain, found, write, user);
  if (obstacle === undefined && typeof found !== 'string') return completeAccess(world, domain, move, found);
  const code =
    (found === 'absent' ? 0 : 1) | (write ? 2 : 0) | (user ? 4 : 0) | (found === 'reserved' ? 8 : 0);
  const fault = trap(world, domain, user ? 'user' : 'kernel', cause, code);
  // The hardware walks the guest's tables by itself, and its page faults are the guest's.
  if (obstacle === 'forbidden' && domain.kind === 'hap') return exception(world, fault, 'PF');
  world.count('faults');
  return fault;
}

/** The requests of a hypercall, one after another; those of another move are none. */
export function requestsOf(move: Move): readonly Asked[] {
  switch (move.op) {
    case 'update':
      return move.requests;
    case 'pin':
      return [{ kind: 'pin', mfn: move.mfn, level: move.level }];
    case 'unpin':
    case 'base':
    case 'release':
    case 'setldt':
      return [{ kind: move.op, mfn: move.mfn }];
    case 'vamap':
      return [{ kind: 'vamap', va: move.va, word: move.word }];
    case 'gntmap':
    case 'gntunmap':
      return [{ kind: move.op, va: move.va, mfn: move.mfn, rw: move.rw }];
    case 'exchange':
      return [{ kind: 'exchange', va: move.va, skip: move.skip }];
    default:
      throw new RangeError(`the machine does not know ${move.op}`);
  }
}

function hypercall(world: World, domain: Domain, move: Move): Seen | Fault {
  const requests = move.op === 'resume' ? pendingOf(domain) : requestsOf(move);
  if (world.call === undefined) {
    world.call = { process: domain.name, index: 0, user: false, interrupted: false };
    world.count('messages');
    finishDrop(world, domain);
    if (world.rules.unhooks) flushSlots(world, domain);
    if (!domain.alive) {
      world.call = undefined;
      return { kind: 'signal', signal: 'CRASH', code: 'by Xen', address: 0 };
    }
  }
  const { index } = world.call;
  const request = requests[index];
  if (request !== undefined)
    return trap(world, domain, 'kernel', { kind: 'request', n: index, of: requests.length, request }, 0);
  const { interrupted } = world.call;
  world.call = undefined;
  return interrupted ? { kind: 'error', errno: INTERRUPTED } : done;
}

/** The request of a hypercall that was interrupted on this vCPU. */
function pendingOf(domain: Domain): readonly Asked[] {
  const { pending } = vcpuOf(domain);
  return pending?.kind === 'pin' ? [pending] : [];
}

type AccessMove = Extract<Move, { op: 'kread' | 'uread' | 'kwrite' | 'uwrite' | 'kpush' | 'khigh' }>;

/** One access of the guest: the TLB first, then the tables. */
function access(world: World, domain: Domain, move: AccessMove): Seen | Fault {
  const { op, va, index } = move;
  const write = op !== 'kread' && op !== 'uread';
  const cause = causeOf(move, write);
  const vcpu = vcpuOf(domain);
  const user = isOfUser(move);
  const found = walk(world, vcpu, va, user);
  // Programs run on a root of their own, without the kernel's slot.
  const cached = user && Math.floor(va / WORDS) === KERNEL_SLOT ? undefined : vcpu.tlb.get(va);
  const at = cached ?? (typeof found === 'string' ? undefined : found);
  const present = at !== undefined;
  // Ring 1 is supervisor to the paging hardware: only CR0.WP makes it respect read-only entries.
  const ignoresRights = !user && domain.kind === 'pv32' && !world.rules.wp;
  if (at === undefined || found === 'reserved' || (write && !at.rw && !ignoresRights)) {
    vcpu.tlb.delete(va);
    world.count('faults');
    const hardwareUser = user || domain.kind === 'pv64';
    const code =
      (present ? 1 : 0) | (write ? 2 : 0) | (hardwareUser ? 4 : 0) | (found === 'reserved' ? 8 : 0);
    return trap(world, domain, user ? 'user' : 'kernel', cause, code);
  }
  if (cached === undefined) vcpu.tlb.set(va, { frame: at.frame, rw: at.rw });
  const frame = world.frames[at.frame];
  if (frame === undefined) {
    world.trespass = write ? 'wrote-nowhere' : 'read-nowhere';
    return { kind: 'reached', frame: at.frame };
  }
  const device = frame.owner === IO && domain.name === PRIVILEGED;
  const foreign = frame.owner !== domain.name && !device;
  const guarded = frame.tc > 0 && (isTable(frame.type) || frame.type === 'seg');
  if (foreign && write && guarded) world.trespass = 'wrote-table';
  else if (foreign && !borrows(world, domain.name, at.frame, write))
    world.trespass = `${write ? 'wrote' : 'read'}-${frame.owner === XEN ? 'xen' : 'foreign'}`;
  if (write && !device) world.putWord(at.frame, index, storedWord(world, cause, at.frame));
  return { kind: 'reached', frame: at.frame };
}

const isOfUser = ({ op }: AccessMove): boolean => op === 'uread' || op === 'uwrite';

const causeOf = (move: AccessMove, write: boolean): Access =>
  'word' in move
    ? { kind: 'access', va: move.va, index: move.index, op: move.op, write, word: move.word }
    : { kind: 'access', va: move.va, index: move.index, op: move.op, write };
