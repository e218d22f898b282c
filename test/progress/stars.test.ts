import fc from 'fast-check';
import { describe, expect, test } from 'vitest';
import { drawVariant, starsOnMap } from '../../src/progress/stars.ts';

const best = (...stars: number[]) => new Map(stars.entries());
/** Two rules of thumb: one passes variants 0 and 1, one passes 2 and 3. */
const twoRules = [
  [0, 1],
  [2, 3],
];

const levels = fc.record({
  best: fc.array(fc.tuple(fc.nat({ max: 3 }), fc.nat({ max: 3 }))).map(entries => new Map(entries)),
  passable: fc.array(fc.uniqueArray(fc.nat({ max: 3 }), { minLength: 1 }), { maxLength: 4 }),
});

describe('stars on the map', () => {
  test('none without a finish, and at most two without three stars anywhere', () => {
    expect(starsOnMap(new Map(), 4, twoRules)).toBe(0);
    expect(starsOnMap(best(1), 4, twoRules)).toBe(1);
    expect(starsOnMap(best(1, 2, 2, 2), 4, [])).toBe(2);
  });

  test('three stars in variants that one rule of thumb passes are two on the map', () => {
    expect(starsOnMap(best(3), 4, twoRules)).toBe(2);
    expect(starsOnMap(best(3, 3), 4, twoRules)).toBe(2);
  });

  test('three stars where no rule of thumb passes them all are three', () => {
    expect(starsOnMap(best(3, 0, 3), 4, twoRules)).toBe(3);
    expect(starsOnMap(best(3), 4, [])).toBe(3);
    expect(starsOnMap(best(3), 4, [[1, 2]])).toBe(3);
  });

  test('where one passes every variant, three stars in one are enough', () => {
    expect(starsOnMap(best(3), 1, [[0]])).toBe(3);
    expect(starsOnMap(best(1, 3), 2, [[0, 1]])).toBe(3);
  });

  test('a better record never has fewer', () => {
    fc.assert(
      fc.property(levels, fc.nat({ max: 3 }), fc.nat({ max: 3 }), ({ best, passable }, variant, stars) => {
        const better = new Map(best).set(variant, Math.max(best.get(variant) ?? 0, stars));
        expect(starsOnMap(better, 4, passable)).toBeGreaterThanOrEqual(starsOnMap(best, 4, passable));
      }),
    );
  });
});

describe('drawing a variant', () => {
  test('there is one, and not the last where there are two', () => {
    fc.assert(
      fc.property(
        levels,
        fc.integer({ min: 1, max: 5 }),
        fc.nat(),
        fc.nat({ max: 4 }),
        (level, variants, draw, last) => {
          const drawn = drawVariant(level.best, variants, level.passable, draw, last);
          expect(drawn).toBeGreaterThanOrEqual(0);
          expect(drawn).toBeLessThan(variants);
          if (variants > 1) expect(drawn).not.toBe(last);
        },
      ),
    );
  });

  test('who earns three stars whenever it plays soon has three on the map', () => {
    fc.assert(
      fc.property(levels, fc.array(fc.nat(), { minLength: 5, maxLength: 5 }), ({ passable }, draws) => {
        const full = new Map<number, number>();
        for (const draw of draws) full.set(drawVariant(full, 4, passable, draw), 3);
        expect(starsOnMap(full, 4, passable)).toBe(3);
      }),
    );
  });

  test('after three stars in one variant comes one that the same rule of thumb does not pass', () => {
    for (let draw = 0; draw < 8; draw++) expect([2, 3]).toContain(drawVariant(best(3), 4, twoRules, draw, 0));
  });

  test('every variant can come first', () => {
    const drawn = [0, 1, 2, 3].map(draw => drawVariant(new Map(), 4, twoRules, draw));
    expect(drawn.sort()).toEqual([0, 1, 2, 3]);
  });
});
