import type { Access } from '../../language/moves.ts';
import { COUNTS, type Cost, type Trap } from '../machine.ts';

/** Where the kernel is linked, and where it is loaded. Source: __PAGE_OFFSET, arch/x86/include/asm/page_32_types.h. */
export const PAGE_OFFSET = 0xc000_0000;
export const LOADED = 0x10_0000;
/** How much memory this machine has. Bytes. */
export const RAM = 16 << 20;
/** What a load from where no memory is brings. */
export const NOTHING = 0xff;

const ENTRIES = 1024;
const TABLE_SHIFT = 22;
const PAGE_SHIFT = 12;
const PRESENT = 1;

/** A page fault that nobody handles: there is no interrupt table yet. */
export type BootFault = Trap;

/** A processor with its page directory. The tables lie in memory, but not where a program of a level looks. */
export class World {
  readonly process: string;
  /** Bytes that were stored, by physical address. */
  memory = new Map<number, number>();
  /** CR3: the directory, by the upper ten bits of an address. */
  directory = new Map<number, readonly number[]>();
  /** CR0.PG. */
  paging = false;
  /** Where instructions come from. */
  eip = LOADED;
  /** It has been reset by a triple fault. */
  gone = false;
  /** The address that did it, until that has been shown. */
  lastFault = 0;
  nextSymbol = 1000;
  counts = Object.fromEntries(COUNTS.map(count => [count, 0])) as Record<keyof Cost, number>;

  constructor(process: string) {
    this.process = process;
  }

  clone(): World {
    return Object.assign(new World(this.process), this, {
      memory: new Map(this.memory),
      directory: new Map(this.directory),
      counts: { ...this.counts },
    });
  }
}

/**
 * Tables for the first memory, each entered twice: at its own address, for the instructions that switch paging on, and
 * at PAGE_OFFSET, for the kernel as it is linked. Source: startup_32, arch/i386/kernel/head.S (2.6).
 */
export function fillTables(world: World, count: number): void {
  world.directory.clear();
  for (let number = 0; number < count; number++) {
    const table = Array.from({ length: ENTRIES }, (_, i) => ((number * ENTRIES + i) << PAGE_SHIFT) | PRESENT);
    world.directory.set(number, table);
    world.directory.set((PAGE_OFFSET >>> TABLE_SHIFT) + number, table);
  }
}

/** Source: zap_low_mappings, arch/i386/mm/init.c (2.6). */
export function zapLow(world: World): void {
  for (const number of world.directory.keys())
    if (number < PAGE_OFFSET >>> TABLE_SHIFT) world.directory.delete(number);
}

/** The physical address; undefined where the walk ends at an entry that is not present. */
export function translate({ paging, directory }: World, at: number): number | undefined {
  if (!paging) return at;
  const entry = directory.get(at >>> TABLE_SHIFT)?.[(at >>> PAGE_SHIFT) % ENTRIES] ?? 0;
  return (entry & PRESENT) === 0 ? undefined : ((entry >>> PAGE_SHIFT) << PAGE_SHIFT) + (at & 0xfff);
}

export function faultAt(world: World, at: number, access: Access): BootFault {
  world.counts.faults++;
  const errorCode = access === 'write' ? 2 : 0;
  return {
    kind: 'trap',
    process: world.process,
    access,
    page: 0,
    offset: 0,
    address: at,
    errorCode,
    registers: [
      ['CR2', `0x${at.toString(16)}`],
      ['error code', String(errorCode)],
      ['IDT', 'none'],
    ],
  };
}
