import type { Handler, Locks } from '../fault/handler.ts';
import type { PageTable } from './page-table.ts';

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
  holds: Locks | undefined;
}

/** More CPUs than anybody needs; `Mm.ran` has a bit for each. */
export const MOST_CPUS = 8;

export const newCpu = (): Cpu => ({
  mode: 'user',
  status: 0,
  tlbs: [],
  handler: undefined,
  holds: undefined,
});

export const cloneCpu = ({ mode, status, tlbs, handler, holds }: Cpu): Cpu => ({
  mode,
  status,
  tlbs: tlbs.map(tlb => tlb?.clone()),
  handler: handler && { ...handler },
  holds,
});
