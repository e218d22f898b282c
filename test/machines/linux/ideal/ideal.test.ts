import fc from 'fast-check';
import { describe, expect, test } from 'vitest';
import { addressOf, CELL_SIZE, type Move, type Program } from '../../../../src/language/moves.ts';
import { type IdealMemory, linuxIdeal } from '../../../../src/machines/linux/ideal/ideal.ts';
import { mapContents, Renaming } from '../../../../src/machines/linux/ideal/rename.ts';
import { pageOf, pagesOf, processesOf } from '../../../../src/machines/linux/ideal/view.ts';
import { PAGES, programs } from '../programs.ts';

const { boot, clone, expect: allowed } = linuxIdeal;
const one: Program = { files: [], regions: [], processes: ['sh'], moves: [] };

/** Plays moves on and answers what each showed. */
function play(ideal: IdealMemory, moves: readonly Move[]) {
  return moves.map(move => {
    const [shown] = allowed(ideal, move);
    linuxIdeal.advance(ideal, move, shown!);
    return shown!;
  });
}

const dump = (ideal: IdealMemory) =>
  processesOf(ideal).map(({ name, alive }) => ({
    name,
    alive,
    pages: [...pagesOf(ideal, name)].map(page => ({ page, ...pageOf(ideal, name, page) })),
  }));

const read = (process: string, page: number, offset = 0): Move => ({ process, op: 'read', page, offset });
const write = (process: string, page: number, value: number, offset = 0): Move => ({
  process,
  op: 'write',
  page,
  value,
  offset,
});
const map = (page: number, pages: number, perm = 'rw-', kind: 'anon' | 'sanon' = 'anon'): Move => ({
  process: 'sh',
  op: 'map',
  page,
  pages,
  perm,
  kind,
  flags: [],
});
const prot = (page: number, pages: number, perm: string): Move => ({
  process: 'sh',
  op: 'prot',
  page,
  pages,
  perm,
});
const range = (op: 'unmap' | 'madv', page: number, pages: number): Move =>
  op === 'unmap'
    ? { process: 'sh', op, page, pages }
    : { process: 'sh', op, page, pages, advice: 'dontneed' };
const fork = (process: string, child: string): Move => ({ process, op: 'fork', child });

const done = { kind: 'done' };
const enomem = { kind: 'error', errno: 'ENOMEM' };
const value = (byte: number) => ({ kind: 'value', bytes: [byte] });
const refused = (code: string, page: number, offset = 0) => ({
  kind: 'signal',
  signal: 'SEGV',
  code,
  address: addressOf(page, offset),
});

/** What a byte's history tells all about: no files, no copies, no calls but the plainest. */
const isSimple = (move: Move): boolean =>
  move.op === 'map'
    ? move.file === undefined && move.flags.length === 0
    : move.op === 'madv'
      ? move.advice === 'dontneed'
      : ['read', 'write', 'fetch', 'unmap', 'prot', 'fork', 'exit', 'execve'].includes(move.op);

