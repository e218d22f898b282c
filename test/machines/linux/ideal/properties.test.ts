import fc from 'fast-check';
import { describe, expect, test } from 'vitest';
import type { Move, Seen } from '../../../../src/language/moves.ts';
import { sameContent } from '../../../../src/machines/linux/ideal/content.ts';
import { type IdealMemory, linuxIdeal } from '../../../../src/machines/linux/ideal/ideal.ts';
import { type Naming, pushIdeal } from '../../../../src/machines/linux/ideal/key.ts';
import { mapContents, Renaming } from '../../../../src/machines/linux/ideal/rename.ts';
import {
  areasOf,
  blockOf,
  bufferOf,
  buffersOf,
  objectPageOf,
  objectsOf,
  pageOf,
  pagesOf,
  pipeOf,
  pipesOf,
  processesOf,
} from '../../../../src/machines/linux/ideal/view.ts';
import { programs } from '../programs.ts';

const { boot, clone, expect: allowed, advance } = linuxIdeal;

/** Plays a program on, choosing among what it may show; answers what was allowed and what was shown. */
function play(
  ideal: IdealMemory,
  moves: readonly Move[],
  choice = 0,
): { ways: readonly Seen[]; seen: Seen }[] {
  return moves.map((move, i) => {
    const ways = allowed(ideal, move);
    const seen = ways[(choice + i) % ways.length]!;
    advance(ideal, move, seen);
    return { ways, seen };
  });
}

const anyProgram = (length: number) => programs({ processes: 4, length, cpus: 2 });

/** All that may be asked. */
const dump = (ideal: IdealMemory) => ({
  processes: processesOf(ideal).map(({ name }) => ({
    name,
    areas: areasOf(ideal, name),
    pages: pagesOf(ideal, name).map(page => pageOf(ideal, name, page)),
  })),
  objects: [...objectsOf(ideal)].map(([id, { size, pages }]) => ({
    id,
    size,
    pages: [...pages.keys()].map(page => objectPageOf(ideal, id, page)),
  })),
  pipes: pipesOf(ideal).map(id => pipeOf(ideal, id)),
  buffers: buffersOf(ideal).map(({ process, id }) => bufferOf(ideal, process, id)),
  block: blockOf(ideal),
});

describe('any program, with every operation', () => {
  test('may show something at every step, few things at most, and asking changes nothing', () => {
    fc.assert(
      fc.property(anyProgram(40), fc.nat(7), (program, choice) => {
        const ideal = boot(program);
        program.moves.forEach((move, i) => {
          const { memory } = ideal;
          const ways = allowed(ideal, move);
          expect(ways.length).toBeGreaterThan(0);
          expect(ways.length).toBeLessThan(100);
          expect(ideal.memory).toBe(memory);
          advance(ideal, move, ways[(choice + i) % ways.length]!);
        });
      }),
    );
  });

  test('a clone goes its own way', () => {
    fc.assert(
      fc.property(anyProgram(40), fc.nat(40), ({ moves, ...program }, cut) => {
        const ideal = boot({ ...program, moves });
        play(ideal, moves.slice(0, cut));
        const before = dump(ideal);
        const copy = clone(ideal);
        const ahead = play(copy, moves.slice(cut));
        expect(dump(ideal)).toEqual(before);
        expect(play(ideal, moves.slice(cut))).toEqual(ahead);
        expect(dump(ideal)).toEqual(dump(copy));
      }),
    );
  });

  test('what was seen stays allowed when it is looked at again', () => {
    fc.assert(
      fc.property(anyProgram(40), fc.nat(7), (program, choice) => {
        const ideal = boot(program);
        play(ideal, program.moves, choice);
        for (const { name, alive } of processesOf(ideal))
          for (const page of alive ? pagesOf(ideal, name) : []) {
            const move: Move = { process: name, op: 'read', page, offset: 1 };
            for (const seen of allowed(ideal, move)) {
              const copy = clone(ideal);
              advance(copy, move, seen);
              expect(allowed(copy, move)).toContainEqual(seen);
            }
          }
      }),
    );
  });

  test('values are only carried about: other names for them are shown as other names', () => {
    const renamed = (v: number): number => (v === 0 ? 0 : v + 5000);
    fc.assert(
      fc.property(anyProgram(30), anyProgram(20), (program, { moves, files }) => {
        const known = program.files.map(({ id }) => id);
        const others = files.filter(({ id }) => !known.includes(id));
        const plain = boot({ ...program, files: [...program.files, ...others] });
        play(plain, program.moves);
        const other = clone(plain);
        mapContents(other, renamed);
        const named = (seen: Seen): Seen =>
          'bytes' in seen ? { ...seen, bytes: seen.bytes.map(renamed) } : seen;
        const living = new Set(processesOf(plain).flatMap(({ name, alive }) => (alive ? [name] : [])));
        for (const move of moves) {
          if (!living.has(move.process) || 'child' in move || move.op === 'exit') continue;
          if ('target' in move && /^p\d/.test(move.target) && !living.has(move.target)) continue;
          const stores = 'value' in move ? { ...move, value: renamed(move.value as number) } : move;
          const ways = allowed(plain, move);
          expect(allowed(other, stores as Move)).toEqual(ways.map(named));
          advance(plain, move, ways[0]!);
          advance(other, stores as Move, named(ways[0]!));
        }
      }),
    );
  });

  test('a private page shows no store of another address space', () => {
    const MINE = 1000;
    fc.assert(
      fc.property(anyProgram(40), program => {
        const isolated = program.moves.filter(
          ({ op }) => !['pvw', 'memw', 'iowrite', 'dread', 'rsys', 'wsys', 'thread', 'vfork'].includes(op),
        );
        const born = new Set(['p0', ...isolated.flatMap(move => ('child' in move ? [move.child] : []))]);
        const ideal = boot(program);
        const parents = new Map<string, readonly string[]>([['p0', []]]);
        for (const move of isolated) {
          if (!born.has(move.process) || !processesOf(ideal).some(p => p.name === move.process && p.alive))
            continue;
          if ('target' in move && !processesOf(ideal).some(p => p.name === move.target && p.alive)) continue;
          if (move.op === 'fork') parents.set(move.child, [move.process, ...parents.get(move.process)!]);
          const by = Number(move.process.slice(1)) * 1000;
          const stores = 'value' in move ? { ...move, value: MINE + by + (move.value as number) } : move;
          advance(ideal, stores as Move, allowed(ideal, stores as Move)[0]!);
        }
        for (const { name, alive } of processesOf(ideal))
          for (const page of alive ? pagesOf(ideal, name) : []) {
            const { area, contents } = pageOf(ideal, name, page)!;
            if (area.object !== undefined) continue;
            const family = [name, ...parents.get(name)!];
            for (const { fill, bytes } of contents)
              for (const value of [fill, ...bytes.values()])
                if (value >= MINE) expect(family).toContain(`p${Math.floor((value - MINE) / 1000)}`);
          }
      }),
    );
  });
});

