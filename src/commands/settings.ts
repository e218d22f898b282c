import { parseArgs } from 'node:util';
import { nearest } from '../language/nearest.ts';
import { placesOf } from '../progress/paths.ts';
import { openStore } from '../progress/store.ts';
import { preferencesFrom } from '../ui/preferences.ts';
import { currentOf, SETTINGS, type Setting, settingNamed, whyNotValue } from '../ui/settings.ts';
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
  const setting = given === undefined ? undefined : named(given);
  const store = openStore({ places: placesOf(io, values.state), clock: io.now });
  for (const notice of store.notices) io.stderr.write(`cowhand: ${notice}\n`);
  if (setting !== undefined && value !== undefined) {
    const why = whyNotValue(setting, value, preferencesFrom(store.settings.get));
    if (why !== undefined) throw new UsageError(`${setting.name} cannot be '${value}'; ${why}`);
    await store.settings.set(setting.name, value);
    if (store.trouble !== undefined) {
      io.stderr.write(`cowhand: ${store.trouble.message}\n`);
      return 1;
    }
  }
  const now = preferencesFrom(store.settings.get);
  const shown = setting === undefined ? SETTINGS : [setting];
  if (values.json) {
    const chosen = Object.fromEntries(shown.map(each => [each.name, currentOf(each, now)]));
    io.stdout.write(`${JSON.stringify(chosen, null, 2)}\n`);
  } else {
    const width = Math.max(...shown.map(({ name }) => name.length));
    for (const each of shown)
      io.stdout.write(`${each.name.padEnd(width)} ${currentOf(each, now).padEnd(8)} ${about(each)}\n`);
  }
  return 0;
}

const about = (setting: Setting): string =>
  'key' in setting ? setting.about : `of ${setting.values.join(', ')}`;

function named(given: string): Setting {
  const setting = settingNamed(given);
  if (setting !== undefined) return setting;
  const all = SETTINGS.map(({ name }) => name);
  const likely = nearest(given, all);
  const guess = likely === undefined ? '.' : `; did you mean '${likely}'?`;
  throw new UsageError(`no setting '${given}'${guess} There are ${all.join(', ')}`);
}
