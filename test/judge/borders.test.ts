import { describe, expect, test } from 'vitest';
import { cheaper } from '../../src/judge/judge.ts';
import { classify } from '../../src/judge/run.ts';
import { VERDICTS, worse } from '../../src/judge/verdict.ts';
import type { Seen } from '../../src/language/moves.ts';
import { type Cost, NO_COST, type Trap } from '../../src/machines/machine.ts';

const done: Seen = { kind: 'done' };
const value = (byte: number): Seen => ({ kind: 'value', bytes: [byte] });
const enomem: Seen = { kind: 'error', errno: 'ENOMEM' };
const segv = (code: string, address = 4096): Seen => ({ kind: 'signal', signal: 'SEGV', code, address });
const fault = { kind: 'fault', trap: {} as Trap } as const;

describe('each border between verdicts, on either side', () => {
  test('allowed, or a byte beside it', () => {
    expect(classify([value(7)], value(7), undefined)).toBeUndefined();
    expect(classify([value(7)], value(8), undefined)).toBe('corruption');
  });

  test('a set of results: any of them, or none', () => {
    expect(classify([value(0), value(7)], value(0), undefined)).toBeUndefined();
    expect(classify([value(0), value(7)], value(3), undefined)).toBe('corruption');
  });

  test('what completes although it must be refused is a breach; if one result completes it is not', () => {
    expect(classify([segv('ACCERR')], done, undefined)).toBe('breach');
    expect(classify([segv('ACCERR')], value(7), undefined)).toBe('breach');
    expect(classify([segv('ACCERR'), value(7)], value(8), undefined)).toBe('corruption');
  });

  test('a refusal of what is legal is misrefused, and so is one in another form than promised', () => {
    expect(classify([done], segv('ACCERR'), undefined)).toBe('misrefused');
    expect(classify([segv('ACCERR')], segv('MAPERR'), undefined)).toBe('misrefused');
    expect(classify([segv('ACCERR')], segv('ACCERR', 8192), undefined)).toBe('misrefused');
    expect(classify([done], enomem, undefined)).toBe('misrefused');
    expect(classify([segv('ACCERR')], segv('ACCERR'), undefined)).toBeUndefined();
  });

  test('a trespass is a breach when it happens, whatever is seen', () => {
    expect(classify([done], done, 'zero-frame')).toBe('breach');
    expect(classify([value(7)], value(7), 'stale')).toBe('breach');
  });

  test('the same fault again is livelock', () => {
    expect(classify([done], fault, undefined)).toBe('livelock');
    expect(classify([segv('ACCERR')], fault, undefined)).toBe('livelock');
  });
});

const cost = (change: Partial<Cost>): Cost => ({ ...NO_COST, frames: 1, faults: 1, ...change });

describe('cheaper', () => {
  test('less in one count and no more in any', () => {
    expect(cheaper(cost({ frames: 0 }), cost({}))).toBe(true);
    expect(cheaper(cost({}), cost({}))).toBe(false);
    expect(cheaper(cost({ frames: 0, faults: 2 }), cost({}))).toBe(false);
  });
});

test('of two verdicts the worse one is told, in a fixed order', () => {
  for (const [i, a] of VERDICTS.entries())
    for (const [j, b] of VERDICTS.entries()) expect(worse(a, b)).toBe(VERDICTS[Math.max(i, j)]);
});
