import { ENTRY, entryWord, flagsOf, frameOf, type Request, WORDS } from '../../language/xen.ts';
import { isWaitingFor, lookedThrough, stopsHalfway } from './ideal-halves.ts';
import {
  agree,
  follow,
  guestOf,
  here,
  type IdealGuest,
  type IdealHost,
  isIsolated,
  isNamed,
  isUsed,
  open,
  SLOT_OF_XEN,
  setFrame,
  setWord,
  TABLE,
  USE,
  type Uses,
  usesOf,
  WORD_OF_XEN,
} from './ideal-isolation.ts';

/** One thing that a guest asks for. */
export type Wish =
  | Request
  | { readonly kind: 'pin'; readonly mfn: number; readonly level: number }
  | { readonly kind: 'unpin' | 'base' | 'release' | 'setldt'; readonly mfn: number }
  | { readonly kind: 'vamap'; readonly va: number; readonly word: number }
  | { readonly kind: 'exchange'; readonly va: number; readonly skip: number }
  | { readonly kind: 'gntmap' | 'gntunmap'; readonly va: number; readonly mfn: number; readonly rw: boolean };

/**
 * May the guest have this? Only if what it leaves is isolated, and it is the guest's to ask for.
 * @param before the guest's uses
 * @param ahead the host once the wish is granted
 */
export function isLegal(
  host: IdealHost,
  guest: IdealGuest,
  wish: Wish,
  before: Uses,
  ahead: IdealHost,
): boolean {
  if (!isItsOwn(host, guest, wish, before)) return false;
  const after = usesOf(ahead, guestOf(ahead, guest.name)!);
  if (!isIsolated(after) || !agree(before, after)) return false;
  if (wish.kind !== 'gntmap') return true;
  const { owner } = host.frames[wish.mfn]!;
  const lent = usesOf(ahead, guestOf(ahead, owner)!);
  return isIsolated(lent) && agree(usesOf(host, guestOf(host, owner)!), lent);
}

/** Does the word name a frame that is another's? Such an entry is written by Xen alone. */
export const isForeign = (host: IdealHost, guest: IdealGuest, word: number): boolean => {
  const owner = host.frames[frameOf(word)]?.owner;
  return here(word) && owner !== guest.name && !(owner === 'io' && guest.name === 'dom0');
};

function isItsOwn(host: IdealHost, guest: IdealGuest, wish: Wish, uses: Uses): boolean {
  const owns = (mfn: number): boolean => host.frames[mfn]?.owner === guest.name;
  switch (wish.kind) {
    case 'iret':
      return true;
    case 'm2p':
      return owns(wish.frame);
    case 'set':
      if (!owns(wish.frame) || isUsed(uses, wish.frame, USE.segment) || guest.halves.has(wish.frame))
        return false;
      if (isUsed(uses, wish.frame, TABLE) && isForeign(host, guest, wish.word)) return false;
      // Xen's slot of a directory is not the guest's.
      return wish.index !== SLOT_OF_XEN || !isUsed(uses, wish.frame, USE.directory);
    case 'vamap': {
      const table = tableBehind(host, guest, wish.va);
      if (isForeign(host, guest, wish.word)) return false;
      return table !== undefined && isUsed(uses, table, USE.leaf);
    }
    case 'gntmap': {
      const table = tableBehind(host, guest, wish.va);
      return isOffered(host, guest, wish) && table !== undefined && isUsed(uses, table, USE.leaf);
    }
    case 'gntunmap': {
      const table = tableBehind(host, guest, wish.va);
      const word = host.frames[table ?? -1]?.words[wish.va % WORDS] ?? 0;
      const lent = host.loans.some(loan => loan.table === table && loan.index === wish.va % WORDS);
      return lent && here(word) && frameOf(word) === wish.mfn && open(word) === wish.rw;
    }
    case 'pin':
      return owns(wish.mfn) && !guest.pins.has(wish.mfn);
    case 'unpin':
      return owns(wish.mfn) && guest.pins.has(wish.mfn);
    case 'base':
    case 'setldt':
      return owns(wish.mfn);
    case 'release':
      return owns(wish.mfn) && !host.frames[wish.mfn]!.released;
    case 'exchange': {
      const at = wish.va + Math.floor(wish.skip / WORDS);
      const found = follow(host, guest.cpus[guest.current]!, at, false);
      return at < SLOT_OF_XEN * WORDS && typeof found !== 'string' && found.rw;
    }
  }
}

/** Does the frame's owner offer it to the guest like this? */
const isOffered = (
  host: IdealHost,
  guest: IdealGuest,
  wish: { readonly mfn: number; readonly rw: boolean },
): boolean => {
  const frame = host.frames[wish.mfn];
  return host.offers.some(
    ({ from, to, mfn, rw }) =>
      from === frame?.owner && !frame.released && to === guest.name && mfn === wish.mfn && (rw || !wish.rw),
  );
};

const tableBehind = (host: IdealHost, guest: IdealGuest, va: number): number | undefined => {
  const word = host.frames[guest.cpus[guest.current]!.root]?.words[Math.floor(va / WORDS)] ?? 0;
  const superpage = (flagsOf(word) & ENTRY.superpage) !== 0;
  return Math.floor(va / WORDS) === SLOT_OF_XEN || !here(word) || superpage ? undefined : frameOf(word);
};

/** Does what is asked for, legal or not. @returns whether it stopped halfway and will go on later */
export function grant(host: IdealHost, guest: IdealGuest, wish: Wish): boolean {
  if (stopsHalfway(host, guest, wish)) return true;
  for (const mfn of lookedThrough(host, guest, wish)) guest.halves.delete(mfn);
  carryOut(host, guest, wish);
  return false;
}

