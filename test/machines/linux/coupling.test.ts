import fc from 'fast-check';
import { expect, test } from 'vitest';
import { Findings, optimalOffers, type Situation } from '../../../src/judge/judge.ts';
import { tryDecision } from '../../../src/judge/trial.ts';
import type { Move } from '../../../src/language/moves.ts';
import { DECISIONS, decisions } from '../../../src/machines/linux/fault/decision.ts';
import { linux } from '../../../src/machines/linux/linux.ts';
import { programs } from './programs.ts';
import { watch } from './watch.ts';

const offers = DECISIONS.map(name => decisions[name]);
/** Distinct bytes, or one for all stores: then only counts and symbols tell contents apart. */
const values = fc.constantFrom(1, 255);

/** Every operation that there is, by up to six processes and threads on three CPUs. */
const everything = values.chain(most =>
  programs({ processes: 6, length: 90, cpus: 3, values: most, shortage: true }),
);

/** In parts, so that a slow machine has time for each: of its own programs, the same in every run where all are. */
const PARTS = 5;
const seedOf = (part: number): { seed?: number } => {
  const { seed } = fc.readConfigureGlobal();
  return seed === undefined ? {} : { seed: seed + part };
};

test.each(Array.from({ length: PARTS }, (_, part) => part))(
  'every process sees what the ideal allows, no invariant breaks and both stay coupled: 100 000 operations, part %i',
  part => {
    let operations = 0;
    fc.assert(
      fc.property(everything, program => {
        operations += program.moves.length;
        watch(program, (world, _ideal, _move, fault) => linux.best(world, fault));
      }),
      { numRuns: 2500 / PARTS, ...seedOf(part) },
    );
    expect(operations).toBeGreaterThan(100_000 / PARTS);
  },
);

test('a failure says its seed, and shows as text a program made short', () => {
  const without = fc.property(everything, ({ moves }) => moves.every(({ op }) => op !== 'fork'));
  expect(() => fc.assert(without, { seed: 1 })).toThrow(
    /seed: 1,.*Counterexample: \[\n(.+\n){0,5}p0 fork p1\n(.+\n){0,5}\]\nShrunk/s,
  );
});

/** Whatever is served on the way to an oops is right: the process dies of a later fault all the same. */
const oopses = (move: Move): boolean =>
  move.op === 'kfetch' ||
  (move.op === 'rsys' && isUnlisted(move.source)) ||
  (move.op === 'wsys' && isUnlisted(move.target));
const isUnlisted = (stream: string): boolean => stream === 'bare' || stream === 'rash';
const knows = (move: Move): boolean => !oopses(move) && linux.knows(move);

test('and with any right decision; the kernel is right at every fault, and something is optimal', () => {
  fc.assert(
    fc.property(
      values.chain(most =>
        programs({ processes: 4, length: 50, cpus: 2, values: most, knows, shortage: true }),
      ),
      fc.infiniteStream(fc.nat(1000)),
      (program, draws) => {
        watch(program, (world, ideal, move, fault) => {
          const situation: Situation = { world, ideal, move, fault, findings: new Findings() };
          expect(optimalOffers(linux, situation, offers).length).toBeGreaterThan(0);
          expect(tryDecision(linux, situation, linux.best(world, fault)).right).toBe(true);
          const right = offers.filter(offer => tryDecision(linux, situation, offer).right);
          return right[draws.next().value % right.length]!;
        });
      },
    ),
    { numRuns: 300 },
  );
});
