import fc from 'fast-check';
import { describe, expect, test } from 'vitest';
import { tryDecision } from '../../../src/judge/trial.ts';
import type { Move, Seen } from '../../../src/language/moves.ts';
import { parseProgram } from '../../../src/language/parse.ts';
import { DECISIONS, decisions } from '../../../src/machines/linux/fault/decision.ts';
import type { Fault } from '../../../src/machines/linux/fault/fault.ts';
import { linux } from '../../../src/machines/linux/linux.ts';
import { record } from '../../../src/machines/linux/recording/record.ts';
import type { World } from '../../../src/machines/linux/world.ts';
import { isTrap } from '../../../src/machines/machine.ts';

/** Runs all moves but the last, the kernel deciding; answers what the last one is about. */
function upTo(text: string, rules = '6.x') {
  const program = parseProgram(text, 'copy');
  const world = linux.boot(program, rules);
  const ideal = linux.ideal.boot(program);
  for (const move of program.moves.slice(0, -1)) linux.ideal.advance(ideal, move, complete(world, move));
  return { world, ideal, move: program.moves.at(-1)! };
}

function complete(world: World, move: Move, first = linux.step(world, move)): Seen {
  let result: Seen | Fault = first;
  while (isTrap(result)) {
    linux.apply(world, result, linux.best(world, result));
    result = linux.step(world, move);
  }
  return result;
}

/** Pages 1 and 2 may be written, page 3 may not. */
const PAGES = 'p0 map 1 2 rw- anon\np0 map 3 1 r-- anon\n';

describe('a copy that is cut short', () => {
  test.each([
    ['pipe 2 4090 12', -1, 3],
    ['zero 2 4090 12', 6, 2],
    ['pipe 2 0 8192', 4096, 2],
    ['zero 2 0 8192', 4096, 2],
    ['pipe 2 2048 4096', -1, 3],
    ['pipe 1 2048 8192', 4096, 4],
  ])('read(2) of %s', (buffer, ret, faults) => {
    const last = record(parseProgram(`${PAGES}p0 rsys ${buffer} 5`, 'copy')).at(-1)!;
    expect([last.ret, last.flt!.length]).toEqual([ret, faults]);
  });

  test('has stored what it does not count', () => {
    const { world, move } = upTo(`${PAGES}p0 rsys pipe 2 4090 12 5`);
    expect(complete(world, move)).toEqual({ kind: 'error', errno: 'EFAULT' });
    expect(complete(world, { process: 'p0', op: 'read', page: 2, offset: 4095 })).toEqual({
      kind: 'value',
      bytes: [5],
    });
  });

  test('is no signal, whichever way it is refused', () => {
    for (const name of ['refuse-access', 'refuse-unmapped'] as const) {
      const { world, ideal, move } = upTo(`${PAGES}p0 rsys zero 3 0 16 0`);
      const fault = linux.step(world, move);
      if (!isTrap(fault)) throw new Error('no fault');
      expect(tryDecision(linux, { world, ideal, move, fault }, decisions[name]).right).toBe(true);
      expect(linux.why(world, fault, decisions[name]).rule).toBe('copy-access');
    }
  });
});

describe('a copy that several faults interrupt', () => {
  const text = `${PAGES}p0 write 1 1\np0 write 2 2\np0 fork p1\np0 rsys pipe 1 4000 300 5`;

  test('goes on where it was, in a clone too, and the key knows where that is', () => {
    const { world, ideal, move } = upTo(text);
    const first = linux.step(world, move);
    if (!isTrap(first)) throw new Error('no fault');
    linux.apply(world, first, linux.best(world, first));
    const between = linux.key(world, ideal);
    const second = linux.step(world, move);
    if (!isTrap(second)) throw new Error('no second fault');
    expect([first.page, second.page]).toEqual([1, 2]);
    expect(linux.key(world, ideal)).not.toBe(between);
    const copy = world.clone();
    const seen = complete(world, move, second);
    expect(seen).toEqual({ kind: 'count', count: 300, bytes: [] });
    expect(complete(copy, move)).toEqual(seen);
    expect(linux.digest(copy)).not.toBe('');
    linux.ideal.advance(ideal, move, seen);
    expect(linux.uncoupled(world, ideal)).toBeUndefined();
    expect(linux.uncoupled(copy, ideal)).toBeUndefined();
  });

  test('is judged at each fault by itself; a pipe tries again after a page that was wrongly refused', () => {
    const expected = [['copy'], ['copy', 'refuse-access', 'refuse-unmapped', 'refuse-bus', 'fix-up']];
    const { world, ideal, move } = upTo(text);
    for (let result = linux.step(world, move); isTrap(result); result = linux.step(world, move)) {
      const situation = { world, ideal, move, fault: result };
      const right = DECISIONS.filter(name => tryDecision(linux, situation, decisions[name]).right);
      expect(right).toEqual(expected.shift());
      linux.apply(world, result, decisions.copy);
    }
  });
});

test('with CR0.WP clear the kernel writes over a shared page, and nothing traps', () => {
  const text = 'p0 map 0 1 rw- anon\np0 write 0 7\np0 fork p1\np0 rsys pipe 0 0 16 5';
  const { world, ideal, move } = upTo(text, 'CR0.WP is clear');
  const seen = linux.step(world, move);
  expect(seen.kind).toBe('count');
  linux.ideal.advance(ideal, move, seen as Seen);
  expect(linux.uncoupled(world, ideal)).toBeDefined();
});

describe('eight bytes over a page border', () => {
  test('are stored as one or not at all', () => {
    fc.assert(
      fc.property(fc.integer({ min: 4089, max: 4095 }), offset => {
        const { world, move } = upTo(`${PAGES}p0 write8 2 ${offset} 5`);
        expect(complete(world, move)).toMatchObject({ kind: 'signal', code: 'ACCERR' });
        expect(complete(world, { process: 'p0', op: 'read', page: 2, offset })).toEqual({
          kind: 'value',
          bytes: [0],
        });
      }),
    );
  });
});
