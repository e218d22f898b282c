import { parseArgs } from 'node:util';
import { nearest } from '../language/nearest.ts';
import { placesOf } from '../progress/paths.ts';
import { openStore } from '../progress/store.ts';
import { NAMES, PREFERENCES, type Preferences, preferencesFrom } from '../ui/preferences.ts';
import { type Io, UsageError } from './io.ts';

/**
 * `cowhand settings [NAME [VALUE]] [--json] [--state DIR]`: shows the settings, or one of them, or changes it.
 * @returns 0; 1 where a change could not be saved
 * @throws UsageError for a name or value that there is not, StoreError where progress cannot be read
 */
export async function settings(args: string[], io: Io): Promise<number> {
  const { values, positionals } = parseArgs({
    args,
    allowPositionals: true,
    options: { json: { type: 'boolean', default: false }, state: { type: 'string' } },
  });
  const [given, value, ...more] = positionals;
  if (more.length > 0) throw new UsageError(`one setting at a time, not also '${more.join("', '")}'`);
  const name = given === undefined ? undefined : named(given);
  const store = openStore({ places: placesOf(io, values.state), clock: io.now });
  for (const notice of store.notices) io.stderr.write(`cowhand: ${notice}\n`);
  if (name !== undefined && value !== undefined) {
    const allowed: readonly string[] = PREFERENCES[name];
    if (!allowed.includes(value))
      throw new UsageError(`${name} cannot be '${value}'; expected ${allowed.join(', ')}`);
    await store.settings.set(name, value);
    if (store.trouble !== undefined) {
      io.stderr.write(`cowhand: ${store.trouble.message}\n`);
      return 1;
    }
  }
  const now = preferencesFrom(store.settings.get);
  const shown = name === undefined ? NAMES : [name];
  if (values.json) {
    const chosen = Object.fromEntries(shown.map(each => [each, now[each]]));
    io.stdout.write(`${JSON.stringify(chosen, null, 2)}\n`);
  } else
    for (const each of shown)
      io.stdout.write(`${each.padEnd(8)} ${now[each].padEnd(8)} of ${PREFERENCES[each].join(', ')}\n`);
  return 0;
}

function named(given: string): keyof Preferences {
  const name = NAMES.find(each => each === given);
  if (name !== undefined) return name;
  const likely = nearest(given, NAMES);
  const guess = likely === undefined ? '' : `; did you mean '${likely}'?`;
  throw new UsageError(`no setting '${given}'${guess} There are ${NAMES.join(', ')}`);
}
