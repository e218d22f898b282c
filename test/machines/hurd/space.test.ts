import fc from 'fast-check';
import { describe, expect, test } from 'vitest';
import { blocks, MappingDatabase, overlap, READ, RUN, WRITE } from '../../../src/machines/hurd/space.ts';

const frame = (pfn: number) => ({ pfn, generation: 1 });

describe('the mapping database of L4', () => {
  test('map: a child has no more rights than offered and than its parent', () => {
    const database = new MappingDatabase();
    database.map(frame(1), 'a', 0, READ);
    database.map(database.at('a', 0)!, 'b', 4, READ | WRITE);
    expect(database.at('b', 4)).toMatchObject({ pfn: 1, rights: READ });
    expect(database.parentOf(database.at('b', 4)!)).toEqual(database.at('a', 0));
  });

  test('grant: the receiver takes the place of the sender', () => {
    const database = new MappingDatabase();
    database.map(frame(1), 'a', 0, READ | WRITE);
    database.map(database.at('a', 0)!, 'b', 0, READ);
    database.grant(database.at('a', 0)!, 'c', 7, READ);
    expect(database.at('a', 0)).toBeUndefined();
    expect(database.parentOf(database.at('b', 0)!)).toMatchObject({ space: 'c', page: 7 });
  });

  test('unmap: rights go from all descendants, from the mapping itself only with flush', () => {
    const database = new MappingDatabase();
    database.map(frame(1), 'a', 0, READ | WRITE);
    database.map(database.at('a', 0)!, 'b', 0, READ | WRITE);
    database.map(database.at('b', 0)!, 'c', 0, READ | WRITE);
    expect(database.unmap(database.at('a', 0)!, WRITE, false)).toBe(2);
    expect([...'abc'].map(space => database.at(space, 0)!.rights)).toEqual([READ | WRITE, READ, READ]);
    database.unmap(database.at('a', 0)!, READ | WRITE | RUN, true);
    expect([...database.all()]).toEqual([]);
  });

  test('mapping another frame flushes the old one and what descends from it', () => {
    const database = new MappingDatabase();
    database.map(frame(1), 'a', 0, READ);
    database.map(database.at('a', 0)!, 'b', 0, READ);
    database.map(frame(2), 'a', 0, READ);
    expect(database.at('a', 0)!.pfn).toBe(2);
    expect(database.at('b', 0)).toBeUndefined();
  });

  test('mapping the same frame again only adds rights', () => {
    const database = new MappingDatabase();
    database.map(frame(1), 'a', 0, READ | WRITE);
    database.map(frame(1), 'a', 0, READ);
    expect(database.at('a', 0)!.rights).toBe(READ | WRITE);
  });
});

describe('flexpages', () => {
  test('of item and window the smaller wins, and the send base says which part', () => {
    expect(overlap({ page: 8, pages: 1 }, { page: 0, pages: 4 }, 2)).toEqual({ from: 8, to: 2, pages: 1 });
    expect(overlap({ page: 8, pages: 4 }, { page: 3, pages: 1 }, 1)).toEqual({ from: 9, to: 3, pages: 1 });
  });

  test('blocks cover a range without gaps, in aligned powers of two', () => {
    fc.assert(
      fc.property(fc.nat(63), fc.integer({ min: 1, max: 64 }), (start, pages) => {
        let at = start;
        for (const block of blocks(start, pages)) {
          expect(block.start).toBe(at);
          expect(Math.log2(block.pages) % 1).toBe(0);
          expect(block.start % block.pages).toBe(0);
          at += block.pages;
        }
        expect(at).toBe(start + pages);
      }),
    );
  });
});
