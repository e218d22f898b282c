import { expect, test } from 'vitest';
import { library } from '../../src/levels/library.ts';
import { chartOf } from '../../src/progress/chart.ts';
import { masteryOf } from '../../src/progress/mastery.ts';
import { freshFolder, storeIn } from './folder.ts';

function masteryIn(folder: string): Record<string, number> {
  const { progress } = storeIn(folder);
  const mastery = masteryOf(
    chartOf(library, progress, () => []),
    progress,
  );
  return Object.fromEntries(mastery.map(({ concept, share }) => [concept, share]));
}

test('every concept that is taught has its share, and nothing played is nothing mastered', () => {
  const shares = masteryIn(freshFolder());
  expect(Object.keys(shares)).toEqual([...new Set(library.levels.flatMap(({ teaches }) => teaches))]);
  expect(new Set(Object.values(shares))).toEqual(new Set([0]));
});

test('the stars of the levels that teach or use it, of all to be had', () => {
  const folder = freshFolder();
  const concept = 'dontneed';
  const about = library.levels.filter(({ teaches, uses }) => [...teaches, ...uses].includes(concept));
  storeIn(folder).begin(about[0]!, 0).finish({ variant: 0, stars: 3 });
  expect(masteryIn(folder)[concept]).toBeCloseTo(1 / about.length);
  // All levels with three stars: all is mastered.
  for (const level of library.levels) storeIn(folder).begin(level, 0).finish({ variant: 0, stars: 3 });
  expect(new Set(Object.values(masteryIn(folder)))).toEqual(new Set([1]));
});
