/** Places of the directory: one serves 4 MiB. */
export const TABLE_SHIFT = 22;
export const PAGE_SHIFT = 12;
export const PRESENT = 1;

/** Where the kernel is linked. Source: __PAGE_OFFSET, arch/x86/include/asm/page_32_types.h. */
export const PAGE_OFFSET = 0xc000_0000;
/** The first entry of the directory that is the kernel's. */
export const KERNEL_ENTRY = PAGE_OFFSET >>> TABLE_SHIFT;

/** How a machine starts, as a value: what can be got wrong stands here, one line a rule. */
export interface RuleSet {
  readonly name: string;
  /** Are the tables of before given up when new ones are filled? */
  readonly startsAnew: boolean;
  /** The entries of the directory that the table of this number goes into. */
  readonly entered: (table: number) => readonly number[];
  /** What an entry of a table holds; `page` counts through all tables. */
  readonly filled: (page: number) => number;
  /** Does this entry of the directory go with the low mapping? */
  readonly zapped: (entry: number) => boolean;
  /** Is memory reached through the tables once CR0.PG is set? */
  readonly walks: boolean;
  /** Does a walk end at an entry that is not present? */
  readonly looksAtPresence: boolean;
  /** Does a fault that nobody handles reset the processor? */
  readonly resets: boolean;
}

/**
 * Each table is entered twice: at its own address, for the instructions that switch paging on, and at PAGE_OFFSET, for
 * the kernel as it is linked. Source: startup_32, arch/i386/kernel/head.S; zap_low_mappings, arch/i386/mm/init.c (2.6).
 */
export const i386: RuleSet = {
  name: 'i386',
  startsAnew: true,
  entered: table => [table, KERNEL_ENTRY + table],
  filled: page => (page << PAGE_SHIFT) | PRESENT,
  zapped: entry => entry < KERNEL_ENTRY,
  walks: true,
  looksAtPresence: true,
  resets: true,
};
