import type { Scene } from '../../src/ui/keymap.ts';
import { keys } from './harness.ts';

/** Every screen that the game has, and the keys that lead there: shown in a pseudo-terminal and through tmux. */
export interface Tour {
  readonly name: string;
  readonly args: readonly string[];
  /** What is run in plain lines before, and what is typed there. */
  readonly before?: { readonly args: readonly string[]; readonly input: string };
  readonly stops: readonly Stop[];
}

export interface Stop {
  /** Names of `keys` of the harness, or single characters. */
  readonly keys: readonly string[];
  readonly shows: string | RegExp;
  /** Which screen that is; left out on the way back. */
  readonly at?: Scene;
}

/** What the terminal sends for a key of a stop. */
export const pressed = (key: string): string => keys[key as keyof typeof keys] ?? key;

const BEGUN: readonly Stop[] = [
  { keys: [], shows: 'Enter start', at: 'story' },
  { keys: ['enter'], shows: /choose.*decide/ },
];

export const TOURS: readonly Tour[] = [
  {
    name: 'the menu and what it leads to',
    args: [],
    stops: [
      { keys: [], shows: 'Begin:', at: 'start' },
      { keys: ['3'], shows: /1 {2}The trap/, at: 'chapters' },
      { keys: ['enter'], shows: /1 {2}The bell rings/, at: 'levels' },
      { keys: ['escape', 'escape'], shows: 'Begin:' },
      { keys: ['4'], shows: /1 {2}ACCERR/, at: 'glossary' },
      { keys: ['enter'], shows: 'does not allow the access', at: 'entry' },
      { keys: ['escape', 'escape'], shows: 'Begin:' },
      { keys: ['5'], shows: /1 {2}Colours/, at: 'settings' },
      { keys: ['6'], shows: 'Press the key', at: 'newKey' },
      { keys: ['escape', 'escape', '?'], shows: 'takes the choice', at: 'help' },
      { keys: ['escape'], shows: 'Begin:' },
    ],
  },
  {
    name: 'a level from its story to its end',
    args: ['play', 'first-ring'],
    stops: [
      ...BEGUN,
      { keys: [], shows: 'PAGE FAULT', at: 'play' },
      { keys: ['i'], shows: 'All there is to see', at: 'inspect' },
      { keys: ['escape', 'm'], shows: 'Who maps what', at: 'sharing' },
      { keys: ['escape', 'h'], shows: 'Hints', at: 'hints' },
      { keys: ['escape', 'left'], shows: 'This is how it was.', at: 'past' },
      { keys: ['escape', '4'], shows: '✗ MISREFUSED', at: 'wrong' },
      { keys: ['w'], shows: 'cowhand   Why', at: 'why' },
      { keys: ['e'], shows: 'cowhand   Read more', at: 'more' },
      { keys: ['escape', 'escape', 'right'], shows: /▸ 1 {3}sh/ },
      { keys: ['enter', '2'], shows: '✓ OPTIMAL', at: 'right' },
      { keys: ['enter', '5'], shows: '✓ OPTIMAL' },
      { keys: ['enter'], shows: 'of 3 stars', at: 'summary' },
    ],
  },
  {
    name: 'a prediction',
    args: ['play', 'does-it-ring'],
    stops: [...BEGUN, { keys: [], shows: 'What will happen?', at: 'predict' }],
  },
  {
    name: 'a decision in detail',
    args: ['play', 'by-the-book'],
    stops: [...BEGUN, { keys: ['1'], shows: 'May the entry be written to?', at: 'predict' }],
  },
  {
    name: 'an order of steps',
    args: ['play', 'one-address-two-truths'],
    stops: [...BEGUN, { keys: ['1'], shows: 'Step 2?', at: 'predict' }],
  },
  {
    name: 'a deputy',
    args: ['play', 'the-obliging-deputy'],
    stops: [...BEGUN, { keys: [], shows: 'Stop it: here the kernel is wrong', at: 'play' }],
  },
  {
    name: 'a broken kernel',
    args: ['play', 'two-pens'],
    stops: [...BEGUN, { keys: ['1'], shows: '1 step so far', at: 'schedule' }],
  },
  {
    name: 'a question in passing',
    args: ['play', 'before-the-ink', '--variant', '1'],
    stops: [...BEGUN, { keys: ['2'], shows: 'In passing', at: 'look' }],
  },
  {
    name: 'practice',
    args: ['practice', '--seed', '1', '--system', 'linux'],
    stops: [...BEGUN, { keys: [], shows: 'PAGE FAULT', at: 'play' }],
  },
  {
    name: 'a run that is watched',
    before: { args: ['play', 'who-writes-first', '--variant', '1', '--plain'], input: 'reuse\n' },
    args: ['replay', 'who-writes-first'],
    stops: [
      { keys: [], shows: 'picture 1/', at: 'film' },
      { keys: ['b'], shows: 'Here the run left the par.' },
    ],
  },
  {
    name: 'an exam',
    args: ['exam', 'trap', '--seed', '3'],
    stops: [
      ...BEGUN,
      { keys: ['5'], shows: '✓ OPTIMAL' },
      { keys: ['enter'], shows: 'What was it that decided?', at: 'play' },
    ],
  },
];
