import type { Seen } from '../../language/moves.ts';
import type { Kind, Request } from '../../language/xen.ts';
import { ENTRY, entryWord, WORDS } from '../../language/xen.ts';
import type { CowMap } from '../cow-map.ts';
import { type Cost, copyCost, NO_COST, type Trap } from '../machine.ts';
import type { RuleSet } from './rules.ts';

/** The use that a frame is in; they exclude each other. The last one stays when nobody uses it any more. */
export type Type = 'none' | 'l1' | 'l2' | 'seg' | 'shared' | 'writable';
export const typeOfLevel = (level: number): Type => (level === 1 ? 'l1' : 'l2');
export const isTable = (type: Type): boolean => type === 'l1' || type === 'l2';

/** struct page_info, and what the frame holds. */
export interface Frame {
  /** A domain, or one of the special owners below. */
  readonly owner: string;
  /** The owner has not given it back; that alone is one general reference. */
  readonly allocated: boolean;
  /** count_info: all references. */
  readonly tot: number;
  /** type_info: those in the current type. */
  readonly tc: number;
  readonly type: Type;
  /** Its contents were audited for the type. */
  readonly validated: boolean;
  readonly pinned: boolean;
  /** PGT_partial and nr_validated_ptes: its audit or teardown was interrupted, and so many entries are held. */
  readonly halfway: number | undefined;
  /** The TLB clock when the type count last fell to 0. */
  readonly stamp: number;
  /** Devices may write to it (the IOMMU lets them). */
  readonly dma: boolean;
  /** Another array after each store: clones have the same one. */
  readonly words: readonly number[];
}

/** A frame of this world alone, which may be changed in place. */
export type OwnFrame = { -readonly [K in keyof Frame]: Frame[K] };

export const XEN = 'xen';
export const IO = 'io';
export const FREE = 'free';
/** Owner of frames that several domains have as pages, and of those kept for pages that part again. */
export const COW = 'cow';
export const KEPT = 'kept';
/** Xen's own frame, and one of a device. */
export const XEN_FRAME = 0;
export const IO_FRAME = 1;
/** The domain that may map devices. */
export const PRIVILEGED = 'dom0';

/** Slot of every root that is Xen's, and what must be in it: an entry for the supervisor alone. */
export const XEN_SLOT = WORDS - 1;
export const XEN_TEMPLATE = entryWord(XEN_FRAME, ENTRY.present | ENTRY.rw | ENTRY.global | ENTRY.cache);
/** Slot of a domain's first root that its kernel maps all of its frames with. */
export const KERNEL_SLOT = 1;

/** What a TLB remembers of a walk. */
export interface Cached {
  readonly frame: number;
  readonly rw: boolean;
}

/** A hypercall that goes on where it was interrupted, or a table that lets go of the rest (old_guest_table). */
export type Pending =
  | { readonly kind: 'pin'; readonly mfn: number; readonly level: number }
  | { readonly kind: 'drop'; readonly mfn: number };

export interface Vcpu {
  /** Frame of the root, or -1. */
  base: number;
  /** The LDT's frame, or -1, and whether Xen has mapped it. */
  ldt: number;
  ldtMapped: boolean;
  /** What was interrupted on it and must be finished. */
  pending: Pending | undefined;
  flushedAt: number;
  readonly tlb: CowMap<number, Cached>;
}

/** An L1 that the guest may write to freely until it is looked through. Era 3.0.2 only. */
export interface Slot {
  readonly l1: number;
  /** The entry that was made writable: the table and the slot in it, and the address it maps. */
  readonly alias: { readonly table: number; readonly index: number; readonly va: number };
  /** Where it was hooked; ACTIVE only. */
  readonly hook?: { readonly root: number; readonly index: number };
  readonly snapshot: readonly number[];
}
export type SlotName = 'active' | 'inactive';

