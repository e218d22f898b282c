import { describe, expect, test } from 'vitest';
import { complete } from '../../../src/judge/judge.ts';
import type { Move, Seen } from '../../../src/language/moves.ts';
import { parseProgram } from '../../../src/language/parse.ts';
import { broken } from '../../../src/machines/linux/invariants/invariants.ts';
import { transitions } from '../../../src/machines/linux/invariants/transitions.ts';
import { linux } from '../../../src/machines/linux/linux.ts';
import type { World } from '../../../src/machines/linux/world.ts';

/** The world after a story, the one before its last operation, and what that has shown. */
function lastOf(story: string) {
  const program = parseProgram(story, 'story');
  const after = linux.boot(program, '6.x');
  for (const move of program.moves.slice(0, -1)) complete(linux, after, move);
  const before = after.clone();
  const move = program.moves.at(-1)!;
  return { before, move, seen: complete(linux, after, move), after };
}

const noticing = (before: World, move: Move, seen: Seen, after: World): string[] =>
  transitions.filter(each => each.broken(before, move, seen, after) !== undefined).map(({ id }) => id);

const mapped = 'file 0 1 ext4\np0 map 0 2 rw- shared 0 0\np0 map 4 2 rw- anon\np0 write 4 7\n';
const bus = { kind: 'signal', signal: 'BUS', code: 'ADRERR' } as const;
const page = (n: number): number => 0x1000_0000_0000 + 4096 * n;

describe('what one operation may show and change', () => {
  test.each([
    ['I21', `${mapped}p0 read 1`, { ...bus, address: page(0) }],
    ['I22', `${mapped}p0 rsys pipe 8 0 16 5`, { kind: 'signal', signal: 'SEGV', code: 'MAPERR', address: 0 }],
    ['I23', `${mapped}p0 rsys pipe 4 0 16 5`, { kind: 'count', count: 17, bytes: [] }],
  ] as const)('%s alone notices another result', (id, story, instead) => {
    const { before, move, seen, after } = lastOf(story);
    expect(noticing(before, move, seen, after)).toEqual([]);
    expect(noticing(before, move, instead, after)).toEqual([id]);
  });

  test('I33 alone notices a child without what its parent has', () => {
    const { before, move, seen, after } = lastOf(`${mapped}p0 fork p1`);
    expect(noticing(before, move, seen, after)).toEqual([]);
    const child = after.mmOf('p1');
    child.vmas = child.vmas.slice(0, 1);
    expect(noticing(before, move, seen, after)).toEqual(['I33']);
    const wiped = lastOf(`${mapped}p0 madv 4 1 wipeonfork\np0 fork p1`);
    expect(noticing(wiped.before, wiped.move, wiped.seen, wiped.after)).toEqual([]);
    expect(broken(wiped.after)).toEqual([]);
  });
});
