import type { Setting } from '../progress/events.ts';
import { type Command, type Keymap, keymapWith } from './keymap.ts';

/** What a player may settle once for all, and the values that each takes; the first is what holds unasked. */
export const PREFERENCES = {
  /** `auto` follows NO_COLOR. */
  colour: ['auto', 'never'],
  /** What the terminal's background is like; `auto` follows COLORFGBG. */
  theme: ['auto', 'dark', 'light', 'contrast'],
  /** `auto` follows the locale and TERM. */
  glyphs: ['auto', 'unicode', 'ascii'],
  /** `auto` follows ACCESSIBLE, INK_SCREEN_READER and TERM. */
  mode: ['auto', 'plain'],
  /** Whether what changed lights up for a moment. */
  motion: ['auto', 'never'],
} as const;

type Named = { readonly [N in keyof typeof PREFERENCES]: (typeof PREFERENCES)[N][number] };
export interface Preferences extends Named {
  /** All keys, with those that the player gave to commands. */
  readonly keymap: Keymap;
}
export const NAMES = Object.keys(PREFERENCES) as (keyof Named)[];

/** The setting that holds the key of a command. */
export const keySetting = (command: Command): string => `key.${command}`;

/** The preferences among the settings; a value that none takes counts as not set. */
export function preferencesFrom(get: (name: string) => Setting | undefined): Preferences {
  const chosen = (name: keyof Named): string => {
    const values: readonly string[] = PREFERENCES[name];
    const value = get(name);
    return typeof value === 'string' && values.includes(value) ? value : values[0]!;
  };
  const named = Object.fromEntries(NAMES.map(name => [name, chosen(name)])) as unknown as Named;
  return { ...named, keymap: keymapWith(command => get(keySetting(command))) };
}

export const USUAL: Preferences = preferencesFrom(() => undefined);
