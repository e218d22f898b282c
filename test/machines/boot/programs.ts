import fc from 'fast-check';
import type { Move, Program } from '../../../src/language/moves.ts';

export const EMPTY: Program = { files: [], regions: [], processes: ['cpu'], moves: [] };

/** Addresses about all borders: 0, 4, 8, 12 and 16 MiB, there and at PAGE_OFFSET. */
const address = fc
  .tuple(fc.nat(4), fc.integer({ min: -2, max: 2 }), fc.boolean())
  .map(([number, by, high]) => Math.max(0, number * 2 ** 22 + by) + (high ? 3 * 2 ** 30 : 0));
const move: fc.Arbitrary<Move> = fc.oneof(
  { weight: 6, arbitrary: address.map((at): Move => ({ process: 'cpu', op: 'peek', at })) },
  {
    weight: 6,
    arbitrary: fc
      .tuple(address, fc.nat(255))
      .map(([at, value]): Move => ({ process: 'cpu', op: 'poke', at, value })),
  },
  { weight: 2, arbitrary: address.map((at): Move => ({ process: 'cpu', op: 'goto', at })) },
  {
    weight: 1,
    arbitrary: fc.integer({ min: 1, max: 3 }).map((count): Move => ({ process: 'cpu', op: 'tables', count })),
  },
  {
    weight: 1,
    arbitrary: fc.constantFrom<Move>({ process: 'cpu', op: 'paging' }, { process: 'cpu', op: 'zaplow' }),
  },
);

/** As a kernel goes about it, as far as it has come; at random alone hardly any start survives its second move. */
const begun = fc.tuple(fc.integer({ min: 1, max: 3 }), fc.nat(3)).map(([count, done]) => {
  const whole: Move[] = [
    { process: 'cpu', op: 'tables', count },
    { process: 'cpu', op: 'paging' },
    { process: 'cpu', op: 'goto', at: 0xc010_0000 },
  ];
  return whole.slice(0, done);
});

/** What a machine that is starting may do. */
export const programs: fc.Arbitrary<Move[]> = fc
  .tuple(begun, fc.array(move, { maxLength: 40 }))
  .map(([first, then]) => [...first, ...then]);
