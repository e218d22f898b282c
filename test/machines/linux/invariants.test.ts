import { expect, test } from 'vitest';
import { complete } from '../../../src/judge/judge.ts';
import { parseProgram } from '../../../src/language/parse.ts';
import { EXCLUSIVE, FOLIO_DIRTY, UPTODATE, ZERO_PFN } from '../../../src/machines/linux/hardware/frames.ts';
import { DIRTY, pfnOf, swapEntry, WRITABLE } from '../../../src/machines/linux/hardware/pte.ts';
import { answers } from '../../../src/machines/linux/invariants/answers.ts';
import { broken, invariants } from '../../../src/machines/linux/invariants/invariants.ts';
import { microInvariants } from '../../../src/machines/linux/invariants/micro.ts';
import { shownInvariants } from '../../../src/machines/linux/invariants/shown.ts';
import { transitions } from '../../../src/machines/linux/invariants/transitions.ts';
import { linux } from '../../../src/machines/linux/linux.ts';
import type { World } from '../../../src/machines/linux/world.ts';
import { held } from './at-fault.ts';
import { Noticed } from './watch.ts';

/** The world after a story; page 0 is p0's in all of them, and frame 1 the first that was given to it. */
function worldAfter(story: string): World {
  const program = parseProgram(story, 'story');
  const world = linux.boot(program, '6.x');
  for (const move of program.moves) complete(linux, world, move);
  return world;
}

const table = (world: World) => world.mmOf('p0').table;
const frameAt0 = (world: World): number => pfnOf(table(world).low(0), table(world).high(0));

/** Gives page 0's entry other low bits. */
function change(world: World, bits: (low: number) => number): void {
  table(world).set(0, bits(table(world).low(0)), table(world).high(0));
}

const WRITTEN = 'p0 map 0 1 rw- anon\np0 write 0 7\n';
const FORKED = `${WRITTEN}p0 fork p1\n`;
const READ = 'p0 map 0 1 rw- anon\np0 read 0\n';
const FILE = 'file 0 2 ext4\np0 map 0 1 rw- shared 0 0\n';
const SWAPPED = `swap file\n${WRITTEN}p0 madv 0 1 pageout\n`;

/** A world in which all holds, broken by hand. Broken at once may be more than what is meant. */
const BY_HAND: readonly (readonly [id: string, story: string, breaks: (world: World) => void])[] = [
  ['I1', FORKED, world => change(world, low => low | WRITABLE)],
  ['I3', `${FILE}p0 read 0`, world => (world.objects[0]!.pages = new Map([[0, 2]]))],
  ['I4', READ, world => change(world, low => low | WRITABLE)],
  ['I4', READ, world => (world.frames.contents[ZERO_PFN] = { fill: 1, offsets: [], values: [] })],
  ['I5', WRITTEN, world => world.frames.refcount[frameAt0(world)]!++],
  ['I6', WRITTEN, world => world.frames.mapcount[frameAt0(world)]!--],
  ['I7', WRITTEN, world => world.frames.free.push(frameAt0(world))],
  ['I7', WRITTEN, world => world.frames.generation[frameAt0(world)]!++],
  ['I8', WRITTEN, world => change(world, low => low & ~WRITABLE)],
  ['I8', WRITTEN, world => change(world, low => low & ~DIRTY)],
  ['I9', WRITTEN, world => change(world, () => 0)],
  ['I10', FORKED, world => world.frames.mark(frameAt0(world), EXCLUSIVE)],
  ['I11', `${WRITTEN}p0 iopin 0 0 1`, world => world.frames.unmark(frameAt0(world), EXCLUSIVE)],
  ['I12', SWAPPED, world => (world.swap.slots[0] = { ...world.swap.slots[0]!, count: 2 })],
  ['I13', SWAPPED, world => (world.swap.slots[0] = undefined)],
  [
    'I14',
    `${SWAPPED}p0 read 0`,
    world => (world.swap.slots[0] = { ...world.swap.slots[0]!, data: { fill: 1, offsets: [], values: [] } }),
  ],
  ['I15', `${SWAPPED}p0 fork p1`, world => change(world, () => swapEntry(0, true))],
  ['I16', WRITTEN, world => world.mmOf('p0').rssAnon++],
  ['I17', WRITTEN, world => world.leftResident++],
  ['I18', WRITTEN, world => (world.mmOf('p0').vmas = [])],
  [
    'I24',
    `${FILE}p0 write 0 7`,
    world => {
      world.frames.unmark(frameAt0(world), FOLIO_DIRTY);
      change(world, low => low & ~DIRTY);
    },
  ],
  ['I25', `${FILE}p0 read 0`, world => change(world, low => low | WRITABLE)],
  ['I26', `${FILE}p0 read 0`, world => (world.objects[0]!.size = 0)],
  ['I27', WRITTEN, world => world.frames.unmark(frameAt0(world), UPTODATE)],
  ['I31', WRITTEN, world => (world.mmOf('p0').vmas = world.mmOf('p0').vmas.flatMap(vma => [vma, vma]))],
];

