import fc from 'fast-check';
import { describe, expect, test } from 'vitest';
import { programFor, stepsOf, variantsOf } from '../../src/levels/variants.ts';
import { fixture, levelOf } from './files.ts';

const level = levelOf(fixture('good.yaml'));

test('variants are all combinations, the first name varying slowest', () => {
  expect(variantsOf(level)).toEqual([
    { child: 'gone', notes: 'rw-' },
    { child: 'gone', notes: 'r--' },
    { child: 'alive', notes: 'rw-' },
    { child: 'alive', notes: 'r--' },
  ]);
  expect(variantsOf({ variants: {} })).toEqual([{}]);
});

test('there are as many as the product of the numbers of values, all different', () => {
  const values = fc.uniqueArray(fc.string(), { minLength: 1, maxLength: 4 });
  fc.assert(
    fc.property(fc.dictionary(fc.stringMatching(/^[a-z]+$/), values, { maxKeys: 4 }), variants => {
      const all = variantsOf({ variants });
      expect(all).toHaveLength(Object.values(variants).reduce((n, { length }) => n * length, 1));
      expect(new Set(all.map(variant => JSON.stringify(variant))).size).toBe(all.length);
    }),
  );
});

describe('a variant of a level', () => {
  test('leaves out what belongs to others, and puts its values in', () => {
    const texts = (index: number) => stepsOf(level.setup, variantsOf(level)[index]!).map(({ text }) => text);
    expect(texts(1)).toContain('exit');
    expect(texts(1)).toContain('protect notes r--');
    expect(texts(2)).not.toContain('exit');
    expect(texts(2)).toContain('protect notes rw-');
  });

  test('says how many moves belong to the set-up', () => {
    const [gone, alive] = [programFor(level, 0), programFor(level, 2)];
    expect([gone.setup, alive.setup]).toEqual([9, 8]);
    expect(gone.program.moves.slice(gone.setup)).toEqual(alive.program.moves.slice(alive.setup));
    expect(gone.program.processes).toEqual(['sh', 'child']);
  });

  test('must exist', () => {
    expect(() => programFor(level, 4)).toThrow(RangeError);
  });
});
