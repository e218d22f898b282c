import { describe, expect, test } from 'vitest';
import { judge } from '../../../src/judge/judge.ts';
import type { Move } from '../../../src/language/moves.ts';
import { parseProgram } from '../../../src/language/parse.ts';
import { DECISIONS, decisions } from '../../../src/machines/linux/fault/decision.ts';
import { linux } from '../../../src/machines/linux/linux.ts';
import { races } from '../../../src/machines/linux/races/races.ts';
import { isTrap } from '../../../src/machines/machine.ts';
import { atFault, held, rightAt } from './at-fault.ts';

/** Page 0 may be written and is empty, page 1 is read-only, page 2 is no page at all. */
const PAGES = 'p0 map 0 1 rw- anon\np0 map 1 1 r-- anon\n';
const offers = DECISIONS.map(name => decisions[name]);

/** Of two threads on two CPUs one unmaps a page that another copies to. */
test.each([
  ['nofault', false, 'read'],
  ['rash', false, 'read'],
  ['module', true, 'none'],
])('a driver that copies by %s may begin while memory is unmapped: %s', (stream, mayBegin, holds) => {
  const story = `${PAGES}p0 map 3 1 rw- anon\np0 write 0 7\np0 thread p1\np1 cpu 1\np1 read 0\n`;
  const { moves } = parseProgram(`${story}p1 unmap 3 1\np0 rsys ${stream} 0 0 1 5`, 'race');
  const { world } = atFault(`${story}p1 read 2`);
  const [unmap, copy] = moves.slice(-2) as [Move, Move];
  const copying = races.task(world, copy)!;
  const unmapping = races.task(world, unmap)!;
  races.begin(world, copy, copying);
  expect(world.cpus[0]!.holds!.mmap).toBe(holds);
  expect(races.ready(world, unmap, unmapping, unmapping.steps[0], true)).toBe(mayBegin);
  races.end(world, copy, copying);
  races.begin(world, unmap, unmapping);
  expect(races.ready(world, copy, copying, copying.steps[0], true)).toBe(mayBegin);
});

test('a fault that is taken with page faults disabled takes no lock', () => {
  const { world, fault } = atFault(`${PAGES}p0 rsys nofault 0 0 1 5`);
  const task = races.task(world, fault)!;
  races.begin(world, fault, task);
  expect(world.cpu.holds!.mmap).toBe('none');
});

