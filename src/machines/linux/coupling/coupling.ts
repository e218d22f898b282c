import type { Uncoupled } from '../../machine.ts';
import { cachedEntries, census, rowsOf } from '../census.ts';
import { isExecutable, isPresent, isWritable, pfnOf } from '../hardware/pte.ts';
import type { IdealMemory } from '../ideal/ideal.ts';
import { processesOf, stackLimitOf } from '../ideal/view.ts';
import type { World } from '../world.ts';
import { countsDiffer } from './counts.ts';
import { addressSpacesDiffer } from './pages.ts';
import { storesDiffer } from './stores.ts';

/**
 * The first place where the world and the ideal part: nothing, if every process will be shown what the
 * ideal allows as long as faults are answered rightly. A latent one only where no other is. The relation is
 * stated in ARCHITECTURE.md.
 */
export function uncoupled(world: World, ideal: IdealMemory): Uncoupled | undefined {
  let latent: Uncoupled | undefined;
  for (const difference of differences(world, ideal)) {
    if (difference.latent === undefined) return difference;
    latent ??= difference;
  }
  return latent;
}

function* differences(world: World, ideal: IdealMemory): Generator<Uncoupled> {
  yield* processesDiffer(world, ideal);
  yield* addressSpacesDiffer(world, ideal);
  yield* storesDiffer(world, ideal);
  yield* countsDiffer(census(world));
  yield* tlbExceeds(world);
}

function* processesDiffer(world: World, ideal: IdealMemory): Generator<Uncoupled> {
  const alive = processesOf(ideal).filter(process => process.alive);
  const running = world.processes.filter(process => process.mm >= 0);
  const same =
    alive.length === running.length &&
    alive.every(({ name }) => running.some(process => process.name === name));
  if (!same) yield { what: 'the living processes differ', rows: [] };
  else if (running.some(({ name, stackLimit }) => stackLimit !== stackLimitOf(ideal, name)))
    yield { what: 'the limits differ', rows: [] };
}

/** A TLB entry has its entry's frame and no more rights. */
export function* tlbExceeds(world: World): Generator<Uncoupled> {
  for (const cached of cachedEntries(world)) {
    const { mm, page, low: was, high: wasHigh, pfn } = cached;
    const low = mm.table.low(page);
    const high = mm.table.high(page);
    const stale =
      !isPresent(low) ||
      pfnOf(low, high) !== pfn ||
      (isWritable(was) && !isWritable(low)) ||
      (isExecutable(wasHigh) && !isExecutable(high));
    if (stale) yield { what: 'stale TLB entry', rows: rowsOf([cached]) };
  }
}
