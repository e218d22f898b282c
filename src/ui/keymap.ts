import type { Line } from './lines.ts';
import { lineWidth, span } from './lines.ts';
import { fill, texts } from './texts.ts';

/** What can be shown; each has its own keys. */
export type Scene = keyof typeof texts.scenes;
/** What a key can mean. */
export type Command = keyof typeof texts.commands;

export interface Binding {
  readonly command: Command;
  /** Names of keys as `keyName` gives them. */
  readonly keys: readonly string[];
  readonly scenes: readonly Scene[];
  /** Where the footer is too narrow, bindings of a higher rank go first; -1 is never in the footer. */
  readonly rank: number;
  /** True where the list of choices (ink-select-input) reads the keys itself. */
  readonly byList?: boolean;
}

const lists: readonly Scene[] = [
  'start',
  'chapters',
  'levels',
  'play',
  'predict',
  'schedule',
  'look',
  'summary',
  'glossary',
  'settings',
];
const pages: readonly Scene[] = ['inspect', 'sharing', 'hints', 'help', 'entry', 'why', 'more'];
const everywhere = Object.keys(texts.scenes) as Scene[];
const digits = Array.from({ length: 9 }, (_, i) => String(i + 1));

/** All keys, in the order of the footer: footer, help and docs/keys.md are made from this. */
export const bindings: readonly Binding[] = [
  { command: 'choose', keys: ['up', 'down', ...digits], scenes: lists, rank: 1, byList: true },
  {
    command: 'decide',
    keys: ['enter'],
    scenes: ['play', 'predict', 'schedule', 'look'],
    rank: 1,
    byList: true,
  },
  {
    command: 'open',
    keys: ['enter'],
    scenes: ['start', 'chapters', 'levels', 'summary', 'glossary', 'settings'],
    rank: 1,
    byList: true,
  },
  { command: 'step', keys: ['left', 'right'], scenes: ['wrong', 'right', 'film'], rank: 1 },
  { command: 'answer', keys: ['up', 'down'], scenes: ['film'], rank: 1 },
  { command: 'leftPar', keys: ['b'], scenes: ['film'], rank: 1 },
  { command: 'why', keys: ['w'], scenes: ['wrong', 'right'], rank: 2 },
  { command: 'more', keys: ['e'], scenes: ['wrong', 'right', 'why'], rank: 3 },
  { command: 'watch', keys: ['enter'], scenes: ['wrong'], rank: 0 },
  { command: 'takeBack', keys: ['enter'], scenes: ['wrong'], rank: 0 },
  { command: 'goOn', keys: ['enter'], scenes: ['wrong'], rank: 0 },
  { command: 'start', keys: ['enter'], scenes: ['story'], rank: 0 },
  { command: 'scroll', keys: ['up', 'down'], scenes: pages, rank: 1 },
  { command: 'page', keys: ['pageup', 'pagedown', 'space'], scenes: pages, rank: 4 },
  { command: 'turn', keys: ['left', 'right'], scenes: ['glossary', 'levels', 'settings'], rank: 3 },
  { command: 'skip', keys: ['escape'], scenes: ['look'], rank: 0 },
  {
    command: 'inspect',
    keys: ['i'],
    scenes: ['play', 'predict', 'schedule', 'look', 'past', 'wrong', 'right'],
    rank: 3,
  },
  {
    command: 'sharing',
    keys: ['m'],
    scenes: ['play', 'predict', 'schedule', 'look', 'past', 'wrong', 'right'],
    rank: 6,
  },
  { command: 'hint', keys: ['h'], scenes: ['play', 'predict', 'schedule', 'hints'], rank: 2 },
  { command: 'undo', keys: ['u'], scenes: ['play', 'predict', 'schedule', 'right', 'summary'], rank: 3 },
  { command: 'restart', keys: ['r'], scenes: ['play', 'predict', 'schedule', 'summary'], rank: -1 },
  { command: 'time', keys: ['left', 'right'], scenes: ['play', 'predict', 'past'], rank: 4 },
  { command: 'goOn', keys: ['enter', 'escape'], scenes: ['right'], rank: 0 },
  { command: 'now', keys: ['escape', 'enter'], scenes: ['past'], rank: 0 },
  {
    command: 'back',
    keys: ['escape', 'backspace'],
    scenes: everywhere.filter(scene => !['start', 'past', 'look', 'right', 'film'].includes(scene)),
    rank: 5,
  },
  { command: 'glossary', keys: ['g'], scenes: everywhere, rank: 7 },
  { command: 'settings', keys: ['s'], scenes: everywhere, rank: -1 },
  { command: 'help', keys: ['?'], scenes: everywhere, rank: 2 },
  { command: 'quit', keys: ['q', 'ctrl+c'], scenes: everywhere, rank: 2 },
  { command: 'suspend', keys: ['ctrl+z'], scenes: everywhere, rank: -1 },
];

/** All bindings that hold, in the order of the footer. */
export type Keymap = readonly Binding[];

/** A key that a command can be given, and those that lists and every screen need for themselves. */
const isLetter = (key: string): boolean => /^[!-~]$/.test(key) && !/[0-9A-Zjk]/.test(key);

/** The commands whose letter can be changed. Arrows, digits, Enter and Esc always work. */
export const rebindable: readonly Command[] = bindings
  .filter(({ keys }) => keys.some(isLetter))
  .map(({ command }) => command);

/** The letter of a command: 'h'. */
export const letterOf = (keymap: Keymap, command: Command): string =>
  keymap.find(each => each.command === command)?.keys.find(isLetter) ?? '';

const withKey = (keymap: Keymap, command: Command, key: string): Keymap =>
  keymap.map(binding =>
    binding.command === command
      ? { ...binding, keys: binding.keys.map(old => (isLetter(old) ? key : old)) }
      : binding,
  );

