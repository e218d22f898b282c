import type { Move, Program, Seen } from '../../language/moves.ts';
import {
  addressText,
  ENTRY,
  entryWord,
  flagsOf,
  frameOf,
  guestAddress,
  WORDS,
  type XenMove,
} from '../../language/xen.ts';
import { CowMap } from '../cow-map.ts';
import type { Ideal } from '../machine.ts';
import {
  collect,
  grant,
  hasRest,
  isForeign,
  isLegal,
  letGoOfRest,
  refuse,
  type Wish,
} from './ideal-calls.ts';
import { advanceWhole, expectWhole, isWhole } from './ideal-full.ts';
import {
  cloneHost,
  type Followed,
  follow,
  guestOf,
  type IdealCpu,
  type IdealGuest,
  type IdealHost,
  isIsolated,
  isUsed,
  SLOT_OF_XEN,
  setFrame,
  setWord,
  TABLE,
  USE,
  type Uses,
  usesOf,
  WORD_OF_XEN,
} from './ideal-isolation.ts';

/**
 * The oracle of isolation: the same guests on memory whose tables are looked through anew whenever somebody
 * asks. It says which frames an access may reach, which requests must be granted, and when a guest may be
 * told no. It does not forbid a hypervisor to grant what is not legal: what comes of that is for the search.
 */
export const isolation: Ideal<IdealHost> = {
  boot(program: Program, rules = ''): IdealHost {
    const host: IdealHost = {
      unhooks: rules === '3.0.2',
      frames: [frame('xen'), frame('io')],
      guests: [],
      panicked: false,
      turn: undefined,
      offers: [],
      loans: [],
      flipped: false,
    };
    const first = program.processes[0] ?? 'xen';
    if (first !== 'xen') settle(host, first, 'pv64', 8);
    return host;
  },
  clone: cloneHost,
  expect,
  advance,
};

const BLANK: readonly number[] = new Array<number>(WORDS).fill(0);
const frame = (owner: string) => ({ owner, released: false, words: BLANK });

const ERRNOS = ['EINVAL', 'EBUSY', 'EPERM', 'EFAULT'];
const done: Seen = { kind: 'done' };
const crash: Seen = { kind: 'signal', signal: 'CRASH', code: 'by Xen', address: 0 };
const panic: Seen = { kind: 'signal', signal: 'PANIC', code: 'of the host', address: 0 };

/** A domain as it is built: root, kernel table with all frames, table of programs, data. */
function settle(host: IdealHost, name: string, kind: string, size: number): void {
  const mfns = Array.from({ length: size }, () => {
    const free = host.frames.findIndex(({ owner }) => owner === 'free');
    const mfn = free < 0 ? host.frames.length : free;
    host.frames[mfn] = frame(name);
    return mfn;
  });
  const guest: IdealGuest = {
    name,
    kind,
    alive: true,
    assist: false,
    current: 0,
    cpus: [cpuOn(-1)],
    pins: new CowMap(),
    halves: new CowMap(),
    directories: new Set(),
    race: undefined,
    top: mfns[0]!,
    wp: true,
  };
  host.guests.push(guest);
  if (kind === 'idle') return;
  const [root, kernel, user] = mfns as [number, number, number];
  const rw = ENTRY.present | ENTRY.rw;
  setWord(host, root, 0, entryWord(user, rw));
  setWord(host, root, 1, entryWord(kernel, rw));
  mfns.forEach((mfn, i) => {
    setWord(host, kernel, i, entryWord(mfn, i < 3 && !isWhole(kind) ? ENTRY.present : rw));
  });
  if (isWhole(kind)) return;
  setWord(host, root, SLOT_OF_XEN, WORD_OF_XEN);
  guest.pins.set(root, 2);
  guest.cpus[0]!.root = root;
  collect(host);
}

const cpuOn = (root: number): IdealCpu => ({
  root,
  ldt: -1,
  ldtInUse: false,
  waiting: undefined,
  used: new CowMap(),
});

type Access = Extract<XenMove, { va: number; index: number }> & { readonly process: string };
const isAccessMove = (move: Move): boolean => /^(k|u)(read|write|push|high)$/.test(move.op);
const stores = (op: string): boolean => !op.endsWith('read');
const byUser = (op: string): boolean => op.startsWith('u');

