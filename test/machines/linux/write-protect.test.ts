import fc from 'fast-check';
import { describe, expect, test } from 'vitest';
import { execute } from '../../../src/game/execution.ts';
import { ruleText } from '../../../src/game/words.ts';
import type { Program, Settings } from '../../../src/language/moves.ts';
import { parseProgram } from '../../../src/language/parse.ts';
import { linux } from '../../../src/machines/linux/linux.ts';
import { programs } from './programs.ts';
import { watch } from './watch.ts';

const run = (program: Program, wp: NonNullable<Settings['wp']>) => [
  ...execute(linux, { ...program, settings: { wp } }, '6.x'),
];

const LETTER = parseProgram(
  `sh: map heap 1 rw- anon
sh: write heap 7
sh: fork child
child: rsys pipe heap 0 16 9
sh: read heap
child: read heap`,
  'letter',
);

describe("a child's read(2) into a page that it shares", () => {
  test.each([
    ['on', 1, 7],
    ['checked', 1, 7],
    ['off', 0, 9],
  ] as const)('CR0.WP %s', (wp, decisions, parentSees) => {
    const [, , , letter, parent, child] = run(LETTER, wp);
    expect(letter!.faults).toHaveLength(decisions);
    expect(parent!.seen).toEqual({ kind: 'value', bytes: [parentSees] });
    expect(child!.seen).toEqual({ kind: 'value', bytes: [9] });
  });

  test('is asked for by a check, not by a trap', () => {
    const { trap, reason } = run(LETTER, 'checked')[3]!.faults[0]!;
    expect(trap).toMatchObject({ event: 'check', errorCode: 3, user: false, wp: false });
    expect(ruleText('linux', reason)).toContain('CR0.WP is clear');
    expect(ruleText('linux', run(LETTER, 'on')[3]!.faults[0]!.reason)).toContain('CR0.WP is set');
  });

  test('overwrites even what may only be read', () => {
    const text = 'p0 map 0 1 rw- anon\np0 write 0 7\np0 prot 0 1 r--\np0 rsys zero 0 0 16 0\np0 read 0';
    const seen = (wp: 'on' | 'off' | 'checked') => run(parseProgram(text, 'sealed'), wp).at(-1)!.seen;
    expect([seen('on'), seen('checked'), seen('off')].map(one => one.kind === 'value' && one.bytes)).toEqual([
      [7],
      [7],
      [0],
    ]);
  });
});

describe('checking in software', () => {
  test('shows what the processor would have shown, with the same decisions', () => {
    fc.assert(
      fc.property(programs({ processes: 3, length: 40 }), program => {
        const told = (wp: 'on' | 'checked') =>
          run(program, wp).map(({ seen, faults }) => [seen, faults.map(({ decision }) => decision)]);
        expect(told('checked')).toEqual(told('on'));
      }),
      { numRuns: 80 },
    );
  });

  test('keeps world and ideal coupled', () => {
    fc.assert(
      fc.property(programs({ processes: 4, length: 40 }), program =>
        watch({ ...program, settings: { wp: 'checked' } }, (world, _ideal, _move, fault) =>
          linux.best(world, fault),
        ),
      ),
      { numRuns: 150 },
    );
  });

  test('costs a look at every page that is stored to, and saves the trap', () => {
    const text = 'p0 map 0 3 rw- anon\np0 write 0 7\np0 write 1 8\np0 write 2 9\np0 rsys pipe 0 4000 8000 5';
    const program = { ...parseProgram(text, 'pages'), settings: { wp: 'checked' } as const };
    const world = linux.boot(program, '6.x');
    for (const move of program.moves.slice(0, -1))
      for (let fault = linux.step(world, move); fault.kind === 'trap'; fault = linux.step(world, move))
        linux.apply(world, fault, linux.best(world, fault));
    const { faults } = linux.cost(world);
    expect(linux.step(world, program.moves.at(-1)!).kind).toBe('count');
    expect(linux.cost(world)).toMatchObject({ audits: 3, faults });
  });
});
