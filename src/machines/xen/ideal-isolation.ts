import { ENTRY, entryWord, flagsOf, frameOf, WORDS } from '../../language/xen.ts';

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
  readonly pins: Map<number, number>;
  /** Tables that were looked through or let go of only in part, when somebody else's turn came. */
  readonly halves: Map<number, Half>;
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
  readonly used: Map<number, Set<string>>;
}

export interface IdealFrame {
  owner: string;
  /** Given back, but perhaps still in use. */
  released: boolean;
  words: number[];
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

/** Slots of a table that are the guest's. */
export const entriesOf = (level: number): number => (level === 2 ? SLOT_OF_XEN : WORDS);

export const here = (word: number): boolean => (flagsOf(word) & ENTRY.present) !== 0;
export const open = (word: number): boolean => (flagsOf(word) & ENTRY.rw) !== 0;
const mayMapDevices = (name: string): boolean => name === 'dom0';

/** What the frames of a guest are in use as. */
export interface Uses {
  /** By frame, the levels at which it is walked. */
  readonly tables: ReadonlyMap<number, ReadonlySet<number>>;
  /** Frames that some leaf in use lets the guest write to. */
  readonly written: ReadonlySet<number>;
  readonly segments: ReadonlySet<number>;
  /** All frames that are named by something in use. */
  readonly named: ReadonlySet<number>;
  /** Something in use is not what a guest may have. */
  readonly bad: boolean;
}

export function usesOf({ frames, flipped, loans }: IdealHost, guest: IdealGuest): Uses {
  const forgiven = flipped ? ENTRY.reserved : 0;
  const tables = new Map<number, Set<number>>();
  const written = new Set<number>();
  const named = new Set<number>();
  let bad = false;
  const roots = new Set([
    ...guest.cpus.map(cpu => cpu.root),
    ...[...guest.pins].filter(([, level]) => level === 2).map(([mfn]) => mfn),
  ]);
  const isDirectory = (mfn: number): boolean => roots.has(mfn) || guest.directories.has(mfn);
  const visit = (mfn: number, level: number): void => {
    named.add(mfn);
    const levels = tables.get(mfn) ?? new Set<number>();
    tables.set(mfn, levels);
    if (levels.has(level)) return;
    levels.add(level);
    const frame = frames[mfn];
    if (frame === undefined || frame.owner !== guest.name) {
      bad = true;
      return;
    }
    const half = guest.halves.get(mfn);
    const words = frame.words.slice(0, half?.entries ?? entriesOf(level));
    if (level === 1) for (const [index, word] of words.entries()) leaf(mfn, index, word);
    else {
      bad ||= half === undefined && frame.words[SLOT_OF_XEN] !== WORD_OF_XEN;
      for (const word of words) directory(mfn, word);
    }
  };
  const leaf = (table: number, index: number, word: number): void => {
    if (!here(word)) return;
    const target = frameOf(word);
    named.add(target);
    const owner = frames[target]?.owner;
    bad ||= (flagsOf(word) & ~LEAF & ~forgiven) !== 0;
    const lent = loans.some(
      loan =>
        loan.to === guest.name &&
        loan.table === table &&
        loan.index === index &&
        loan.mfn === target &&
        (loan.rw || !open(word)),
    );
    bad ||= owner !== guest.name && !(owner === 'io' && mayMapDevices(guest.name)) && !lent;
    if (open(word) && owner !== 'io') written.add(target);
  };
  const directory = (table: number, word: number): void => {
    if (!here(word)) return;
    const target = frameOf(word);
    bad ||= (flagsOf(word) & ~DIRECTORY & ~forgiven) !== 0;
    if (target === table) bad ||= open(word);
    else if (isDirectory(target)) {
      bad ||=
        open(word) || directoriesIn(target).some(other => other !== target) || isNamedAsDirectory(table);
      visit(target, 2);
    } else visit(target, 1);
  };
  const directoriesIn = (table: number): number[] =>
    (frames[table]?.words ?? [])
      .slice(0, SLOT_OF_XEN)
      .flatMap(word => (here(word) && isDirectory(frameOf(word)) ? [frameOf(word)] : []));
  const isNamedAsDirectory = (table: number): boolean =>
    [...roots, ...guest.directories].some(other => other !== table && directoriesIn(other).includes(table));
  for (const root of roots) if (root >= 0) visit(root, 2);
  for (const [mfn, level] of guest.pins) visit(mfn, level);
  for (const [mfn, { level }] of guest.halves) visit(mfn, level);
  for (const { table, index, mfn } of loans)
    if (frames[mfn]?.owner === guest.name && open(frames[table]!.words[index]!)) written.add(mfn);
  const segments = new Set(guest.cpus.filter(cpu => cpu.ldtInUse).map(cpu => cpu.ldt));
  for (const mfn of segments) named.add(mfn);
  return { tables, written, segments, named, bad };
}

/** Nothing that a guest can write to is walked, nothing walked or written is another's, and each frame has one use. */
export function isIsolated(host: IdealHost, guest: IdealGuest): boolean {
  const { tables, written, segments, bad } = usesOf(host, guest);
  if (bad) return false;
  for (const [mfn, levels] of tables)
    if (levels.size > 1 || written.has(mfn) || segments.has(mfn)) return false;
  for (const mfn of segments) if (written.has(mfn) || host.frames[mfn]?.owner !== guest.name) return false;
  return true;
}

/**
 * May the guest come from the one to the other? What is new is taken before what is old is let go of, so that
 * for a moment both uses of a frame hold.
 */
export function agree(before: Uses, after: Uses): boolean {
  for (const [mfn, levels] of after.tables) {
    if (before.written.has(mfn) || before.segments.has(mfn)) return false;
    for (const level of before.tables.get(mfn) ?? levels) if (!levels.has(level)) return false;
  }
  for (const mfn of after.written) if (before.tables.has(mfn) || before.segments.has(mfn)) return false;
  return true;
}

export function cloneHost(host: IdealHost): IdealHost {
  return {
    unhooks: host.unhooks,
    panicked: host.panicked,
    turn: host.turn,
    offers: host.offers,
    loans: host.loans,
    flipped: host.flipped,
    frames: host.frames.map(frame => ({ ...frame, words: [...frame.words] })),
    guests: host.guests.map(guest => ({
      ...guest,
      pins: new Map(guest.pins),
      halves: new Map(guest.halves),
      cpus: guest.cpus.map(cpu => ({
        ...cpu,
        used: new Map([...cpu.used].map(([va, set]) => [va, new Set(set)])),
      })),
    })),
  };
}

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
