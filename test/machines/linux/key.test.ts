import fc from 'fast-check';
import { describe, expect, test } from 'vitest';
import type { Program } from '../../../src/language/moves.ts';
import { DIRTY, isWritable, WRITABLE } from '../../../src/machines/linux/hardware/pte.ts';
import type { IdealMemory } from '../../../src/machines/linux/ideal/ideal.ts';
import { linux } from '../../../src/machines/linux/linux.ts';
import type { World } from '../../../src/machines/linux/world.ts';
import { isTrap } from '../../../src/machines/machine.ts';
import { programs } from './programs.ts';

/** Where a program leads, the kernel deciding; `prepare` may take and give back frames first. */
function run(
  program: Program,
  prepare: (world: World) => void = () => {},
): { world: World; ideal: IdealMemory } {
  const world = linux.boot(program, '6.x');
  const ideal = linux.ideal.boot(program);
  prepare(world);
  for (const move of program.moves) {
    let result = linux.step(world, move);
    while (isTrap(result)) {
      linux.apply(world, result, linux.best(world, result));
      result = linux.step(world, move);
    }
    linux.ideal.advance(ideal, move, result);
  }
  return { world, ideal };
}

describe('key', () => {
  test('does not tell apart worlds that differ only in which frames were free', () => {
    fc.assert(
      fc.property(
        programs({ processes: 4, length: 40 }),
        fc.uniqueArray(fc.integer({ min: 1, max: 12 }), { minLength: 12, maxLength: 12 }),
        (program, order) => {
          const plain = run(program);
          const shuffled = run(program, world => {
            const taken = order.map(() => world.frames.allocate(0));
            for (const nth of order) world.frames.put(taken[nth - 1]!);
          });
          expect(linux.key(shuffled.world, shuffled.ideal)).toBe(linux.key(plain.world, plain.ideal));
        },
      ),
      { numRuns: 300 },
    );
  });

  test('does not tell apart contents that are the same but for names', () => {
    fc.assert(
      fc.property(programs({ processes: 4, length: 40 }), program => {
        const { world, ideal } = run(program);
        const before = linux.key(world, ideal);
        linux.mapValues(world, ideal, value => 300 - value);
        expect(linux.key(world, ideal)).toBe(before);
      }),
      { numRuns: 200 },
    );
  });

  test('tells apart any change of a count, a flag, an entry or a byte', () => {
    const changes: ((world: World) => boolean)[] = [
      ({ frames }) => changeFrame(frames.count, frames.refcount, pfn => frames.refcount[pfn]!++),
      ({ frames }) => changeFrame(frames.count, frames.refcount, pfn => frames.mapcount[pfn]!--),
      ({ frames }) => changeFrame(frames.count, frames.refcount, pfn => (frames.flags[pfn]! ^= 2)),
      ({ frames }) => {
        frames.contents[0] = { fill: 7, offsets: [], values: [] };
        return true;
      },
      world => changeEntry(world, low => low ^ DIRTY),
      world => changeEntry(world, low => (isWritable(low) ? low & ~WRITABLE : low | WRITABLE)),
      world => {
        world.signal = { process: 'p0', signal: 'SEGV', code: 'MAPERR', address: 0 };
        return true;
      },
    ];
    fc.assert(
      fc.property(programs({ processes: 3, length: 30 }), fc.nat(changes.length - 1), (program, which) => {
        const { world, ideal } = run(program);
        const before = linux.key(world, ideal);
        if (changes[which]!(world)) expect(linux.key(world, ideal)).not.toBe(before);
      }),
      { numRuns: 300 },
    );
  });
});

function changeFrame(count: number, refcount: Int32Array, change: (pfn: number) => unknown): boolean {
  for (let pfn = 1; pfn < count; pfn++)
    if (refcount[pfn]! > 0) {
      change(pfn);
      return true;
    }
  return false;
}

function changeEntry(world: World, change: (low: number) => number): boolean {
  for (const mm of world.mms)
    for (const page of mm?.table.pages() ?? []) {
      mm!.table.set(page, change(mm!.table.low(page)), mm!.table.high(page));
      return true;
    }
  return false;
}
