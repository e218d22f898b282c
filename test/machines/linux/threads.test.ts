import { describe, expect, test } from 'vitest';
import { complete } from '../../../src/judge/judge.ts';
import { parseProgram } from '../../../src/language/parse.ts';
import { linux } from '../../../src/machines/linux/linux.ts';
import { type Handler, Noticed, watch } from './watch.ts';

const reference: Handler = (world, _ideal, _move, fault) => linux.best(world, fault);

/** Runs a story and answers the world and what its last operation showed. */
function tell(story: string, rules = '6.x') {
  const program = parseProgram(story, 'story');
  const world = linux.boot(program, rules);
  const seen = program.moves.map(move => complete(linux, world, move));
  return { world, last: seen.at(-1), cost: linux.cost(world) };
}

describe('threads on several CPUs', () => {
  const shared = 'p0 map 0 1 rw- anon\np0 write 0 7\np0 thread p1\np1 cpu 1\np1 write 0 8\n';

  test('store into the same memory', () => {
    expect(tell(`${shared}p0 read 0`).last).toEqual({ kind: 'value', bytes: [8] });
    expect(tell(`${shared}p0 exit\np1 read 0`).last).toEqual({ kind: 'value', bytes: [8] });
  });

  test('use stale entries, where nobody flushed their CPU', () => {
    const left = `${shared}p0 fork p2\np1 write 0 9\np2 read 0`;
    expect(tell(left).last).toEqual({ kind: 'value', bytes: [8] });
    expect(tell(left, 'fork does not flush').last).toEqual({ kind: 'value', bytes: [9] });
    expect(() => watch(parseProgram(left, 'story'), reference, 'fork does not flush')).toThrow(Noticed);
  });

  test('cost an interrupt a CPU that has run the memory, and no other', () => {
    const before = tell(shared).cost;
    const { remoteFlushes, localFlushes } = tell(`${shared}p0 fork p2`).cost;
    expect([remoteFlushes - before.remoteFlushes, localFlushes - before.localFlushes]).toEqual([1, 1]);
    const alone = 'p0 map 0 1 rw- anon\np0 write 0 7\np0 fork p1\np1 cpu 1\np1 read 0\n';
    expect(tell(`${alone}p0 unmap 0 1`).cost.remoteFlushes).toBe(0);
  });

  test('take one spurious fault each where an entry was made writable elsewhere', () => {
    const story = `${shared}p0 fork p2\np1 read 0\np2 exit\np0 write 0 5\n`;
    const before = tell(story).cost.faults;
    expect(tell(`${story}p1 write 0 6`).cost.faults).toBe(before + 1);
    expect(tell(`${story}p1 write 0 6\np1 write 0 7`).cost.faults).toBe(before + 1);
  });

  test('vfork: the child stores into its parent, which sleeps until it is gone', () => {
    const story = 'p0 map 0 1 rw- anon\np0 write 0 7\np0 vfork p1\np1 write 0 9\n';
    expect(tell(`${story}p1 execve\np0 read 0`).last).toEqual({ kind: 'value', bytes: [9] });
    expect(() => parseProgram(`${story}p0 read 0`, 'story')).toThrow(/p0 sleeps until its child/);
  });
});
