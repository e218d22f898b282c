/**
 * A page table entry as x86-64 packs it, in two 32-bit halves (low, high).
 * low: bit 0 present, 1 writable, 2 user, 5 accessed, 6 dirty, 8 PROT_NONE while not present, 9 special,
 * 12-31 the frame number's low 20 bits. high: 0-19 the frame number's high bits, 31 (entry bit 63) no-execute.
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

export const NX = 1 << 31;
const PFN_HIGH = 0xf_ffff;
const GENERATION_SHIFT = 20;
/** Generations are counted modulo this. */
export const GENERATIONS = 1 << 11;

export const isNone = (low: number): boolean => low === 0;
/** Present for the CPU: a PROT_NONE entry is not, though a frame is attached. */
export const isPresent = (low: number): boolean => (low & PRESENT) !== 0;
export const isProtNone = (low: number): boolean => (low & (PRESENT | PROTNONE)) === PROTNONE;
export const isWritable = (low: number): boolean => (low & WRITABLE) !== 0;
export const isDirty = (low: number): boolean => (low & DIRTY) !== 0;
export const isAccessed = (low: number): boolean => (low & ACCESSED) !== 0;
export const isExecutable = (high: number): boolean => (high & NX) === 0;

export const pfnOf = (low: number, high: number): number => (low >>> 12) + (high & PFN_HIGH) * 0x10_0000;
export const generationOf = (high: number): number => (high >>> GENERATION_SHIFT) & (GENERATIONS - 1);

export const packLow = (pfn: number, flags: number): number => (pfn << 12) | flags;
export const packHigh = (pfn: number, generation: number, executable: boolean): number =>
  Math.floor(pfn / 0x10_0000) | (generation << GENERATION_SHIFT) | (executable ? 0 : NX);
