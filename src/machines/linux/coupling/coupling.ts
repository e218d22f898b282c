import type { Uncoupled } from '../../machine.ts';
import { cachedEntries, census, rowsOf } from '../census.ts';
import { isExecutable, isPresent, isWritable, pfnOf } from '../hardware/pte.ts';
import type { IdealMemory } from '../ideal/ideal.ts';
import { processesOf, stackLimitOf } from '../ideal/view.ts';
import type { World } from '../world.ts';
import { countsDiffer, ownersOrSlotsDiffer } from './counts.ts';
import { addressSpacesDiffer, objectsOf, pagesLurk } from './pages.ts';
import { storesDiffer } from './stores.ts';

/**
 * The first place where the world and the ideal part: nothing, if every process will be shown what the
 * ideal allows as long as faults are answered rightly. A latent one only where no other is. The relation is
 * stated in ARCHITECTURE.md.
 */
export function uncoupled(world: World, ideal: IdealMemory): Uncoupled | undefined {
  const strangers = processesDiffer(world, ideal);
  if (strangers !== undefined) return strangers;
  const objects = objectsOf(world, ideal);
  if (objects === undefined) return { what: 'shared with another', rows: [] };
  const places = addressSpacesDiffer(world, ideal, objects) ?? storesDiffer(world, ideal, objects);
  if (places !== undefined) return places;
  const all = census(world);
  const counts = countsDiffer(all) ?? staleEntry(world);
  if (counts !== undefined) return counts;
  const latent = pagesLurk(world, ideal) ?? ownersOrSlotsDiffer(all);
  return latent && { ...latent, latent: true };
}

function processesDiffer(world: World, ideal: IdealMemory): Uncoupled | undefined {
  let alive = 0;
  for (const process of processesOf(ideal)) {
    if (!process.alive) continue;
    alive++;
    const running = world.processes.find(({ name, mm }) => mm >= 0 && name === process.name);
    if (running === undefined) return { what: 'the living processes differ', rows: [] };
    if (running.stackLimit !== stackLimitOf(ideal, process.name))
      return { what: 'the limits differ', rows: [] };
  }
  const running = world.processes.filter(process => process.mm >= 0).length;
  return alive === running ? undefined : { what: 'the living processes differ', rows: [] };
}

/** A TLB entry has its entry's frame and no more rights. */
export function staleEntry(world: World): Uncoupled | undefined {
  for (const cached of cachedEntries(world)) {
    const { mm, page, low: was, high: wasHigh, pfn } = cached;
    const low = mm.table.low(page);
    const high = mm.table.high(page);
    const stale =
      !isPresent(low) ||
      pfnOf(low, high) !== pfn ||
      (isWritable(was) && !isWritable(low)) ||
      (isExecutable(wasHigh) && !isExecutable(high));
    if (stale) return { what: 'stale TLB entry', rows: rowsOf([cached]) };
  }
  return undefined;
}