function wishesOf(guest: IdealGuest, move: Move): readonly Wish[] {
  switch (move.op) {
    case 'resume':
      return restOf(guest);
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
      return [];
  }
}

/** Before a CPU asks for anything, what it has half let go of goes. */
const isCall = (move: Move): boolean => move.op === 'resume' || CALLS.has(move.op);
const CALLS: ReadonlySet<string> = new Set(
  'update pin unpin base release setldt vamap gntmap gntunmap exchange'.split(' '),
);

const restOf = ({ cpus, current }: IdealGuest): readonly Wish[] => {
  const { waiting } = cpus[current]!;
  return waiting?.kind === 'pin' ? [{ ...waiting, kind: 'pin' }] : [];
};

function expect(host: IdealHost, move: Move): readonly Seen[] {
  if (host.panicked) return [panic];
  if (move.op === 'dedup' || move.op === 'pod') return [done, { kind: 'error', errno: 'EINVAL' }];
  const guest = guestOf(host, move.process);
  if (guest === undefined) return [done];
  if (!guest.alive) return [crash];
  if (isWhole(guest.kind)) return [expectWhole(host, guest, move)];
  const uses = usesOf(host, guest);
  const seen = expectAlive(host, guest, move, uses);
  // A store into a table that was left to the guest may come to light at any later time.
  return isIsolated(uses) ? seen : [...seen, crash];
}

function expectAlive(host: IdealHost, guest: IdealGuest, move: Move, uses: Uses): readonly Seen[] {
  if (isAccessMove(move)) return accessed(host, guest, move as Access, uses);
  switch (move.op) {
    case 'segload':
      return descriptor(host, guest, move.table, uses);
    case 'cr0':
      return move.bit === 'wp' ? [generalProtection] : [done];
    default:
      return called(host, guest, move, uses);
  }
}

const generalProtection: Seen = { kind: 'signal', signal: 'GP', code: 'instead', address: 0 };

/** A legal request must be granted; one that is not may be granted (then its consequences count) or refused. */
function called(host: IdealHost, guest: IdealGuest, move: Move, before: Uses): readonly Seen[] {
  const wishes = wishesOf(guest, move);
  if (wishes.length === 0) return [done];
  const seen: Seen[] = [];
  let left = false;
  let later = false;
  let now = isCall(move) ? withoutRest(host, guest) : host;
  for (const [i, wish] of wishes.entries()) {
    if (i > 0) collect(now);
    const there = guestOf(now, guest.name)!;
    const uses = now === host ? before : usesOf(now, there);
    const next = cloneHost(now);
    later ||= grant(next, guestOf(next, guest.name)!, wish);
    if (left || !isIsolated(uses) || !isLegal(now, there, wish, uses, next))
      for (const errno of ERRNOS) seen.push({ kind: 'error', errno, ...(wishes.length > 1 && { done: i }) });
    left ||= wish.kind === 'iret';
    now = next;
  }
  seen.push(later ? { kind: 'error', errno: 'ERESTART' } : done);
  return seen;
}

/** The host once the CPU has let go of what it has half let go of; the same one where that is nothing. */
function withoutRest(host: IdealHost, guest: IdealGuest): IdealHost {
  if (!hasRest(guest)) return host;
  const ahead = cloneHost(host);
  letGoOfRest(ahead, guestOf(ahead, guest.name)!);
  return ahead;
}

function descriptor(host: IdealHost, guest: IdealGuest, table: 'ldt' | 'gdt', uses: Uses): readonly Seen[] {
  const cpu = guest.cpus[guest.current]!;
  if (table === 'gdt' || cpu.ldt < 0) return [generalProtection];
  const free = host.frames[cpu.ldt]?.owner === guest.name && !isUsed(uses, cpu.ldt, TABLE | USE.written);
  return [free ? done : { kind: 'signal', signal: 'PF', code: '0 at the LDT', address: 0 }];
}

