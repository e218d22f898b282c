import { parseArgs } from 'node:util';
import { nearest } from '../language/nearest.ts';
import { placesOf } from '../progress/paths.ts';
import { openStore } from '../progress/store.ts';
import { type Command, letterOf, rebindable, whyNotKey } from '../ui/keymap.ts';
import { keySetting, NAMES, PREFERENCES, type Preferences, preferencesFrom } from '../ui/preferences.ts';
import { texts } from '../ui/texts.ts';
import { type Io, UsageError } from './io.ts';

/** All settings: the preferences, and the keys of commands. */
const ALL: readonly string[] = [...NAMES, ...rebindable.map(keySetting)];

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
    const why = whyNot(name, value, preferencesFrom(store.settings.get));
    if (why !== undefined) throw new UsageError(`${name} cannot be '${value}'; ${why}`);
    await store.settings.set(name, value);
    if (store.trouble !== undefined) {
      io.stderr.write(`cowhand: ${store.trouble.message}\n`);
      return 1;
    }
  }
  const now = preferencesFrom(store.settings.get);
  const shown = name === undefined ? ALL : [name];
  if (values.json) {
    const chosen = Object.fromEntries(shown.map(each => [each, currently(each, now)]));
    io.stdout.write(`${JSON.stringify(chosen, null, 2)}\n`);
  } else {
    const width = Math.max(...shown.map(each => each.length));
    for (const each of shown)
      io.stdout.write(`${each.padEnd(width)} ${currently(each, now).padEnd(8)} ${about(each)}\n`);
  }
  return 0;
}

const commandIn = (name: string): Command | undefined =>
  rebindable.find(command => keySetting(command) === name);
const listed = (name: string) => NAMES.find(each => each === name);

const currently = (name: string, now: Preferences): string => {
  const preference = listed(name);
  return preference === undefined ? letterOf(now.keymap, commandIn(name)!) : now[preference];
};

function about(name: string): string {
  const preference = listed(name);
  return preference === undefined
    ? texts.commands[commandIn(name)!].help
    : `of ${PREFERENCES[preference].join(', ')}`;
}

/** Why the setting cannot have this value; undefined where it can. */
function whyNot(name: string, value: string, now: Preferences): string | undefined {
  const preference = listed(name);
  if (preference === undefined) return whyNotKey(now.keymap, commandIn(name)!, value);
  const allowed: readonly string[] = PREFERENCES[preference];
  return allowed.includes(value) ? undefined : `expected ${allowed.join(', ')}`;
}

function named(given: string): string {
  const name = ALL.find(each => each === given);
  if (name !== undefined) return name;
  const likely = nearest(given, ALL);
  const guess = likely === undefined ? '' : `; did you mean '${likely}'?`;
  throw new UsageError(`no setting '${given}'${guess} There are ${ALL.join(', ')}`);
}
