import {
  type Access,
  addressOf,
  type Program,
  type Region,
  type Seen,
  type Settings,
  SYMBOL,
} from '../../language/moves.ts';
import { type Cost, NO_COST, type Trap } from '../machine.ts';
import { type Arch, archOf } from './hardware/arch/arch.ts';
import type { Content } from './hardware/content.ts';
import { Frames, ZERO_PFN } from './hardware/frames.ts';
import { PageTable } from './hardware/page-table.ts';
import type { Ksm } from './memory/ksm.ts';
import type { AddressSpace } from './memory/page-cache.ts';
import type { Mapping } from './memory/rmap.ts';
import type { SwapArea } from './memory/swap.ts';
import { findVma, type Vma } from './memory/vma.ts';
import type { RuleSet } from './rules.ts';

/** An address space (struct mm_struct). */
export interface Mm {
  vmas: readonly Vma[];
  readonly table: PageTable;
  /** Resident pages by kind; the zero page counts nowhere. */
  rssAnon: number;
  rssFile: number;
  rssShmem: number;
  /** Entries that name swap slots (MM_SWAPENTS). */
  swapEntries: number;
  /** A page of it was pinned once (MMF_HAS_PINNED): fork looks out for pins. */
  hasPinned: boolean;

  /** Odd while a fork copies its page tables (write_protect_seq). */
  writeProtectSeq: number;
  /** The CPUs that have run it, a bit each (mm_cpumask): no other has entries of it in its TLB. */
  ran: number;
}

export const newMm = (): Mm => ({
  vmas: [],
  table: new PageTable(),
  rssAnon: 0,
  rssFile: 0,
  rssShmem: 0,
  swapEntries: 0,
  hasPinned: false,
  writeProtectSeq: 0,
  ran: 0,
});

export interface Process {
  readonly name: string;
  /** Index of its address space in `World.mms`, which threads share; -1 once it has exited. */
  mm: number;
  /** Index of the CPU that runs it in `World.cpus`. */
  cpu: number;
  /** RLIMIT_STACK: the most pages that a stack may have after it has grown. */
  stackLimit: number;
  /** Fixed buffers by their id: which of the world's; a child inherits them. */
  rings: ReadonlyMap<string, number>;
}

const NO_RINGS: ReadonlyMap<string, number> = new Map();

/** What the recorder's block of a disk begins with. */
const FIRST_BLOCK: Content = { fill: 119, offsets: [], values: [] };

/** 8 MiB, with which every process begins. Source: _STK_LIM, include/uapi/linux/resource.h. */
const STACK_LIMIT = 2048;

/** A buffer that was registered with io_uring: its pages stay pinned until it is given back. */
export interface FixedBuffer {
  readonly pages: readonly number[];
}

/** One processor: what it said of its last fault, and a TLB for each address space. */
export interface Cpu {
  mode: 'user' | 'kernel';
  /** The error code of x86, the fault status of ARM. */
  status: number;
  /** By index of the address space (the hardware's process-context identifier). */
  readonly tlbs: (PageTable | undefined)[];
  /** What the micro-steps of its handler pass on to each other. */
  handler: Handler | undefined;
  /** Only while several CPUs are at work. */
  holds: Held | undefined;
}

/** More CPUs than anybody needs; `Mm.ran` has a bit for each. */
export const MOST_CPUS = 8;

/** The exception table that an instruction of the kernel is listed in: the kernel's, its module's, or neither. */
export type Extable = 'main' | 'module' | 'none';

/** A copy between kernel and user memory that a fault has interrupted. */
export interface UserCopy {
  readonly process: string;
  /** Where the buffer begins. */
  readonly page: number;
  readonly offset: number;
  /** Bytes to be copied in all. */
  readonly length: number;
  /** What it stores into the buffer. */
  readonly stores: 'value' | 'zero' | 'file' | 'nothing';
  /** Which exception table lists the instruction that copies. */
  readonly extable: Extable;
  /** Is it done with the address space's lock held, and so with page faults disabled? */
  readonly locked: boolean;
  /** The place of the file that it comes from, or, if it stores nothing into the buffer, goes to. */
  readonly file?: string;
  /** Bytes copied. */
  done: number;
  /** What `done` was when the last attempt began. */
  attempt: number;
  /** Up to here pages were checked in software, where CR0.WP does not hold. Bytes. */
  checked: number;
  /** The lock was given up, to bring in what was missing: faults are served meanwhile. */
  touching: boolean;
  /** A fault was served all the same, and waits for the lock that its own process holds: for ever. */
  stuck: boolean;
}

