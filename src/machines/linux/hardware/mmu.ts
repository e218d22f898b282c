import type { Access } from '../../../language/moves.ts';
import { COUNT } from '../counts.ts';
import { Fault } from '../fault/fault.ts';
import type { Process } from '../process.ts';
import type { World } from '../world.ts';
import { generationOf, isDirty, isExecutable, isPresent, isWritable, pfnOf, USER } from './pte.ts';

/**
 * May this entry be used for the access? What is meant for user memory opens it first (EFLAGS.AC, by `stac`); a
 * driver's bare pointer does not, and nothing opens it for a jump. Source: Intel SDM volume 3, 4.6; specification
 * section 1.2.
 */
function permits(world: World, low: number, high: number, access: Access): boolean {
  const { mode } = world.cpu;
  if (mode === 'user' && (low & USER) === 0) return false;
  if (mode === 'kernel' && (low & USER) !== 0) {
    if (
      access === 'fetch'
        ? world.setup.smep && world.rules.smep
        : world.setup.smap && world.copy?.extable === 'none'
    )
      return false;
  }
  if (access === 'write') return isWritable(low) || (mode === 'kernel' && world.wp !== 'on');
  return access === 'read' || isExecutable(high);
}

/**
 * Translates one access: through the TLB where it has an entry, stale or not, else by a walk that fills it
 * and notes in the entry what the processor notes. Answers the frame, or -1: then the access traps, and the
 * status is set.
 * Source: Intel SDM volume 3, 4.7 and 4.8.
 */
function translate(world: World, mm: number, page: number, access: Access): number {
  const { arch } = world.setup;
  const table = world.mms[mm]!.table;
  const tlb = world.tlbOf(mm);
  const cached = tlb.low(page);
  if (cached !== 0) {
    if (!permits(world, cached, tlb.high(page), access)) return trap(world, mm, page, access, true);
    if (access !== 'write' || isDirty(cached)) return pfnOf(cached, tlb.high(page));
    tlb.clear(page);
  }
  const low = arch.walked(table.low(page));
  const high = table.high(page);
  if (!isPresent(low)) return trap(world, mm, page, access, false);
  if (!permits(world, low, high, access)) return trap(world, mm, page, access, true);
  const noted = arch.notes(access);
  if (noted !== 0) table.set(page, low | noted, high);
  tlb.set(page, low | noted, high);
  return pfnOf(low, high);
}

function trap(world: World, mm: number, page: number, access: Access, present: boolean): -1 {
  const { cpu } = world;
  const { arch } = world.setup;
  if (arch.faultDrops) world.tlbOf(mm).clear(page);
  const table = world.mms[mm]!.table.hasTable(page);
  cpu.status = arch.status({ access, present, user: cpu.mode === 'user', table });
  world.counts[COUNT.faults]!++;
  return -1;
}

/**
 * The frame that an access reaches in the CPU's mode, or its fault. Notes a trespass: a store into the zero frame, or an
 * access through an entry made for an earlier allocation of its frame.
 */
export function access(
  world: World,
  process: Process,
  page: number,
  offset: number,
  kind: Access,
): number | Fault {
  const { cpu, frames } = world;
  const pfn = translate(world, process.mm, page, kind);
  if (pfn < 0) return new Fault(world, process, page, offset, kind, cpu.status);
  const stale =
    pfn !== 0 && (frames.refcount[pfn]! <= 0 || madeFor(world, process.mm, page) !== frames.generation[pfn]);
  world.trespass = stale ? 'stale' : pfn === 0 && kind === 'write' ? 'zero-frame' : undefined;
  return pfn;
}

const madeFor = (world: World, mm: number, page: number): number => generationOf(world.tlbOf(mm).high(page));

/** flush_tlb_page: on every CPU that has run the address space, the others by an interrupt. */
export function flushPage(world: World, mm: number, page: number): void {
  const { ran } = world.mms[mm]!;
  for (let cpu = 0; cpu < world.cpus.length; cpu++)
    if ((ran & (1 << cpu)) !== 0) {
      world.cpus[cpu]!.tlbs[mm]?.clear(page);
      countFlush(world, cpu);
    }
}

/** flush_tlb_one_user: on this CPU alone. */
export function flushPageHere(world: World, mm: number, page: number): void {
  world.cpu.tlbs[mm]?.clear(page);
  countFlush(world, world.here);
}

/** flush_tlb_mm: as flush_tlb_page, for all pages. Source: flush_tlb_mm_range, arch/x86/mm/tlb.c. */
export function flushMm(world: World, mm: number): void {
  const { ran } = world.mms[mm]!;
  for (let cpu = 0; cpu < world.cpus.length; cpu++)
    if ((ran & (1 << cpu)) !== 0) {
      world.cpus[cpu]!.tlbs[mm]?.clearAll();
      countFlush(world, cpu);
    }
}

/** The same on this CPU alone. */
export function flushMmHere(world: World, mm: number): void {
  world.cpu.tlbs[mm]?.clearAll();
  countFlush(world, world.here);
}

function countFlush(world: World, cpu: number): void {
  world.counts[cpu === world.here ? COUNT.localFlushes : COUNT.remoteFlushes]!++;
}
