import fc from 'fast-check';
import { expect, test } from 'vitest';
import { OPS } from '../../src/language/grammar.ts';
import type { Move } from '../../src/language/moves.ts';
import { parseProgram } from '../../src/language/parse.ts';
import { printProgram } from '../../src/language/print.ts';
import { linux } from '../../src/machines/linux/linux.ts';
import { generateProgram } from '../../src/study/program.ts';
import { drawsFrom, MOST_SEED } from '../../src/study/random.ts';

const seed = fc.integer({ min: 0, max: MOST_SEED });

test('a seed gives the same program every time', () => {
  fc.assert(
    fc.property(seed, n => {
      expect(generateProgram(n, linux.knows)).toEqual(generateProgram(n, linux.knows));
    }),
  );
});

test('and everywhere: the first numbers of seed 1, by hand from the reference in C', () => {
  const draws = drawsFrom(1);
  expect(Array.from({ length: 4 }, () => draws.below(2 ** 32))).toEqual(FIRST);
});
const FIRST = [2527132011, 314344336, 2535364964, 2041432039];

test('a printed program parses back', () => {
  fc.assert(
    fc.property(seed, fc.boolean(), (n, whole) => {
      const program = generateProgram(n, whole ? () => true : linux.knows);
      expect(parseProgram(printProgram(program), 'generated')).toEqual(program);
    }),
  );
});

test('only moves that the machine knows, of several processes', () => {
  const programs = Array.from({ length: 200 }, (_, n) => generateProgram(n, linux.knows));
  const moves = programs.flatMap(program => program.moves);
  expect(moves.filter(move => !linux.knows(move))).toEqual([]);
  expect(programs.filter(({ processes }) => processes.length > 1).length).toBeGreaterThan(180);
  const never = ['cpu', 'rawread', 'rawsys', 'rawwrite', 'thread', 'vfork'];
  const known = OPS.filter(op => linux.knows({ process: 'p0', op, cpu: 0 } as unknown as Move));
  expect([...new Set(moves.map(({ op }) => op))].sort()).toEqual(
    known.filter(op => !never.includes(op)).sort(),
  );
});
