import { describe, expect, test } from 'vitest';
import { library } from '../../src/levels/library.ts';
import { isRefusal } from '../../src/ui/game.ts';
import { OwnGame } from '../../src/ui/session.ts';
import { freshFolder } from '../progress/folder.ts';
import { gameIn, levelNamed, optimalAnswers, storeIn } from './fixtures.ts';

const level = levelNamed('after-the-child-has-gone');

describe('the game of the library', () => {
  test('goes on in the middle of a level, in another process', () => {
    const folder = freshFolder();
    const first = gameIn(folder, { variant: 0 });
    first.open(level);
    first.play({ type: 'decide', decision: 'zeroed' });
    first.play({ type: 'hint' });
    const left = first.play({ type: 'decide', decision: 'reuse' });
    const second = gameIn(folder);
    expect(second.underway()?.id).toBe(level.id);
    expect(second.open(level)).toEqual({ table: left, resumed: true });
  });

  test('finished: the stars are on the map, and the level begins anew', () => {
    const folder = freshFolder();
    const game = gameIn(folder, { variant: 0 });
    game.open(level);
    for (const decision of optimalAnswers(level, 0)) game.play({ type: 'decide', decision });
    const entryOf = (each: ReturnType<typeof gameIn>) =>
      each
        .chart()
        .chapters.flatMap(({ levels }) => levels)
        .find(entry => entry.level.id === level.id);
    expect(entryOf(gameIn(folder))).toMatchObject({ finished: true, underway: false });
    const again = gameIn(folder).open(level);
    expect([again.resumed, again.table.question?.n, again.table.answers.length]).toEqual([false, 1, 0]);
  });

  test('a variant that is asked for is played, whatever was left', () => {
    const folder = freshFolder();
    gameIn(folder, { variant: 0 }).open(level);
    const other = gameIn(folder, { variant: 2 }).open(level);
    expect([other.table.variant, other.resumed]).toEqual([2, false]);
    expect(gameIn(folder, { variant: 2 }).open(level).table.variant).toBe(2);
  });

  test('a level that was changed since begins anew, and says so', () => {
    const folder = freshFolder();
    const before = gameIn(folder, { variant: 0 });
    before.open(level);
    before.play({ type: 'decide', decision: 'reuse' });
    const changed = { ...level, script: level.script.slice(0, 1) };
    const levels = {
      ...library,
      levels: library.levels.map(each => (each.id === level.id ? changed : each)),
    };
    const game = gameIn(folder, { levels });
    expect(game.open(changed).table.question?.n).toBe(1);
    expect(game.notices.join()).toContain(level.title);
  });

  test('draws another variant than the one that is open', () => {
    const game = gameIn(undefined, { variant: 1 });
    game.open(level);
    for (let i = 0; i < 10; i++) expect(game.drawVariant()).not.toBe(1);
  });

  test('knows what comes after a level, and after the last', () => {
    const game = gameIn();
    const order = library.chapters.flatMap(({ levels }) => levels);
    expect(order.map(id => game.after(id)?.id)).toEqual([...order.slice(1), undefined]);
  });

  test('what does not fit is refused and not saved', () => {
    const folder = freshFolder();
    const game = gameIn(folder, { variant: 0 });
    game.open(level);
    expect(isRefusal(game.play({ type: 'decide', decision: 'nonsense' }))).toBe(true);
    expect(storeIn(folder).progress.open[0]?.events).toEqual([]);
  });
});

test('a level of one’s own is played without a map', () => {
  const game = new OwnGame({ seed: () => 3, variant: 1 });
  expect(game.open(level).table.variant).toBe(1);
  expect(game.chart()).toBeUndefined();
  for (const decision of optimalAnswers(level, 1)) game.play({ type: 'decide', decision });
  const end = game.play({ type: 'undo' });
  expect(isRefusal(end)).toBe(false);
  expect(game.drawVariant()).not.toBe(1);
});
