import { createContext } from 'react';
import { toAscii, wantsAscii } from './glyphs.ts';
import type { Role } from './lines.ts';
import { type Preferences, USUAL } from './preferences.ts';

/** How roles look. Blue and orange tell right from wrong, since red and green do not to everyone. */
interface Look {
  readonly color?: string;
  readonly bold?: boolean;
  readonly dimColor?: boolean;
}

const BLUE = '#3b8eea';
const ORANGE = '#d55e00';
const OCHRE = '#b58900';

const looks: Readonly<Record<Role, Look>> = {
  title: { bold: true },
  strong: { bold: true },
  dim: { dimColor: true },
  fault: { bold: true, color: OCHRE },
  changed: { bold: true, color: OCHRE },
  right: { bold: true, color: BLUE },
  wasteful: { bold: true, color: OCHRE },
  wrong: { bold: true, color: ORANGE },
  key: { bold: true },
  selected: { bold: true, color: BLUE },
  star: { color: OCHRE },
};

export interface Theme {
  readonly look: (role: Role | undefined) => Look;
  readonly glyphs: (text: string) => string;
}

/** NO_COLOR leaves bold and dim; a locale without UTF-8 leaves ASCII; the player's own word goes first. */
export function themeFor(
  env: Readonly<Record<string, string | undefined>>,
  preferences: Preferences = USUAL,
): Theme {
  const colour = preferences.colour === 'auto' && !env['NO_COLOR'];
  const ascii = preferences.glyphs === 'auto' ? wantsAscii(env) : preferences.glyphs === 'ascii';
  return {
    look: role => {
      if (role === undefined) return {};
      if (colour) return looks[role];
      const { color: _, ...rest } = looks[role];
      return rest;
    },
    glyphs: text => (ascii ? toAscii(text) : text),
  };
}

export const ThemeContext = createContext<Theme>(themeFor({ LANG: 'C.UTF-8' }));
