import { describe, expect, test } from 'vitest';
import { parseProgram } from '../../../src/language/parse.ts';
import { isTrap } from '../../../src/machines/machine.ts';
import type { World } from '../../../src/machines/xen/world.ts';
import { xen } from '../../../src/machines/xen/xen.ts';
import { judged } from './judged.ts';
import { rows } from './rows.ts';
import { worths } from './worths.ts';

describe('the decision tables', () => {
  test.each(rows)('$id: $what', row => {
    const { attacks, ...told } = judged(row);
    expect(told).toEqual(worths[row.rules === undefined ? row.id : `${row.id} ${row.rules}`]);
    // Where a request was granted that must not be, the guest gets at what is not its own.
    for (const attack of attacks) expect(attack).toMatch(/^((wrote|read)-|edited-no-table|user-call)/);
  });
});

interface Told {
  readonly world: World;
  /** What each move came to: its result as text, and how many traps it took. */
  readonly seen: readonly string[];
  readonly faults: readonly number[];
}

function told(text: string, rules = '3.0.3'): Told {
  const program = parseProgram(text, 'program');
  const world = xen.boot(program, rules);
  const faults: number[] = [];
  const seen = program.moves.map(move => {
    let count = 0;
    let result = xen.step(world, move);
    for (; isTrap(result); count++) {
      xen.apply(world, result, xen.best(world, result));
      result = xen.step(world, move);
    }
    faults.push(count);
    if (result.kind === 'error')
      return `${result.errno}${result.done === undefined ? '' : ` after ${result.done}`}`;
    if (result.kind === 'signal') return `${result.signal} ${result.code}`;
    return result.kind;
  });
  return { world, seen, faults };
}

const ALICE = 'xen: domain alice pv64 6\n';
const frame = ({ world }: Told, mfn: number) => {
  const { type, tc, tot, pinned } = world.frames[mfn]!;
  return { type, tc, tot, pinned };
};

test.each(['alice: update f3[3]=0', 'alice: vamap @1.3 0'])('%s is told by what it takes away', request => {
  const program = parseProgram(ALICE + request, 'program');
  const { world } = told(ALICE);
  const fault = xen.step(world, program.moves.at(-1)!);
  if (!isTrap(fault)) throw new Error(`${request} asks for nothing`);
  const { rule, facts } = xen.why(world, fault, xen.best(world, fault));
  expect({ rule, frame: facts['frame'], entry: facts['entry'] }).toEqual({
    rule: 'cleared',
    frame: 'f5',
    entry: 'f5:rw',
  });
});

