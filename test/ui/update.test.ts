import { beforeEach, describe, expect, test } from 'vitest';
import type { Game } from '../../src/ui/game.ts';
import type { Command } from '../../src/ui/keymap.ts';
import { atStart, inLevel } from '../../src/ui/open.ts';
import { areaOf } from '../../src/ui/page.ts';
import { pageOf } from '../../src/ui/screens/pages.ts';
import { OwnGame } from '../../src/ui/session.ts';
import { lastAnswer, type State, sceneOf, top, works } from '../../src/ui/state.ts';
import { update } from '../../src/ui/update.ts';
import { gameIn, levelNamed, optimalAnswers, textOf } from './fixtures.ts';

const EXTENT = { lines: 10, most: 25 };
let game: Game;
beforeEach(() => {
  game = gameIn(undefined, { variant: 0 });
});

const did = (state: State | undefined): State => {
  if (state === undefined) throw new Error('the game was left');
  return state;
};
const command = (state: State, name: Command, key = ''): State =>
  did(update(state, { command: name, key }, game, EXTENT));
const choose = (state: State, chosen: string): State => did(update(state, { chosen }, game, EXTENT));
/** Past the story, at the first question. */
const playing = (id: string): State => command(inLevel(game, levelNamed(id)), 'start');

describe('the way into a level', () => {
  test('first start: one choice leads to the first question', () => {
    expect(sceneOf(choose(atStart, 'begin'))).toBe('play');
  });

  test('from the map: its story, then its first question; the level is begun only then', () => {
    const map = choose(choose(atStart, 'chapters'), 'trap');
    const story = choose(map, 'first-ring');
    expect(sceneOf(story)).toBe('story');
    expect(game.underway()).toBeUndefined();
    const question = command(story, 'start');
    expect(sceneOf(question)).toBe('play');
    expect(game.underway()?.id).toBe('first-ring');
    expect(top(command(question, 'back')).at).toBe('levels');
  });

  test('a locked level opens when it is chosen twice, and says what comes first', () => {
    const map = choose(choose(atStart, 'chapters'), 'fork');
    const asked = choose(map, 'twins');
    expect(top(asked).at).toBe('levels');
    expect(asked.note).toContain('First comes');
    expect(sceneOf(choose(asked, 'twins'))).toBe('story');
    expect(top(choose(asked, 'who-writes-first')).at).toBe('levels');
  });

  test('a level under way goes on at once', () => {
    const left = choose(playing('after-the-child-has-gone'), 'copy');
    expect(left.table?.question?.n).toBe(2);
    const again = choose(atStart, 'continue');
    expect(sceneOf(again)).toBe('play');
    expect(again.table?.question?.n).toBe(2);
  });
});