export interface Domain {
  readonly name: string;
  readonly kind: Kind;
  alive: boolean;
  /** vm_assist(writable_pagetables). */
  assist: boolean;
  /** Index of the vCPU that runs. */
  current: number;
  readonly vcpus: Vcpu[];
  readonly slots: { active: Slot | undefined; inactive: Slot | undefined };
  /** How many entries the last flush of each slot found changed. */
  readonly changes: { active: number; inactive: number };
  /** A vCPU that maps, writes and unmaps a frame over and over. */
  race: { readonly vcpu: number; readonly va: number; readonly frame: number } | undefined;
  /** The frames of its pages, where it has page numbers of its own; -1: on demand. */
  p2m: ReadonlyMap<number, number>;
  /** Frames for pages that are populated on demand. */
  pool: readonly number[];
  /** Its grant table: by frame, to whom it is offered and how. */
  grants: ReadonlyMap<number, { readonly to: string; readonly rw: boolean }>;
  /** Fully virtualized: the page of its root, its own CR0.WP, and its tables that Xen keeps a shadow of. */
  readonly root: number;
  wp: boolean;
  shadowed: ReadonlySet<number>;
}

/** How far a hypercall has come. */
export interface Call {
  readonly process: string;
  index: number;
  /** An iret among the requests has left kernel mode. */
  user: boolean;
  /** It will go on later: the guest's vCPU enters it again. */
  interrupted: boolean;
}

/** A frame that Xen has mapped for another domain than its owner, and the entry that does so. */
export interface Loan {
  readonly to: string;
  readonly table: number;
  readonly index: number;
  readonly mfn: number;
  readonly rw: boolean;
}

/** What one step of a routine leaves to the next. */
export interface Handler {
  /** The frame that the emulated store went to; -1 where there was none. */
  frame: number;
}

/** A page fault, an exception or a request of a hypercall: what asks for a decision. */
export interface Fault extends Trap {
  readonly mode: 'kernel' | 'user' | 'xen';
  readonly cause:
    | {
        readonly kind: 'access';
        readonly va: number;
        readonly index: number;
        readonly word?: number;
        readonly op: string;
        readonly write: boolean;
      }
    | { readonly kind: 'window'; readonly table: 'ldt' | 'gdt' }
    | { readonly kind: 'cr0'; readonly bit: 'wp' | 'ts' }
    | { readonly kind: 'request'; readonly n: number; readonly of: number; readonly request: Asked };
}

/** One thing that a guest asks for, of whatever hypercall. */
export type Asked =
  | Request
  | { readonly kind: 'pin'; readonly mfn: number; readonly level: number }
  | { readonly kind: 'unpin'; readonly mfn: number }
  | { readonly kind: 'base'; readonly mfn: number }
  | { readonly kind: 'release'; readonly mfn: number }
  | { readonly kind: 'setldt'; readonly mfn: number }
  | { readonly kind: 'vamap'; readonly va: number; readonly word: number }
  | { readonly kind: 'exchange'; readonly va: number; readonly skip: number }
  | {
      readonly kind: 'gntmap' | 'gntunmap';
      readonly va: number;
      readonly mfn: number;
      readonly rw: boolean;
    };

/** Field by field, which is faster than to spread them. */
const cloneDomain = (domain: Domain): Domain => ({
  name: domain.name,
  kind: domain.kind,
  alive: domain.alive,
  assist: domain.assist,
  current: domain.current,
  vcpus: domain.vcpus.map(cloneVcpu),
  slots: { active: domain.slots.active, inactive: domain.slots.inactive },
  changes: { active: domain.changes.active, inactive: domain.changes.inactive },
  race: domain.race,
  p2m: domain.p2m,
  pool: domain.pool,
  grants: domain.grants,
  root: domain.root,
  wp: domain.wp,
  shadowed: domain.shadowed,
});

const cloneVcpu = (vcpu: Vcpu): Vcpu => ({
  base: vcpu.base,
  ldt: vcpu.ldt,
  ldtMapped: vcpu.ldtMapped,
  pending: vcpu.pending,
  flushedAt: vcpu.flushedAt,
  tlb: vcpu.tlb.clone(),
});

const cloneCall = (call: Call): Call => ({
  process: call.process,
  index: call.index,
  user: call.user,
  interrupted: call.interrupted,
});

const cloneFrame = (frame: Frame): OwnFrame => ({
  owner: frame.owner,
  allocated: frame.allocated,
  tot: frame.tot,
  tc: frame.tc,
  type: frame.type,
  validated: frame.validated,
  pinned: frame.pinned,
  halfway: frame.halfway,
  stamp: frame.stamp,
  dma: frame.dma,
  words: frame.words,
});

