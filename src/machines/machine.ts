import type { Access, Move, Program, Seen, Setting, Settings } from '../language/moves.ts';

/**
 * The contract between a system (Linux, Xen, the Hurd) and everything above it. Worlds are mutable and
 * cloned; W, F, D and I never leave judge/ and game/: above them only the plain data of this file is known.
 */

/** What was done, counted since boot; a decision's cost is a difference of two. Bytes and counts. */
export interface Cost {
  readonly io: number;
  readonly bytesRead: number;
  readonly bytesWritten: number;
  readonly frames: number;
  readonly remoteFlushes: number;
  readonly localFlushes: number;
  /** Stores that a hypervisor carried out itself, instruction by instruction. */
  readonly emulations: number;
  /** Entries that a hypervisor looked through before it let them be used. */
  readonly audits: number;
  /** Calls from one protection domain to another and their answers: IPC, hypercalls. None inside one kernel. */
  readonly messages: number;
  readonly faults: number;
}
export const COUNTS = [
  'io',
  'bytesRead',
  'bytesWritten',
  'frames',
  'remoteFlushes',
  'localFlushes',
  'emulations',
  'audits',
  'messages',
  'faults',
] as const satisfies readonly (keyof Cost)[];

/** What the hardware says of a trap. Each machine's own fault extends it. */
export interface Trap {
  readonly kind: 'trap';
  /** Who has to decide, where a system has more than one handler: 'pager', 'physmem'. */
  readonly handler?: string;
  readonly process: string;
  readonly access: Access;
  readonly page: number;
  readonly offset: number;
  readonly address: number;
  /** x86: the page fault error code (bits 1 P, 2 W, 4 U, 16 I). ARM: the fault status. L4: the access bits of the message (4 R, 2 W, 1 X). */
  readonly errorCode: number;
  /** What has trapped if it was no page fault: a key of `play.events` in assets/ui.json. */
  readonly event?: 'hypercall' | 'exception' | 'request' | 'message' | 'check';
  /** What the screen shows beside the operation, in order: ['address', '0x...'], ['CR0.WP', '1'] ... */
  readonly registers: readonly (readonly [name: string, value: string])[];
}

export const NO_COST: Cost = Object.freeze({
  io: 0,
  bytesRead: 0,
  bytesWritten: 0,
  frames: 0,
  remoteFlushes: 0,
  localFlushes: 0,
  emulations: 0,
  audits: 0,
  messages: 0,
  faults: 0,
});

/** A decision: `do` names the kernel's routine, other fields pin down what it would leave open. */
export interface Choice {
  readonly do: string;
}

export type Facts = Readonly<Record<string, string | number | boolean | readonly string[]>>;

/** Why a fault is answered so: `rule` is a key of the texts in assets/, `facts` fill them. */
export interface Reason {
  readonly rule: string;
  /** The kernel function that decides, as in 'do_wp_page'. */
  readonly function: string;
  readonly facts: Facts;
}

/**
 * The facts with more of them, in place: spread into a new literal, each result would get a shape of its own, which V8 is slow
 * to make.
 */
export const withFacts = (facts: Facts, more: Facts): Facts => Object.assign(facts, more);

/** An invariant that does not hold, with what breaks it. */
export interface Violation {
  /** 'I1' ... of docs/invariants.md. */
  readonly invariant: string;
  readonly what: string;
  /** Keys of view rows: the frames and entries at fault. */
  readonly rows: readonly string[];
  /** Held by nobody once every process has exited. */
  readonly leak?: boolean;
}

/** One line of a panel. `key` is the same before and after, so that changes can be marked. */
export interface Row {
  readonly key: string;
  /** Rows of one role share their columns: 'process', 'vma', 'entry', 'frame' ... */
  readonly role: string;
  readonly indent: number;
  readonly cells: readonly string[];
  readonly marks: readonly ('fault' | 'frame')[];
  /** What an inspection says of it besides its cells: the bits of an entry by their names. */
  readonly about?: readonly string[];
  /** Rows of tables that it maps, by their first cells, where none of its own cells names them. */
  readonly maps?: readonly string[];
}
export interface Panel {
  readonly id: string;
  /** 0 is dropped last when the terminal is small. */
  readonly rank: number;
  readonly title: string;
  /** Headings, where rows are a table; else empty. */
  readonly columns: readonly string[];
  readonly rows: readonly Row[];
}
/** All that the player may look at, frozen. */
export interface View {
  readonly panels: readonly Panel[];
}

