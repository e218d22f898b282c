import { BASE, type MoveOf, PAGE_SIZE, REGION_PAGES, type Seen } from '../../../language/moves.ts';
import { COUNT } from '../counts.ts';
import type { World } from '../world.ts';

/**
 * Accesses outside the region of the programs: to user addresses where nothing is mapped, to the kernel's
 * half, and to addresses that are none. No handler has anything to decide there.
 */

type RawMove = MoveOf<'rawread'> | MoveOf<'rawwrite'> | MoveOf<'rawsys'>;

/** TASK_SIZE_MAX: the first address that is not the user's. Source: arch/x86/include/asm/page_64_types.h. */
const TASK_SIZE_MAX = (1n << 47n) - BigInt(PAGE_SIZE);
const LAST_BYTES = 8n;

const isCanonical = (address: bigint): boolean =>
  address >> 47n === 0n || address >> 47n === (1n << 17n) - 1n;

/** Does all of the access lie outside the region? Inside it the address is that of a page like any other. */
export const isOdd = (address: bigint): boolean =>
  address + LAST_BYTES <= BigInt(BASE) || address >= BigInt(BASE + REGION_PAGES * PAGE_SIZE);

/**
 * A user access gets its signal: of a page fault MAPERR; of the general protection fault that an address
 * raises which is not canonical SI_KERNEL, without the address. A system call is told EFAULT: by access_ok
 * before anything is touched, or by the exception table.
 * Source: do_kern_addr_fault, arch/x86/mm/fault.c; exc_general_protection, arch/x86/kernel/traps.c.
 */
export function oddAccess(world: World, { op, address }: RawMove): Seen {
  const faults = op === 'rawsys' ? address < TASK_SIZE_MAX : isCanonical(address);
  if (faults) world.counts[COUNT.faults]!++;
  if (op === 'rawsys') return { kind: 'error', errno: 'EFAULT' };
  return isCanonical(address)
    ? { kind: 'signal', signal: 'SEGV', code: 'MAPERR', address: Number(address) }
    : { kind: 'signal', signal: 'SEGV', code: 'SI_KERNEL', address: 0 };
}

/**
 * The error code that goes with the signal: the kernel's half always passes for present, so that nobody
 * learns what is mapped there. Source: set_signal_archinfo, arch/x86/mm/fault.c.
 */
export function oddErrorCode({ op, address }: RawMove): number {
  if (!isCanonical(address)) return 0;
  return (address >= TASK_SIZE_MAX ? 1 : 0) | (op === 'rawwrite' ? 2 : 0) | 4;
}