describe('any program', () => {
  /**
   * What history says of a private byte: the last store to it, unless the page was mapped anew or dropped
   * since; a child's history goes on as its parent's.
   */
  function byHistory(moves: readonly Move[], process: string, page: number, offset: number): number {
    for (let i = moves.length - 1; i >= 0; i--) {
      const move = moves[i]!;
      if (move.op === 'fork' && move.child === process)
        return byHistory(moves.slice(0, i), move.process, page, offset);
      if (move.process !== process) continue;
      if (move.op === 'write' && move.page === page && move.offset === offset) return move.value;
      if (move.op === 'execve') return 0;
      if (
        (move.op === 'map' || move.op === 'unmap' || move.op === 'madv') &&
        move.page <= page &&
        page < move.page + move.pages
      )
        return 0;
    }
    return 0;
  }

  test('a private byte reads as its own history says, whatever relatives do', () => {
    fc.assert(
      fc.property(programs({ processes: 5, length: 60, knows: isSimple }), program => {
        const ideal = boot(program);
        const past: Move[] = [];
        for (const move of program.moves) {
          const [shown] = play(ideal, [move]);
          if (shown!.kind !== 'signal') past.push(move);
          if (move.op !== 'read' || shown!.kind !== 'value') continue;
          if (!pageOf(ideal, move.process, move.page)!.area.shared)
            expect(shown).toEqual(value(byHistory(past, move.process, move.page, move.offset)));
        }
      }),
    );
  });

  test('asking changes nothing, and a clone goes its own way', () => {
    fc.assert(
      fc.property(programs({ processes: 4, length: 40 }), fc.nat(40), ({ moves, ...program }, cut) => {
        const straight = boot({ ...program, moves });
        const forked = boot({ ...program, moves });
        play(straight, moves.slice(0, cut));
        play(forked, moves.slice(0, cut));
        const before = dump(forked);
        const copy = clone(forked);
        expect(dump(copy)).toEqual(before);
        for (const move of moves.slice(cut, cut + 1)) allowed(forked, move);
        const onTheCopy = play(copy, moves.slice(cut));
        expect(dump(forked)).toEqual(before);
        expect(onTheCopy).toEqual(play(straight, moves.slice(cut)));
        const after = dump(copy);
        expect(play(forked, moves.slice(cut))).toEqual(onTheCopy);
        expect(dump(copy)).toEqual(after);
        expect(dump(forked)).toEqual(dump(straight));
      }),
    );
  });

  test('pages come in ascending order', () => {
    fc.assert(
      fc.property(programs({ processes: 3, length: 40 }), program => {
        const ideal = boot(program);
        play(ideal, program.moves);
        for (const { name } of processesOf(ideal)) {
          const pages = [...pagesOf(ideal, name)];
          expect(pages).toEqual([...pages].sort((a, b) => a - b));
        }
      }),
    );
  });

  test('renaming values renames what is read, but zeros and refusals stay', () => {
    fc.assert(
      fc.property(programs({ processes: 3, length: 40 }), program => {
        const ideal = boot(program);
        play(ideal, program.moves);
        const renamed = clone(ideal);
        mapContents(renamed, v => v + 5000);
        for (const { name, alive } of processesOf(ideal)) {
          if (!alive) continue;
          for (let page = 0; page < PAGES; page++) {
            const [plain] = allowed(ideal, read(name, page, 1024));
            const [other] = allowed(renamed, read(name, page, 1024));
            const byte = plain!.kind === 'value' ? plain!.bytes[0]! : 0;
            expect(other).toEqual(byte === 0 ? plain : value(byte + 5000));
          }
        }
      }),
    );
  });
});

describe('rights', () => {
  const rights = ['---', 'r--', '-w-', 'rw-', '--x', 'r-x', '-wx', 'rwx'];

  test.each(rights)('%s', perm => {
    const ideal = boot(one);
    play(ideal, [map(3, 1, perm)]);
    expect(play(ideal, [read('sh', 3, 7)])).toEqual([perm === '---' ? refused('ACCERR', 3, 7) : value(0)]);
    expect(play(ideal, [write('sh', 3, 9, 7)])).toEqual([perm[1] === 'w' ? done : refused('ACCERR', 3, 7)]);
    expect(play(ideal, [{ process: 'sh', op: 'fetch', page: 3 }])).toEqual([
      perm[2] === 'x' ? done : refused('ACCERR', 3),
    ]);
  });

  test('a refused store stores nothing, and the process goes on', () => {
    const ideal = boot(one);
    expect(
      play(ideal, [
        map(0, 1),
        write('sh', 0, 1),
        prot(0, 1, 'r--'),
        write('sh', 0, 2),
        read('sh', 0),
        prot(0, 1, '---'),
        read('sh', 0),
        prot(0, 1, 'rw-'),
        read('sh', 0),
      ]),
    ).toEqual([done, done, done, refused('ACCERR', 0), value(1), done, refused('ACCERR', 0), done, value(1)]);
  });

  test('outside every mapping the address is not mapped', () => {
    const ideal = boot(one);
    play(ideal, [map(0, 2)]);
    expect(
      play(ideal, [read('sh', 2), write('sh', 2, 1, 4095), { process: 'sh', op: 'fetch', page: 2 }]),
    ).toEqual([refused('MAPERR', 2), refused('MAPERR', 2, 4095), refused('MAPERR', 2)]);
  });
});