/** A system call that goes through pages one by one, which faults interrupt: the step after them goes on. */
export interface PageHunt {
  /** Frames that it holds, with a reference each, or with `pins` a pin. */
  readonly pages: readonly number[];
  readonly pins: boolean;
  /** Pages that the call has mapped itself before it began. */
  readonly fresh?: { readonly process: string; readonly from: number; readonly to: number };
  /** The page that it has come to, of those up to `until`. */
  readonly done: number;
  readonly until: number;
}

export interface Signal {
  readonly process: string;
  readonly signal: 'SEGV' | 'BUS' | 'KILL';
  readonly code: string;
  readonly address: number;
}

/** Indices into World.counts: those of Cost, and what copying at once would take. */
export const COUNT = {
  io: 0,
  bytesRead: 1,
  bytesWritten: 2,
  frames: 3,
  remoteFlushes: 4,
  localFlushes: 5,
  faults: 6,
  eagerFrames: 7,
  audits: 8,
} as const;

/** The kernel's whole memory. Mutable; `clone` is how anyone looks ahead. */
export class World {
  rules: RuleSet;
  readonly arch: Arch;
  /** Does fork copy the top page of each stack at once? */
  readonly eagerStack: boolean;
  /** CR4.SMAP: does user memory stop the kernel, unless it has set EFLAGS.AC? */
  readonly smap: boolean;
  /** CR4.SMEP: does user memory stop the kernel when it jumps there? */
  readonly smep: boolean;
  /** Frames that there are; infinite where nobody counts them. */
  readonly memory: number;
  /** vm.overcommit_memory: how much may be promised. */
  readonly overcommit: NonNullable<Settings['overcommit']>;
  /** Whether read-only entries hold for the kernel's own stores, as the program has it. */
  private readonly setWp: NonNullable<Settings['wp']>;
  /** Names for the screen; no rule looks at them. */
  readonly regions: readonly Region[];
  readonly processes: Process[];
  /** By index; undefined once torn down. */
  readonly mms: (Mm | undefined)[];
  readonly frames: Frames;
  /** Files and shared anonymous objects by number; an object is undefined once nobody maps it. */
  readonly objects: (AddressSpace | undefined)[];
  readonly swap: SwapArea;
  /** Pages that vmsplice put into pipes, by the pipe's id, with a reference each. */
  pipes: ReadonlyMap<string, readonly number[]>;
  /** Buffers registered with io_uring; undefined once given back. */
  readonly buffers: (FixedBuffer | undefined)[];
  /** The block on a disk that O_DIRECT reads and writes. */
  block: Content;
  readonly ksm: Ksm;
  /** The parent of each anon_vma, by number; 0 is none, a root is its own parent. */
  readonly anonVmaParents: number[];
  /** By number; there are as many as were ever needed. */
  readonly cpus: Cpu[];
  /** The number of the CPU that is running now. */
  here: number;
  readonly counts: Float64Array;
  /** A signal that the next step of its process delivers. */
  signal: Signal | undefined;
  /** The copy that the next step of its process goes on with. */
  copy: UserCopy | undefined;
  /** The hunt for pages that the next step goes on with. */
  hunt: PageHunt | undefined;
  /** The exception table has sent a faulting copy to its fixup: it ends where it is. */
  fixup: boolean;
  /** What the last completed access did that no process can be shown. */
  trespass: 'zero-frame' | 'stale' | 'hijack' | undefined;
  /** Address spaces that have the kernel's mappings of modules; undefined while no module is loaded. */
  withModules: ReadonlySet<number> | undefined;
  /** Pages that address spaces still counted when they went; Linux complains of them (check_mm, kernel/fork.c). */
  leftResident: number;
  /** The next value for a store that must be told apart from all others. */
  nextSymbol: number;

