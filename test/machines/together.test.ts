import fc from 'fast-check';
import { expect, test } from 'vitest';
import { complete, judge } from '../../src/judge/judge.ts';
import { isRight } from '../../src/judge/verdict.ts';
import { sameSeen } from '../../src/language/moves.ts';
import { parseProgram } from '../../src/language/parse.ts';
import { hurd } from '../../src/machines/hurd/hurd.ts';
import { linux } from '../../src/machines/linux/linux.ts';
import { isTrap } from '../../src/machines/machine.ts';
import { machines } from '../../src/machines/registry.ts';
import { programs } from './hurd/programs.ts';

const { kernels } = machines;

test('systems side by side show what each ideal has, and stay coupled', () => {
  fc.assert(
    fc.property(programs({ tasks: 3, length: 40 }), program => {
      const world = kernels.boot(program, 'together');
      const ideal = kernels.ideal.boot(program);
      // What only one of them has makes them differ; anonymous memory and fork they have in common.
      for (const move of program.moves.filter(each => linux.knows(each) && hurd.knows(each))) {
        const expected = kernels.ideal.expect(ideal, move);
        const seen = complete(kernels, world, move);
        expect(expected.some(allowed => sameSeen(allowed, seen))).toBe(true);
        kernels.ideal.advance(ideal, move, seen);
        expect(kernels.uncoupled(world, ideal)).toBeUndefined();
      }
    }),
    { numRuns: 80 },
  );
});

const STORY = 'p0 map 0 1 rw- anon\np0 write 0 7\np0 write 0 5 1024\np0 fork p1\np0 write 0 9';

test('the player is asked in each system in turn, and what it took is compared', () => {
  const program = parseProgram(STORY, 'program');
  const world = kernels.boot(program, 'together');
  const ideal = kernels.ideal.boot(program);
  for (const move of program.moves.slice(0, -1))
    kernels.ideal.advance(ideal, move, complete(kernels, world, move));
  const move = program.moves.at(-1)!;
  const asked: string[] = [];
  for (let fault = kernels.step(world, move); isTrap(fault); fault = kernels.step(world, move)) {
    asked.push(fault.handler!);
    const offers = kernels.offers(world, fault, kernels.decisions);
    const situation = { world, ideal, move, fault };
    const best = kernels.best(world, fault);
    expect(isRight(judge(kernels, situation, best, offers).verdict)).toBe(true);
    kernels.apply(world, fault, best);
  }
  expect(asked).toEqual(['linux kernel', 'guest kernel', 'hurd pager', 'hurd physmem']);
  // Linux: one trap. On Xen: the fault, and the store that clears the entry; the entry set and flushed by two calls.
  // The Hurd: one trap, the fault message, the call, its answer and the pager's reply. One copy each.
  expect(kernels.compare!(world).rows.map(({ cells }) => cells)).toEqual([
    ['Linux', 'kernel', '1', '0', '1', '4096'],
    ['Linux on Xen', 'kernel', '2', '2', '1', '4096'],
    ['the Hurd', 'pager, physmem', '1', '4', '1', '4096'],
  ]);
});

test('a wrong decision in one system is shown in that system', () => {
  const program = parseProgram(STORY, 'program');
  const world = kernels.boot(program, 'together');
  const ideal = kernels.ideal.boot(program);
  for (const move of program.moves.slice(0, -1))
    kernels.ideal.advance(ideal, move, complete(kernels, world, move));
  const move = program.moves.at(-1)!;
  const first = kernels.step(world, move);
  if (!isTrap(first)) throw new RangeError('nothing faults');
  const offers = kernels.offers(world, first, kernels.decisions);
  const judged = judge(kernels, { world, ideal, move, fault: first }, kernels.parse('linux:reuse'), offers);
  expect(judged.verdict).toBe('corruption');
  expect(judged.reason.rule).toBe('linux:wp-copy');
});