describe('deciding', () => {
  test('a wrong decision: its steps, back and forth, then the same question again', () => {
    const asked = playing('after-the-child-has-gone');
    const wrong = choose(asked, 'zeroed');
    expect(sceneOf(wrong)).toBe('wrong');
    const steps = lastAnswer(wrong)!.text.steps.length;
    expect(steps).toBeGreaterThan(0);
    expect(works(wrong)('takeBack')).toBe(false);
    let state = wrong;
    for (let i = 0; i < steps + 3; i++) state = command(state, 'step', 'right');
    expect(top(state)).toEqual({ at: 'result', step: steps });
    const open = (['takeBack', 'goOn', 'watch'] as const).filter(works(state));
    // The level does not go on behind a wrong decision, so Enter means one thing.
    expect(open).toEqual(['takeBack']);
    expect(top(command(command(state, 'step', 'left'), 'watch', 'enter'))).toEqual({
      at: 'result',
      step: steps,
    });
    const again = command(state, 'takeBack', 'enter');
    expect(sceneOf(again)).toBe('play');
    expect(again.table?.question).toEqual(asked.table?.question);
    expect(again.table?.starsLeft).toBe(1);
  });

  test('a wasteful one can be taken back from its result; an optimal one there is nothing to take back', () => {
    const wasteful = choose(playing('after-the-child-has-gone'), 'copy');
    expect(sceneOf(wasteful)).toBe('right');
    expect(works(wasteful)('undo')).toBe(true);
    const back = command(wasteful, 'undo');
    expect([sceneOf(back), back.table?.question?.n, back.note]).toEqual(['play', 1, 'Taken back.']);
    const optimal = choose(back, 'reuse');
    expect(works(optimal)('undo')).toBe(false);
    expect(command(optimal, 'goOn').table?.question?.n).toBe(2);
  });

  test('after a right one: how it was before, without marks, and back to what changed', () => {
    const right = choose(playing('after-the-child-has-gone'), 'reuse');
    const shown = (state: State) =>
      pageOf(state, game, areaOf(80, 24), game.preferences.keymap).above.map(textOf);
    const before = command(right, 'step', 'left');
    expect(command(before, 'step', 'left')).toEqual(before);
    expect(command(before, 'step', 'right')).toEqual(right);
    const [was, now] = [shown(before), shown(right)];
    expect(was[0]).toContain('before fault 1');
    expect(was.join('\n')).toMatch(/f1 +r--/);
    expect(now.join('\n')).toMatch(/f1\*? *\*rw-/);
    expect(was.join('\n')).not.toContain('* changed');
    expect(now.join('\n')).toContain('* changed');
    // What stands around the picture stays where it is.
    expect(was.findIndex(line => line.startsWith(' The rule'))).toBe(
      now.findIndex(line => line.startsWith(' The rule')),
    );
    const inspected = shown(command(before, 'inspect')).join('\n');
    expect(inspected).not.toContain('* changed');
  });

  test('to the end, and on to the next level', () => {
    let state = playing('first-ring');
    for (const answer of optimalAnswers(levelNamed('first-ring'), 0))
      state = command(choose(state, answer), 'goOn');
    expect(top(state).at).toBe('summary');
    expect(state.table?.summary?.stars).toBe(3);
    const again = command(state, 'undo');
    expect(sceneOf(again)).toBe('play');
    const next = choose(state, 'next');
    expect(top(next)).toMatchObject({ at: 'story', level: { id: game.after('first-ring')!.id } });
    expect(update(state, { chosen: 'quit' }, game, EXTENT)).toBeUndefined();
  });

  test('what is asked in passing comes before the result; Esc skips it, and an answer shows there', () => {
    const [best] = optimalAnswers(levelNamed('before-the-ink'), 0);
    const asked = choose(playing('before-the-ink'), best!);
    expect(sceneOf(asked)).toBe('look');
    const page = (state: State) => {
      const { above, choices } = pageOf(state, game, areaOf(80, 24));
      return [...above.map(textOf), ...(choices?.items ?? []).map(({ label }) => label)].join('\n');
    };
    expect(page(asked)).toContain('In passing: what was it that decided?');
    const skipped = command(asked, 'skip', 'escape');
    expect(sceneOf(skipped)).toBe('right');
    expect(page(skipped)).not.toContain('Evidence');
    const fields = asked.table!.aside!.question.fields!;
    const answered = fields.reduce(state => choose(state, 'no'), asked);
    expect(sceneOf(answered)).toBe('right');
    expect(page(answered)).toMatch(/Evidence +You said: none of these/);
    expect(command(answered, 'goOn').table?.question?.n).toBe(2);
    expect(answered.table?.starsLeft).toBe(3);
  });

  test('what is not on offer changes nothing', () => {
    const asked = playing('first-ring');
    expect(choose(asked, 'nonsense').table).toBe(asked.table);
  });
});

describe('a prediction', () => {
  test('is asked field by field, and Esc goes a field back', () => {
    const asked = playing('does-it-ring');
    expect(sceneOf(asked)).toBe('predict');
    const second = choose(asked, 'fault');
    expect(top(second)).toMatchObject({ at: 'play', fields: { fault: 'fault' } });
    expect(top(command(second, 'back'))).toMatchObject({ at: 'play', fields: {} });
    const third = choose(second, 'refused');
    const answered = choose(third, 'MAPERR');
    expect(answered.table?.answers).toHaveLength(1);
    expect(answered.table?.answers[0]?.decision).toBe('fault=fault,class=refused,code=MAPERR');
    // Right or wrong, the first answer counts and the level goes on.
    expect(sceneOf(answered)).toBe('right');
    expect(command(answered, 'goOn').table?.question?.n).toBe(2);
  });
});