  constructor(rules: RuleSet, program: Program) {
    const { regions, swap = 'none', settings = {} } = program;
    this.rules = rules;
    this.arch = archOf(settings);
    this.eagerStack = settings.stack === 'eager';
    this.smap = settings.smap === 'on';
    this.smep = settings.smep !== 'off';
    this.memory = program.memory ?? Number.POSITIVE_INFINITY;
    this.overcommit = settings.overcommit ?? 'heuristic';
    this.setWp = settings.wp ?? 'on';
    this.regions = regions;
    this.processes = [
      { name: program.processes[0] ?? 'p0', mm: 0, cpu: 0, stackLimit: STACK_LIMIT, rings: NO_RINGS },
    ];
    this.mms = [newMm()];
    this.frames = new Frames();
    this.objects = [];
    this.swap = { device: swap, slots: [] };
    this.pipes = new Map();
    this.buffers = [];
    this.block = FIRST_BLOCK;
    this.ksm = { registered: [] };
    this.anonVmaParents = [0];
    this.cpus = [newCpu()];
    this.here = 0;
    this.counts = new Float64Array(9);
    this.signal = undefined;
    this.copy = undefined;
    this.hunt = undefined;
    this.fixup = false;
    this.trespass = undefined;
    this.withModules = undefined;
    this.leftResident = 0;
    this.nextSymbol = SYMBOL;
  }

  /** Whether read-only entries hold for the kernel's own stores: CR0.WP, as the program or the kernel has it. */
  get wp(): NonNullable<Settings['wp']> {
    return this.setWp === 'on' ? this.rules.wp : this.setWp;
  }

  process(name: string): Process {
    for (const process of this.processes) if (process.name === name) return process;
    throw new Error(`no process ${name}`);
  }

  /** The address space of a living process. */
  mmOf(name: string): Mm {
    const mm = this.mms[this.process(name).mm];
    if (mm === undefined) throw new Error(`${name} has exited`);
    return mm;
  }

  /** The CPU that is running now. */
  get cpu(): Cpu {
    return this.cpus[this.here]!;
  }

  /** Lets the process's CPU run it. */
  run(process: Process): void {
    while (process.cpu >= this.cpus.length) this.cpus.push(newCpu());
    this.here = process.cpu;
    const mm = this.mms[process.mm];
    if (mm !== undefined) mm.ran |= 1 << process.cpu;
  }

  /** Does no other process live in this address space? */
  isAlone(process: Process): boolean {
    return this.processes.every(other => other === process || other.mm !== process.mm);
  }

  tlbOf(mm: number): PageTable {
    const { tlbs } = this.cpu;
    let tlb = tlbs[mm];
    if (tlb === undefined) {
      tlb = new PageTable();
      tlbs[mm] = tlb;
    }
    return tlb;
  }

  cost(): Cost {
    const { counts } = this;
    return {
      ...NO_COST,
      io: counts[COUNT.io]!,
      bytesRead: counts[COUNT.bytesRead]!,
      bytesWritten: counts[COUNT.bytesWritten]!,
      frames: counts[COUNT.frames]!,
      remoteFlushes: counts[COUNT.remoteFlushes]!,
      localFlushes: counts[COUNT.localFlushes]!,
      audits: counts[COUNT.audits]!,
      faults: counts[COUNT.faults]!,
    };
  }

  clone(): World {
    const copy = Object.create(World.prototype) as { -readonly [K in keyof World]: World[K] };
    copy.rules = this.rules;
    copy.arch = this.arch;
    Object.assign(copy, { setWp: this.setWp });
    copy.eagerStack = this.eagerStack;
    copy.smap = this.smap;
    copy.smep = this.smep;
    copy.memory = this.memory;
    copy.overcommit = this.overcommit;
    copy.regions = this.regions;
    copy.processes = this.processes.map(process => ({ ...process }));
    copy.mms = this.mms.map(mm => mm && { ...mm, table: mm.table.clone() });
    copy.frames = this.frames.clone();
    copy.objects = this.objects.map(object => object && { ...object });
    copy.swap = { device: this.swap.device, slots: this.swap.slots.slice() };
    copy.pipes = this.pipes;
    copy.buffers = this.buffers.slice();
    copy.block = this.block;
    copy.ksm = { registered: this.ksm.registered };
    copy.anonVmaParents = this.anonVmaParents.slice();
    copy.cpus = this.cpus.map(({ mode, status, tlbs, handler, holds }) => ({
      mode,
      status,
      tlbs: tlbs.map(tlb => tlb?.clone()),
      handler: handler && { ...handler },
      holds,
    }));
    copy.here = this.here;
    copy.counts = this.counts.slice();
    copy.signal = this.signal;
    copy.copy = this.copy && { ...this.copy };
    copy.hunt = this.hunt;
    copy.fixup = this.fixup;
    copy.trespass = this.trespass;
    copy.withModules = this.withModules;
    copy.leftResident = this.leftResident;
    copy.nextSymbol = this.nextSymbol;
    return copy as World;
  }
}

const newCpu = (): Cpu => ({
  mode: 'user',
  status: 0,
  tlbs: [],
  handler: undefined,
  holds: undefined,
});