/** A refusal, too, may have looked through a half table, and then nothing of it is left. */
export function refuse(host: IdealHost, guest: IdealGuest, wish: Wish): void {
  const cpu = guest.cpus[guest.current]!;
  if (isWaitingFor(cpu, wish)) cpu.waiting = undefined;
  for (const mfn of lookedThrough(host, guest, wish)) guest.halves.delete(mfn);
}

/** Has its CPU let go of something only in part? */
export const hasRest = ({ cpus, current }: IdealGuest): boolean => cpus[current]!.waiting?.kind === 'drop';

/** What a CPU has let go of only in part goes as a whole. */
export function letGoOfRest(host: IdealHost, guest: IdealGuest): void {
  if (!hasRest(guest)) return;
  const cpu = guest.cpus[guest.current]!;
  guest.halves.delete(cpu.waiting!.mfn);
  cpu.waiting = undefined;
  collect(host);
}

function carryOut(host: IdealHost, guest: IdealGuest, wish: Wish): void {
  const cpu = guest.cpus[guest.current]!;
  switch (wish.kind) {
    case 'iret':
    case 'm2p':
      return;
    case 'set': {
      const frame = host.frames[wish.frame];
      if (frame === undefined) return;
      const live = flagsOf(frame.words[wish.index] ?? 0) & (ENTRY.accessed | ENTRY.dirty);
      const kept = wish.keep ? live : 0;
      const { word } = wish;
      setWord(
        host,
        wish.frame,
        wish.index,
        here(word) ? entryWord(frameOf(word), flagsOf(word) | kept) : word,
      );
      return;
    }
    case 'vamap': {
      const table = tableBehind(host, guest, wish.va);
      if (table !== undefined && host.frames[table] !== undefined)
        setWord(host, table, wish.va % WORDS, wish.word);
      return;
    }
    case 'gntmap': {
      const table = tableBehind(host, guest, wish.va);
      if (table === undefined || host.frames[table] === undefined) return;
      const index = wish.va % WORDS;
      setWord(host, table, index, entryWord(wish.mfn, ENTRY.present | (wish.rw ? ENTRY.rw : 0)));
      const others = host.loans.filter(loan => loan.table !== table || loan.index !== index);
      const loan = { to: guest.name, table, index, mfn: wish.mfn, rw: wish.rw };
      host.loans = isOffered(host, guest, wish) ? [...others, loan] : others;
      return;
    }
    case 'gntunmap': {
      const table = tableBehind(host, guest, wish.va);
      if (table !== undefined && host.frames[table] !== undefined) setWord(host, table, wish.va % WORDS, 0);
      return;
    }
    case 'pin':
      guest.pins.set(wish.mfn, wish.level);
      if (wish.level === 2) becomesRoot(host, wish.mfn);
      return;
    case 'unpin':
      guest.pins.delete(wish.mfn);
      return;
    case 'base':
      cpu.root = wish.mfn;
      cpu.used.clear();
      becomesRoot(host, wish.mfn);
      return;
    case 'release':
      if (host.frames[wish.mfn] !== undefined) {
        setFrame(host, wish.mfn, { released: true });
        guest.pins.delete(wish.mfn);
      }
      return;
    case 'setldt':
      cpu.ldt = wish.mfn;
      cpu.ldtInUse = false;
      return;
    case 'exchange': {
      const at = wish.va + Math.floor(wish.skip / WORDS);
      const found = follow(host, cpu, at, false);
      if (typeof found !== 'string') setWord(host, found.frame, wish.skip % WORDS, REPORTED);
      return;
    }
  }
}
/** What memory_exchange tells the guest. */
const REPORTED = 255;

/** Whatever a guest has put into Xen's slot of a table, a root has Xen's there. */
function becomesRoot(host: IdealHost, mfn: number): void {
  if (host.frames[mfn] !== undefined) setWord(host, mfn, SLOT_OF_XEN, WORD_OF_XEN);
}

/** What follows from a move: which frames are directories now; loans whose entry has gone have ended; and those that were given back and that nothing names any more are nobody's. */
export function collect(host: IdealHost): void {
  const uses = host.guests.map(guest => {
    const before = usesOf(host, guest);
    const directories: number[] = [];
    for (let mfn = 0; mfn < before.of.length; mfn++)
      if (isUsed(before, mfn, USE.directory)) directories.push(mfn);
    if (directories.length === guest.directories.size && directories.every(mfn => guest.directories.has(mfn)))
      return before;
    guest.directories = new Set(directories);
    return usesOf(host, guest);
  });
  if (host.loans.length > 0) endLoans(host);
  if (host.frames.some(({ released, owner }) => released && owner !== 'free' && owner !== 'kept'))
    giveOut(
      host,
      uses.filter((_, i) => host.guests[i]!.alive),
    );
}

function endLoans(host: IdealHost): void {
  host.loans = host.loans.filter(({ to, table, index, mfn }) => {
    const borrower = guestOf(host, to)!;
    const isShown = isUsed(usesOf(host, borrower), table, USE.leaf);
    const word = host.frames[table]!.words[index]!;
    return isShown && here(word) && frameOf(word) === mfn;
  });
}

function giveOut(host: IdealHost, uses: readonly Uses[]): void {
  host.frames.forEach((frame, mfn) => {
    if (!frame.released || uses.some(each => isNamed(each, mfn))) return;
    // Pages of those that number them by themselves may have shared frames: theirs are not given out again.
    const paravirtual = host.guests.some(({ name, kind }) => name === frame.owner && kind.startsWith('pv'));
    if (frame.owner !== 'free' && frame.owner !== 'kept')
      setFrame(host, mfn, { owner: paravirtual ? 'free' : 'kept' });
  });
}
