import { describe, expect, test } from 'vitest';
import { complete, judge } from '../../../src/judge/judge.ts';
import { parseProgram } from '../../../src/language/parse.ts';
import type { Frame } from '../../../src/machines/hurd/frames.ts';
import { hurd } from '../../../src/machines/hurd/hurd.ts';
import { READ, WRITE } from '../../../src/machines/hurd/space.ts';
import type { World } from '../../../src/machines/hurd/world.ts';
import { isTrap } from '../../../src/machines/machine.ts';

/** The world after a program, with the reference answering. */
function worldAfter(program: string): World {
  const parsed = parseProgram(program, 'program');
  const world = hurd.boot(parsed, 'pager');
  for (const move of parsed.moves) complete(hurd, world, move);
  return world;
}

const frameOf = (world: World, task: string, page = 0): Frame =>
  world.physmem.frameOf(world.entryOf(world.task(task), page)!);
const at = (world: World, task: string, page = 0) => {
  const { cow, refs, handed } = frameOf(world, task, page);
  return { cow, refs, handed };
};
const copies = (world: World): number => world.counts.bytesRead / 4096;

const heap = 'p0 map 0 1 rw- anon\n';

describe('test vectors of the specification, section 14', () => {
  test('TV1: the first map binds a frame of zeros', () => {
    const world = worldAfter(`${heap}p0 alloc 0 1\np0 read 0`);
    expect(at(world, 'p0')).toEqual({ cow: 0, refs: 1, handed: READ });
    expect(hurd.view(world).panels[1]!.rows[0]!.cells).toEqual(['f1', '0', '{p0:0}', '0 0 0 0']);
  });

  test('TV2: of two logical copies the writer gets the new frame, and the other writes in place', () => {
    const copied = `p0 fork p1\n${heap}p0 write 0 7\np0 copyto 0 1 p1\n`;
    expect(at(worldAfter(copied), 'p0')).toEqual({ cow: 1, refs: 2, handed: READ });
    const written = worldAfter(`${copied}p1 write 0 9`);
    expect(at(written, 'p0')).toMatchObject({ cow: 0, refs: 1 });
    expect(at(written, 'p1')).toMatchObject({ cow: 0, refs: 1 });
    expect(frameOf(written, 'p1').id).not.toBe(frameOf(written, 'p0').id);
    expect(copies(worldAfter(`${copied}p1 write 0 9\np0 write 0 8`))).toBe(1);
  });

  test('TV3: a ring moves as a whole', () => {
    const story = `p0 fork p1\np0 fork p2\n${heap}p0 write 0 7\np0 share 0 1 p1\np0 copyto 0 1 p2\n`;
    expect(at(worldAfter(story), 'p0')).toMatchObject({ cow: 1, refs: 3 });
    const world = worldAfter(`${story}p0 write 0 9`);
    expect(frameOf(world, 'p0').id).toBe(frameOf(world, 'p1').id);
    expect(at(world, 'p0')).toMatchObject({ cow: 0, refs: 2 });
    expect(at(world, 'p2')).toMatchObject({ cow: 0, refs: 1 });
  });

  test('TV4: three logical copies cost two copies, never three', () => {
    const story = `p0 fork p1\np0 fork p2\n${heap}p0 write 0 7\np0 copyto 0 1 p1\np0 copyto 0 1 p2\n`;
    expect(at(worldAfter(story), 'p0').cow).toBe(2);
    const first = worldAfter(`${story}p0 write 0 9`);
    expect(at(first, 'p1').cow).toBe(1);
    const second = `${story}p0 write 0 9\np1 write 0 9\n`;
    expect(at(worldAfter(second), 'p2').cow).toBe(0);
    expect(copies(worldAfter(`${second}p2 write 0 9`))).toBe(2);
  });

  test('TV5: soft others are dropped, and who asks for them is told that they are gone', () => {
    const story = 'p0 serve 0 1 rw- 40\np0 read 0\np0 fork p1\np0 soften 0 1\np1 write 0 9\n';
    const world = worldAfter(story);
    expect(copies(world)).toBe(0);
    expect(world.entryOf(world.task('p0'), 0)).toBeUndefined();
    expect(worldAfter(`${story}p0 read 0`).counts.io).toBe(world.counts.io + 1);
  });

  test('TV6: a logical copy takes the right to write from who had it', () => {
    const world = worldAfter(`p0 fork p1\n${heap}p0 write 0 7\np0 copyto 0 1 p1\n`);
    expect(world.physmem.mmu.at('p0', 0)!.rights).toBe(READ);
    expect(copies(worldAfter(`p0 fork p1\n${heap}p0 write 0 7\np0 copyto 0 1 p1\np0 write 0 9`))).toBe(1);
  });

  test('TV7: when the copy is gone, nothing is shared', () => {
    const world = worldAfter(`p0 fork p1\n${heap}p0 write 0 7\np0 copyto 0 1 p1\np1 exit`);
    expect(at(world, 'p0')).toMatchObject({ cow: 0, refs: 1 });
  });

  test('TV8: an empty reply to a page that is not mapped is an endless fault', () => {
    const parsed = parseProgram(`${heap}p0 write 0 7\np0 revoke 0 1\np0 read 0`, 'program');
    const world = hurd.boot(parsed, 'pager');
    const ideal = hurd.ideal.boot(parsed);
    for (const move of parsed.moves.slice(0, -1))
      hurd.ideal.advance(ideal, move, complete(hurd, world, move));
    const move = parsed.moves.at(-1)!;
    const fault = hurd.step(world, move);
    if (!isTrap(fault)) throw new RangeError('the read does not fault');
    const offers = hurd.offers(world, fault, ['ask-read', 'reply']);
    expect(judge(hurd, { world, ideal, move, fault }, hurd.parse('reply'), offers).verdict).toBe('livelock');
  });

  test('TV9: 12 KiB are two frames, of 8 and of 4', () => {
    const world = worldAfter('p0 map 0 3 rw- anon\np0 alloc 0 3');
    expect(world.physmem.frames.map(({ pages }) => pages)).toEqual([2, 1]);
  });

  test('TV10: extras are promoted: a clean guaranteed frame goes for a dirty extra one', () => {
    const program = [
      'p0 quota 1',
      'p0 extra 3',
      'p0 serve 0 3 r-- 40',
      'p0 read 0',
      'p0 map 8 1 rw- anon',
      'p0 write 8 7',
      'p0 read 1',
      'p0 read 2',
      'p0 demand 3',
    ].join('\n');
    const world = worldAfter(program);
    expect(world.physmem.allocated('p0')).toBe(1);
    expect(world.task('p0').data.get(8)).toMatchObject({ kind: 'resident', dirty: true });
    expect(world.counts.io).toBe(3);
  });
});