test.each(BY_HAND)('%s notices it by itself: %s', (id, story, breaks) => {
  const world = worldAfter(story);
  expect(broken(world)).toEqual([]);
  breaks(world);
  expect(broken(world).map(({ invariant }) => invariant)).toContain(id);
});

/** What is noticed first when a kernel with one rule broken runs a program; the whole one runs it without a fault. */
const BY_MUTATION: readonly (readonly [id: string, mutation: string, program: string])[] = [
  ['I19', 'behind the end of a file SIGSEGV', 'file 0 1 ext4\np0 map 0 2 rw- priv 0 0\np0 read 1'],
  ['I20', 'CR0.WP is clear', `${WRITTEN}p0 prot 0 1 r--\np0 rsys pipe 0 0 9 5`],
  ['I22', 'an instruction without an entry is fixed up', 'p0 map 0 1 r-- anon\np0 rsys bare 0 0 1 5'],
  [
    'I23',
    'a read(2) of a file does not count a part',
    'file 0 2 ext4\np0 map 0 2 rw- anon\np0 rsys file:0:0 0 100 8192 0',
  ],
  ['I28', 'copy of zeros, whatever the page holds', `${FORKED}p0 write 0 8`],
  ['I29', 'never reuse', `${FORKED}p1 exit\np0 write 0 8`],
  ['I30', 'reuse leaves the entry read-only', `${FORKED}p1 exit\np0 write 0 8`],
  ['I31', 'a stack grows into the guard gap', 'p0 map 0 1 rw- anon\np0 map 9 1 rw- anon gd\np0 write 8 7'],
  ['I32', "modules' exception tables are not searched", 'p0 map 0 1 r-- anon\np0 rsys module 0 0 1 5'],
  ['I33', 'fork copies no page tables', FORKED],
  ['I34', 'a copy is made under the page table lock', `${FORKED}p0 write 0 8`],
  [
    'I35',
    'a page that was read in counts as if nobody had waited',
    `swap zram\n${WRITTEN}p0 madv 0 1 pageout\np0 read 0`,
  ],
  [
    'I37',
    'the OOM killer takes whoever asks',
    'memory 3\novercommit always\np0 map 0 3 rw- anon\np0 write 0 7\np0 write 1 8\np0 write 2 9\np0 fork p1\np1 unmap 1 2\np1 write 0 5',
  ],
];

test.each(BY_MUTATION)('%s notices: %s', (id, mutation, program) => {
  held(program);
  expect(() => held(program, mutation)).toThrow(Noticed);
  expect(() => held(program, mutation)).toThrow(new RegExp(`^${id}:`));
});

test('I2 notices what a process did not write to its own page', () => {
  const before = worldAfter(WRITTEN);
  const move = { process: 'p0', op: 'read', page: 0, offset: 0 } as const;
  const noticing = (byte: number) =>
    shownInvariants
      .filter(({ broken: breaks }) =>
        breaks({
          before,
          move,
          seen: { kind: 'value', bytes: [byte] },
          allowed: [{ kind: 'value', bytes: [7] }],
        }),
      )
      .map(({ id }) => id);
  expect(noticing(7)).toEqual([]);
  expect(noticing(8)).toEqual(['I2']);
});

test('I36 notices a promise of more than there is', () => {
  const program = (pages: number) => `memory 6\novercommit never\np0 map 0 ${pages} rw- anon`;
  const before = worldAfter('memory 6\novercommit never\np0 map 9 1 r-- anon');
  const after = before.clone();
  const move = { process: 'p0', op: 'cpu', cpu: 0 } as const;
  const noticing = () =>
    transitions
      .filter(each => each.broken(before, move, { kind: 'done' }, after) !== undefined)
      .map(({ id }) => id);
  expect(noticing()).toEqual([]);
  after.mmOf('p0').vmas = worldAfter(program(6).replace('never', 'always')).mmOf('p0').vmas;
  expect(noticing()).toEqual(['I36']);
});

test('each of I1 to I37 is a predicate, and noticed here or where operations are looked at', () => {
  const elsewhere = ['I21'];
  const noticed = [...BY_HAND.map(([id]) => id), ...BY_MUTATION.map(([id]) => id), 'I2', 'I36', ...elsewhere];
  const predicates = [invariants, transitions, answers, microInvariants, shownInvariants].flat();
  const ids = Array.from({ length: 37 }, (_, i) => `I${i + 1}`).sort();
  expect([...new Set(predicates.map(({ id }) => id))].sort()).toEqual(ids);
  expect([...new Set(noticed)].sort()).toEqual(ids);
});