/** One host: its frames, its domains, and the hypervisor's own state. Mutable; `clone` makes another. */
export class World {
  /** What runs it; another where a broken hypervisor takes over. */
  rules: RuleSet;
  /** A clone has the same ones, until `own` is asked for one to change. */
  readonly frames: Frame[];
  /** Numbers of those that no clone has. */
  private owned: number[] = [];
  readonly domains: Domain[];
  /** M2P: by machine frame, the guest's own number. */
  m2p: ReadonlyMap<number, number>;
  /** Xen's linear map, by domain and slot: the L1 that Xen itself edits for update_va_mapping. */
  linear: ReadonlyMap<string, number>;
  /** Entries that a memory error has hit: 'table index'. */
  flipped: ReadonlySet<string>;
  loans: readonly Loan[] = [];
  readonly counts: Record<keyof Cost, number>;
  clock = 1;
  /** The next audit or teardown that may be interrupted is, after so many entries. */
  slice: number | undefined;
  call: Call | undefined;
  answer: { readonly process: string; readonly seen: Seen } | undefined;
  trespass: string | undefined;
  readonly handler: Handler = { frame: -1 };
  panicked = false;

  constructor(rules: RuleSet, from?: World) {
    this.rules = rules;
    this.counts = copyCost(from?.counts ?? NO_COST);
    if (from === undefined) {
      this.frames = [ownedBy(XEN), ownedBy(IO)];
      this.domains = [];
      this.m2p = new Map();
      this.linear = new Map();
      this.flipped = new Set();
      return;
    }
    this.frames = from.frames.slice();
    from.owned = [];
    this.domains = from.domains.map(cloneDomain);
    this.m2p = from.m2p;
    this.linear = from.linear;
    this.flipped = from.flipped;
    this.loans = from.loans;
    this.clock = from.clock;
    this.slice = from.slice;
    this.call = from.call && cloneCall(from.call);
    this.answer = from.answer;
    this.trespass = from.trespass;
    this.handler.frame = from.handler.frame;
    this.panicked = from.panicked;
  }

  clone(): World {
    return new World(this.rules, this);
  }

  /** Throws RangeError where there is no such domain. */
  domain(name: string): Domain {
    const domain = this.domains.find(each => each.name === name);
    if (domain === undefined) throw new RangeError(`no domain ${name}`);
    return domain;
  }

  /** A frame, to be changed in place. What was read of it before is not kept up to date. */
  own(mfn: number): OwnFrame {
    if (this.owned.includes(mfn)) return this.frames[mfn]!;
    const own = cloneFrame(this.frames[mfn]!);
    this.frames[mfn] = own;
    this.owned.push(mfn);
    return own;
  }

  putWord(mfn: number, index: number, word: number): void {
    const frame = this.own(mfn);
    const words = frame.words.slice();
    words[index] = word;
    frame.words = words;
  }

  count(name: keyof Cost, by = 1): void {
    this.counts[name] += by;
  }

  cost(): Cost {
    return copyCost(this.counts);
  }
}

/** Has the domain page numbers of its own? */
export const hasP2m = ({ kind }: Domain): boolean => kind !== 'pv64' && kind !== 'pv32';

export function ownedBy(owner: string): OwnFrame {
  return {
    owner,
    allocated: owner !== FREE,
    tot: owner === FREE ? 0 : 1,
    tc: 0,
    type: 'none',
    validated: false,
    pinned: false,
    halfway: undefined,
    stamp: 0,
    dma: true,
    words: BLANK,
  };
}

export const BLANK: readonly number[] = new Array<number>(WORDS).fill(0);

/** A map without some of its keys: the same one where it has none of them. */
export function without<K, V>(map: ReadonlyMap<K, V>, isGone: (key: K) => boolean): ReadonlyMap<K, V> {
  for (const key of map.keys()) if (isGone(key)) return new Map([...map].filter(each => !isGone(each[0])));
  return map;
}

export const vcpuOf = (domain: Domain): Vcpu => domain.vcpus[domain.current]!;
