import { placesOf } from '../progress/paths.ts';
import { openStore } from '../progress/store.ts';
import { type Preferences, preferencesFrom, USUAL } from '../ui/preferences.ts';
import type { Io } from './io.ts';

/** The player's settings; the usual ones where they cannot be read. */
export function preferencesOf(io: Io, state?: string): Preferences {
  try {
    const store = openStore({ places: placesOf(io, state), clock: io.now });
    return preferencesFrom(name => store.settings.get(name));
  } catch {
    return USUAL;
  }
}
