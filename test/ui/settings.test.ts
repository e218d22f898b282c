import { afterEach, expect, test, vi } from 'vitest';
import type { Game } from '../../src/ui/game.ts';
import { commandOf, keymapWith } from '../../src/ui/keymap.ts';
import { atStart } from '../../src/ui/open.ts';
import { pageOf } from '../../src/ui/screens/pages.ts';
import { currentOf, SETTINGS, whyNotValue } from '../../src/ui/settings.ts';
import { type State, sceneOf, works } from '../../src/ui/state.ts';
import { type Input, update } from '../../src/ui/update.ts';
import { freshFolder } from '../progress/folder.ts';
import { gameIn, textOf, widest } from './fixtures.ts';

// What writes settings is loaded when it is needed; a test's folder goes only after that.
afterEach(() => vi.dynamicImportSettled());

const after = (game: Game, ...inputs: Input[]): State =>
  inputs.reduce((state, input) => update(state, input, game, { lines: 20, most: 0 })!, atStart);
const opened: Input = { chosen: 'settings' };

test('every setting is on the screen with the value that holds, however narrow it is', () => {
  const game = gameIn();
  for (const columns of [40, 80, 100]) {
    const page = pageOf(after(game, opened), game, { columns, lines: 23 }, game.preferences.keymap);
    expect(page.choices?.items.map(({ value }) => value)).toEqual(SETTINGS.map(({ name }) => name));
    for (const [i, setting] of SETTINGS.entries())
      expect(page.choices?.items[i]?.label.endsWith(`  ${currentOf(setting, game.preferences)}`)).toBe(true);
    expect(widest(page.above)).toBeLessThanOrEqual(columns);
    for (const { label } of page.choices?.items ?? []) expect(label).not.toContain('…');
  }
});

test('choosing a setting again and again goes through all its values, each of which is saved', () => {
  const folder = freshFolder();
  const game = gameIn(folder);
  for (const setting of SETTINGS) {
    if ('key' in setting) continue;
    const first = currentOf(setting, game.preferences);
    const seen = setting.values.map(() => {
      after(game, opened, { chosen: setting.name });
      return currentOf(setting, gameIn(folder).preferences);
    });
    expect(new Set(seen)).toEqual(new Set(setting.values));
    expect(seen.at(-1)).toBe(first);
  }
});

test('a command takes the key that is pressed, and says why where it cannot', () => {
  const game = gameIn();
  const asked = after(game, opened, { chosen: 'key.hint' });
  expect(sceneOf(asked)).toBe('newKey');
  // No letter does anything else meanwhile, and Esc leaves all as it was.
  expect(commandOf('newKey', 'q', works(asked))).toBeUndefined();
  expect(commandOf('newKey', 'escape', works(asked))).toBe('back');
  expect(textOf(pageOf(asked, game, { columns: 80, lines: 23 }).above.flat())).toContain('opens a hint');

  const taken = after(game, opened, { chosen: 'key.hint' }, { pressed: 'q' });
  expect(taken.note).toBe("'q' is the key of quit");
  expect(sceneOf(taken)).toBe('newKey');
  const done = update(taken, { pressed: 'x' }, game, { lines: 20, most: 0 })!;
  expect(sceneOf(done)).toBe('settings');
  expect(commandOf('play', 'x', () => true, game.preferences.keymap)).toBe('hint');
  expect(commandOf('play', 'h', () => true, game.preferences.keymap)).toBeUndefined();
});

test('what a setting refuses, the keys refuse too', () => {
  const game = gameIn();
  for (const setting of SETTINGS)
    for (const value of ['', 'Q', 'j', '7', 'purple', 'enter'])
      expect(whyNotValue(setting, value, game.preferences)).toBeDefined();
  expect(keymapWith(() => 'purple')).toEqual(keymapWith(() => undefined));
});