export interface Place {
  readonly process: string;
  readonly page: number;
}

/** The pages that a search for a consequence may touch. */
export interface Scope {
  readonly places: readonly Place[];
  /** A page that nobody has touched: only what is wrong with memory that anybody may get is seen by it. */
  readonly untouched?: Place | undefined;
  readonly offset: number;
  /** A byte that the trapping move leaves alone, where it stores so much that it must be looked for. */
  readonly spared?: number;
}

/** One field of a prediction; asked only where the fields in `when` have one of these options. */
export interface Field {
  readonly id: string;
  readonly options: readonly string[];
  readonly when?: Readonly<Record<string, readonly string[]>>;
}
export type Prediction = Readonly<Record<string, string>>;

/** A place where the world no longer shows what the ideal allows to be shown. */
export interface Uncoupled {
  readonly what: string;
  readonly rows: readonly string[];
  /** Nobody can be shown anything of it, nor of any other difference there is, before some move has changed more. */
  readonly latent?: true;
}

/** The same programs on memory without frames, entries, counts or TLBs. Shares no code with its machine. */
export interface Ideal<I> {
  /** `rules` as for the machine, for an ideal that must know what a kernel promises. */
  boot(program: Program, rules?: string): I;
  clone(ideal: I): I;
  /** All results that the move may show now: one, or several where the interface promises a set. */
  expect(ideal: I, move: Move): readonly Seen[];
  /** Carries the move out; `seen` is the result that was shown (one of `expect`, or the first of them). */
  advance(ideal: I, move: Move, seen: Seen): void;
}

export interface Machine<W, F extends Trap, D extends Choice, I> {
  readonly system: string;
  /** Rule sets, the default last. */
  readonly rules: readonly string[];
  /** Names that a level's menu may list. */
  readonly decisions: readonly string[];
  /** The form of a predict question. */
  readonly fields: readonly Field[];
  readonly ideal: Ideal<I>;
  /** Settings that a program may have here; none if left out. */
  readonly settings?: readonly Setting[];

  /** Has the machine this operation, in a program with these settings? */
  knows(move: Move, settings?: Settings): boolean;
  boot(program: Program, rules: string): W;
  /**
   * Runs one move until it completes or traps. After a trap and a decision it is called again with the
   * same move: the instruction restarts.
   */
  step(w: W, move: Move): Seen | F;
  /**
   * Does this kernel keep all that the interface promises? Where one is known not to, levels foretell what it does, and
   * what it shows may be what the ideal does not allow. It does if this is left out.
   */
  sound?(w: W): boolean;
  /** What of the last completed step no ideal can see: a store into the zero frame, a stale entry used. */
  trespass(w: W): string | undefined;

  /** The decisions of the menu for this fault: constant in set and order. */
  offers(w: W, f: F, menu: readonly string[]): readonly D[];
  /** The kernel's own decision; allocates nothing. */
  best(w: W, f: F): D;
  why(w: W, f: F, d: D): Reason;
  /** The facts of the state that an access meets, whether it traps or not; as in `why`, without the fault's. */
  facts(w: W, move: Move): Facts;
  /** The decision as the kernel's micro-steps, in its order. */
  routine(w: W, f: F, d: D): readonly Micro[];
  perform(w: W, m: Micro): void;
  /** Carries out ANY decision in any state; equal to performing its routine. */
  apply(w: W, f: F, d: D): void;
  /** Presence, frame and rights of the entry at fault, as text: if equal after a retry, nothing was gained. */
  entry(w: W, f: F): string;

  broken(w: W): readonly Violation[];
  cost(w: W): Cost;
  /**
   * A cost in one number, where a level may count to the end of its script: so much for each count, which is a choice
   * of the game. Of two costs together it is the sum.
   */
  price?(cost: Cost): number;
  /** What copying at once at every fork would have cost up to now. */
  eager(w: W): { readonly frames: number; readonly bytesRead: number; readonly bytesWritten: number };
  view(w: W, f?: F): View;
  /** Where several systems run one program: who decided the last operation in each, and what it took. */
  compare?(w: W): Panel;
  clone(w: W): W;
  /** Canonical under joint renaming of frames and values, exact, without costs. */
  key(w: W, ideal: I): string;
  /** Exact, for transcripts. */
  digest(w: W): string;
  /** Throws a LanguageError where `s` is no decision. */
  parse(s: string): D;
  format(d: D): string;

