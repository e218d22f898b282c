import fc from 'fast-check';
import { expect, test } from 'vitest';
import { indicesOf } from '../../../src/ui/picture/address.ts';

test('an address is split into an index of nine bits for each of four tables and an offset of twelve', () => {
  fc.assert(
    fc.property(fc.bigInt({ min: 0n, max: 2n ** 48n - 1n }), address => {
      const parts = indicesOf(Number(address)).map(([, index]) => BigInt(index));
      const together = parts.slice(0, 4).reduce((sum, index) => (sum << 9n) | index, 0n);
      expect((together << 12n) | parts[4]!).toBe(address);
      for (const index of parts.slice(0, 4)) expect(index).toBeLessThan(512n);
    }),
  );
  // heap of sh: 0x1000_0000_0000 is bit 44, the sixth bit of the index into the topmost table.
  expect(indicesOf(0x1000_0000_0003)).toEqual([
    ['PGD', 32],
    ['PUD', 0],
    ['PMD', 0],
    ['PTE', 0],
    ['offset', 3],
  ]);
});
