import { COUNT } from '../counts.ts';
import type { World } from '../world.ts';

/**
 * The kernel's own mappings of its modules. init_mm has them since the first module was loaded; an address space that was
 * made before lacks them in its first level, on ARM: the first time that a module's code runs there, the kernel itself
 * faults, and do_translation_fault copies the entry from init_mm, without a lock and without looking at any VMA. x86-64
 * has all of these entries in every address space from the start.
 * Source: do_translation_fault, arch/arm/mm/fault.c; pgd_alloc, arch/arm/mm/pgd.c; specification sections 1.4 and 2.2.
 */

/** A module's code is about to run in this address space. Answers whether it can. */
export function reachModule(world: World, mm: number): boolean {
  if (!world.setup.arch.syncsKernelMap) return true;
  world.withModules ??= new Set();
  if (world.withModules.has(mm)) return true;
  world.counts[COUNT.faults]!++;
  if (!world.rules.repairsKernelMap) return false;
  world.withModules = new Set([...world.withModules, mm]);
  return true;
}

/** pgd_alloc: a new address space begins with what init_mm has. */
export function inheritKernelMap(world: World, mm: number): void {
  if (world.withModules !== undefined) world.withModules = new Set([...world.withModules, mm]);
}
