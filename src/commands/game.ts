import type { Level, Library } from '../levels/level.ts';
import { library as ownLibrary } from '../levels/library.ts';
import { provedOf } from '../levels/proved.ts';
import { placesOf } from '../progress/paths.ts';
import type { Progress } from '../progress/records.ts';
import { openStore, type Store } from '../progress/store.ts';
import type { Series } from '../study/series.ts';
import type { Game } from '../ui/game.ts';
import { preferencesFrom } from '../ui/preferences.ts';
import { LibraryGame, OwnGame } from '../ui/session.ts';
import { isTerminal, wantsPlain } from '../ui/terminal/fitness.ts';
import { texts } from '../ui/texts.ts';
import type { Io } from './io.ts';

export interface GameOptions {
  /** Straight into this level. */
  readonly level?: Level;
  /** The level is from a file of one's own: nothing is kept. */
  readonly own?: boolean;
  /** The levels of the game, and of a pack; those of the game alone if left out. */
  readonly library?: Library;
  /** Problems one after the other, instead of levels. */
  readonly series?: (progress: () => Progress) => Series;
  /** Counts from 1. */
  readonly variant: number | undefined;
  readonly plain: boolean;
  /** The directory that progress is kept in. */
  readonly state: string | undefined;
}

/**
 * Opens the game: on the screen, or in plain lines. The screen's code is loaded only where there is a screen.
 * @returns 0; in plain mode 1 if the level was left before its end; 2 where there is no terminal
 */
export async function game(options: GameOptions, io: Io): Promise<number> {
  if (!options.plain && !isTerminal(io)) {
    io.stderr.write(`cowhand: ${texts.terminal.none}\n`);
    return 2;
  }
  const store = storeFor(options, io);
  const { mode } = preferencesFrom(store.settings.get);
  const plain = options.plain || mode === 'plain' || wantsPlain(io);
  const series = options.series?.(() => store.progress);
  const opened = openGame(options, store, series, io);
  const level = options.level ?? series?.first();
  const code = plain ? await inLines(opened, level, io) : await onScreen(opened, level, io);
  if (opened.trouble !== undefined) io.stderr.write(`cowhand: ${opened.trouble}\n`);
  return code;
}

function storeFor({ own, state }: GameOptions, io: Io): Store {
  const store = openStore({ places: placesOf(io, state), clock: io.now, anyway: true });
  // A level of one's own keeps nothing.
  if (!own) store.prepare();
  return store;
}

function openGame(
  { own, variant, library = ownLibrary }: GameOptions,
  store: Store,
  series: Series | undefined,
  io: Io,
): Game {
  const wanted = variant === undefined ? undefined : variant - 1;
  const chance = { seed: io.seed, variant: wanted, now: io.now, series, settings: store.settings.get };
  return own
    ? new OwnGame(chance)
    : new LibraryGame(library, store, level => provedOf(level)?.passable ?? [], chance);
}

async function inLines(opened: Game, level: Level | undefined, io: Io): Promise<number> {
  const { playPlain } = await import('../ui/plain/plain.ts');
  const next = level ?? opened.underway() ?? opened.chart()?.next?.level ?? ownLibrary.levels[0]!;
  return playPlain(opened, next, io);
}

async function onScreen(opened: Game, level: Level | undefined, io: Io): Promise<number> {
  const { tidyEnvironment } = await import('../ui/terminal/fitness.ts');
  tidyEnvironment(process.env);
  const { atStart, inLevel } = await import('../ui/open.ts');
  const { show } = await import('../ui/show.tsx');
  await show(
    opened,
    level === undefined ? atStart : inLevel(opened, level),
    { stdin: io.stdin, stdout: io.screen },
    io.env,
  );
  return 0;
}
