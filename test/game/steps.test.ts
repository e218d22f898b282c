import { describe, expect, test } from 'vitest';
import { outcomeOf, stepTexts } from '../../src/game/steps.ts';
import type { ConsequenceStep, Verdict } from '../../src/judge/verdict.ts';
import type { Move, Seen } from '../../src/language/moves.ts';

const regions = [{ name: 'heap', page: 0, pages: 1 }];
const store: Move = { process: 'sh', op: 'write', page: 0, offset: 0, value: 9 };
const load: Move = { process: 'sh', op: 'read', page: 0, offset: 0 };
const exit: Move = { process: 'sh', op: 'exit' };
const view = { panels: [] };

const done: Seen = { kind: 'done' };
const value = (byte: number): Seen => ({ kind: 'value', bytes: [byte] });
const signal = (code: string): Seen => ({ kind: 'signal', signal: 'SEGV', code, address: 0 });
const fault = { kind: 'fault' } as const;

function shows(
  step: Omit<ConsequenceStep, 'view'>,
  verdict: Verdict = 'corruption',
  system = 'linux',
): string {
  const consequence = { decided: view, steps: [{ ...step, view }], broken: [], tried: 1, relabelled: false };
  return stepTexts(system, regions, verdict, consequence)[0]!.shows;
}

describe('a step says what it shows where that is not what it should', () => {
  test.each<[Move, ConsequenceStep['seen'], Seen, string]>([
    [load, value(9), value(7), 'sees 9, should see 7'],
    [load, value(7), signal('ACCERR'), 'sees 7, should get SIGSEGV ACCERR'],
    [load, signal('MAPERR'), value(7), 'gets SIGSEGV MAPERR, should see 7'],
    [store, signal('ACCERR'), done, 'gets SIGSEGV ACCERR, should store 9'],
    [store, signal('ACCERR'), signal('MAPERR'), 'gets SIGSEGV ACCERR, should get SIGSEGV MAPERR'],
    [store, done, signal('ACCERR'), 'gets away with it, should get SIGSEGV ACCERR'],
    [store, fault, done, 'faults again, and nothing has changed, should store 9'],
    [exit, { kind: 'error', errno: 'ENOMEM' }, done, 'gets ENOMEM, should succeed'],
    [exit, done, { kind: 'error', errno: 'ENOMEM' }, 'gets away with it, should get ENOMEM'],
  ])('%o shows %o, should %o', (move, seen, ideal, words) => {
    expect(shows({ move, seen, ideal })).toBe(words);
  });

  test('and nothing where it is', () => {
    for (const seen of [done, value(7), signal('ACCERR')])
      expect(shows({ move: store, seen, ideal: seen })).toBe('');
  });
});

test('what no process is shown is said all the same', () => {
  const step = { move: store, seen: done, ideal: done };
  expect(shows({ ...step, trespass: 'zero-frame' }, 'breach')).toBe('writes into the shared zero page');
  expect(shows({ ...step, trespass: 'stale' }, 'breach')).toBe('uses a frame that is not its own any more');
  expect(shows({ ...step, move: exit }, 'leak')).toBe('leaves a frame behind that nobody holds');
});

test('of a frame that was reached it is said whose it is', () => {
  const seen: Seen = { kind: 'reached', frame: 0 };
  const step = { move: load, seen, ideal: signal('ACCERR'), trespass: 'wrote-xen' };
  expect(shows(step, 'breach', 'xen')).toBe("writes to Xen's own frame: the host is the guest's now");
});

test('an outcome is the same text for equal results only', () => {
  const results = [done, fault, value(7), value(8), signal('ACCERR'), signal('MAPERR')];
  expect(new Set(results.map(outcomeOf)).size).toBe(results.length);
});
