import fc from 'fast-check';
import { expect, test } from 'vitest';
import { complete } from '../../../src/judge/judge.ts';
import { parseProgram } from '../../../src/language/parse.ts';
import { starting } from '../../../src/machines/boot/boot.ts';
import { mutations } from '../../../src/machines/boot/mutations.ts';
import { noticedIn, witnessAgainst } from './mutants.ts';
import { EMPTY, programs } from './programs.ts';

test('the walk through the tables shows what arithmetic says, up to the reset and after it', () => {
  fc.assert(
    fc.property(programs, moves => {
      expect(noticedIn(moves, 'i386')).toBeUndefined();
    }),
    { numRuns: 500 },
  );
});

test.each(Object.keys(mutations))('is noticed: %s', name => {
  expect(witnessAgainst(name), 'nothing noticed the mutation').toBeDefined();
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
