import fc from 'fast-check';
import { describe, expect, test } from 'vitest';
import { optimalOffers } from '../../../src/judge/judge.ts';
import { DECISIONS, decisions } from '../../../src/machines/linux/decision.ts';
import { linux } from '../../../src/machines/linux/linux.ts';
import { mutations } from '../../../src/machines/linux/mutations.ts';
import { programs } from './programs.ts';
import { type Handler, watch } from './watch.ts';

const offers = DECISIONS.map(name => decisions[name]);

/** The kernel decides; where it is not optimal (a fetch is served as a read first) must be known. */
const kernel: Handler = (world, ideal, move, fault) => {
  const best = linux.best(world, fault);
  if (fault.access !== 'fetch')
    expect(optimalOffers(linux, { world, ideal, move, fault }, offers)).toContain(best);
  return best;
};

const run = (rules: string, runs: number) =>
  fc.check(
    fc.property(programs({ processes: 3, length: 40 }), program => watch(program, kernel, rules)),
    { numRuns: runs, endOnFailure: true },
  );

describe('a kernel with one rule broken is noticed', () => {
  test('the whole one passes', () => expect(run('6.x', 300).failed).toBe(false));

  for (const name of Object.keys(mutations))
    test(name, () => expect(run(name, 3000).failed, 'nothing noticed the mutation').toBe(true));
});
