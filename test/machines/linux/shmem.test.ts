import { expect, test } from 'vitest';
import { parseProgram } from '../../../src/language/parse.ts';
import { record } from '../../../src/machines/linux/recording/record.ts';

/** The pages that a read fault of a child maps of an object whose every page is there. */
function mappedBy(start: number, pages: number, page: number): number[] {
  const stores = Array.from({ length: pages }, (_, i) => `p0 write ${start + i} 1`);
  const text = [`p0 map ${start} ${pages} rw- sanon`, ...stores, 'p0 fork p1', `p1 read ${page}`].join('\n');
  const { pte } = record(parseProgram(text, 'around')).at(-1)!;
  return Object.keys(pte!['p1']!).map(Number);
}

const range = (first: number, last: number): number[] =>
  Array.from({ length: last - first + 1 }, (_, i) => first + i);

/** Windows that the same kernel showed for files, by the same function (addendum A3). */
test.each([
  ['an aligned block of 16', 96, 60, 120, range(112, 127)],
  ['16 pages from the start of a VMA that begins within the block', 100, 60, 103, range(100, 115)],
  ['up to the end of the VMA', 96, 20, 113, range(112, 115)],
  ['up to the end of the page table', 500, 40, 511, range(500, 511)],
  ['from the start of the page table', 500, 40, 513, range(512, 527)],
])('a read fault maps %s', (_, start, pages, page, mapped) => {
  expect(mappedBy(start, pages, page)).toEqual(mapped);
});

test('around a fault only what the object has is mapped, and a write maps nothing around it', () => {
  const text = `p0 map 0 6 rw- sanon
p0 write 1 1
p0 write 3 1
p0 fork p1
p1 write 4 1
p1 read 0`;
  const [write, read] = record(parseProgram(text, 'around')).slice(-2);
  expect(write!.pte).toEqual({ p1: { 4: 'sh0.4' } });
  expect(read!.pte).toEqual({ p1: { 0: 'sh0.0', 1: 'sh0.1', 3: 'sh0.3' } });
  expect(read!.around).toEqual([1, 3]);
});
