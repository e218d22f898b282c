import fc from 'fast-check';
import { expect, test } from 'vitest';
import type { Chapter } from '../../src/levels/level.ts';
import { locksOf } from '../../src/progress/unlock.ts';

const chapter = (id: string, system: string, ...levels: string[]): Chapter => ({
  id,
  title: id,
  system,
  about: '',
  levels,
});
const chapters = [
  chapter('one', 'linux', 'a', 'b', 'c', 'd'),
  chapter('two', 'linux', 'e', 'f', 'g'),
  chapter('three', 'linux', 'h'),
  chapter('one', 'xen', 'x', 'y'),
];
const all = chapters.flatMap(({ levels }) => levels);

const locks = (finished: string, begun = finished) =>
  locksOf(
    { chapters },
    level => begun.includes(level),
    level => finished.includes(level),
  );
const open = (finished: string, begun?: string) => {
  const locked = locks(finished, begun);
  return all.filter(level => !locked.has(level)).join('');
};

test('at first the first level of each system is open', () => {
  expect(open('')).toBe('ax');
});

test('a level opens when the one before it in its chapter is finished', () => {
  expect(open('a')).toBe('abx');
  expect(open('ax')).toBe('abxy');
});

test('a chapter opens when half of the one before is finished', () => {
  expect(open('ab')).toBe('abcex');
  expect(open('abe')).toBe('abcefx');
  expect(open('abef')).toBe('abcefghx');
});

test('what was begun stays open', () => {
  expect(open('', 'h')).toBe('ahx');
});

test('a lock names a level that is not finished', () => {
  expect(locks('a').get('c')).toBe('b');
  expect(locks('a').get('e')).toBe('b');
});

test('finishing more never locks anything, and whoever follows the locks can finish all', () => {
  fc.assert(
    fc.property(fc.subarray(all), fc.constantFrom(...all), (finished, more) => {
      const before = locks(finished.join(''));
      const after = locks([...finished, more].join(''));
      for (const level of after.keys()) expect(before.has(level)).toBe(true);
      for (const first of before.values()) expect(finished).not.toContain(first);
      const unfinished = all.filter(level => !finished.includes(level));
      if (unfinished.length > 0) expect(unfinished.some(level => !before.has(level))).toBe(true);
    }),
  );
});