/** A fault that get_user_pages raises, not the CPU: the same handler serves it (FAULT_FLAG_*). */
export interface GupFault {
  /** FAULT_FLAG_UNSHARE: for a pin that only reads, of a page that may be shared. */
  readonly unshare: boolean;
  /** Can the lock be dropped for input, so that the fault runs again after it? */
  readonly retries: boolean;
}

/** A fault as the handler gets it: what the processor said, and whose it is. */
export class Fault implements Trap {
  readonly kind = 'trap';
  readonly process: string;
  /** Index of the faulting address space. */
  readonly mm: number;
  readonly page: number;
  readonly offset: number;
  readonly access: Access;
  readonly errorCode: number;
  /** Was it taken in user mode? */
  readonly user: boolean;
  readonly wp: boolean;
  /** Where the kernel's own instruction is listed; undefined for a program's, and where none has faulted. */
  readonly extable: Extable | undefined;
  /** Does it go to user memory without having said so, which CR4.SMAP forbids? */
  readonly smap: boolean;
  /** Has the kernel itself jumped there? */
  readonly jumps: boolean;
  /** Were page faults disabled, so that nothing may be served (pagefault_disable)? */
  readonly atomic: boolean;
  readonly arch: Arch;
  readonly gup: GupFault | undefined;
  /** No trap: the kernel has looked itself. */
  declare readonly event?: 'check';

  constructor(
    { arch, cpu, wp, copy, smap }: World,
    { name, mm }: Process,
    page: number,
    offset: number,
    access: Access,
    errorCode: number,
    gup?: GupFault,
    event?: 'check',
  ) {
    this.process = name;
    this.mm = mm;
    this.page = page;
    this.offset = offset;
    this.access = access;
    this.errorCode = errorCode;
    this.user = cpu.mode === 'user' && gup === undefined;
    this.wp = wp === 'on';
    const isByKernel = !this.user && gup === undefined;
    this.jumps = isByKernel && access === 'fetch';
    this.extable = isByKernel ? (this.jumps ? 'none' : (copy?.extable ?? 'main')) : undefined;
    this.smap = smap && this.extable === 'none' && !this.jumps;
    this.atomic = isByKernel && copy?.locked === true && !copy.touching;
    this.arch = arch;
    this.gup = gup;
    if (event !== undefined) this.event = event;
  }

  get address(): number {
    return addressOf(this.page, this.offset, this.arch.base);
  }

  get write(): boolean {
    return this.access === 'write';
  }

  get unshare(): boolean {
    return this.gup?.unshare === true;
  }

  get registers(): readonly (readonly [string, string])[] {
    if (this.gup !== undefined)
      return [
        ['address', `0x${this.address.toString(16)}`],
        ['get_user_pages', this.gup.unshare ? 'unshare' : this.access],
      ];
    return this.arch.registers(this);
  }
}

/** The registers of a routine that is carried out step by step. */
export interface Handler {
  /** The entry as first read, to be compared again under the lock. */
  low: number;
  high: number;
  /** The frame that the routine prepared; -1 for none. */
  pfn: number;
  /** The frame that is copied from; the zero frame for none. */
  source: number;
  /** The page had to be read, or a wait for it made the fault run twice (VM_FAULT_MAJOR). */
  major: boolean;
  /** False once the recheck found the entry changed: the rest does nothing but tidy up. */
  same: boolean;
  /** It reads a swap slot, and whoever comes for the same one waits. */
  claims: boolean;
  /** Frames that a system call holds: taken out of entries, waiting to be given back; pinned. */
  gathered: readonly number[];
  /** What `Mm.writeProtectSeq` was when it began. */
  sequence: number;
  /** Entries that it has changed and has to flush. */
  mappings?: readonly Mapping[];
  /** What a system call has shown. */
  seen?: Seen;
}

export const newHandler = (): Handler => ({
  low: 0,
  high: 0,
  pfn: -1,
  source: ZERO_PFN,
  same: true,
  major: false,
  claims: false,
  gathered: [],
  sequence: 0,
});

/** The locks that a CPU holds while the kernel works on it, all of one address space. */
export interface Held {
  readonly mm: number;
  readonly mmap: 'none' | 'read' | 'write';
  /** The page table lock. */
  readonly table: boolean;
}

export const vmaAt = (world: World, fault: Fault): Vma | undefined =>
  findVma(world.mms[fault.mm]!.vmas, fault.page);