describe('with page faults disabled', () => {
  test.each(['nofault', 'atomic'])('nothing is served, however legal it is: %s', stream => {
    for (const page of [0, 1, 2]) {
      const right = rightAt(`${PAGES}p0 rsys ${stream} ${page} 0 1 5`);
      expect(right).toEqual(['refuse-access', 'refuse-unmapped', 'refuse-bus', 'fix-up']);
    }
    const { world, fault } = atFault(`${PAGES}p0 rsys ${stream} 0 0 1 5`);
    expect(linux.best(world, fault).do).toBe('fix-up');
    expect(fault.registers.at(-1)).toEqual(['page faults', 'disabled']);
  });

  test('whoever serves it waits for the lock that he holds, for ever', () => {
    const situation = atFault(`${PAGES}p0 rsys nofault 0 0 1 5`);
    const judgement = judge(linux, situation, decisions.zeroed, offers);
    expect(judgement.verdict).toBe('livelock');
    expect(judgement.consequence!.steps.map(({ seen }) => seen.kind)).toEqual(['asleep']);
  });

  test('a bare pointer is an oops, even to a page that could be had', () => {
    for (const page of [0, 1, 2]) expect(rightAt(`${PAGES}p0 rsys rash ${page} 0 1 5`)).toContain('oops');
    expect(rightAt(`${PAGES}p0 rsys rash 0 0 1 5`)).not.toContain('fix-up');
  });

  test('what is there is copied without any fault', () => {
    const program = parseProgram(`${PAGES}p0 write 0 7\np0 wsys nofault 0 0 16`, 'there');
    const world = linux.boot(program, '6.x');
    for (const move of program.moves) {
      let seen = linux.step(world, move);
      for (; isTrap(seen); seen = linux.step(world, move)) {
        expect(move.op).toBe('write');
        linux.apply(world, seen, linux.best(world, seen));
      }
    }
  });

  /** Pages 0 and 3 are there; of 12 bytes from 4090 on, 6 lie in the page after. */
  const THERE = 'p0 map 0 2 rw- anon\np0 map 3 2 rw- sanon\np0 write 0 7\np0 write 3 8\n';

  test('a copy ends before the first page that is missing; the caller may fault it in and try again', () => {
    const ends = (stream: string) => {
      const program = parseProgram(`${THERE}p0 rsys ${stream} 0 4090 12 5`, 'ends');
      const world = linux.boot(program, '6.x');
      const faults: string[] = [];
      let last: unknown;
      for (const move of program.moves) {
        let seen = linux.step(world, move);
        for (; isTrap(seen); seen = linux.step(world, move)) {
          const best = linux.best(world, seen);
          if (move.op === 'rsys') faults.push(best.do);
          linux.apply(world, seen, best);
        }
        last = seen;
      }
      return [last, faults];
    };
    expect(ends('nofault')).toEqual([{ kind: 'count', count: 6, bytes: [] }, ['fix-up']]);
    expect(ends('atomic')).toEqual([{ kind: 'count', count: 12, bytes: [] }, ['fix-up', 'zeroed']]);
  });

  test.each(['nofault', 'atomic', 'rash'])('others see what was stored, and no more: %s', stream => {
    held(`${THERE}p0 fork p1\np1 rsys ${stream} 3 4090 12 5\np0 read 3 4095\np0 read 4 0\np0 pvr p1 3 0 1`);
    held(`${THERE}p0 wsys ${stream} 0 4090 12\np0 wsys ${stream} 2 0 4`);
  });

  test.each(['nofault', 'rash'])('no stack grows: %s', stream => {
    held(`p0 map 3 1 rw- anon gd\np0 write 3 7\np0 rsys ${stream} 2 0 16 5\np0 map 2 1 r-- anon`);
  });
});

describe('a jump of the kernel into user memory', () => {
  const TEXT = 'p0 map 0 1 rwx anon\np0 write 0 7\n';

  test('is an oops, whether the page is there, absent or no page; nothing else is right', () => {
    for (const page of [0, 1])
      expect(rightAt(`${TEXT}p0 map 2 1 rwx anon\np0 kfetch ${page}`)).toContain('oops');
    expect(rightAt(`${TEXT}p0 kfetch 0`)).not.toContain('fix-up');
    expect(rightAt(`${TEXT}p0 kfetch 0`)).not.toContain('spurious');
    const { fault } = atFault(`${TEXT}p0 kfetch 0`);
    expect(fault.errorCode).toBe(17);
    held(`${TEXT}p0 fork p1\np1 kfetch 0\np0 read 0\np0 pvr p1 0 0 1`);
  });

  test('without SMEP it runs what is there, with all rights', () => {
    const program = parseProgram(`smep off\n${TEXT}p0 kfetch 0`, 'jump');
    const world = linux.boot(program, '6.x');
    expect(linux.sound!(world)).toBe(false);
    for (const move of program.moves)
      for (let seen = linux.step(world, move); isTrap(seen); seen = linux.step(world, move))
        linux.apply(world, seen, linux.best(world, seen));
    expect(linux.trespass(world)).toBe('hijack');
    expect(rightAt(`smep off\n${TEXT}p0 kfetch 1`)).toContain('oops');
  });

  test('SMEP is a bit of x86', () => {
    expect(() => parseProgram(`arch arm\nsmep off\n${TEXT}`, 'jump')).toThrow('CR4.SMEP');
  });
});