describe('the middle of a frame that was copied', () => {
  test('R4: only what nobody has any more is freed', () => {
    const story =
      'p0 fork p1\np0 map 0 4 rw- anon\np0 alloc 0 4\np0 write 1 7\np0 write 2 5\np0 copyto 1 2 p1\np0 unmap 0 4\n';
    const world = worldAfter(story);
    expect(world.physmem.usedFrames()).toBe(2);
    expect(world.physmem.frames.map(({ pages, cow }) => [pages, cow])).toEqual([
      [1, 0],
      [1, 0],
    ]);
  });
});

describe('what physmem knows and may', () => {
  test('H19: frames and entries name containers and indices, never an address', () => {
    const world = worldAfter(`${heap}p0 write 0 7`);
    const [entry] = world.physmem.entries;
    expect(Object.keys(entry!).sort()).toEqual(
      ['container', 'frame', 'id', 'offset', 'pages', 'ring', 'soft', 'start'].sort(),
    );
    const [frame] = world.physmem.frames;
    expect(Object.keys(frame!).sort()).toEqual(['base', 'cow', 'handed', 'id', 'pages', 'refs']);
  });

  test('H19: nothing depends on who mapped what: with all mappings gone everybody sees the same', () => {
    const story = `p0 fork p1\n${heap}p0 write 0 7\np0 copyto 0 1 p1\n`;
    const world = worldAfter(`${story}p0 revoke 0 1\np1 write 0 9`);
    expect(complete(hurd, world, { process: 'p0', op: 'read', page: 0, offset: 0 })).toEqual({
      kind: 'value',
      bytes: [7],
    });
  });

  test('H20: a weak capability changes no frames', () => {
    const before = worldAfter(heap);
    const world = worldAfter(`${heap}p0 miscall weak 0`);
    expect(world.physmem.entries).toEqual(before.physmem.entries);
  });

  test('H18: an evicted page leaves its copies alone, and what comes to its index is written without a copy', () => {
    const world = worldAfter(
      `p0 map 0 2 rw- anon\np0 write 0 7\np0 fork p1\np0 swapout 0 1\np0 write 1 9\np0 write 1 8`,
    );
    expect(at(world, 'p0', 1)).toEqual({ cow: 0, refs: 1, handed: READ | WRITE });
    expect(copies(world)).toBe(0);
  });

  test('N logical copies of a swapped page share a slot', () => {
    const world = worldAfter(`${heap}p0 write 0 7\np0 swapout 0 1\np0 fork p1\np0 fork p2`);
    expect(world.physmem.slots.map(({ refs }) => refs)).toEqual([3]);
  });
});