describe('settling what a page holds', () => {
  const content = { fill: 7000, bytes: new Map([[3, 7001]]) };

  test('leaves it that content, or zeros where it may fade, and touches no other page', () => {
    fc.assert(
      fc.property(anyProgram(30), fc.nat(5), (program, page) => {
        const ideal = boot(program);
        play(ideal, program.moves);
        const someone = processesOf(ideal).find(({ alive }) => alive);
        fc.pre(someone !== undefined);
        const { name } = someone;
        const before = pageOf(ideal, name, page);
        if (before === undefined || before.guard || before.area.shared) return;
        const others = pagesOf(ideal, name).filter(other => other !== page);
        const untouched = others.map(other => pageOf(ideal, name, other));
        const renaming = new Renaming(ideal);
        renaming.setContent(name, page, content);
        renaming.end();
        const [first, ...rest] = pageOf(ideal, name, page)!.contents;
        expect(sameContent(first!, content)).toBe(true);
        expect(rest.every(({ fill, bytes }) => fill === 0 && bytes.size === 0)).toBe(true);
        expect(others.map(other => pageOf(ideal, name, other))).toEqual(untouched);
      }),
    );
  });

  test('of an object shows in all who map it, and leaves nothing of what it was', () => {
    fc.assert(
      fc.property(anyProgram(30), program => {
        const ideal = boot(program);
        play(ideal, program.moves);
        const places = [...objectsOf(ideal)].flatMap(([id, { pages }]) =>
          [...pages.keys()].map(index => [id, index] as const),
        );
        const renaming = new Renaming(ideal);
        for (const [id, index] of places) renaming.setObjectContent(id, index, content);
        renaming.end();
        for (const [id, index] of places) expect(objectPageOf(ideal, id, index)[0]).toEqual(content);
      }),
    );
  });
});

function encoded(ideal: IdealMemory, nameOf: Naming): string {
  const out: number[] = [];
  pushIdeal(out, ideal, nameOf, numbered);
  return out.join();
}

/** Names things by the order in which they come; 0 is 0. */
function inOrder(): Naming {
  const names = new Map<unknown, number>([[0, 0]]);
  return thing => names.get(thing) ?? names.set(thing, names.size).size - 1;
}

/** Numbers things from 1 in the order in which they come. */
function numbered(): Naming {
  const names = new Map<unknown, number>();
  return thing => names.get(thing) ?? names.set(thing, names.size + 1).size;
}

describe('in numbers', () => {
  test('a memory is the same whatever its objects and references are numbered, and its values called', () => {
    fc.assert(
      fc.property(anyProgram(40), program => {
        const plain = boot(program);
        play(plain, program.moves);
        const other = boot(program);
        other.memory = { ...other.memory, next: 77 };
        play(other, program.moves);
        mapContents(other, value => value + 5000);
        expect(encoded(other, inOrder())).toBe(encoded(plain, inOrder()));
      }),
    );
  });

  const itself: Naming = value => value as number;

  test('two memories of which anything that may be asked differs are different', () => {
    fc.assert(
      fc.property(anyProgram(40), program => {
        const ideal = boot(program);
        for (const move of program.moves) {
          const before = { shown: dump(ideal), numbers: encoded(ideal, itself) };
          advance(ideal, move, allowed(ideal, move)[0]!);
          const isNewObject = move.op === 'map' && move.kind === 'sanon';
          if (!isNewObject && encoded(ideal, itself) === before.numbers)
            expect(dump(ideal)).toEqual(before.shown);
        }
      }),
      { numRuns: 30 },
    );
  });
});
