import { ENTRY, entryWord, flagsOf, frameOf, WORDS } from '../../language/xen.ts';
import type { CowMap } from '../cow-map.ts';

/**
 * Isolation without any bookkeeping: which frames are tables follows from the roots and pins alone, looked up
 * anew each time, and a request is legal if what it leaves is isolated. No counts, no types, no TLBs.
 */

/** A guest as the ideal sees it: what it owns and what it lets the hardware walk. */
export interface IdealGuest {
  readonly name: string;
  readonly kind: string;
  alive: boolean;
  assist: boolean;
  current: number;
  readonly cpus: IdealCpu[];
  /** Pinned frames, with their levels. */
  readonly pins: CowMap<number, number>;
  /** Tables that were looked through or let go of only in part, when somebody else's turn came. */
  readonly halves: CowMap<number, Half>;
  /** Frames that were walked as directories after the last move: one may live on because another names it. */
  directories: ReadonlySet<number>;
  race: { readonly cpu: number; readonly va: number; readonly frame: number } | undefined;
  /** Fully virtualized: the page of its root, and its own CR0.WP. */
  readonly top: number;
  wp: boolean;
}
/** Of a table only the first entries count. */
export interface Half {
  readonly level: number;
  readonly entries: number;
}

export interface IdealCpu {
  root: number;
  ldt: number;
  ldtInUse: boolean;
  /** What the CPU has half done and goes on with: a pin when it is let, a drop before it asks for anything. */
  waiting: { readonly kind: 'pin' | 'drop'; readonly mfn: number; readonly level: number } | undefined;
  /** By address, the translations that the CPU has used since it last forgot them: 'frame rw'. */
  readonly used: CowMap<number, ReadonlySet<string>>;
}

/** Another one after each change: clones have the same ones. */
export interface IdealFrame {
  readonly owner: string;
  /** Given back, but perhaps still in use. */
  readonly released: boolean;
  readonly words: readonly number[];
}

export interface IdealHost {
  readonly unhooks: boolean;
  readonly frames: IdealFrame[];
  readonly guests: IdealGuest[];
  panicked: boolean;
  /** After so many entries it will be somebody else's turn; undefined while nothing is planned. */
  turn: number | undefined;
  /** Frames that domains offer each other, and those that are on loan, with the entry that shows them. */
  offers: readonly {
    readonly from: string;
    readonly to: string;
    readonly mfn: number;
    readonly rw: boolean;
  }[];
  loans: readonly IdealLoan[];
  /** A memory error has hit an entry: from then on reserved bits tell nothing of guests. */
  flipped: boolean;
}

export interface IdealLoan {
  readonly to: string;
  readonly table: number;
  readonly index: number;
  readonly mfn: number;
  readonly rw: boolean;
}

export const SLOT_OF_XEN = WORDS - 1;
export const WORD_OF_XEN = entryWord(0, ENTRY.present | ENTRY.rw | ENTRY.global | ENTRY.cache);
const LEAF = ENTRY.present | ENTRY.rw | ENTRY.accessed | ENTRY.dirty | ENTRY.global | ENTRY.nx;
export const DIRECTORY = LEAF & ~ENTRY.global;

export const guestOf = (host: IdealHost, name: string): IdealGuest | undefined =>
  host.guests.find(guest => guest.name === name);

/** Slots of a table that are the guest's. */
export const entriesOf = (level: number): number => (level === 2 ? SLOT_OF_XEN : WORDS);

export const here = (word: number): boolean => (flagsOf(word) & ENTRY.present) !== 0;
export const open = (word: number): boolean => (flagsOf(word) & ENTRY.rw) !== 0;
const mayMapDevices = (name: string): boolean => name === 'dom0';

/** What a frame can be in use as: bits, of which one that is isolated has one at most. */
export const USE = {
  /** Walked at level 1. */
  leaf: 1,
  /** Walked at level 2. */
  directory: 2,
  /** Some leaf in use lets the guest write to it. */
  written: 4,
  segment: 8,
} as const;
export const TABLE = USE.leaf | USE.directory;
const USED = TABLE | USE.written | USE.segment;
/** Something in use names the frame, for whatever use. */
const NAMED = 16;

/** What the frames of a guest are in use as. */
export interface Uses {
  /** Something in use is not what a guest may have. */
  readonly bad: boolean;
  /** Bits, by frame; there may be none where a frame is in no use. */
  readonly of: readonly number[];
}

