import { ENTRY, flagsOf } from '../../language/xen.ts';

/** Bits that a guest may set in a leaf, and in a directory. Source: L1_DISALLOW_MASK, L2_DISALLOW_MASK. */
export const LEAF_BITS = ENTRY.present | ENTRY.rw | ENTRY.accessed | ENTRY.dirty | ENTRY.global | ENTRY.nx;
export const DIRECTORY_BITS = LEAF_BITS & ~ENTRY.global;

export const isPresent = (word: number): boolean => (flagsOf(word) & ENTRY.present) !== 0;
export const isWritable = (word: number): boolean => (flagsOf(word) & ENTRY.rw) !== 0;
