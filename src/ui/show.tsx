import { App } from './app.tsx';
import type { Game } from './game.ts';
import type { Preferences } from './preferences.ts';
import type { State } from './state.ts';
import { inTerminal, type Streams } from './terminal/terminal.ts';
import { themeFor } from './theme.ts';

/** Plays in the terminal until the player leaves. */
export const show = (
  game: Game,
  initial: State,
  streams: Streams,
  env: Readonly<Record<string, string | undefined>>,
  preferences: Preferences,
): Promise<void> =>
  inTerminal(streams, terminal => (
    <App
      game={game}
      initial={initial}
      theme={themeFor(env, preferences)}
      keymap={preferences.keymap}
      motion={preferences.motion !== 'never'}
      {...terminal}
    />
  ));
