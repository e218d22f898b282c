import fc from 'fast-check';
import { expect, test } from 'vitest';
import { complete } from '../../../src/judge/judge.ts';
import { type Move, type Program, sameSeen } from '../../../src/language/moves.ts';
import { parseProgram } from '../../../src/language/parse.ts';
import { starting } from '../../../src/machines/boot/boot.ts';

const EMPTY: Program = { files: [], regions: [], processes: ['cpu'], moves: [] };

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

test('the walk through the tables shows what arithmetic says, up to the reset and after it', () => {
  fc.assert(
    fc.property(fc.array(move, { maxLength: 40 }), moves => {
      const world = starting.boot(EMPTY, 'i386');
      const ideal = starting.ideal.boot(EMPTY);
      for (const one of moves) {
        const expected = starting.ideal.expect(ideal, one);
        const seen = complete(starting, world, one);
        expect(expected.some(allowed => sameSeen(allowed, seen))).toBe(true);
        starting.ideal.advance(ideal, one, seen);
        expect(starting.uncoupled(world, ideal)).toBeUndefined();
      }
    }),
    { numRuns: 500 },
  );
});

/** What becomes of the last line. */
function last(text: string) {
  const { moves } = parseProgram(text, 'start');
  const world = starting.boot(EMPTY, 'i386');
  return moves.map(one => complete(starting, world, one)).at(-1);
}

const READY = 'cpu poke 00100000 7\ncpu tables 2\ncpu paging\n';
const TRIPLE = { kind: 'signal', signal: 'CRASH', code: 'TRIPLE' };

test.each([
  ['before paging the linked address is no memory', 'cpu poke 100000 7\ncpu peek c0100000', { bytes: [255] }],
  ['the kernel subtracts the offset itself', 'cpu poke 100000 7\ncpu peek 100000', { bytes: [7] }],
  ['with paging both addresses are the same memory', `${READY}cpu peek c0100000`, { bytes: [7] }],
  ['the last byte of the first 8 MiB', `${READY}cpu peek c07fffff`, { bytes: [0] }],
  ['the first byte beyond', `${READY}cpu peek c0800000`, { ...TRIPLE, address: 0xc080_0000 }],
  ['and then nothing runs any more', `${READY}cpu peek c0800000\ncpu peek 100000`, { ...TRIPLE, address: 0 }],
  ['paging without tables loses the next instruction', 'cpu paging', { ...TRIPLE, address: 0x10_0000 }],
  [
    'so does taking the low mapping away before the jump',
    `${READY}cpu zaplow`,
    { ...TRIPLE, address: 0x10_0000 },
  ],
  ['after the jump it is not needed', `${READY}cpu goto c0100010\ncpu zaplow`, { kind: 'done' }],
])('%s', (_, text, seen) => {
  expect(last(text)).toMatchObject(seen);
});
