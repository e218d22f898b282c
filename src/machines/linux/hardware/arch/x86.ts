import { BASE } from '../../../../language/moves.ts';
import type { Extable } from '../../calls/interrupted.ts';
import { isAccessible, mayWrite } from '../../memory/vma.ts';
import {
  ACCESSED,
  DIRTY,
  isAccessed,
  isDirty,
  isExecutable,
  isPresent,
  isProtNone,
  mapsFrame,
  USER,
  WRITABLE,
} from '../pte.ts';
import type { Arch } from './arch.ts';

/** Bits of the page fault error code. Source: arch/x86/include/asm/trap_pf.h. */
const PF_PROT = 1;
const PF_WRITE = 2;
const PF_USER = 4;
const PF_INSTR = 16;

/** x86-64: the walk sets accessed and dirty, and a page fault drops the TLB's entry (SDM volume 3, 4.8, 4.10.4.1). */
export const x86: Arch = {
  name: 'x86',
  base: BASE,
  walked: low => low,
  notes: access => (access === 'write' ? ACCESSED | DIRTY : ACCESSED),
  faultDrops: true,
  syncsKernelMap: false,
  /** The page upper and the page middle directory. */
  upperTables: 2,
  status: ({ access, present, user }) =>
    (present ? PF_PROT : 0) |
    (access === 'write' ? PF_WRITE : access === 'fetch' ? PF_INSTR : 0) |
    (user ? PF_USER : 0),
  /**
   * A present page that refuses a read or a fetch cannot be repaired; an absent one is brought in first, whatever the
   * VMA's right is. Source: access_error, arch/x86/mm/fault.c; specification section 2.4.
   */
  accessError(vma, fault) {
    if (fault.write) return !mayWrite(vma);
    return (fault.errorCode & PF_PROT) !== 0 || !isAccessible(vma);
  },
  registers: ({ address, errorCode, wp, extable, smap, jumps, atomic }) => [
    ['address', `0x${address.toString(16)}`],
    ['error code', `${errorCode}: ${errorCodeWords(errorCode)}`],
    ['CR0.WP', wp ? '1' : '0'],
    ...(jumps ? jumpRegisters : driverRegisters(extable, smap)),
    ...(atomic ? [DISABLED] : []),
  ],
  /** As in 'R/W 0 (read-only)'. Source: arch/x86/include/asm/pgtable_types.h, _PAGE_BIT_PRESENT to _PAGE_BIT_NX. */
  bits(low, high) {
    if (!mapsFrame(low)) return [];
    return [
      bit('P', isPresent(low), 'present', isProtNone(low) ? 'protnone: no access' : 'not present'),
      bit('R/W', (low & WRITABLE) !== 0, 'writable', 'read-only'),
      bit('U/S', (low & USER) !== 0, 'user', 'kernel only'),
      bit('A', isAccessed(low), 'accessed', 'not accessed'),
      bit('D', isDirty(low), 'dirty', 'clean'),
      bit('NX', !isExecutable(high), 'not executable', 'executable'),
    ];
  },
  cells: () => [],
};

/** Of a driver's own instruction: the table that lists it, and whether SMAP has stopped it. */
function driverRegisters(extable: Extable | undefined, smap: boolean): [string, string][] {
  if (extable === undefined || extable === 'main') return [];
  const listed = extable === 'none' ? 'in no exception table' : "in its module's exception table";
  return [
    ['RIP', `in a driver, ${listed}`],
    ...(smap ? [['CR4.SMAP', '1, EFLAGS.AC 0'] as [string, string]] : []),
  ];
}

const jumpRegisters: [string, string][] = [['RIP', 'the address itself: the kernel has jumped there']];

/** pagefault_disable has been called. */
export const DISABLED: readonly [string, string] = ['page faults', 'disabled'];

/** 'R/W 0 (read-only)'. */
export const bit = (name: string, set: boolean, one: string, zero: string): string =>
  `${name} ${set ? 1 : 0} (${set ? one : zero})`;

/** 'present, write, user' for 7. */
function errorCodeWords(code: number): string {
  const words = [code & PF_PROT ? 'present' : 'not present'];
  words.push(code & PF_INSTR ? 'fetch' : code & PF_WRITE ? 'write' : 'read');
  words.push(code & PF_USER ? 'user' : 'kernel');
  return words.join(', ');
}
