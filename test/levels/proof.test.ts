import fc from 'fast-check';
import { describe, expect, test } from 'vitest';
import { isRight } from '../../src/judge/verdict.ts';
import { answer, begin, type Course, costSoFar, question } from '../../src/levels/course.ts';
import { explore } from '../../src/levels/explore.ts';
import type { Level } from '../../src/levels/level.ts';
import { lesserCost, parOf } from '../../src/levels/par.ts';
import { type Counts, prove } from '../../src/levels/proof.ts';
import { smallestBeyond } from '../../src/levels/rote.ts';
import { variantsOf } from '../../src/levels/variants.ts';
import type { Cost } from '../../src/machines/machine.ts';
import { levelNamed } from '../ui/fixtures.ts';
import { smallLevel } from './small-levels.ts';

interface Played {
  readonly counts: Omit<Counts, 'states'>;
  readonly par: Cost | undefined;
  /** Chance of three stars for a player who draws lots. */
  readonly chance: number;
}

/** Every sequence of decisions, one by one: nothing is remembered, nothing is shared. */
function playAll(course: Course, wasted: boolean): Played {
  const open = question(course);
  const counts = { sequences: 1, winning: 0, wasteful: 0, wrong: 0, deadEnds: 0 };
  if (open === undefined)
    return { counts: { ...counts, winning: 1, wasteful: wasted ? 1 : 0 }, par: costSoFar(course), chance: 1 };
  const answers = open.offers.map(offer => answer(course, offer));
  if (!answers.some(({ verdict }) => isRight(verdict)))
    return { counts: { ...counts, deadEnds: 1 }, par: undefined, chance: 0 };
  const all = answers.map(({ verdict, next }): Played & { optimal: boolean } => {
    const optimal = verdict === 'optimal';
    return isRight(verdict)
      ? { ...playAll(next!, wasted || !optimal), optimal }
      : { counts: { ...counts, wrong: 1 }, par: undefined, chance: 0, optimal };
  });
  const best = all.filter(({ optimal }) => optimal);
  const pars = best.flatMap(({ par }) => par ?? []);
  return {
    counts: all.map(({ counts }) => counts).reduce(sum),
    par: pars.length === 0 ? undefined : pars.reduce(lesserCost),
    chance: best.reduce((total, { chance }) => total + chance, 0) / all.length,
  };
}

const sum = (a: Played['counts'], b: Played['counts']): Played['counts'] => ({
  sequences: a.sequences + b.sequences,
  winning: a.winning + b.winning,
  wasteful: a.wasteful + b.wasteful,
  wrong: a.wrong + b.wrong,
  deadEnds: a.deadEnds + b.deadEnds,
});

const variantNumbers = (level: Level): number[] => [...variantsOf(level).keys()];

describe.each(['decide', 'predict'] as const)('the proof of a level to %s', depth => {
  test('counts what playing every sequence counts', () => {
    fc.assert(
      fc.property(smallLevel(depth), level => {
        const { counts, rote, par, graphs } = prove(level);
        expect(graphs.flatMap(({ faults }) => faults)).toEqual([]);
        const played = variantNumbers(level).map(variant => playAll(begin(level, variant), false));
        expect(counts).toMatchObject(played.map(({ counts }) => counts).reduce(sum));
        expect(counts.sequences).toBe(counts.winning + counts.wrong + counts.deadEnds);
        const chances = played.map(({ chance }) => chance);
        expect(rote.randomThreeStars).toBeCloseTo(chances.reduce((a, b) => a + b) / chances.length, 12);
        for (const [variant, { par: least }] of played.entries())
          if (least !== undefined) expect(par[variant]).toEqual(least);
      }),
      { numRuns: 60 },
    );
  });

  test('finds the variants that a rote player passes together, as trying all players does', () => {
    fc.assert(
      fc.property(smallLevel(depth), level => {
        const { rote } = prove(level);
        for (const look of features(depth))
          for (const player of playersOf(level, look)) {
            const passed = variantNumbers(level).filter(variant =>
              passes(begin(level, variant), look, player),
            );
            if (passed.length > 0)
              expect(rote.passable.some(set => passed.every(variant => set.includes(variant)))).toBe(true);
          }
        for (const set of rote.passable)
          expect(
            features(depth).some(look =>
              playersOf(level, look).some(player =>
                set.every(variant => passes(begin(level, variant), look, player)),
              ),
            ),
          ).toBe(true);
      }),
      { numRuns: 25 },
    );
  });
});

