import { App } from './app.tsx';
import type { Game } from './game.ts';
import type { State } from './state.ts';
import { inTerminal, type Streams } from './terminal/terminal.ts';

/** Plays in the terminal until the player leaves. */
export const show = (
  game: Game,
  initial: State,
  streams: Streams,
  env: Readonly<Record<string, string | undefined>>,
): Promise<void> =>
  inTerminal(streams, terminal => <App game={game} initial={initial} env={env} {...terminal} />);
