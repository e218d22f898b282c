import type { Process } from '../process.ts';
import type { World } from '../world.ts';

/**
 * Who is to die when no frame is left. Source: mm/oom_kill.c (6.14), where vm.oom_kill_allocating_task is 0 and nobody has
 * set an oom_score_adj.
 */

/** Pages that the end of an address space would give back: resident ones, swap entries, page tables. */
export function oomBadness({ mms, setup }: World, { mm: index }: Process): number {
  const mm = mms[index];
  if (mm === undefined) return 0;
  const tables = mm.table.tables();
  const upper = tables > 0 ? setup.arch.upperTables : 0;
  return mm.rssAnon + mm.rssFile + mm.rssShmem + mm.swapEntries + tables + upper;
}

/** The worst of those that live; of several that are equally bad the one that was born last. */
export function selectBadProcess(world: World): Process {
  let chosen: Process | undefined;
  for (const process of world.processes)
    if (process.mm >= 0 && (chosen === undefined || oomBadness(world, process) >= oomBadness(world, chosen)))
      chosen = process;
  return chosen!;
}
