import { createHash } from 'node:crypto';
import fc from 'fast-check';
import { expect, test } from 'vitest';
import { OPS } from '../../src/language/grammar.ts';
import type { Move } from '../../src/language/moves.ts';
import { parseProgram } from '../../src/language/parse.ts';
import { printProgram } from '../../src/language/print.ts';
import { isRecordable } from '../../src/language/recorder.ts';
import { linux } from '../../src/machines/linux/linux.ts';
import { generateProgram, programOf } from '../../src/study/program.ts';
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

test('and in every version: a program of the recorder is the same text for good', () => {
  const text = [0, 1, 77, MOST_SEED].map(n =>
    printProgram(generateProgram(n, move => isRecordable(move) && linux.knows(move))),
  );
  expect(createHash('sha256').update(text.join('')).digest('hex').slice(0, 16)).toBe('11cd9d8602501504');
});

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
  const several = ['cpu', 'thread', 'vfork'];
  const known = OPS.filter(op => linux.knows({ process: 'p0', op, cpu: 0 } as unknown as Move));
  const made = (from: readonly Move[]) => [...new Set(from.map(({ op }) => op))].sort();
  expect(made(moves)).toEqual(known.filter(op => !several.includes(op)).sort());
  const numbers = Array.from({ length: 5000 }, (_, i) => i);
  expect(made(programOf(numbers, linux.knows, { processes: 2000, cpus: 2 }).moves)).toEqual(known.sort());
});

test('any numbers make a program that parses, with threads and sleeping parents too', () => {
  fc.assert(
    fc.property(fc.array(seed, { maxLength: 60 }), numbers => {
      const program = programOf(numbers, linux.knows, { cpus: 2 });
      expect(parseProgram(printProgram(program), 'generated')).toEqual(program);
    }),
  );
});
