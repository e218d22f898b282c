import { describe, expect, test } from 'vitest';
import { execute } from '../../../src/game/execution.ts';
import { parseProgram } from '../../../src/language/parse.ts';
import { linux } from '../../../src/machines/linux/linux.ts';
import { ruleSets } from '../../../src/machines/linux/rules.ts';

/** A page that went to swap and came back to both of a fork: its frame is the cache of slot 0. */
const SHARED = `swap file
p0 map 0 1 rw- anon
p0 write 0 7
p0 madv 0 1 pageout
p0 fork p1
p0 read 0
p1 read 0
`;

/** How many entries name each slot, and whether a frame caches it, after a program. */
function slotsAfter(text: string, rules: string) {
  const program = parseProgram(text, 'slots');
  const world = linux.boot(program, rules);
  [...execute(linux, program, rules, world)];
  return world.swap.slots.map(slot => slot && { count: slot.count, cached: slot.pfn >= 0 });
}

/** Text 001: "if necessary, a new swap slot will be reserved" for the copy. It is, once the copy is swapped out. */
describe.each(Object.keys(ruleSets))('the copy of a page that has a swap slot, %s', rules => {
  test('takes none along', () => {
    expect(slotsAfter(`${SHARED}p1 write 0 9`, rules)).toEqual([{ count: 0, cached: true }]);
  });

  test('gets a slot of its own if it is swapped out, and the other page keeps the old one', () => {
    const slots = slotsAfter(`${SHARED}p1 write 0 9\np1 madv 0 1 pageout\np0 madv 0 1 pageout`, rules);
    // p1's went out dirty and is cached still; p0's was clean, and its frame went.
    expect(slots).toEqual([
      { count: 1, cached: false },
      { count: 1, cached: true },
    ]);
  });

  test('leaves the last owner to give the old slot up when he writes', () => {
    const slots = slotsAfter(`${SHARED}p1 write 0 9\np1 madv 0 1 pageout\np0 write 0 8`, rules);
    // 5.10 counts references, the cache's among them, and copies once more: nobody is left for slot 0 then.
    expect(slots[0]).toBeUndefined();
    expect(slots[1]).toEqual({ count: 1, cached: true });
  });
});
