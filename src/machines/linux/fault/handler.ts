import type { Seen } from '../../../language/moves.ts';
import { ZERO_PFN } from '../hardware/frames.ts';
import type { Mapping } from '../memory/rmap.ts';

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
export interface Locks {
  readonly mm: number;
  readonly mmap: 'none' | 'read' | 'write';
  /** The page table lock. */
  readonly table: boolean;
}
