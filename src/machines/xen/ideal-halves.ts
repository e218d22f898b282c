import { flagsOf, frameOf } from '../../language/xen.ts';
import type { Wish } from './ideal-calls.ts';
import {
  agree,
  cloneGuest,
  cloneHost,
  DIRECTORY,
  entriesOf,
  type Half,
  here,
  type IdealCpu,
  type IdealGuest,
  type IdealHost,
  isIsolated,
  isUsed,
  SLOT_OF_XEN,
  TABLE,
  USE,
  type Uses,
  usesOf,
} from './ideal-isolation.ts';

/**
 * Tables that are looked through, or let go of, only in part. Of a half table its first entries count and no
 * others; whoever uses it next at its level looks through the rest.
 */

/** The half tables that a wish looks through to their end: those that it names, and those that a directory does. */
export function lookedThrough(host: IdealHost, guest: IdealGuest, wish: Wish): readonly number[] {
  if (guest.halves.size === 0) return [];
  const uses = usesOf(host, guest);
  const at = (mfn: number, level: number) => (guest.halves.get(mfn)?.level === level ? [mfn] : []);
  const whole = (mfn: number) => isUsed(uses, mfn, USE.directory) && !guest.halves.has(mfn);
  const directory = (mfn: number) => (whole(mfn) ? [] : [...at(mfn, 2), ...namedBy(host, guest, mfn)]);
  switch (wish.kind) {
    case 'pin':
      return wish.level === 1 ? at(wish.mfn, 1) : directory(wish.mfn);
    case 'base':
      return directory(wish.mfn);
    case 'set': {
      const mayStand = wish.index !== SLOT_OF_XEN && (flagsOf(wish.word) & ~DIRECTORY) === 0;
      return whole(wish.frame) && mayStand && here(wish.word) ? at(frameOf(wish.word), 1) : [];
    }
    default:
      return [];
  }
}

/** Slot by slot, up to the first entry that must not be. */
function namedBy(host: IdealHost, guest: IdealGuest, mfn: number): readonly number[] {
  const before = usesOf(host, guest);
  if (host.frames[mfn]?.owner !== guest.name || guest.pins.has(mfn) || !agreesOn(before, mfn)) return [];
  const ahead = cloneHost(host);
  const there = ahead.guests.find(({ name }) => name === guest.name)!;
  const named: number[] = [];
  for (let slot = guest.halves.get(mfn)?.entries ?? 0; slot < SLOT_OF_XEN; slot++) {
    const child = halfIn(there, host.frames[mfn]!.words[slot]!);
    if (child !== undefined) named.push(child);
    there.halves.delete(child ?? -1);
    there.halves.set(mfn, { level: 2, entries: slot + 1 });
    const after = usesOf(ahead, there);
    if (!isIsolated(after) || !agree(before, after)) break;
  }
  return named;
}

/** Is the frame in no other use than as a directory? */
const agreesOn = (uses: Uses, mfn: number): boolean =>
  !isUsed(uses, mfn, USE.written | USE.segment | USE.leaf);

/** The half leaf table that an entry of a directory names, if it may stand there. */
const halfIn = ({ halves }: IdealGuest, word: number): number | undefined =>
  here(word) && (flagsOf(word) & ~DIRECTORY) === 0 && halves.get(frameOf(word))?.level === 1
    ? frameOf(word)
    : undefined;

/** A look through a table, or the end of one, that is interrupted: the rest waits. One at a time waits on a CPU. */
export function stopsHalfway(host: IdealHost, guest: IdealGuest, wish: Wish): boolean {
  const cpu = guest.cpus[guest.current]!;
  if (isWaitingFor(cpu, wish)) cpu.waiting = undefined;
  if (host.turn === undefined || cpu.waiting !== undefined) return false;
  if (wish.kind === 'pin') {
    const { mfn, level } = wish;
    const half = guest.halves.get(mfn);
    const inUse = half === undefined && isUsed(usesOf(host, guest), mfn, level);
    const entries = (half?.level === level ? half.entries : 0) + host.turn;
    if (inUse || entries >= entriesOf(level)) return false;
    const words = level === 2 ? (host.frames[mfn]?.words.slice(0, entries) ?? []) : [];
    for (const word of words) guest.halves.delete(halfIn(guest, word) ?? -1);
    stop(host, guest, 'pin', mfn, { level, entries });
    return true;
  }
  if (wish.kind === 'unpin') {
    const { mfn } = wish;
    const level = guest.pins.get(mfn) ?? 0;
    const without = cloneGuest(guest);
    without.pins.delete(mfn);
    const entries = entriesOf(level) - host.turn;
    const isLast = level > 0 && !isUsed(usesOf(host, without), mfn, TABLE);
    if (isLast && entries > 0) stop(host, guest, 'drop', mfn, { level, entries });
  }
  return false;
}

function stop(host: IdealHost, guest: IdealGuest, kind: 'pin' | 'drop', mfn: number, half: Half): void {
  guest.halves.set(mfn, half);
  guest.cpus[guest.current]!.waiting = { kind, mfn, level: half.level };
  host.turn = undefined;
}

/** Does a wish go on with what the CPU waits for? */
export const isWaitingFor = ({ waiting }: IdealCpu, wish: Wish): boolean =>
  wish.kind === 'pin' && waiting?.mfn === wish.mfn && waiting.level === wish.level;
