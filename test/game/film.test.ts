import { expect, test } from 'vitest';
import { filmOf } from '../../src/game/film.ts';
import { begun, hint, levels, played, restart, table, twoWriters, undo } from './levels.ts';

const captions = (film: ReturnType<typeof filmOf>, event: number): string[] =>
  film.shots.filter(shot => shot.event === event).map(({ caption }) => caption);

test('a wrong decision plays its consequence, and there the run left the par', () => {
  const run = played(begun(twoWriters), 'reuse', 'copy');
  const film = filmOf(run, 0);
  expect(captions(film, 1)).toEqual([
    'you: child heap+0: f1 r-- - D → f1 rw- A D',
    'child stores 9 to heap+0',
    'sh loads heap+0: sees 9, should see 7',
    'the same fault again',
  ]);
  expect(captions(film, 2)).toEqual([
    'you copied heap+0 to a new frame for child',
    'child stores 9 to heap+0',
    'sh stores 8 to heap+0: page fault',
  ]);
  expect(film.left).toBe(film.shots.findIndex(({ event }) => event === 1));
  expect(film.shots[film.left!]).toMatchObject({ verdict: 'corruption' });
  expect(film.shots[film.left!]!.broken.size).toBeGreaterThan(0);
  expect(film.shots.at(-1)!.view).toEqual(table(run).view);
});

test('a wasteful one leaves the par too; an optimal run never does', () => {
  const wasteful = filmOf(played(begun(twoWriters), 'copy', 'copy'), 0);
  expect(wasteful.shots[wasteful.left!]).toMatchObject({ verdict: 'wasteful', event: 2 });
  expect(filmOf(played(begun(twoWriters), 'copy', 'reuse'), 0).left).toBeUndefined();
});

test('hint, undo and restart have a picture each, of where they led', () => {
  const run = played(begun(twoWriters), hint, 'copy', undo, restart(0));
  const { shots } = filmOf(run, 0);
  expect(
    [1, 3, 4].map(event => shots.filter(shot => shot.event === event).map(each => each.caption)),
  ).toEqual([['you opened a hint'], ['you took it back'], ['you started anew, with variant 1']]);
  expect(shots.at(-1)!.view).toEqual(table(run).view);
});

test('of every level, any first answer can be filmed', () => {
  for (const level of levels) {
    const run = begun(level);
    for (const { id } of table(run).question!.offers.slice(0, 4)) {
      const { shots } = filmOf(played(run, id), 0);
      expect(shots.at(-1)!.event).toBe(1);
    }
  }
});
