import type { Access, Settings } from '../../../../language/moves.ts';
import type { Fault } from '../../fault/fault.ts';
import type { Vma } from '../../memory/vma.ts';
import { arm } from './arm.ts';
import { x86 } from './x86.ts';

/**
 * What distinguishes processors: what they make of an entry, and what they tell when they cannot go on. The
 * handler behind these front ends is one.
 */
export interface Arch {
  readonly name: 'x86' | 'arm';
  /** Where the region of every program begins. */
  readonly base: number;
  /** The low word of an entry as the processor has it: what lacks there traps. */
  readonly walked: (low: number) => number;
  /** Bits that the processor itself sets in an entry that serves an access. */
  readonly notes: (access: Access) => number;
  /** Does a fault drop the TLB's entry? If not, more rights have to be flushed in. */
  readonly faultDrops: boolean;
  /** Are mappings of the kernel's own copied into an address space only once it needs them? */
  readonly syncsKernelMap: boolean;
  /** Tables above those that have the entries, in an address space of a program as small as these. */
  readonly upperTables: number;
  /** What the processor says of a fault: the error code of x86, the fault status of ARM. */
  readonly status: (trap: TrapCause) => number;
  /** Does the VMA forbid the access, so that it is refused before the entry is looked at? */
  readonly accessError: (vma: Vma, fault: Fault) => boolean;
  /** What the screen shows of a fault: names and values. */
  readonly registers: (fault: Fault) => readonly (readonly [string, string])[];
  /** The bits of an entry by their names; nothing for one that names no frame. */
  readonly bits: (low: number, high: number) => string[];
  /** What the view adds to an entry's cells. */
  readonly cells: (low: number) => readonly string[];
}

export interface TrapCause {
  readonly access: Access;
  /** The entry was there, but without the right. */
  readonly present: boolean;
  readonly user: boolean;
  /** The table was there in which the entry would be. */
  readonly table: boolean;
}

/** The processor that a program asks for. */
export const archOf = ({ arch }: Settings): Arch => (arch === 'arm' ? arm : x86);
