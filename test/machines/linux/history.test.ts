import fc from 'fast-check';
import { describe, expect, test } from 'vitest';
import { course } from '../../../src/build/generators/history.ts';
import { scenarios } from '../../../src/build/scenarios.ts';
import { complete } from '../../../src/judge/judge.ts';
import { parseProgram } from '../../../src/language/parse.ts';
import { printProgram } from '../../../src/language/print.ts';
import { knownHoles } from '../../../src/machines/linux/known-holes.ts';
import { linux } from '../../../src/machines/linux/linux.ts';
import { ruleSets } from '../../../src/machines/linux/rules.ts';
import { held } from './at-fault.ts';
import { programs } from './programs.ts';
import { watch } from './watch.ts';

const names = Object.keys(ruleSets);

describe('the holes of old kernels come out of running the scenarios', () => {
  test.each(names)('%s has those that are known, and no other', rules => {
    const wrong = scenarios.map(({ name }) => name).filter(name => course(name, rules).wrong !== undefined);
    const known = knownHoles.filter(hole => hole.rules === rules).flatMap(hole => hole.scenarios);
    expect(wrong.sort()).toEqual([...known].sort());
  });

  test('a pipe shows what its writer never gave it', () => {
    // The child's pipe refers to a page of 17; the parent then writes 34 to what it takes for its own.
    expect(course('vmsplice_child_unmap', '2.6').wrong).toMatchObject({
      operation: 'p1 vread 0',
      seen: { bytes: [34] },
      ideal: { bytes: [17] },
    });
  });

  test('a swap-in by a read costs 5.10 a copy afterwards, and 6.x no fault', () => {
    // swap_basic writes to two pages that came back: section 5.6, last row.
    expect(course('swap_basic', '5.10')).toMatchObject({ copies: 2, reuses: 0 });
    expect(course('swap_basic', '6.x')).toMatchObject({ copies: 0, reuses: 0 });
  });
});

/** Without references to pages, by which all holes come about. */
const REFERENCES: readonly string[] = ['vpin', 'iopin', 'rpin'];

test.each(names.slice(0, -1))('%s shows nobody anything wrong, as long as nobody holds pages', rules => {
  fc.assert(
    fc.property(
      programs({ length: 60, knows: move => linux.knows(move) && !REFERENCES.includes(move.op) }),
      program => watch(program, (world, _ideal, _move, fault) => linux.best(world, fault), rules),
    ),
    { numRuns: 30 },
  );
});

test.each(['guard', 'populate_write'])('what came later is no advice to a kernel of before: %s', advice => {
  const program = parseProgram(`p0 map 0 1 rw- anon\np0 madv 0 1 ${advice}`, 'advice');
  const advised = (rules: string) => {
    const world = linux.boot(program, rules);
    return program.moves.map(move => complete(linux, world, move)).at(-1);
  };
  expect(names.map(advised)).toEqual([
    ...names.slice(0, -1).map(() => ({ kind: 'error', errno: 'EINVAL' })),
    { kind: 'done' },
  ]);
  for (const rules of names) held(printProgram(program), rules);
});
