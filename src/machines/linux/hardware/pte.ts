/**
 * A page table entry as x86-64 packs it, in two 32-bit halves (low, high).
 * low: bit 0 present, 1 writable, 2 user, 5 accessed, 6 dirty, 8 PROT_NONE while not present, 9 special,
 * 12-31 the frame number's low 20 bits. high: 0-19 the frame number's high bits, 31 (entry bit 63) no-execute.
 * An entry that maps nothing may name a swap slot (bit 10, the slot from bit 12 on) or be a guard marker
 * (bit 11); bit 1 of a swap entry says that its page was exclusive, so that what takes away the right to
 * write at fork takes that away too.
 * Hardware ignores bits 52-62; they carry the allocation generation of the frame, by which a use of an
 * entry that outlived its frame is recognised.
 * Source: arch/x86/include/asm/pgtable_types.h; Intel SDM volume 3, 4.5.
 */

export const PRESENT = 1 << 0;
export const WRITABLE = 1 << 1;
export const USER = 1 << 2;
export const ACCESSED = 1 << 5;
export const DIRTY = 1 << 6;
export const PROTNONE = 1 << 8;
export const SPECIAL = 1 << 9;
const SWAP = 1 << 10;
/** MADV_GUARD_INSTALL: any access is refused. Source: PTE_MARKER_GUARD, include/linux/swapops.h. */
export const GUARD = 1 << 11;

export const NX = 1 << 31;
const PFN_HIGH = 0xf_ffff;
const GENERATION_SHIFT = 20;
/** Generations are counted modulo this. */
export const GENERATIONS = 1 << 11;

export const isNone = (low: number): boolean => low === 0;
/** Present for the CPU: a PROT_NONE entry is not, though a frame is attached. */
export const isPresent = (low: number): boolean => (low & PRESENT) !== 0;
export const isProtNone = (low: number): boolean => (low & (PRESENT | PROTNONE)) === PROTNONE;
/** Does it map a frame, though perhaps one that PROT_NONE keeps from the CPU? */
export const mapsFrame = (low: number): boolean => (low & (PRESENT | PROTNONE)) !== 0;
export const isSwap = (low: number): boolean => (low & (PRESENT | PROTNONE | SWAP)) === SWAP;
export const isGuard = (low: number): boolean => (low & (PRESENT | PROTNONE | GUARD)) === GUARD;
export const isWritable = (low: number): boolean => (low & (PRESENT | WRITABLE)) === (PRESENT | WRITABLE);
export const isDirty = (low: number): boolean => (low & DIRTY) !== 0;
export const isAccessed = (low: number): boolean => (low & ACCESSED) !== 0;
export const isExecutable = (high: number): boolean => (high & NX) === 0;

export const pfnOf = (low: number, high: number): number => (low >>> 12) + (high & PFN_HIGH) * 0x10_0000;
export const generationOf = (high: number): number => (high >>> GENERATION_SHIFT) & (GENERATIONS - 1);

/** Make and read swap entries. Source: pte_swp_exclusive, arch/x86/include/asm/pgtable.h. */
export const swapEntry = (slot: number, exclusive: boolean): number =>
  (slot << 12) | SWAP | (exclusive ? WRITABLE : 0);
export const slotOf = (low: number): number => low >>> 12;
export const isExclusiveSwap = (low: number): boolean => isSwap(low) && (low & WRITABLE) !== 0;

export const packLow = (pfn: number, flags: number): number => (pfn << 12) | flags;
export const packHigh = (pfn: number, generation: number, executable: boolean): number =>
  Math.floor(pfn / 0x10_0000) | (generation << GENERATION_SHIFT) | (executable ? 0 : NX);