describe('ranges with holes', () => {
  const holed = (): IdealMemory => {
    const ideal = boot(one);
    play(ideal, [map(0, 4), ...[0, 1, 2, 3].map(page => write('sh', page, page + 1)), range('unmap', 2, 1)]);
    return ideal;
  };
  const permissions = (ideal: IdealMemory) =>
    [...pagesOf(ideal, 'sh')].map(page => pageOf(ideal, 'sh', page)!.area.perm);

  test('mprotect changes what lies before a hole', () => {
    const ideal = holed();
    expect(play(ideal, [prot(0, 4, 'r--')])).toEqual([enomem]);
    expect(permissions(ideal)).toEqual(['r--', 'r--', 'rw-']);
  });

  test('mprotect of an unmapped start changes nothing', () => {
    const ideal = holed();
    expect(play(ideal, [prot(2, 2, 'r--')])).toEqual([enomem]);
    expect(permissions(ideal)).toEqual(['rw-', 'rw-', 'rw-']);
  });

  test('MADV_DONTNEED drops what lies on both sides of a hole', () => {
    const ideal = holed();
    expect(play(ideal, [range('madv', 1, 3), read('sh', 0), read('sh', 1), read('sh', 3)])).toEqual([
      enomem,
      value(1),
      value(0),
      value(0),
    ]);
  });

  test('munmap takes a hole for granted', () => {
    const ideal = holed();
    expect(play(ideal, [range('unmap', 1, 3)])).toEqual([done]);
    expect([...pagesOf(ideal, 'sh')]).toEqual([0]);
  });
});

describe('relatives', () => {
  test('of a private page each has its own after fork', () => {
    const ideal = boot(one);
    expect(
      play(ideal, [
        map(0, 1),
        write('sh', 0, 1),
        fork('sh', 'child'),
        write('sh', 0, 2),
        fork('child', 'grandchild'),
        write('child', 0, 3, CELL_SIZE),
        read('sh', 0),
        read('child', 0),
        read('grandchild', 0, CELL_SIZE),
      ]).slice(-3),
    ).toEqual([value(2), value(1), value(0)]);
  });

  test('of a shared page all have the same, until one maps anew', () => {
    const ideal = boot(one);
    expect(
      play(ideal, [
        map(0, 2, 'rw-', 'sanon'),
        fork('sh', 'child'),
        write('child', 1, 7),
        range('madv', 0, 2),
        read('sh', 1),
        map(1, 1),
        read('sh', 1),
        write('sh', 1, 8),
        read('child', 1),
        write('child', 0, 9),
        read('sh', 0),
      ]),
    ).toEqual([done, done, done, done, value(7), done, value(0), done, value(7), done, value(9)]);
  });

  test('two shared mappings are two objects', () => {
    const ideal = boot(one);
    play(ideal, [map(0, 1, 'rw-', 'sanon'), map(1, 1, 'rw-', 'sanon'), write('sh', 0, 5)]);
    expect(allowed(ideal, read('sh', 1))).toEqual([value(0)]);
    expect(pageOf(ideal, 'sh', 0)!.area.object).not.toBe(pageOf(ideal, 'sh', 1)!.area.object);
  });

  test('exec empties one process, exit ends it; the others keep theirs', () => {
    const ideal = boot(one);
    play(ideal, [
      map(0, 1),
      write('sh', 0, 4),
      fork('sh', 'child'),
      fork('sh', 'other'),
      { process: 'child', op: 'execve' },
      { process: 'sh', op: 'exit' },
    ]);
    expect(allowed(ideal, read('child', 0))).toEqual([refused('MAPERR', 0)]);
    expect(allowed(ideal, read('other', 0))).toEqual([value(4)]);
    expect(processesOf(ideal)).toEqual([
      { name: 'sh', alive: false },
      { name: 'child', alive: true },
      { name: 'other', alive: true },
    ]);
    expect(allowed(ideal, read('sh', 0))).toEqual([{ kind: 'error', errno: 'ESRCH' }]);
  });

  test('setting the content of a shared page sets it for all who map it, of a private page for one', () => {
    const ideal = boot(one);
    play(ideal, [map(0, 1, 'rw-', 'sanon'), map(1, 1), fork('sh', 'child')]);
    const content = { fill: 6, bytes: new Map([[1, 8]]) };
    const renaming = new Renaming(ideal);
    renaming.setContent('sh', 0, content);
    renaming.setContent('sh', 1, content);
    renaming.end();
    expect(play(ideal, [read('child', 0), read('child', 0, 1), read('child', 1), read('sh', 1)])).toEqual([
      value(6),
      value(8),
      value(0),
      value(6),
    ]);
  });
});
