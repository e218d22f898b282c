import { addCosts, COUNTS, type Cost, costBetween, NO_COST } from '../machines/machine.ts';
import { begin, type Course, costSoFar, optimalNext } from './course.ts';
import type { Level } from './level.ts';

/** Costs are compared count by count, in the order of COUNTS: input and output first, faults last. */
export function lesserCost(a: Cost, b: Cost): Cost {
  for (const count of COUNTS) if (a[count] !== b[count]) return a[count] < b[count] ? a : b;
  return a;
}

/** The least that a run costs which is optimal at every fault, in a variant (counted from 0). */
export function parOf(level: Level, variant: number): Cost {
  const known = new Map<string, Cost>();
  const rest = (course: Course): Cost => {
    const key = courseKey(course);
    const before = known.get(key);
    if (before !== undefined) return before;
    const least = optimalNext(course)
      .map(({ next }) => addCosts(costBetween(costSoFar(course), costSoFar(next)), rest(next)))
      .reduce<Cost | undefined>((a, b) => (a === undefined ? b : lesserCost(a, b)), undefined);
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
