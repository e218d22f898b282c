import { createContext } from 'react';
import { toAscii, wantsAscii } from './glyphs.ts';
import type { Role } from './lines.ts';
import { type Preferences, USUAL } from './preferences.ts';

/** How a role looks. */
interface Look {
  readonly color?: string;
  readonly bold?: boolean;
  readonly dimColor?: boolean;
  readonly inverse?: boolean;
  readonly underline?: boolean;
}
type Looks = Readonly<Record<Role, Look>>;

/** Blue and orange tell right from wrong, since red and green do not to everyone. */
const coloured = (blue: string, orange: string, ochre: string): Looks => ({
  title: { bold: true },
  strong: { bold: true },
  dim: { dimColor: true },
  fault: { bold: true, color: ochre },
  changed: { bold: true, color: ochre },
  right: { bold: true, color: blue },
  wasteful: { bold: true, color: ochre },
  wrong: { bold: true, color: orange },
  key: { bold: true },
  selected: { bold: true, color: blue },
  star: { color: ochre },
});

/** The colours of each theme. On their background all have a contrast of 4.5 at least, and of 7 in `contrast`. */
export const looks = {
  dark: coloured('#3b8eea', '#e8730c', '#c79a00'),
  light: coloured('#005fb0', '#a83c00', '#725500'),
  contrast: {
    ...coloured('#8cc8ff', '#ffa763', '#ffd75f'),
    dim: {},
    fault: { bold: true, inverse: true },
    changed: { bold: true, underline: true },
    selected: { bold: true, inverse: true },
  },
} as const satisfies Readonly<Record<string, Looks>>;

/** Terminals that say how their background is call it by its number: 7 and 15 are white, 9 to 14 are bright. */
const isLight = (env: Environment): boolean => /;(?:7|9|1[0-5])$/.test(env['COLORFGBG'] ?? '');

type Environment = Readonly<Record<string, string | undefined>>;

export interface Theme {
  readonly look: (role: Role | undefined) => Look;
  readonly glyphs: (text: string) => string;
}

/**
 * NO_COLOR leaves bold and dim, unless FORCE_COLOR asks for more; a locale without UTF-8 leaves ASCII; the player's
 * own word goes first.
 */
export function themeFor(env: Environment, preferences: Preferences = USUAL): Theme {
  const forced = (env['FORCE_COLOR'] ?? '0') !== '0';
  const colour = preferences.colour === 'auto' && (forced || !env['NO_COLOR']);
  const theme = preferences.theme === 'auto' ? (isLight(env) ? 'light' : 'dark') : preferences.theme;
  const chosen: Looks = looks[theme];
  const ascii = preferences.glyphs === 'auto' ? wantsAscii(env) : preferences.glyphs === 'ascii';
  return {
    look: role => {
      if (role === undefined) return {};
      if (colour) return chosen[role];
      const { color: _, ...rest } = chosen[role];
      return rest;
    },
    glyphs: text => (ascii ? toAscii(text) : text),
  };
}

/** The theme in which what changed is lit up. */
export const litUp = (theme: Theme): Theme => ({
  ...theme,
  look: role => (role === 'changed' ? { ...theme.look(role), inverse: true } : theme.look(role)),
});

export const ThemeContext = createContext<Theme>(themeFor({ LANG: 'C.UTF-8' }));