describe('beside the way', () => {
  test('hints: the first h opens one, later ones show them, h there opens the next, three in all', () => {
    const asked = playing('first-ring');
    const one = command(asked, 'hint');
    expect([sceneOf(one), one.table?.hints.opened.length]).toEqual(['hints', 1]);
    const back = command(one, 'back');
    const shown = command(back, 'hint');
    expect([sceneOf(shown), shown.table?.hints.opened.length]).toEqual(['hints', 1]);
    const three = command(command(shown, 'hint'), 'hint');
    expect([three.table?.hints.opened.length, three.table?.starsLeft]).toEqual([3, 2]);
    expect(works(three)('hint')).toBe(false);
  });

  test('time: back to the beginning and no further, and to now from anywhere', () => {
    const asked = playing('after-the-child-has-gone');
    const count = asked.table!.moments.length;
    let state = command(asked, 'time', 'left');
    expect([sceneOf(state), top(state)]).toMatchObject(['past', { moment: count - 1 }]);
    for (let i = 0; i < count + 3; i++) state = command(state, 'time', 'left');
    expect(top(state)).toMatchObject({ moment: 0 });
    expect(sceneOf(command(state, 'now', 'escape'))).toBe('play');
    expect(sceneOf(command(asked, 'time', 'right'))).toBe('play');
  });

  test('restart asks once, then draws another variant, and can be undone', () => {
    const asked = choose(playing('after-the-child-has-gone'), 'copy');
    const question = command(asked, 'goOn');
    const sure = command(question, 'restart', 'r');
    expect([sure.table, sure.layers]).toEqual([question.table, question.layers]);
    expect(sure.note).toMatch(/^r again /);
    const anew = command(sure, 'restart', 'r');
    expect(anew.table?.variant).not.toBe(question.table?.variant);
    expect(anew.table?.question?.n).toBe(1);
    expect(anew.note).toContain('variant');
    const back = command(anew, 'undo');
    expect([back.table?.variant, back.table?.question?.n]).toEqual([question.table?.variant, 2]);
  });

  test('what else is done before a command is asked for again, takes the question back', () => {
    const question = command(choose(playing('after-the-child-has-gone'), 'copy'), 'goOn');
    const sure = command(question, 'restart', 'r');
    const back = command(command(sure, 'inspect'), 'back');
    expect([back.sure, back.note]).toEqual([undefined, '']);
    expect(command(back, 'restart', 'r').table).toBe(question.table);
  });

  test('restart asks nothing where nothing would be lost: nothing decided, all taken back, all over', () => {
    const fresh = playing('two-desks');
    const undone = command(command(choose(fresh, 'copy'), 'goOn'), 'undo');
    let over = fresh;
    for (const answer of optimalAnswers(levelNamed('two-desks'), 0))
      over = command(choose(over, answer), 'goOn');
    expect(sceneOf(over)).toBe('summary');
    for (const state of [fresh, undone, over])
      expect(command(state, 'restart', 'r').table).not.toBe(state.table);
  });

  test('scrolling stops at both ends', () => {
    let state = command(playing('first-ring'), 'inspect');
    state = command(state, 'scroll', 'up');
    expect(top(state)).toMatchObject({ scroll: 0 });
    state = command(state, 'page', 'pagedown');
    expect(top(state)).toMatchObject({ scroll: 9 });
    for (let i = 0; i < 5; i++) state = command(state, 'page', 'space');
    expect(top(state)).toMatchObject({ scroll: 25 });
    expect(top(command(state, 'scroll', 'up'))).toMatchObject({ scroll: 24 });
  });

  test('the glossary remembers the word', () => {
    const list = command(atStart, 'glossary');
    const entry = choose(list, 'VMA');
    expect(top(entry)).toMatchObject({ at: 'entry', word: 'VMA' });
    expect(top(command(entry, 'back'))).toEqual({ at: 'glossary', word: 'VMA' });
  });

  test('q leaves from everywhere', () => {
    for (const state of [atStart, playing('first-ring'), command(atStart, 'help')])
      expect(update(state, { command: 'quit', key: 'q' }, game, EXTENT)).toBeUndefined();
  });
});

describe('leaving asks once where what was decided is kept nowhere', () => {
  const quit = (state: State, key = 'q') => update(state, { command: 'quit', key }, game, EXTENT);
  const left = () => command(choose(playing('two-desks'), 'copy'), 'goOn');

  test('in a level of one’s own, not by Ctrl-C, and not before anything is decided', () => {
    game = new OwnGame({ seed: () => 0 });
    expect(quit(playing('two-desks'))).toBeUndefined();
    const sure = quit(left());
    expect(sure?.note).toMatch(/^q again leaves/);
    expect(quit(sure!)).toBeUndefined();
    expect(quit(left(), 'ctrl+c')).toBeUndefined();
  });

  test('where nothing can be saved', () => {
    expect(quit(left())).toBeUndefined();
    Object.defineProperty(game, 'trouble', { value: 'the disk is full' });
    expect(quit(left())?.note).toMatch(/^q again leaves/);
  });
});

test('a level of one’s own has no map: Esc stays in it', () => {
  game = new OwnGame({ seed: () => 0 });
  const asked = playing('two-desks');
  expect(command(asked, 'back')).toMatchObject({ layers: asked.layers });
});
