import { describe, expect, test } from 'vitest';
import { parseProgram } from '../../src/language/parse.ts';
import { describe as inWords } from '../../src/language/print.ts';
import { guests, machines } from '../../src/machines/registry.ts';
import { hostProgram } from '../../src/study/guest.ts';

const hosted = (text: string) => hostProgram(guests.linux, machines.xen, parseProgram(text, 'guest'));

const FORK = 'sh: map heap 1 rw- anon\nsh: write heap+0 7\nsh: fork child\n';

describe('Linux as a guest of Xen', () => {
  test('copies on write by a bounced fault, an emulated exchange, a flush and a hypercall', () => {
    const { operations } = hosted(`${FORK}child: write heap+0 9`);
    const { moves, native, hosted: cost } = operations.at(-1)!;
    // The child's root is f6, its table f7 (slot 5 of the kernel's table), the frame for the copy f8.
    expect(moves.map(move => inWords(move, []))).toEqual([
      'loads f6 as its root',
      'program stores 9 to @0.0[0]',
      'kernel stores 0 to @1.5[0]',
      'flushes @0.0',
      'asks mmu_update f7[0]=f8:rw',
      'program stores 9 to @0.0[0]',
    ]);
    expect(native.faults).toBe(1);
    // Section 9: one fault bounced, one emulated; hypercalls for the switch, the flush and the entry.
    expect(cost).toMatchObject({ faults: 2, emulations: 1, messages: 3 });
  });

  test('writes in place without an exchange where the page is its own', () => {
    const { operations } = hosted(`${FORK}child: exit\nsh: write heap+0 4`);
    expect(operations.at(-1)!.hosted).toMatchObject({ faults: 1, emulations: 0, messages: 1 });
  });

  test('forks with a batch for the parent, one pin for the child and one flush of all', () => {
    const { operations } = hosted(FORK);
    const { moves, native, hosted: cost } = operations.at(-1)!;
    expect(moves.map(({ op }) => op)).toEqual([
      'update',
      'kwrite',
      'kwrite',
      'kwrite',
      'update',
      'pin',
      'flushtlb',
    ]);
    expect(native).toMatchObject({ faults: 0, messages: 0 });
    // The child's tables are written as plain memory: no fault. The pin audits both of them.
    expect(cost).toMatchObject({ faults: 0, emulations: 0, messages: 4 });
    expect(cost.audits).toBe(1 + 2 + 7 + 8);
  });

  test('its kernel faults like its programs where it copies to them, and is told so', () => {
    const { operations } = hosted(`${FORK}child: rsys pipe heap+0 0 8 5`);
    expect(operations.at(-1)!.moves.map(({ op }) => op)).toContain('kwrite');
  });
});
