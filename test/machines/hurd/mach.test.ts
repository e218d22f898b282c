import fc from 'fast-check';
import { expect, test } from 'vitest';
import { complete } from '../../../src/judge/judge.ts';
import { type Program, sameSeen } from '../../../src/language/moves.ts';
import { parseProgram } from '../../../src/language/parse.ts';
import { mach } from '../../../src/machines/hurd/mach/mach.ts';
import { programs } from './programs.ts';

/** What Mach has of a program; a file goes on to the end of its region. */
const withMach = (program: Program): Program => ({
  ...program,
  moves: program.moves.filter(move => mach.knows(move)),
});

test('every task reads what the ideal has, as if all copies were made at once', () => {
  fc.assert(
    fc.property(programs({ tasks: 4, length: 80 }), program => {
      const world = mach.boot(program, 'gnumach');
      const ideal = mach.ideal.boot(program);
      for (const move of withMach(program).moves) {
        const expected = mach.ideal.expect(ideal, move);
        const seen = complete(mach, world, move);
        expect(expected.some(allowed => sameSeen(allowed, seen))).toBe(true);
        mach.ideal.advance(ideal, move, seen);
        expect(mach.uncoupled(world, ideal)).toBeUndefined();
      }
    }),
    { numRuns: 400 },
  );
});

const copiesOf = (program: string): string | undefined => {
  const parsed = parseProgram(program, 'program');
  const world = mach.boot(parsed, 'gnumach');
  for (const move of parsed.moves.slice(0, -1)) complete(mach, world, move);
  return mach.outcome(world, parsed.moves.at(-1)!)['copies'];
};

test('a write copies though the other side is gone, and the chain collapses afterwards', () => {
  const story = 'p0 map 0 1 rw- anon\np0 write 0 7\np0 fork p1\np1 exit\n';
  expect(copiesOf(`${story}p0 write 0 9`)).toBe('1');
  const parsed = parseProgram(`${story}p0 write 0 9`, 'program');
  const world = mach.boot(parsed, 'gnumach');
  for (const move of parsed.moves) complete(mach, world, move);
  expect(world.objects.size).toBe(1);
});

test('a file is copied the other way round: the old page is pushed; both together are two copies', () => {
  const book = 'p0 serve 0 1 rw- 60\np0 read 0\np0 fork p1\n';
  expect(copiesOf(`${book}p0 write 0 9`)).toBe('1');
  expect(copiesOf(`${book}p1 write 0 9`)).toBe('1');
  expect(copiesOf(`${book}p1 fork p2\np1 write 0 9`)).toBe('2');
});