/** The command that has the key on a screen where the other one works too. */
const rivalOf = (keymap: Keymap, command: Command, key: string): Command | undefined => {
  const scenes = keymap.filter(each => each.command === command).flatMap(each => each.scenes);
  return keymap.find(
    each =>
      each.command !== command &&
      each.keys.includes(key) &&
      each.scenes.some(scene => scenes.includes(scene)),
  )?.command;
};

/**
 * The keys with those that the player chose. A choice that cannot be, by hand or by an older version, counts as
 * none.
 * @param chosen the setting of a command's key
 */
export function keymapWith(chosen: (command: Command) => unknown): Keymap {
  let keymap: Keymap = bindings;
  for (const command of rebindable) {
    const key = chosen(command);
    if (typeof key === 'string' && whyNotKey(keymap, command, key) === undefined)
      keymap = withKey(keymap, command, key);
  }
  return keymap;
}

/** Why a command cannot have this key; undefined where it can. */
export function whyNotKey(keymap: Keymap, command: Command, key: string): string | undefined {
  if (!isLetter(key)) return fill(texts.settings.noKey, { key });
  const rival = rivalOf(keymap, command, key);
  return rival === undefined ? undefined : fill(texts.settings.taken, { key, command: rival });
}

/** What a key means in a scene; undefined for nothing, or where the list reads it. */
export const commandOf = (
  scene: Scene,
  key: string,
  works: (command: Command) => boolean,
  keymap: Keymap = bindings,
): Command | undefined =>
  keymap.find(
    ({ command, keys, scenes, byList }) =>
      !byList && scenes.includes(scene) && keys.includes(key) && works(command),
  )?.command;

/** The parts of Ink's description of a key that are needed to name it. */
export interface KeyFlags {
  readonly upArrow: boolean;
  readonly downArrow: boolean;
  readonly leftArrow: boolean;
  readonly rightArrow: boolean;
  readonly pageUp: boolean;
  readonly pageDown: boolean;
  readonly return: boolean;
  readonly escape: boolean;
  readonly ctrl: boolean;
  readonly tab: boolean;
  readonly backspace: boolean;
  readonly delete: boolean;
  readonly meta: boolean;
}

/** One name for each key: 'up', 'enter', 'ctrl+c', 'q' (also for Q); '' for a key that has none here. */
export function keyName(input: string, key: KeyFlags): string {
  if (key.upArrow) return 'up';
  if (key.downArrow) return 'down';
  if (key.leftArrow) return 'left';
  if (key.rightArrow) return 'right';
  if (key.pageUp) return 'pageup';
  if (key.pageDown) return 'pagedown';
  if (key.return) return 'enter';
  if (key.escape) return 'escape';
  // Ink 6 calls the Backspace key of nearly every terminal `delete`.
  if (key.backspace || key.delete) return 'backspace';
  if (key.tab) return 'tab';
  if (key.ctrl) return `ctrl+${input}`;
  if (key.meta) return '';
  if (input === ' ') return 'space';
  return input.toLowerCase();
}

const shownKeys: Readonly<Record<string, string>> = texts.keys;
const shownKey = (key: string): string => shownKeys[key] ?? key;

/**
 * The keys of a binding as the reader sees them: '↑↓ 1-6', 'Esc', '←→'.
 * @param choices how many of the digits work
 */
export function keysOf({ keys }: Pick<Binding, 'keys'>, choices = 9): string {
  const numbers = keys.filter(key => digits.includes(key)).slice(0, choices);
  const others = keys.filter(key => !digits.includes(key)).map(shownKey);
  const arrows = others.filter(key => key.length === 1 && !/[a-z?]/.test(key)).join('');
  const words = others.filter(key => !arrows.includes(key));
  const range = numbers.length > 1 ? `1-${numbers.length}` : numbers.join('');
  return [arrows, ...words, range].filter(part => part !== '').join(' ');
}

/** The bindings that do something now. */
export const bindingsOf = (
  scene: Scene,
  works: (command: Command) => boolean,
  keymap: Keymap = bindings,
): readonly Binding[] => keymap.filter(({ command, scenes }) => scenes.includes(scene) && works(command));

/**
 * The footer: only keys that work now, as many as fit into `columns`.
 * @param choices how many choices the list on the screen has
 */
export function footer(
  scene: Scene,
  columns: number,
  works: (command: Command) => boolean,
  choices: number,
  keymap: Keymap = bindings,
): Line {
  let shown = bindingsOf(scene, works, keymap).filter(({ rank }) => rank >= 0);
  let drawn = drawFooter(shown, choices);
  while (shown.length > 1 && lineWidth(drawn) > columns) {
    const highest = Math.max(...shown.map(({ rank }) => rank));
    const last = shown.findLastIndex(({ rank }) => rank === highest);
    shown = shown.filter((_, i) => i !== last);
    drawn = drawFooter(shown, choices);
  }
  return drawn;
}

function drawFooter(shown: readonly Binding[], choices: number): Line {
  return shown.flatMap((binding, i) => [
    span(i === 0 ? ' ' : '  '),
    // The first key of several is enough where space is dear.
    span(keysOf({ keys: binding.command === 'choose' ? binding.keys : firstKeys(binding) }, choices), 'key'),
    span(` ${texts.commands[binding.command].label}`),
  ]);
}

/** Arrows go in pairs; of other keys that mean the same, the footer names the first. */
function firstKeys({ keys }: Binding): readonly string[] {
  const pair = keys.filter(key => ['up', 'down', 'left', 'right', 'pageup', 'pagedown'].includes(key));
  return pair.length > 0 ? pair : keys.slice(0, 1);
}
