import fc from 'fast-check';
import { describe, expect, test } from 'vitest';
import { complete } from '../../../src/judge/judge.ts';
import { advance, beginRace, nextStep, type Race } from '../../../src/judge/race.ts';
import { parseProgram } from '../../../src/language/parse.ts';
import { microInvariants } from '../../../src/machines/linux/invariants/micro.ts';
import { linux } from '../../../src/machines/linux/linux.ts';
import type { World } from '../../../src/machines/linux/world.ts';

const THREADS = `sh map 0 4 rw- anon
sh write 0 7
sh write 1 5
sh thread t1
t1 cpu 1
sh thread t2
t2 cpu 2`;
const SHARED = `${THREADS}
sh fork child
child cpu 1
t2 read 0`;
const FILE = `file 0 6 ext4
sh map 0 6 rw- shared 0 0
sh thread t1
t1 cpu 1`;

/** What happens first, and what happens at once then. */
const RACES: readonly (readonly [setup: string, script: string])[] = [
  [SHARED, 'sh write 0 9\nt1 write 0 8\nt2 read 0\nchild write 0 6'],
  [THREADS, 'sh write 2 9\nt1 write 2 8\nt2 read 2'],
  [THREADS, 'sh fork child\nt1 write 0 8\nchild read 0\nt2 write 2 6'],
  [SHARED, 'sh write 0 9\nt1 madv 0 2 dontneed\nt2 write 1 8'],
  [SHARED, 'sh write 0 9\nt1 unmap 0 1\nt2 write 1 8'],
  [SHARED, 'sh write 0 9\nt1 mremap 1 1 8 1\nt2 write 0 8'],
  [`swap file\n${THREADS}`, 'sh madv 0 1 pageout\nt1 write 0 8\nt2 write 0 6'],
  [`swap file\n${THREADS}\nsh madv 0 1 pageout\nsh fork child`, 'sh write 0 8\nt1 read 0\nchild write 0 6'],
  [FILE, 'sh read 1\nt1 write 2 9\nsh write 1 8'],
  [FILE, 'sh write 1 9\nt1 ftrunc 0 1\nsh read 2'],
  [`${FILE}\nsh write 1 9`, 'sh fsync 0\nt1 write 1 8\nsh read 4'],
];

function raceOf(setup: string, script: string, rules: string): Race {
  const { length } = parseProgram(setup, 'set-up').moves;
  const program = parseProgram(`${setup}\n${script}`, 'race');
  const world = linux.boot(program, rules);
  const ideal = linux.ideal.boot(program);
  for (const move of program.moves.slice(0, length))
    linux.ideal.advance(ideal, move, complete(linux, world, move));
  const moves = program.moves.slice(length);
  const processes = [...new Set(moves.map(({ process }) => process))];
  return {
    world,
    ideal,
    cast: processes.map(process => ({ process, moves: moves.filter(move => move.process === process) })),
    trapped: undefined,
    plan: undefined,
  };
}

/** The first micro-step that breaks something where `draw` says who steps next; undefined: all has been done. */
function brokenIn(race: Race, draw: () => number): string | undefined {
  let state = beginRace(race);
  for (;;) {
    const steppers = [...race.cast.keys()].filter(i => nextStep(linux, race, state, i)?.waits === false);
    if (steppers.length === 0) return undefined;
    const i = steppers[draw() % steppers.length]!;
    const { trap } = state.actors[i]!;
    const before: World = state.world;
    const { state: next, step } = advance(linux, race, state, i)!;
    const after: World = next.world;
    const cpu = before.process(step.process).cpu;
    if (step.micro !== undefined)
      for (const { id, broken } of microInvariants) {
        const what = broken({ before, after, cpu, step: step.micro, page: trap?.page });
        if (what !== undefined) return `${id}: ${what}`;
      }
    state = next;
  }
}

const draws = fc.infiniteStream(fc.nat(1000));

describe('what each micro-step must keep', () => {
  test('holds under every order of several CPUs', () => {
    fc.assert(
      fc.property(fc.constantFrom(...RACES), draws, ([setup, script], draw) => {
        expect(brokenIn(raceOf(setup, script, '6.x'), () => draw.next().value)).toBeUndefined();
      }),
      { numRuns: 120 },
    );
  });

  test.each([
    ['I27', 'a page is cleared when it can be seen already', 1],
    ['I28', 'copy does not recheck the entry', 0],
    ['I34', 'a copy is made under the page table lock', 0],
    ['I34', 'an entry is set without its lock', 1],
  ])('%s notices: %s', (id, rules, which) => {
    const [setup, script] = RACES[which]!;
    const orders = fc.sample(fc.array(fc.nat(1000), { minLength: 60, maxLength: 60 }), 40);
    const noticed = orders.map(order => brokenIn(raceOf(setup, script, rules), () => order.shift() ?? 0));
    expect(noticed.filter(what => what !== undefined).map(what => what.slice(0, 3))).toContain(id);
  });
});