/** Is the frame in one of these uses, whatever else it is? */
export const isUsed = (uses: Uses, mfn: number, use: number): boolean => ((uses.of[mfn] ?? 0) & use) !== 0;

/** Does anything in use name the frame? */
export const isNamed = (uses: Uses, mfn: number): boolean => isUsed(uses, mfn, NAMED);

export const usesOf = (host: IdealHost, guest: IdealGuest): Uses => new Look(host, guest);

/** All that a guest's roots, pins and half tables lead to. */
class Look implements Uses {
  readonly of: number[];
  bad = false;
  private readonly host: IdealHost;
  private readonly guest: IdealGuest;
  private readonly roots: number[] = [];

  constructor(host: IdealHost, guest: IdealGuest) {
    this.host = host;
    this.guest = guest;
    this.of = new Array<number>(host.frames.length).fill(0);
    for (const { root } of guest.cpus) if (!this.roots.includes(root)) this.roots.push(root);
    for (const [mfn, level] of guest.pins) if (level === 2 && !this.roots.includes(mfn)) this.roots.push(mfn);
    for (const root of this.roots) if (root >= 0) this.visit(root, 2);
    for (const [mfn, level] of guest.pins) this.visit(mfn, level);
    for (const [mfn, { level }] of guest.halves) this.visit(mfn, level);
    for (const { table, index, mfn } of host.loans)
      if (host.frames[mfn]?.owner === guest.name && open(host.frames[table]!.words[index]!))
        this.add(mfn, USE.written);
    for (const { ldt, ldtInUse } of guest.cpus)
      if (ldtInUse) {
        this.add(ldt, USE.segment | NAMED);
        this.bad ||= host.frames[ldt]?.owner !== guest.name;
      }
  }

  private add(mfn: number, use: number): void {
    this.of[mfn] = (this.of[mfn] ?? 0) | use;
  }

  private visit(mfn: number, level: number): void {
    if (isUsed(this, mfn, level)) return;
    this.add(mfn, level | NAMED);
    const frame = this.host.frames[mfn];
    if (frame === undefined || frame.owner !== this.guest.name) {
      this.bad = true;
      return;
    }
    const { words } = frame;
    const half = this.guest.halves.get(mfn);
    const end = Math.min(words.length, half?.entries ?? entriesOf(level));
    if (level === 2) this.bad ||= half === undefined && words[SLOT_OF_XEN] !== WORD_OF_XEN;
    for (let index = 0; index < end; index++) {
      const word = words[index]!;
      if (!here(word)) continue;
      if (level === 1) this.leaf(mfn, index, word);
      else this.directory(mfn, word);
    }
  }

  private leaf(table: number, index: number, word: number): void {
    const { name } = this.guest;
    const target = frameOf(word);
    const owner = this.host.frames[target]?.owner;
    this.bad ||=
      this.isOdd(word, LEAF) ||
      (owner !== name &&
        !(owner === 'io' && mayMapDevices(name)) &&
        !this.isLent(table, index, target, open(word)));
    this.add(target, open(word) && owner !== 'io' ? USE.written | NAMED : NAMED);
  }

  private isLent(table: number, index: number, mfn: number, writes: boolean): boolean {
    return this.host.loans.some(
      loan =>
        loan.to === this.guest.name &&
        loan.table === table &&
        loan.index === index &&
        loan.mfn === mfn &&
        (loan.rw || !writes),
    );
  }

  private directory(table: number, word: number): void {
    const target = frameOf(word);
    this.bad ||= this.isOdd(word, DIRECTORY);
    if (target === table) this.bad ||= open(word);
    else if (this.isDirectory(target)) {
      this.bad ||=
        open(word) ||
        this.directoriesIn(target).some(other => other !== target) ||
        this.isNamedAsDirectory(table);
      this.visit(target, 2);
    } else this.visit(target, 1);
  }

  private isOdd(word: number, allowed: number): boolean {
    const forgiven = this.host.flipped ? ENTRY.reserved : 0;
    return (flagsOf(word) & ~allowed & ~forgiven) !== 0;
  }

  private isDirectory(mfn: number): boolean {
    return this.roots.includes(mfn) || this.guest.directories.has(mfn);
  }

