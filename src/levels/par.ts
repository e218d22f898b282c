import { addCosts, COUNTS, type Cost, costBetween, NO_COST } from '../machines/machine.ts';
import { begin, type Course, costSoFar, optimalNext } from './course.ts';
import type { Level } from './level.ts';

/** States of a level that are gone through: many times as many as any level of the game has. */
export const MOST_STATES = 1000;

/** Costs are compared count by count, in the order of COUNTS: input and output first, faults last. */
export function lesserCost(a: Cost, b: Cost): Cost {
  for (const count of COUNTS) if (a[count] !== b[count]) return a[count] < b[count] ? a : b;
  return a;
}

/**
 * The least that a run costs which is optimal at every fault, in a variant (counted from 0). Of a level that has too
 * many states to be proved, the least of those runs that were gone through.
 * @param most states after which of several optimal decisions only the first is followed
 */
export function parOf(level: Level, variant: number, most = MOST_STATES): Cost {
  const known = new Map<string, Cost>();
  const rest = (course: Course): Cost => {
    const key = courseKey(course);
    const before = known.get(key);
    if (before !== undefined) return before;
    let least: Cost | undefined;
    for (const { next } of optimalNext(course)) {
      if (least !== undefined && known.size >= most) break;
      const cost = addCosts(costBetween(costSoFar(course), costSoFar(next)), rest(next));
      least = least === undefined ? cost : lesserCost(least, cost);
    }
    known.set(key, least ?? NO_COST);
    return least ?? NO_COST;
  };
  const start = begin(level, variant);
  return addCosts(costSoFar(start), rest(start));
}

/** The same for two courses of a variant that will be asked the same and can only answer the same. */
export function courseKey({ machine, world, ideal, position, answered }: Course): string {
  const evidence = answered === undefined ? '' : ` ${machine.key(answered.world, answered.ideal)}`;
  return `${position} ${machine.key(world, ideal)}${evidence}`;
}