/** The frames that an access may reach, and whether the guest may get a page fault instead. */
function accessed(host: IdealHost, guest: IdealGuest, move: Access, uses: Uses): readonly Seen[] {
  const { op, va, index } = move;
  const cpu = guest.cpus[guest.current]!;
  const write = stores(op);
  const found = follow(host, cpu, va, byUser(op));
  if (found === 'broken') return [panic];
  const seen: Seen[] = [];
  const reach = (mfn: number) => seen.push({ kind: 'reached', frame: mfn });
  const fault = (present: boolean) =>
    seen.push({
      kind: 'signal',
      signal: 'PF',
      code: `${(present ? 1 : 0) | (write ? 2 : 0) | (byUser(op) ? 4 : 0)} at ${addressText(va, index)}`,
      address: guestAddress(va, index),
    });
  const owns = (mfn: number) => {
    const owner = host.frames[mfn]?.owner;
    const lent = host.loans.some(loan => loan.to === guest.name && loan.mfn === mfn && (loan.rw || !write));
    return owner === guest.name || (owner === 'io' && guest.name === 'dom0') || lent;
  };
  const guarded = (mfn: number) => isUsed(uses, mfn, TABLE | USE.segment);
  const hidden = byUser(op) && va >= WORDS && va < 2 * WORDS;
  for (const translation of hidden ? [] : (cpu.used.get(va) ?? [])) {
    const [mfn, rw] = translation.split(' ').map(Number) as [number, number];
    const left = host.unhooks && guest.assist && isUsed(uses, mfn, USE.leaf);
    if (owns(mfn) && (!write || (rw === 1 && (left || !guarded(mfn))))) reach(mfn);
    if (write && rw === 0 && typeof found !== 'string' && found.rw) fault(true);
  }
  if (found === 'nothing') {
    fault(false);
    if (cpu.used.has(va) && !hidden) fault(true);
  } else if (!write || found.rw) {
    if (owns(found.frame)) reach(found.frame);
    else fault(true);
  } else
    readOnly(
      host,
      guest,
      move,
      uses,
      found,
      () => reach(found.frame),
      () => fault(true),
    );
  return seen;
}

/** A store through a read-only entry: the hypervisor may do it for the kernel, if the table stays sound. */
function readOnly(
  host: IdealHost,
  guest: IdealGuest,
  { op, index, ...move }: Access,
  uses: Uses,
  { frame: mfn, upper, lower }: Followed,
  reach: () => void,
  fault: () => void,
): void {
  const isOdd = byUser(op) || op === 'kpush';
  if (lower || (host.unhooks && !upper) || (isOdd && !host.unhooks)) {
    fault();
    return;
  }
  if (host.frames[mfn]?.owner === 'io') {
    reach();
    return;
  }
  const leafTable =
    isUsed(uses, mfn, USE.leaf) && !isUsed(uses, mfn, USE.directory) && !guest.halves.has(mfn);
  if (!guest.assist || !leafTable) {
    fault();
    return;
  }
  if (isOdd) fault();
  const word = stored(host, guest, mfn, index, op, 'word' in move ? (move.word as number) : 0);
  const ahead = cloneHost(host);
  setWord(ahead, mfn, index, word);
  const sound = isIsolated(usesOf(ahead, guestOf(ahead, guest.name)!)) && !isForeign(host, guest, word);
  if (sound || host.unhooks) reach();
  if (!sound) fault();
}

/** The word that a store leaves. The upper half of an entry is its frame; what that would spoil is made absent. */
function stored(
  host: IdealHost,
  guest: IdealGuest,
  mfn: number,
  index: number,
  op: string,
  word: number,
): number {
  if (op !== 'khigh' || frameOf(word) < 0) return word;
  const live = host.frames[mfn]?.words[index] ?? 0;
  const whole = entryWord(frameOf(word), flagsOf(live));
  if (host.unhooks || guest.kind !== 'pv32' || !isUsed(usesOf(host, guest), mfn, TABLE)) return whole;
  const ahead = cloneHost(host);
  setWord(ahead, mfn, index, whole);
  return isIsolated(usesOf(ahead, guestOf(ahead, guest.name)!))
    ? whole
    : entryWord(frameOf(word), flagsOf(live) & ~ENTRY.present);
}

