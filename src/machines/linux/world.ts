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

  /** A new world, or one as `from` is. One constructor gives both the same shape, and places for all fields at once. */
  private constructor(
    rules: RuleSet,
    setup: Setup,
    processes: Process[],
    { device, slots }: SwapArea,
    from?: World,
  ) {
    this.rules = rules;
    this.setup = setup;
    this.processes = processes;
    this.mms = from?.mms.map(mm => mm && cloneMm(mm)) ?? [newMm()];
    this.frames = new Frames(from?.frames);
    this.objects = from?.objects.map(object => object && cloneAddressSpace(object)) ?? [];
    this.swap = { device, slots: slots.slice() };
    this.pipes = from?.pipes ?? new Map();
    this.buffers = from?.buffers.slice() ?? [];
    this.block = from?.block ?? FIRST_BLOCK;
    this.ksm = { registered: from?.ksm.registered ?? [] };
    this.anonVmaParents = from?.anonVmaParents.slice() ?? [0];
    this.cpus = from?.cpus.map(cloneCpu) ?? [newCpu()];
    this.here = from?.here ?? 0;
    this.counts = from?.counts.slice() ?? newCounts();
    this.current = from?.current ?? processes[0]!.name;
    this.deaths = from?.deaths ?? NOBODY;
    this.signal = from?.signal;
    this.copy = from?.copy && { ...from.copy };
    this.hunt = from?.hunt;
    this.fixup = from?.fixup ?? false;
    this.trespass = from?.trespass;
    this.withModules = from?.withModules;
    this.leftResident = from?.leftResident ?? 0;
    this.nextSymbol = from?.nextSymbol ?? SYMBOL;
  }

  /** Before the first move: one process that has nothing. */
  static boot(rules: RuleSet, program: Program): World {
    const first = firstProcess(program.processes[0] ?? 'p0');
    return new World(rules, setupOf(program), [first], { device: program.swap ?? 'none', slots: [] });
  }

  clone(): World {
    return new World(this.rules, this.setup, this.processes.map(cloneProcess), this.swap, this);
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
}
