import type { Maker } from '../case.ts';
import { hurd } from './hurd.ts';
import { anonymous, linux } from './linux.ts';
import { xen } from './xen.ts';

/**
 * What problems are made of, by system; a generation is never changed: its seeds are problems for good. A maker that
 * is not asked for is not even loaded (`src/build/chunks.ts`).
 */
const generations: readonly Readonly<Record<string, () => Maker>>[] = [
  { linux: () => anonymous, hurd: () => hurd },
  { linux: () => linux, hurd: () => hurd, xen: () => xen },
];

/** The newest generator; they count from 1. */
export const GENERATOR = generations.length;

/** The systems of which a generator makes problems. */
export const systemsOf = (generator = GENERATOR): readonly string[] =>
  Object.keys(generations[generator - 1] ?? {});

/** Undefined where the generator knows nothing of the system. */
export const makerOf = (system: string, generator = GENERATOR): Maker | undefined =>
  generations[generator - 1]?.[system]?.();
