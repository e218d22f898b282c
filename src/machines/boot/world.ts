import type { Access } from '../../language/moves.ts';
import { COUNTS, type Cost, type Trap } from '../machine.ts';
import { PAGE_SHIFT, PRESENT, type RuleSet, TABLE_SHIFT } from './rules.ts';

/** Where the kernel is loaded. */
export const LOADED = 0x10_0000;
/** How much memory this machine has. Bytes. */
export const RAM = 16 << 20;
/** What a load from where no memory is brings. */
export const NOTHING = 0xff;

const ENTRIES = 1024;

/** A page fault that nobody handles: there is no interrupt table yet. */
export type BootFault = Trap;

/** A processor with its page directory. The tables lie in memory, but not where a program of a level looks. */
export class World {
  readonly rules: RuleSet;
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

  constructor(rules: RuleSet, process: string) {
    this.rules = rules;
    this.process = process;
  }

  clone(): World {
    return Object.assign(new World(this.rules, this.process), this, {
      memory: new Map(this.memory),
      directory: new Map(this.directory),
      counts: { ...this.counts },
    });
  }
}

/** Tables for the first memory. */
export function fillTables({ rules, directory }: World, count: number): void {
  if (rules.startsAnew) directory.clear();
  for (let number = 0; number < count; number++) {
    const table = Array.from({ length: ENTRIES }, (_, i) => rules.filled(number * ENTRIES + i));
    for (const entry of rules.entered(number)) directory.set(entry, table);
  }
}

/** The low mapping goes. */
export function zapLow({ rules, directory }: World): void {
  for (const entry of directory.keys()) if (rules.zapped(entry)) directory.delete(entry);
}

/** The physical address; undefined where the walk ends at an entry that is not present. */
export function translate({ rules, paging, directory }: World, at: number): number | undefined {
  if (!paging || !rules.walks) return at;
  const entry = directory.get(at >>> TABLE_SHIFT)?.[(at >>> PAGE_SHIFT) % ENTRIES] ?? 0;
  if ((entry & PRESENT) === 0 && rules.looksAtPresence) return undefined;
  return ((entry >>> PAGE_SHIFT) << PAGE_SHIFT) + (at & 0xfff);
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