  /** The first place where the two differ, or nothing: then every decision up to here was right. */
  uncoupled(w: W, ideal: I): Uncoupled | undefined;
  /**
   * Replaces the contents of all frames but the zero frame, and of the ideal's pages that show them, by
   * distinct symbols; the answer gives each symbol's byte. The two must be coupled.
   */
  symbolize(w: W, ideal: I): ReadonlyMap<number, number>;
  /** Replaces every value in both (values, not positions); 0 stays 0. */
  mapValues(w: W, ideal: I, value: (v: number) => number): void;
  /** The pages that share a frame with the fault, and one untouched page. */
  scope(w: W, f: F): Scope;
  /** What the processes could do next within the scope; stores write fresh symbols. */
  moves(w: W, scope: Scope): readonly Move[];
  /** The exits of all living processes, in order. */
  exits(w: W): readonly Move[];

  /** What a decision may leave open or say: fields asked only of the decisions that `when.do` names; first comes what the kernel does. */
  readonly details?: readonly Field[];
  /** Of these fields, what the kernel does where it depends on the state: it goes before the first option. */
  usual?(w: W, f: F, d: D): Prediction;
  /** Names of facts that may be asked for as evidence. */
  readonly evidence?: readonly string[];
  /** For each fact on the screen another world in which it alone is different: what to do to get there. */
  variations?(w: W, f: F, move: Move): readonly Variation[];
  /** For machines that know several CPUs. */
  readonly races?: Races<W, F>;
  /** Broken kernels that may decide in the player's place, where there are no races that name them. */
  readonly deputies?: Deputies<W>;

  /** The right answers of a predict question about this move: runs it on a clone with the reference handler. */
  outcome(w: W, move: Move, ideal?: I): Prediction;
}

/** One micro-step of a routine: plain data, the machine's own. */
export interface Micro {
  readonly step: string;
}

/** Kernels with one rule broken. */
export interface Deputies<W> {
  /** Those that a level may name: `boot` knows them. */
  readonly broken: readonly string[];
  /** Lets a broken kernel run this world from now on. */
  become(w: W, kernel: string): void;
}

/** The kernel's work for one fault or system call, cut into micro-steps. */
export interface Task {
  /** A decision, or an operation: 'copy', 'fork'. */
  readonly name: string;
  /** Names of its micro-steps, in the kernel's order. */
  readonly steps: readonly string[];
}

/**
 * Several CPUs at once. A cause is a fault, or a move that the kernel carries out; its task begins with its
 * first micro-step and ends with its last, and may be performed in any order, steps left out or not.
 */
export interface Races<W, F> extends Deputies<W> {
  /** Micro-steps that a level may ask for, in the order of menus. */
  readonly steps: readonly string[];
  /** How many CPUs the world has. */
  cpus(w: W): number;
  /** Which rule an order of a task, or a broken kernel, is about. */
  why(name: string): Reason;
  /** Is the process's CPU at work in the kernel for somebody else? */
  busy(w: W, process: string): boolean;
  /** What the kernel has to do; undefined where the hardware does it alone. Changes nothing. */
  task(w: W, cause: F | Move): Task | undefined;
  /** May this micro-step be performed now, or does it wait for a lock? `first`: the task begins with it. */
  ready(w: W, cause: F | Move, task: Task, step: string | undefined, first: boolean): boolean;
  /** Takes the task's locks, and looks at what it is about. */
  begin(w: W, cause: F | Move, task: Task): void;
  perform(w: W, cause: F | Move, task: Task, step: string): void;
  /** Gives the locks back. Answers what a system call shows, or an access that was refused; nothing where it is to be retried. */
  end(w: W, cause: F | Move, task: Task): Seen | undefined;
}

/** How to change one fact: moves that happen before the access, or another access. */
export interface Variation {
  readonly fact: string;
  readonly moves: readonly Move[];
  /** Instead of the access that trapped. */
  readonly access?: Move;
  /** All bytes become others. */
  readonly values?: boolean;
}

/** A machine whose types are forgotten: what the registry hands out. */
// biome-ignore lint/suspicious/noExplicitAny: the parameters never leave judge/ and game/, see above
export type AnyMachine = Machine<any, any, any, any>;

