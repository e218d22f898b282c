import { PageTable } from '../hardware/page-table.ts';
import type { Vma } from './vma.ts';

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

export const cloneMm = (mm: Mm): Mm => ({
  vmas: mm.vmas,
  table: mm.table.clone(),
  rssAnon: mm.rssAnon,
  rssFile: mm.rssFile,
  rssShmem: mm.rssShmem,
  swapEntries: mm.swapEntries,
  hasPinned: mm.hasPinned,
  writeProtectSeq: mm.writeProtectSeq,
  ran: mm.ran,
});
