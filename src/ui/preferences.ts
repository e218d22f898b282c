import type { Setting } from '../progress/events.ts';

/** What a player may settle once for all, and the values that each takes; the first is what holds unasked. */
export const PREFERENCES = {
  /** `auto` follows NO_COLOR. */
  colour: ['auto', 'never'],
  /** `auto` follows the locale and TERM. */
  glyphs: ['auto', 'unicode', 'ascii'],
  /** `auto` follows ACCESSIBLE, INK_SCREEN_READER and TERM. */
  mode: ['auto', 'plain'],
} as const;

export type Preferences = { readonly [N in keyof typeof PREFERENCES]: (typeof PREFERENCES)[N][number] };
export const NAMES = Object.keys(PREFERENCES) as (keyof Preferences)[];

/** The preferences among the settings; a value that none takes counts as not set. */
export function preferencesFrom(get: (name: string) => Setting | undefined): Preferences {
  const chosen = (name: keyof Preferences): string => {
    const values: readonly string[] = PREFERENCES[name];
    const value = get(name);
    return typeof value === 'string' && values.includes(value) ? value : values[0]!;
  };
  return Object.fromEntries(NAMES.map(name => [name, chosen(name)])) as unknown as Preferences;
}

export const USUAL: Preferences = preferencesFrom(() => undefined);
