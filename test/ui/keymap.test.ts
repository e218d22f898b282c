import fc from 'fast-check';
import { describe, expect, test } from 'vitest';
import {
  bindings,
  bindingsOf,
  commandOf,
  footer,
  type KeyFlags,
  keyName,
  keysOf,
  type Scene,
} from '../../src/ui/keymap.ts';
import { lineWidth } from '../../src/ui/lines.ts';
import { texts } from '../../src/ui/texts.ts';
import { textOf } from './fixtures.ts';

const scenes = Object.keys(texts.scenes) as Scene[];
const always = () => true;
const NO_KEY: KeyFlags = {
  upArrow: false,
  downArrow: false,
  leftArrow: false,
  rightArrow: false,
  pageUp: false,
  pageDown: false,
  return: false,
  escape: false,
  ctrl: false,
  tab: false,
  backspace: false,
  delete: false,
  meta: false,
};

describe('the table of keys', () => {
  test('no key means two things on one screen, but for the last step of a consequence', () => {
    for (const scene of scenes) {
      // Enter first watches a consequence; then it leads back to the question, or on where the run went on.
      const left = scene === 'wrong' ? ['watch', 'goOn'] : ['watch'];
      const keys = bindingsOf(scene, command => !left.includes(command)).flatMap(binding => binding.keys);
      expect(
        keys.filter((key, i) => keys.indexOf(key) !== i),
        scene,
      ).toEqual([]);
    }
  });

  test('arrows, digits and Enter lead through the game, and every screen can be left', () => {
    for (const scene of scenes) {
      const keys = bindingsOf(scene, always).flatMap(binding => binding.keys);
      expect(
        keys.some(key => ['enter', 'escape', 'up'].includes(key)),
        scene,
      ).toBe(true);
      expect(commandOf(scene, 'q', always), scene).toBe('quit');
      expect(commandOf(scene, 'ctrl+c', always), scene).toBe('quit');
    }
  });

  test('what a list reads itself is no command', () => {
    expect(commandOf('play', 'enter', always)).toBeUndefined();
    expect(commandOf('play', '1', always)).toBeUndefined();
    expect(commandOf('play', 'h', always)).toBe('hint');
    expect(commandOf('play', 'h', () => false)).toBeUndefined();
    expect(commandOf('story', 'enter', always)).toBe('start');
  });

  test('every command has a name for the footer', () => {
    for (const { command } of bindings) expect(texts.commands[command].label).not.toBe('');
  });
});

describe('names of keys', () => {
  test.each([
    ['', { upArrow: true }, 'up'],
    ['', { return: true }, 'enter'],
    // Ink 6 sets meta on Escape, and calls Backspace delete.
    ['', { escape: true, meta: true }, 'escape'],
    ['', { delete: true }, 'backspace'],
    ['', { backspace: true }, 'backspace'],
    ['c', { ctrl: true }, 'ctrl+c'],
    ['q', {}, 'q'],
    ['Q', {}, 'q'],
    [' ', {}, 'space'],
    ['?', {}, '?'],
    ['x', { meta: true }, ''],
  ] as const)('%j %j is %s', (input, flags, name) => {
    expect(keyName(input, { ...NO_KEY, ...flags })).toBe(name);
  });

  test.each([
    [['up', 'down', '1', '2', '3'], 9, '↑↓ 1-3'],
    [['up', 'down', '1', '2', '3'], 2, '↑↓ 1-2'],
    [['up', 'down', '1', '2', '3'], 1, '↑↓ 1'],
    [['escape', 'backspace'], 9, 'Esc Backspace'],
    [['left', 'right'], 9, '←→'],
    [['?'], 9, '?'],
    [['q', 'ctrl+c'], 9, 'q Ctrl-C'],
  ])('%j with %i choices are shown as %s', (keys, choices, shown) => {
    expect(keysOf({ keys }, choices)).toBe(shown);
  });
});

describe('the footer', () => {
  test('fits any width that holds one key, and drops the least needed first', () => {
    fc.assert(
      fc.property(
        fc.constantFrom(...scenes),
        fc.integer({ min: 34, max: 120 }),
        fc.integer({ min: 1, max: 9 }),
        (scene, columns, choices) => {
          expect(lineWidth(footer(scene, columns, always, choices))).toBeLessThanOrEqual(columns);
        },
      ),
    );
    expect(textOf(footer('play', 80, command => command !== 'undo', 5))).toBe(
      ' ↑↓ 1-5 choose  Enter decide  i inspect  h hint  ←→ time  ? help  q quit',
    );
    expect(textOf(footer('play', 40, always, 5))).toBe(' ↑↓ 1-5 choose  Enter decide  h hint');
  });

  test('shows only what works now', () => {
    expect(textOf(footer('play', 200, command => command !== 'undo' && command !== 'hint', 5))).not.toMatch(
      /undo|hint/,
    );
  });
});
