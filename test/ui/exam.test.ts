import { describe, expect, test } from 'vitest';
import type { Level } from '../../src/levels/level.ts';
import { library } from '../../src/levels/library.ts';
import { examOf, formatExam } from '../../src/study/exam.ts';
import { atStart } from '../../src/ui/open.ts';
import { areaOf } from '../../src/ui/page.ts';
import { pageOf } from '../../src/ui/screens/pages.ts';
import { type State, sceneOf, top, works } from '../../src/ui/state.ts';
import { update } from '../../src/ui/update.ts';
import { worthDoing } from '../../src/ui/worth.ts';
import { freshFolder } from '../progress/folder.ts';
import { gameIn, optimalAnswers, textOf, widest } from './fixtures.ts';

const EXTENT = { lines: 10, most: 0 };
type Game = ReturnType<typeof gameIn>;
const choose = (state: State, chosen: string, game: Game): State => update(state, { chosen }, game, EXTENT)!;
const command = (state: State, name: 'start' | 'goOn' | 'hint' | 'restart' | 'undo', game: Game): State =>
  update(state, { command: name, key: 'enter' }, game, EXTENT)!;
const shown = (state: State, game: Game, columns = 80, rows = 24): string => {
  const page = pageOf(state, game, areaOf(columns, rows));
  return [
    ...page.above.map(textOf),
    ...(page.choices?.items ?? []).map(({ label }) => label),
    ...page.below.map(textOf),
  ].join('\n');
};
const exam = examOf({ system: 'linux', chapter: 'nothing', seed: 0 });
const begun = (game: Game): State =>
  command(
    choose(choose(choose(atStart, 'chapters', game), 'nothing', game), 'exam linux nothing', game),
    'start',
    game,
  );

/** All questions answered well, but for the first answers to the first `wrong` of them. */
function answered(from: State, game: Game, level: Level, wrong: number): State {
  let state = from;
  for (const [i, decision] of optimalAnswers(level, 0).entries()) {
    const offers = state.table!.question!.offers;
    const other =
      offers.find(({ id }) => id !== decision && id === 'refuse-unmapped') ??
      offers.find(({ id }) => id !== decision)!;
    const before = game.play({ type: 'decide', decision: i < wrong ? other.id : decision });
    if ('refused' in before) throw new Error(before.refused);
    const after = before.question?.n === i + 1 ? game.play({ type: 'decide', decision }) : before;
    if ('refused' in after) throw new Error(after.refused);
    state = { ...state, table: after };
  }
  return { ...state, layers: [{ at: 'start' }, { at: 'summary' }] };
}

describe('an exam on the screen', () => {
  test('is the last line of its chapter, has no hint and no restart, and asks what decided', () => {
    const game = gameIn();
    const levels = choose(choose(atStart, 'chapters', game), 'nothing', game);
    expect(pageOf(levels, game, areaOf(80, 24)).choices?.items.at(-1)?.label).toMatch(
      /^Exam: Nothing to something +pass it first/,
    );
    const asked = begun(game);
    expect(sceneOf(asked)).toBe('play');
    expect([works(asked)('hint'), works(asked)('restart')]).toEqual([false, false]);
    expect(shown(asked, game)).toContain('wrong 0, at most 3');
    const [first] = optimalAnswers(exam, 0);
    const next = command(choose(asked, first!, game), 'goOn', game);
    expect(next.table?.question?.depth).toBe('evidence');
    expect(game.play({ type: 'hint' })).toMatchObject({ refused: 'no-more-hints' });
    expect(game.play({ type: 'restart', variant: 0 })).toMatchObject({ refused: 'exam' });
  });

  test('passed first, it opens the next chapter; its marks are on the map and outlast the process', () => {
    const folder = freshFolder();
    const game = gameIn(folder);
    const end = answered(begun(game), game, exam, 3);
    expect(shown(end, game)).toContain('Passed: 9 of 12 first answers were right, and 9 were the mark.');
    const chart = gameIn(folder).chart();
    const lockOf = (chapter: string) =>
      chart.chapters.find(each => each.chapter.id === chapter)!.levels[0]!.lockedBy;
    expect([lockOf('nothing'), lockOf('fork')]).toEqual([undefined, undefined]);
    expect(
      chart.chapters.flatMap(({ exam: own }) => own ?? []).find(({ chapter }) => chapter === 'nothing'),
    ).toMatchObject({
      passed: true,
      stars: 1,
      taken: 1,
      right: 9,
      of: 12,
    });
  });

  test('not passed below the mark: nothing opens, and another can be taken', () => {
    const game = gameIn();
    const end = answered(begun(game), game, exam, 4);
    expect(shown(end, game)).toContain('Not passed: 8 of 12');
    expect(
      game.chart().chapters.find(({ chapter }) => chapter.id === 'fork')!.levels[0]!.lockedBy,
    ).toBeDefined();
    const again = command(choose(end, 'exam linux nothing', game), 'start', game);
    expect(again.table?.level.id).not.toBe(exam.id);
    expect(again.table?.question?.n).toBe(1);
  });

  test('left before its end, it is the first line of the menu, and goes on', () => {
    const folder = freshFolder();
    const game = gameIn(folder);
    const [first] = optimalAnswers(exam, 0);
    choose(begun(game), first!, game);
    const later = gameIn(folder);
    expect(pageOf(atStart, later, areaOf(80, 24)).choices?.items[0]?.label).toBe(
      'Continue: Exam: Nothing to something',
    );
    const on = choose(atStart, 'continue', later);
    expect([top(on).at, on.table?.question?.n, on.table?.level.id]).toEqual([
      'play',
      2,
      formatExam({ system: 'linux', chapter: 'nothing', seed: 0 }),
    ]);
  });
});

describe('the menu', () => {
  test('begins with what is worth doing, and says why', () => {
    const game = gameIn();
    const first = () => worthDoing(game, game.chart(), false)[0];
    expect(first()?.value).toBe('next');
    const [level] = library.levels;
    game.open(level!);
    game.play({ type: 'hint' });
    expect(first()?.value).toBe('continue');
    expect(shown(atStart, game)).toContain('Worth doing now: you left it before its end.');
  });

  test('offers the exam of a chapter once its levels are finished', () => {
    const game = gameIn();
    for (const id of library.chapters.find(({ id: chapter }) => chapter === 'trap')!.levels) {
      const level = library.levels.find(each => each.id === id)!;
      const { table } = game.open(level);
      for (const decision of optimalAnswers(level, table.variant)) game.play({ type: 'decide', decision });
    }
    expect(worthDoing(game, game.chart(), false)[0]).toMatchObject({
      value: 'exam linux trap',
      label: 'Exam: The trap',
    });
  });

  test.each([
    [80, 24],
    [60, 20],
  ])('of all chapters and exams fits %i columns and %i lines', (columns, rows) => {
    const game = gameIn();
    for (const state of [
      atStart,
      choose(atStart, 'chapters', game),
      choose(choose(atStart, 'chapters', game), 'fork', game),
    ]) {
      const page = pageOf(state, game, areaOf(columns, rows));
      expect(widest([...page.above, ...page.below])).toBeLessThanOrEqual(columns);
      // What does not fit is turned to; the menu of the first screen is there whole.
      if (state === atStart) expect(page.above.length + page.choices!.items.length).toBeLessThan(rows - 1);
    }
  });
});
