import {
  isAccessed,
  isDirty,
  isExecutable,
  isPresent,
  isProtNone,
  mapsFrame,
  USER,
  WRITABLE,
} from '../hardware/pte.ts';

/**
 * The bits of an x86 entry by their names, as in 'R/W 0 (read-only)'; nothing for one that names no frame.
 * Source: arch/x86/include/asm/pgtable_types.h, _PAGE_BIT_PRESENT to _PAGE_BIT_NX.
 */
export function bitsByName(low: number, high: number): string[] {
  if (!mapsFrame(low)) return [];
  const bit = (name: string, set: boolean, one: string, zero: string): string =>
    `${name} ${set ? 1 : 0} (${set ? one : zero})`;
  return [
    bit('P', isPresent(low), 'present', isProtNone(low) ? 'protnone: no access' : 'not present'),
    bit('R/W', (low & WRITABLE) !== 0, 'writable', 'read-only'),
    bit('U/S', (low & USER) !== 0, 'user', 'kernel only'),
    bit('A', isAccessed(low), 'accessed', 'not accessed'),
    bit('D', isDirty(low), 'dirty', 'clean'),
    bit('NX', !isExecutable(high), 'not executable', 'executable'),
  ];
}
