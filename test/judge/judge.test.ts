import fc from 'fast-check';
import { describe, expect, test } from 'vitest';
import { Findings, judge, OwnFault, type Situation } from '../../src/judge/judge.ts';
import { isRight, type Judgement } from '../../src/judge/verdict.ts';
import { parseProgram } from '../../src/language/parse.ts';
import { describe as describeMove } from '../../src/language/print.ts';
import type { Fault } from '../../src/machines/linux/fault/fault.ts';
import { linux } from '../../src/machines/linux/linux.ts';
import { isTrap } from '../../src/machines/machine.ts';
import { programs } from '../machines/linux/programs.ts';

/** Each fault of a program that the kernel serves, with all decisions judged there. */
function* faultsOf(
  program: Parameters<typeof linux.boot>[0],
): Generator<{ situation: Situation & { readonly fault: Fault }; judgements: Judgement[] }> {
  const world = linux.boot(program, '6.x');
  const ideal = linux.ideal.boot(program);
  for (const move of program.moves) {
    let result = linux.step(world, move);
    while (isTrap(result)) {
      const situation = {
        world: linux.clone(world),
        ideal: linux.ideal.clone(ideal),
        move,
        fault: result,
        findings: new Findings(),
      };
      const offers = linux.offers(world, result, linux.decisions);
      yield { situation, judgements: offers.map(offer => judge(linux, situation, offer, offers)) };
      linux.apply(world, result, linux.best(world, result));
      result = linux.step(world, move);
    }
    linux.ideal.advance(ideal, move, result);
  }
}

describe('the judge', () => {
  test('every wrong decision has a consequence, every right one a cost, at any fault', () => {
    let longest = 0;
    fc.assert(
      fc.property(programs({ processes: 3, length: 30 }), program => {
        for (const { judgements } of faultsOf(program))
          for (const { verdict, consequence, cost } of judgements) {
            expect(consequence === undefined).toBe(isRight(verdict));
            expect(cost.faults).toBeGreaterThan(0);
            longest = Math.max(longest, consequence?.steps.length ?? 0);
          }
      }),
      { numRuns: 150 },
    );
    expect(longest).toBeGreaterThan(1);
  });

  test('wrong without a consequence is our own fault, never right', () => {
    const silent = { ...linux, moves: () => [], exits: () => [] };
    const program = parseProgram('p0 map 0 1 rw- anon\np0 write 0 5\np0 fork p1\np1 write 0 9', 'story');
    const last = [...faultsOf(program)].at(-1)!.situation;
    const offers = linux.offers(last.world, last.fault, linux.decisions);
    expect(() => judge(silent, last, linux.parse('reuse'), offers)).toThrow(OwnFault);
    expect(judge(linux, last, linux.parse('reuse'), offers).verdict).toBe('corruption');
  });

  test('judging changes neither the world nor the ideal', () => {
    fc.assert(
      fc.property(programs({ processes: 3, length: 20 }), program => {
        for (const { situation } of faultsOf(program)) {
          const { world, ideal, fault } = situation;
          const before = [linux.digest(world), linux.key(world, ideal)];
          const offers = linux.offers(world, fault, linux.decisions);
          for (const offer of offers) judge(linux, situation, offer, offers);
          expect([linux.digest(world), linux.key(world, ideal)]).toEqual(before);
        }
      }),
      { numRuns: 20 },
    );
  });

  test('the consequence is watched from the decision to the move that shows it', () => {
    const program = parseProgram(
      'sh map heap 2 rw- anon\nsh write heap+0 7\nsh write heap+0.1 5\nsh fork child\nchild write heap+0 9',
      'story',
    );
    const { situation } = [...faultsOf(program)].at(-1)!;
    const offers = linux.offers(situation.world, situation.fault, linux.decisions);
    const { verdict, consequence } = judge(linux, situation, linux.parse('reuse'), offers);
    expect(verdict).toBe('corruption');
    const steps = consequence!.steps.map(({ move, seen, ideal }) => [
      `${move.process} ${describeMove(move, program.regions)}`,
      seen,
      ideal,
    ]);
    expect(steps).toEqual([
      ['child stores 9 to heap+0', { kind: 'done' }, { kind: 'done' }],
      ['sh loads heap+0', { kind: 'value', bytes: [9] }, { kind: 'value', bytes: [7] }],
    ]);
    expect(consequence!.relabelled).toBe(false);
    expect(consequence!.broken.map(violation => violation.invariant)).toContain('I1');
  });
});
