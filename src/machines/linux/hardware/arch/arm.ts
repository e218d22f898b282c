import { BASE_32, PAGE_SIZE } from '../../../../language/moves.ts';
import { isAccessible, mayExecute, mayWrite } from '../../memory/vma.ts';
import {
  isAccessed,
  isDirty,
  isExecutable,
  isPresent,
  isWritable,
  mapsFrame,
  PRESENT,
  WRITABLE,
} from '../pte.ts';
import type { Arch } from './arch.ts';
import { bit, DISABLED } from './x86.ts';

/** Fault status codes. Source: arch/arm/mm/fsr-2level.c. */
const SECTION_TRANSLATION = 0x5;
const PAGE_TRANSLATION = 0x7;
const PAGE_PERMISSION = 0xf;
const WORDS: Readonly<Record<number, string>> = {
  [SECTION_TRANSLATION]: 'section translation',
  [PAGE_TRANSLATION]: 'page translation',
  [PAGE_PERMISSION]: 'page permission',
};
/** FSR_WRITE: bit 11 of the data fault status. Source: arch/arm/mm/fault.h. */
const FSR_WRITE = 1 << 11;

/** An entry of the first level is for 1 MiB, one of the second for 4 KiB. Bits of the address below them. */
const SECTION_SHIFT = 20;
const SECOND_LEVEL = 256;

/**
 * ARM with 32-bit addresses and tables of two levels. Its entries have no accessed and dirty bits, so Linux keeps a
 * second set of entries for itself (young, dirty), and gives the hardware a valid entry only while the page is young,
 * and the right to write only while it is dirty as well: the faults that come of it ask for a bit, not for a page.
 * Nor does a fault drop the TLB's entry. Source: arch/arm/include/asm/pgtable-2level.h; cpu_v7_set_pte_ext,
 * arch/arm/mm/proc-v7-2level.S; specification section 1.4.
 */
export const arm: Arch = {
  name: 'arm',
  base: BASE_32,
  walked: low => (isAccessed(low) ? (isDirty(low) ? low : low & ~WRITABLE) : low & ~PRESENT),
  notes: () => 0,
  faultDrops: false,
  syncsKernelMap: true,
  /** The one directory above is part of the address space itself. */
  upperTables: 0,
  status: ({ access, present, table }) =>
    (present ? PAGE_PERMISSION : table ? PAGE_TRANSLATION : SECTION_TRANSLATION) |
    (access === 'write' ? FSR_WRITE : 0),
  /** Any right is enough to read. Source: access_error and __do_page_fault, arch/arm/mm/fault.c. */
  accessError(vma, fault) {
    if (fault.write) return !mayWrite(vma);
    return fault.access === 'fetch' ? !mayExecute(vma) : !isAccessible(vma);
  },
  registers({ address, errorCode, access, user, atomic }) {
    const fetches = access === 'fetch';
    const section = Math.floor(address / 2 ** SECTION_SHIFT);
    const second = Math.floor(address / PAGE_SIZE) % SECOND_LEVEL;
    const words = [WORDS[errorCode & ~FSR_WRITE] ?? 'none', access, user ? 'user' : 'kernel'];
    return [
      [fetches ? 'IFAR' : 'FAR', `0x${address.toString(16)}`],
      [fetches ? 'IFSR' : 'FSR', `0x${errorCode.toString(16)}: ${words.join(', ')}`],
      ['levels', `${section}, ${second}`],
      ...(atomic ? [DISABLED] : []),
    ];
  },
  /** Source: L_PTE_PRESENT to L_PTE_XN, arch/arm/include/asm/pgtable-2level.h. */
  bits(low, high) {
    if (!mapsFrame(low)) return [];
    return [
      bit('PRESENT', true, 'for Linux', ''),
      bit('YOUNG', isAccessed(low), 'accessed', 'old: the hardware has no entry'),
      bit('DIRTY', isDirty(low), 'dirty', 'clean: the hardware may not write'),
      bit('RDONLY', (low & WRITABLE) === 0, 'read-only', 'writable'),
      bit('XN', !isExecutable(high), 'not executable', 'executable'),
    ];
  },
  cells: low => [`hw ${hardwareRights(low)}`],
};

/** What the hardware's own entry allows: '--', 'r-' or 'rw'. */
function hardwareRights(low: number): string {
  const walked = arm.walked(low);
  if (!isPresent(walked)) return '--';
  return isWritable(walked) ? 'rw' : 'r-';
}