export const isTrap = <F extends Trap>(result: Seen | F): result is F => result.kind === 'trap';

export const costBetween = (before: Cost, after: Cost): Cost => ({
  io: after.io - before.io,
  bytesRead: after.bytesRead - before.bytesRead,
  bytesWritten: after.bytesWritten - before.bytesWritten,
  frames: after.frames - before.frames,
  remoteFlushes: after.remoteFlushes - before.remoteFlushes,
  localFlushes: after.localFlushes - before.localFlushes,
  emulations: after.emulations - before.emulations,
  audits: after.audits - before.audits,
  messages: after.messages - before.messages,
  faults: after.faults - before.faults,
});

/** Does a cost no more than b in any count? */
export const isNoMore = (a: Cost, b: Cost): boolean =>
  a.io <= b.io &&
  a.bytesRead <= b.bytesRead &&
  a.bytesWritten <= b.bytesWritten &&
  a.frames <= b.frames &&
  a.remoteFlushes <= b.remoteFlushes &&
  a.localFlushes <= b.localFlushes &&
  a.emulations <= b.emulations &&
  a.audits <= b.audits &&
  a.messages <= b.messages &&
  a.faults <= b.faults;

/** Field by field, which is faster than to spread it. */
export const copyCost = (cost: Cost): Cost => ({
  io: cost.io,
  bytesRead: cost.bytesRead,
  bytesWritten: cost.bytesWritten,
  frames: cost.frames,
  remoteFlushes: cost.remoteFlushes,
  localFlushes: cost.localFlushes,
  emulations: cost.emulations,
  audits: cost.audits,
  messages: cost.messages,
  faults: cost.faults,
});

export const addCosts = (a: Cost, b: Cost): Cost => ({
  io: a.io + b.io,
  bytesRead: a.bytesRead + b.bytesRead,
  bytesWritten: a.bytesWritten + b.bytesWritten,
  frames: a.frames + b.frames,
  remoteFlushes: a.remoteFlushes + b.remoteFlushes,
  localFlushes: a.localFlushes + b.localFlushes,
  emulations: a.emulations + b.emulations,
  audits: a.audits + b.audits,
  messages: a.messages + b.messages,
  faults: a.faults + b.faults,
});

/** An entry of a guest's leaf table, by the guest's own numbers; undefined is none. */
export interface GuestEntry {
  readonly frame: number;
  readonly writable: boolean;
}
export interface GuestChange {
  readonly page: number;
  readonly entry: GuestEntry | undefined;
}

/**
 * What a guest's kernel and its programs do that a hypervisor can hear of. Everything else, such as filling a frame
 * through the kernel's own map, is theirs alone.
 */
export type GuestAct =
  /** A load or a store; after a fault the same again. */
  | {
      readonly kind: 'access';
      readonly process: string;
      readonly mode: 'user' | 'kernel';
      readonly page: number;
      readonly write: boolean;
    }
  /** An exchange on the live table, by an instruction. */
  | { readonly kind: 'store'; readonly process: string; readonly change: GuestChange }
  /** Entries that the kernel asks for by hypercall, in one batch. */
  | { readonly kind: 'update'; readonly process: string; readonly changes: readonly GuestChange[] }
  | { readonly kind: 'flush'; readonly process: string; readonly page: number }
  /** A new address space with these entries; those of the parent that lost the right to write. */
  | {
      readonly kind: 'fork';
      readonly process: string;
      readonly child: string;
      readonly lost: readonly GuestChange[];
      readonly entries: readonly GuestChange[];
    }
  | { readonly kind: 'exit'; readonly process: string };

/** A kernel that runs as a guest: its own decisions, told as acts against a hypervisor. */
export interface GuestKernel<S> {
  boot(program: Program): S;
  knows(move: Move): boolean;
  /**
   * Runs a move to its end, the guest's kernel deciding at its faults.
   * @param decisions what was decided at the first of them instead
   */
  run(
    state: S,
    move: Move,
    decisions?: readonly Choice[],
  ): { readonly acts: readonly GuestAct[]; readonly seen: Seen };
  /** What the same costs without a hypervisor, since boot. */
  cost(state: S): Cost;
}

// biome-ignore lint/suspicious/noExplicitAny: the state is the guest's own
export type AnyGuest = GuestKernel<any>;
