import type { Violation } from '../../machine.ts';
import { type Census, census } from '../census.ts';
import type { World } from '../world.ts';
import { entriesInvariants } from './entries.ts';
import { filesInvariants } from './files.ts';
import { framesInvariants } from './frames.ts';
import { swapInvariants } from './swap.ts';

/**
 * What must hold of a world at any time, as predicates over its state alone, each with the frames and
 * entries at fault. Numbers are those of the specification's section 10; docs/invariants.md says each in
 * words.
 */
export interface Invariant {
  readonly id: string;
  readonly broken: (census: Census) => Iterable<Violation>;
}

const number = ({ id }: Invariant): number => Number(id.slice(1));

/** All of them, in the order of their numbers. */
export const invariants: readonly Invariant[] = [
  ...framesInvariants,
  ...entriesInvariants,
  ...filesInvariants,
  ...swapInvariants,
].sort((a, b) => number(a) - number(b));

/** All violations of the world as it is now, in the order of the invariants. */
export function broken(world: World): Violation[] {
  const all = census(world);
  return invariants.flatMap(invariant => [...invariant.broken(all)]);
}
