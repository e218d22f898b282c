import type { Setting } from '../progress/events.ts';
import { placesOf } from '../progress/paths.ts';
import { openStore } from '../progress/store.ts';
import type { Io } from './io.ts';

/** The player's settings, by name; none where they cannot be read. */
export function settingsIn(io: Io, state?: string): (name: string) => Setting | undefined {
  try {
    return openStore({ places: placesOf(io, state), clock: io.now }).settings.get;
  } catch {
    return () => undefined;
  }
}