function advance(host: IdealHost, move: Move, seen: Seen): void {
  const it = move as XenMove & Move;
  if (it.op === 'domain') {
    settle(host, it.child, it.kind, it.frames);
    return;
  }
  if (it.op === 'preempt') {
    if (!host.unhooks) host.turn = it.entries;
    return;
  }
  if (it.op === 'flip') {
    const hit = host.frames[it.frame]!;
    const word = hit.words[it.index]!;
    host.flipped = true;
    setWord(host, it.frame, it.index, entryWord(frameOf(word), flagsOf(word) | ENTRY.reserved));
    return;
  }
  if (it.op === 'pod' && seen.kind === 'done') setFrame(host, it.mfn, { words: BLANK });
  const guest = guestOf(host, move.process);
  if (guest === undefined) return;
  if (seen.kind === 'signal') {
    if (seen.signal === 'PANIC') host.panicked = true;
    if (seen.signal === 'CRASH') guest.alive = false;
    return;
  }
  if (isWhole(guest.kind) && move.op !== 'exit' && move.op !== 'cpu') {
    advanceWhole(host, guest, move);
    return;
  }
  if (seen.kind === 'reached') reached(host, guest, move as Access, seen.frame);
  else obey(host, guest, move, seen);
  collect(host);
}

function reached(host: IdealHost, guest: IdealGuest, move: Access, mfn: number): void {
  const { op, va, index } = move;
  const cpu = guest.cpus[guest.current]!;
  const found = follow(host, cpu, va, byUser(op));
  if (typeof found !== 'string' && found.frame === mfn) {
    cpu.used.set(va, new Set(cpu.used.get(va)).add(`${mfn} ${found.rw ? 1 : 0}`));
  }
  const target = host.frames[mfn];
  if (!stores(op) || target === undefined || target.owner === 'io' || !('word' in move)) return;
  setWord(host, mfn, index, stored(host, guest, mfn, index, op, move.word as number));
}

function obey(host: IdealHost, guest: IdealGuest, move: Move, seen: Seen): void {
  const cpu = guest.cpus[guest.current]!;
  switch (move.op) {
    case 'assist':
      guest.assist = move.on;
      return;
    case 'grant': {
      const others = host.offers.filter(({ from, mfn }) => from !== guest.name || mfn !== move.mfn);
      const offer = { from: guest.name, to: move.to, mfn: move.mfn, rw: move.right === 'rw' };
      host.offers = move.right === 'none' ? others : [...others, offer];
      return;
    }
    case 'cpu':
      while (guest.cpus.length <= move.cpu) guest.cpus.push(cpuOn(guest.cpus[0]!.root));
      guest.current = move.cpu;
      return;
    case 'invlpg':
      for (const each of guest.cpus) each.used.delete(move.va);
      race(guest);
      return;
    case 'flushtlb':
      for (const each of guest.cpus) each.used.clear();
      race(guest);
      return;
    case 'race': {
      const found = follow(host, cpu, move.va, false);
      if (typeof found !== 'string') guest.race = { cpu: move.vcpu, va: move.va, frame: found.frame };
      race(guest);
      return;
    }
    case 'segload':
      if (move.table === 'ldt') cpu.ldtInUse = true;
      return;
    case 'exit':
      leave(host, guest);
      return;
  }
  if (isCall(move)) letGoOfRest(host, guest);
  const wishes = wishesOf(guest, move);
  const goesOn = seen.kind === 'error' && seen.errno === 'ERESTART';
  const granted = seen.kind === 'error' && !goesOn ? (seen.done ?? 0) : wishes.length;
  for (const [i, wish] of wishes.slice(0, granted + 1).entries()) {
    if (i > 0) collect(host);
    if (i < granted) grant(host, guest, wish);
    else refuse(host, guest, wish);
  }
}

/** A CPU that writes to a page over and over may always have used it just now. */
function race({ race: racing, cpus }: IdealGuest): void {
  if (racing === undefined) return;
  const used = cpus[racing.cpu]?.used;
  used?.set(racing.va, new Set([...(used.get(racing.va) ?? []), `${racing.frame} 1`]));
}

function leave(host: IdealHost, guest: IdealGuest): void {
  guest.alive = false;
  guest.pins.clear();
  guest.halves.clear();
  for (const cpu of guest.cpus) {
    cpu.root = -1;
    cpu.waiting = undefined;
    cpu.ldtInUse = false;
  }
  host.frames.forEach(({ owner }, mfn) => {
    if (owner === guest.name) setFrame(host, mfn, { released: true });
  });
}
