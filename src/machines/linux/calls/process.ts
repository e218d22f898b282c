import type { MoveOf, Seen } from '../../../language/moves.ts';
import { flushMm } from '../hardware/mmu.ts';
import { inheritKernelMap } from '../memory/kernel-map.ts';
import { ksmExit } from '../memory/ksm.ts';
import { newMm } from '../memory/mm.ts';
import { releaseObjects } from '../memory/page-cache.ts';
import { zapEntry } from '../memory/rmap.ts';
import type { Process } from '../process.ts';
import type { World } from '../world.ts';
import { closeBuffers } from './buffers.ts';
import { done } from './range.ts';

/** The whole address space goes, unless others live in it: mmput, kernel/fork.c; exit_mmap, mm/mmap.c. */
function exitMmap(world: World, process: Process): void {
  if (!world.isAlone(process)) return;
  const mm = world.mms[process.mm]!;
  if (world.rules.zap.onExit) for (const page of mm.table.pages()) zapEntry(world, mm, page);
  flushMm(world, process.mm);
  ksmExit(world, process.mm);
  world.leftResident += mm.rssAnon + mm.rssFile + mm.rssShmem + mm.swapEntries;
  world.mms[process.mm] = undefined;
  for (const { tlbs } of world.cpus) tlbs[process.mm] = undefined;
  releaseObjects(world);
}

export function exit(world: World, process: Process): Seen {
  exitMmap(world, process);
  process.mm = -1;
  closeBuffers(world, process);
  return done;
}

/** A new, empty address space takes the place of the old one. Source: exec_mmap, fs/exec.c. */
export function execve(world: World, process: Process): Seen {
  exitMmap(world, process);
  process.mm = world.mms.push(newMm()) - 1;
  inheritKernelMap(world, process.mm);
  closeBuffers(world, process);
  return done;
}

/** Threads share their limits. Source: do_prlimit, kernel/sys.c. What has grown beyond the new limit stays. */
export function setrlimitStack(world: World, process: Process, move: MoveOf<'rlimstack'>): Seen {
  for (const thread of world.processes) if (thread.mm === process.mm) thread.stackLimit = move.pages;
  return done;
}