type Look = (course: Course, previous: string) => string;
type Player = ReadonlyMap<string, string>;

/** The features that can be read off a course without the proof. */
function features(depth: Level['depth']): Look[] {
  const facts: Look[] = ['entryKind', 'maps'].map(
    name => course => String(course.machine.facts(course.world, question(course)!.move)[name]),
  );
  const code: Look = course => {
    const open = question(course)!;
    return open.depth === 'decide' ? String(open.trap.errorCode) : '';
  };
  const common: Look[] = [() => '', course => question(course)!.move.op, (_, previous) => previous, ...facts];
  return depth === 'decide' ? [...common, code] : common;
}

/** Every player that a feature allows, as far as it can matter: what it meets, it meets by its own answers. */
function playersOf(level: Level, look: Look): Player[] {
  let players: Player[] = [new Map()];
  for (const variant of variantNumbers(level))
    players = players.flatMap(player => [player, ...extended(begin(level, variant), look, player, '')]);
  return players;
}

function extended(course: Course, look: Look, player: Player, previous: string): Player[] {
  const open = question(course);
  if (open === undefined) return [player];
  const value = look(course, previous);
  const choices = player.has(value) ? [player.get(value)!] : open.offers;
  return choices.flatMap(choice => {
    const { verdict, next } = answer(course, choice);
    return verdict === 'optimal' ? extended(next!, look, new Map([...player, [value, choice]]), choice) : [];
  });
}

function passes(start: Course, look: Look, player: Player): boolean {
  let previous = '';
  for (let course = start; question(course) !== undefined; ) {
    const choice = player.get(look(course, previous));
    const given = choice === undefined ? undefined : answer(course, choice);
    if (given?.verdict !== 'optimal') return false;
    previous = choice!;
    course = given.next!;
  }
  return true;
}

describe('the smallest set of variants beyond rote', () => {
  const subsets = (n: number): number[][] =>
    Array.from({ length: 2 ** n }, (_, bits) => [...Array(n).keys()].filter(v => bits & (1 << v)));

  test('lies in no passable set, and no smaller set does not', () => {
    const sets = fc.array(fc.subarray([0, 1, 2, 3, 4]), { maxLength: 6 });
    fc.assert(
      fc.property(sets, passable => {
        const within = (set: readonly number[]) => passable.some(p => set.every(v => p.includes(v)));
        const beyond = subsets(5).filter(set => set.length > 0 && !within(set));
        const found = smallestBeyond(passable, 5);
        expect(found === null).toBe(beyond.length === 0);
        if (found === null) return;
        expect(beyond).toContainEqual(found);
        expect(found.length).toBe(Math.min(...beyond.map(set => set.length)));
      }),
    );
  });
});

test('par is never above what a run costs that is optimal at every fault', () => {
  fc.assert(
    fc.property(smallLevel('decide'), fc.infiniteStream(fc.nat()), (level, draws) => {
      let course = begin(level, 0);
      for (let open = question(course); open !== undefined; open = question(course)) {
        const best = open.offers
          .map(offer => answer(course, offer))
          .filter(({ verdict }) => verdict === 'optimal');
        if (best.length === 0) return;
        course = best[(draws.next().value as number) % best.length]!.next!;
      }
      const cost = costSoFar(course);
      const par = parOf(level, 0);
      expect(lesserCost(par, cost)).toEqual(par);
    }),
    { numRuns: 40 },
  );
});

test('what a proof goes through has a bound, and so has a par', () => {
  const level = levelNamed('two-databases');
  const whole = explore(level, 0);
  expect(whole.faults).toEqual([]);
  const cut = explore(level, 0, { states: whole.nodes.size - 1, moves: 1000 });
  expect(cut.nodes.size).toBe(whole.nodes.size - 1);
  expect(cut.faults.map(({ message }) => message)).toEqual([
    'BeyondBounds: right decisions lead to more than 1000 states',
  ]);
  const [, ...others] = explore(level, 0, { states: 1000, moves: 1 }).nodes.keys();
  expect(others).toEqual([]);
  // Where one run is followed only, it is one of those that are optimal.
  expect(lesserCost(parOf(level, 0), parOf(level, 0, 0))).toEqual(parOf(level, 0));
});
