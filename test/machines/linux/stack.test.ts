import { describe, expect, test } from 'vitest';
import { parseProgram } from '../../../src/language/parse.ts';
import { linux } from '../../../src/machines/linux/linux.ts';
import { record } from '../../../src/machines/linux/recording/record.ts';
import { isTrap } from '../../../src/machines/machine.ts';

const outcomes = (text: string) => record(parseProgram(text, 'stack')).map(({ out }) => out?.[0]?.[1]);

test.each([
  ['255 pages above memory', 'map 0 1 rw- anon', 256, 'SIGSEGV MAPERR'],
  ['256 pages above memory', 'map 0 1 rw- anon', 257, 'stack grown; anon frame allocated'],
  ['next to hidden memory', 'map 0 1 --- anon', 1, 'stack grown; anon frame allocated'],
  ['next to a stack', 'map 0 1 rw- anon gd', 1, 'stack grown; anon frame allocated'],
])('growth to a page %s', (_, below, page, outcome) => {
  const text = `p0 ${below}\np0 map 300 1 rw- anon gd\np0 write ${page} 5`;
  expect(outcomes(text).at(-1)).toBe(outcome);
});

test('growth stops at the limit, which a child inherits and exec keeps', () => {
  const text = `p0 map 9 1 rw- anon gd
p0 rlimstack 3
p0 write 7 1
p0 write 6 1
p0 fork p1
p1 write 6 1
p1 execve
p1 map 9 1 rw- anon gd
p1 write 6 1`;
  expect(outcomes(text).filter(outcome => outcome !== undefined)).toEqual([
    'stack grown; anon frame allocated',
    'SIGSEGV MAPERR',
    'SIGSEGV MAPERR',
    'SIGSEGV MAPERR',
  ]);
});

describe('an attempt at the limit', () => {
  const untilFault = (text: string) => {
    const program = parseProgram(text, 'stack');
    const world = linux.boot(program, '6.x');
    for (const move of program.moves.slice(0, -1)) linux.step(world, move);
    const fault = linux.step(world, program.moves.at(-1)!);
    if (!isTrap(fault)) throw new Error('no fault');
    return { world, fault };
  };

  test('prepares the anon_vma, so that fork copies its entries; one in the gap does not', () => {
    for (const [text, prepared] of [
      ['p0 map 9 1 rw- anon gd\np0 rlimstack 1\np0 read 8', true],
      ['p0 map 7 1 rw- anon\np0 map 9 1 rw- anon gd\np0 read 8', false],
    ] as const) {
      const { world, fault } = untilFault(text);
      linux.apply(world, fault, linux.best(world, fault));
      expect(world.mms[0]!.vmas.at(-1)!.anonVma !== 0).toBe(prepared);
    }
  });

  test('has its reasons', () => {
    const rules = [
      'p0 map 9 1 rw- anon gd\np0 rlimstack 1\np0 read 8',
      'p0 map 7 1 rw- anon\np0 map 9 1 rw- anon gd\np0 read 8',
      'p0 map 9 1 rw- anon gd\np0 read 8',
      'p0 map 9 1 rw- anon\np0 read 8',
    ].map(text => {
      const { world, fault } = untilFault(text);
      return linux.why(world, fault, linux.best(world, fault)).rule;
    });
    expect(rules).toEqual(['stack-limit', 'stack-gap', 'stack-grow', 'no-vma']);
  });
});

test('where areas of a stack may be one or two, the ideal allows both', () => {
  const program = parseProgram(
    'p0 map 8 1 rw- anon gd\np0 map 9 1 rw- anon gd\np0 rlimstack 2\np0 read 7',
    'x',
  );
  const ideal = linux.ideal.boot(program);
  for (const move of program.moves.slice(0, -1)) linux.ideal.advance(ideal, move, { kind: 'done' });
  expect(linux.ideal.expect(ideal, program.moves.at(-1)!).map(({ kind }) => kind)).toEqual([
    'value',
    'signal',
  ]);
});