describe('the test vectors', () => {
  test('TV1: a pin counts what its table names', () => {
    const before = told(`${ALICE}alice: update f5[0]=f6:rw f3[3]=f5:r-`);
    expect(frame(before, 6)).toMatchObject({ tc: 1, tot: 2 });
    const after = told(`${ALICE}alice: update f5[0]=f6:rw f3[3]=f5:r-\nalice: pin l1 f5`);
    expect(frame(after, 6)).toMatchObject({ tc: 2, tot: 3 });
  });

  test('TV2: pinning a root audits its tables and does not pin them', () => {
    // A second root, f5, which names f4; then f4 is pinned by itself, and both are unpinned.
    const steps = [
      'alice: update f5[0]=f4:rw f3[3]=f5:r- f2[0]=0',
      'alice: pin l2 f5',
      'alice: pin l1 f4',
      'alice: unpin f5',
      'alice: unpin f4',
      'alice: update f3[2]=f4:rw',
    ];
    const upTo = (n: number) => told(ALICE + steps.slice(0, n).join('\n'));
    expect(frame(upTo(2), 5)).toMatchObject({ pinned: true, tc: 1 });
    expect(frame(upTo(2), 4)).toMatchObject({ pinned: false, tc: 1, type: 'l1' });
    expect(frame(upTo(3), 4)).toMatchObject({ pinned: true, tc: 2 });
    expect(frame(upTo(4), 4)).toMatchObject({ pinned: true, tc: 1 });
    expect(frame(upTo(5), 4)).toMatchObject({ pinned: false, tc: 0, type: 'l1' });
    expect(frame(upTo(6), 4)).toMatchObject({ tc: 1, type: 'writable' });
  });

  test('TV3: a batch stops at the first bad request', () => {
    const run = told(`${ALICE}alice: update f4[0]=f5:rw f4[1]=f6:rw f4[2]=f4:rw f4[3]=f7:rw`);
    expect(run.seen.at(-1)).toBe('EBUSY after 2');
    expect(run.world.frames[4]!.words.slice(2, 4)).toEqual([0, 0]);
  });

  const WARM = `${ALICE}alice: assist on\nalice: kwrite @1.2[0] f5:rw\n`;

  test('TV4: two stores and a load through an unhooked range take two faults', () => {
    const run = told(
      `${WARM}alice: kwrite @1.2[6] f6:rw\nalice: kwrite @1.2[7] f7:rw\nalice: uread @0.7`,
      '3.0.2',
    );
    expect(run.faults.slice(-3)).toEqual([1, 0, 1]);
    // One audit for the first, emulated store, and one for each entry that the flush found changed.
    expect(run.world.cost().audits - told(WARM, '3.0.2').world.cost().audits).toBe(2);
    expect(run.world.domains[0]!.slots.active).toBeUndefined();
  });

  test('TV5: a bad entry ends the domain; what came before it stays', () => {
    const run = told(
      `${WARM}alice: kwrite @1.2[5] f6:rw\nalice: kwrite @1.2[6] f0:rw\nalice: uread @0.5`,
      '3.0.2',
    );
    expect(run.seen.at(-1)).toBe('CRASH by Xen');
    const good = told(`${WARM}alice: kwrite @1.2[5] f6:rw`, '3.0.2').world.frames[4]!.words[5];
    expect(run.world.frames[4]!.words.slice(5, 7)).toEqual([good, 0]);
  });

  test('TV6: memory that is no table yet takes any entry, and the pin fails', () => {
    const run = told(`${ALICE}alice: update f5[0]=f0:rw f3[3]=f5:r-\nalice: pin l1 f5`);
    expect(run.seen.slice(-2)).toEqual(['done', 'EINVAL']);
  });

  test('TV7: error code 7 of a kernel is told as 3', () => {
    const run = told(`${ALICE}alice: update f4[0]=f5:r-\nalice: kwrite @0.0 9`);
    expect(run.seen.at(-1)).toBe('PF 3 at @0.0[0]');
  });

  test('TV8: CR0.WP is not the guest’s, CR0.TS is', () => {
    expect(told(`${ALICE}alice: cr0 wp\nalice: cr0 ts`).seen.slice(-2)).toEqual(['GP instead', 'done']);
  });
});

describe('CR0.WP and rings', () => {
  const store = (kind: string, op: string, rules: string) =>
    told(`xen: domain alice ${kind} 6\nalice: update f4[0]=f5:r-\nalice: ${op} @0.0 9`, rules).seen.at(-1);

  test.each([
    ['pv64', 'uwrite', 'PF 7 at @0.0[0]', 'PF 7 at @0.0[0]'],
    ['pv32', 'uwrite', 'PF 7 at @0.0[0]', 'PF 7 at @0.0[0]'],
    ['pv64', 'kwrite', 'PF 3 at @0.0[0]', 'PF 3 at @0.0[0]'],
    // Ring 1 is supervisor: without WP the store goes through in silence.
    ['pv32', 'kwrite', 'PF 3 at @0.0[0]', 'reached'],
  ])('%s %s: %s with WP, %s without', (kind, op, withWp, without) => {
    expect(store(kind, op, '3.0.3')).toBe(withWp);
    expect(store(kind, op, 'CR0.WP is clear')).toBe(without);
  });

  test.each([
    ['shadow', 'kwrite', true, 'PF 3 at @0.0[0]', 1],
    ['shadow', 'kwrite', false, 'done', 1],
    ['shadow', 'uwrite', false, 'PF 7 at @0.0[0]', 1],
    // The hardware walks the guest's tables under the guest's own WP: Xen hears of nothing.
    ['hap', 'kwrite', true, 'PF 3 at @0.0[0]', 0],
    ['hap', 'kwrite', false, 'done', 0],
    ['hap', 'uwrite', false, 'PF 7 at @0.0[0]', 0],
  ])(
    '%s %s, CR0.WP set: %s; the guest gets %s, and Xen hears of it %i times',
    (kind, op, wp, seen, heard) => {
      const clear = wp ? '' : 'carol: cr0 wp\n';
      const run = told(
        `xen: domain carol ${kind} 5\ncarol: kwrite @1.2[0] f5:r-\n${clear}carol: ${op} @0.0 9`,
      );
      expect([run.seen.at(-1), run.faults.at(-1)]).toEqual([seen, heard]);
    },
  );

  test("Xen's own writes for a guest stop at read-only entries, by WP alone", () => {
    const program = `${ALICE}alice: exchange @1.2 0`;
    expect(told(program).seen.at(-1)).toBe('EFAULT');
    expect(told(program, 'CR0.WP is clear').seen.at(-1)).toBe('done');
  });
});
