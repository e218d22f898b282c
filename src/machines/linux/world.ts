import { type Death, type Program, SYMBOL } from '../../language/moves.ts';
import type { FixedBuffer } from './calls/buffers.ts';
import type { PageHunt, UserCopy } from './calls/interrupted.ts';
import { type Counts, newCounts } from './counts.ts';
import type { Content } from './hardware/content.ts';
import { Frames } from './hardware/frames.ts';
import { PageTable } from './hardware/page-table.ts';
import { type Cpu, cloneCpu, newCpu } from './hardware/processor.ts';
import type { Ksm } from './memory/ksm.ts';
import { cloneMm, type Mm, newMm } from './memory/mm.ts';
import { type AddressSpace, cloneAddressSpace } from './memory/page-cache.ts';
import type { SwapArea } from './memory/swap.ts';
import { cloneProcess, firstProcess, type Process, type Signal } from './process.ts';
import type { RuleSet } from './rules.ts';
import { type Setup, setupOf } from './setup.ts';

const NOBODY: readonly Death[] = [];

/** What the recorder's block of a disk begins with. */
const FIRST_BLOCK: Content = { fill: 119, offsets: [], values: [] };

/** The kernel's whole memory. Mutable; `clone` is how anyone looks ahead. */
export class World {
  rules: RuleSet;
  readonly setup: Setup;
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
  readonly counts: Counts;
  /** The process for which the kernel is at work (current). */
  current: string;
  /** Who else has died of want of memory in the move that is under way. */
  deaths: readonly Death[];
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
    this.rules = rules;
    this.setup = setupOf(program);
    this.processes = [firstProcess(program.processes[0] ?? 'p0')];
    this.mms = [newMm()];
    this.frames = new Frames();
    this.objects = [];
    this.swap = { device: program.swap ?? 'none', slots: [] };
    this.pipes = new Map();
    this.buffers = [];
    this.block = FIRST_BLOCK;
    this.ksm = { registered: [] };
    this.anonVmaParents = [0];
    this.cpus = [newCpu()];
    this.here = 0;
    this.counts = newCounts();
    this.current = this.processes[0]!.name;
    this.deaths = NOBODY;
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
  get wp(): Setup['wp'] {
    const { wp } = this.setup;
    return wp === 'on' ? this.rules.wp : wp;
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
    this.current = process.name;
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

  clone(): World {
    const copy = Object.create(World.prototype) as { -readonly [K in keyof World]: World[K] };
    copy.rules = this.rules;
    copy.setup = this.setup;
    copy.processes = this.processes.map(cloneProcess);
    copy.mms = this.mms.map(mm => mm && cloneMm(mm));
    copy.frames = this.frames.clone();
    copy.objects = this.objects.map(object => object && cloneAddressSpace(object));
    copy.swap = { device: this.swap.device, slots: this.swap.slots.slice() };
    copy.pipes = this.pipes;
    copy.buffers = this.buffers.slice();
    copy.block = this.block;
    copy.ksm = { registered: this.ksm.registered };
    copy.anonVmaParents = this.anonVmaParents.slice();
    copy.cpus = this.cpus.map(cloneCpu);
    copy.here = this.here;
    copy.counts = this.counts.slice();
    copy.current = this.current;
    copy.deaths = this.deaths;
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
