import { expect, test } from 'vitest';
import { checkLevels, type LevelReport } from '../../src/levels/check.ts';
import { readSources } from '../../src/levels/compile.ts';
import type { View } from '../../src/machines/machine.ts';
import { smallest } from '../../src/ui/fits.ts';
import { fixture, fixtureLibrary } from '../levels/files.ts';

const reportOn = (text: string, screen = smallest): LevelReport =>
  [
    ...checkLevels(
      readSources(['good.yaml'], () => text),
      fixtureLibrary(),
      screen,
    ),
  ][0]!;
const good = fixture('good.yaml');
const shown = (text: string) => reportOn(text).problems.filter(({ check }) => check === 'shown');

test('a level that fits 80x24 is shown whole', () => {
  expect(shown(good)).toEqual([]);
});

test.each([
  ['title', [`title: A ${'very '.repeat(14)}good level`], 3, 8],
  ['story', ['story: >', `  ${'It is a long story\n  '.repeat(100)}.`], 11, 8],
] as const)('a %s that does not fit is told at its line', (part, lines, line, column) => {
  const from = part === 'title' ? 'title: A good level' : 'story: >';
  const [problem] = shown(good.replace(from, lines.join('\n')));
  expect(problem).toMatchObject({ line, column, message: expect.stringContaining(`a shorter ${part}`) });
});

test('of a picture is lost what is too wide, or has no room', () => {
  const pictureOf = (cell: string): View => ({
    panels: [
      {
        id: 'p',
        rank: 0,
        title: 'processes',
        columns: [],
        rows: [{ key: 'a', role: 'process', indent: 0, cells: [cell], marks: ['fault'] }],
      },
    ],
  });
  expect(smallest.picture(pictureOf('sh'), 8)).toBeUndefined();
  expect(smallest.picture(pictureOf('s'.repeat(90)), 8)).toMatch(/^s+$/);
  expect(smallest.picture(pictureOf('sh'), 18)).toBe('sh');
});

test('plain text tells every word of a picture; one that it lost would be told at its question', () => {
  const lossy = { ...smallest, plain: ({ panels }: View) => panels[0]!.rows[0]!.cells[0] };
  const problems = reportOn(good, lossy).problems.filter(({ check }) => check === 'shown');
  expect(problems.map(({ message }) => message)).toContainEqual(
    expect.stringMatching(/^the picture loses '\w+' in plain text/),
  );
});
