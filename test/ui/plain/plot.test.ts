import fc from 'fast-check';
import { expect, test } from 'vitest';
import { plotLines } from '../../../src/ui/plain/plot.ts';

const curve = fc.array(fc.integer({ min: 1, max: 1e6 }), { minLength: 2, maxLength: 60 });

test('a plot has its height, an axis, and a mark for every value', () => {
  fc.assert(
    fc.property(curve, fc.integer({ min: 2, max: 20 }), (values, height) => {
      const lines = plotLines([{ letter: 'x', values }], height);
      expect(lines).toHaveLength(height + 1);
      expect(lines.join('').split('x').length - 1).toBe(values.length);
    }),
  );
});

test('where curves meet stands a star', () => {
  const lines = plotLines(
    [
      { letter: 'a', values: [1, 10] },
      { letter: 'b', values: [1, 100] },
    ],
    3,
  );
  expect(lines).toEqual(['100 | b', ' 10 | a', '  1 |*', '    +--']);
});