  private directoriesIn(table: number): number[] {
    const words = this.host.frames[table]?.words.slice(0, SLOT_OF_XEN) ?? [];
    return words.flatMap(word => (here(word) && this.isDirectory(frameOf(word)) ? [frameOf(word)] : []));
  }

  private isNamedAsDirectory(table: number): boolean {
    return [...this.roots, ...this.guest.directories].some(
      other => other !== table && this.directoriesIn(other).includes(table),
    );
  }
}

/** Nothing that a guest can write to is walked, nothing walked or written is another's, and each frame has one use. */
export function isIsolated({ bad, of }: Uses): boolean {
  if (bad) return false;
  for (const bits of of) {
    const uses = bits & USED;
    if ((uses & (uses - 1)) !== 0) return false;
  }
  return true;
}

/**
 * May the guest come from the one to the other? What is new is taken before what is old is let go of, so that
 * for a moment both uses of a frame hold.
 */
export function agree(before: Uses, after: Uses): boolean {
  for (let mfn = 0; mfn < after.of.length; mfn++) {
    const is = after.of[mfn]!;
    if ((is & TABLE) !== 0 && isUsed(before, mfn, USED & ~(is & TABLE))) return false;
    if ((is & USE.written) !== 0 && isUsed(before, mfn, TABLE | USE.segment)) return false;
  }
  return true;
}

/** Puts another frame in its place, changed so. It is there. */
export function setFrame(host: IdealHost, mfn: number, change: Partial<IdealFrame>): void {
  host.frames[mfn] = { ...host.frames[mfn]!, ...change };
}

/** The same of one word of it. */
export function setWord(host: IdealHost, mfn: number, index: number, word: number): void {
  const { owner, released, words } = host.frames[mfn]!;
  const changed = words.slice();
  changed[index] = word;
  host.frames[mfn] = { owner, released, words: changed };
}

/** Field by field, which is faster than to spread them. */
export const cloneHost = (host: IdealHost): IdealHost => ({
  unhooks: host.unhooks,
  panicked: host.panicked,
  turn: host.turn,
  offers: host.offers,
  loans: host.loans,
  flipped: host.flipped,
  frames: host.frames.slice(),
  guests: host.guests.map(cloneGuest),
});

export const cloneGuest = (guest: IdealGuest): IdealGuest => ({
  name: guest.name,
  kind: guest.kind,
  alive: guest.alive,
  assist: guest.assist,
  current: guest.current,
  cpus: guest.cpus.map(cloneCpu),
  pins: guest.pins.clone(),
  halves: guest.halves.clone(),
  directories: guest.directories,
  race: guest.race,
  top: guest.top,
  wp: guest.wp,
});

const cloneCpu = (cpu: IdealCpu): IdealCpu => ({
  root: cpu.root,
  ldt: cpu.ldt,
  ldtInUse: cpu.ldtInUse,
  waiting: cpu.waiting,
  used: cpu.used.clone(),
});

/** Where a walk ends, and what it says of writing: both levels, and each. */
export interface Followed {
  readonly frame: number;
  readonly rw: boolean;
  readonly upper: boolean;
  readonly lower: boolean;
}

/** What the tables in memory lead to: a frame with its rights, or nothing. Programs do not see slot 1. */
export function follow(
  { frames }: IdealHost,
  cpu: IdealCpu,
  va: number,
  user: boolean,
): Followed | 'nothing' | 'broken' {
  const slot = Math.floor(va / WORDS);
  if (slot === SLOT_OF_XEN || (user && slot === 1)) return 'nothing';
  const upper = frames[cpu.root]?.words[slot] ?? 0;
  if (!here(upper)) return 'nothing';
  if ((flagsOf(upper) & ENTRY.reserved) !== 0) return 'broken';
  if ((flagsOf(upper) & ENTRY.superpage) !== 0)
    return { frame: frameOf(upper) + (va % WORDS), rw: open(upper), upper: open(upper), lower: open(upper) };
  const lower = frames[frameOf(upper)]?.words[va % WORDS] ?? 0;
  if (!here(lower) || lower === WORD_OF_XEN) return 'nothing';
  if ((flagsOf(lower) & ENTRY.reserved) !== 0) return 'broken';
  return { frame: frameOf(lower), rw: open(upper) && open(lower), upper: open(upper), lower: open(lower) };
}
