import { type Command, letterOf, rebindable, whyNotKey } from './keymap.ts';
import { keySetting, NAMES, PREFERENCES, type Preferences } from './preferences.ts';
import { texts } from './texts.ts';

/** A setting, as the settings screen and `cowhand settings` show it: of a few values, or the key of a command. */
export type Setting = {
  readonly name: string;
  /** In a few words. */
  readonly about: string;
} & (
  | { readonly values: readonly string[]; readonly of: keyof typeof PREFERENCES }
  | { readonly key: Command }
);

/** All settings, in the order in which they are shown. */
export const SETTINGS: readonly Setting[] = [
  ...NAMES.map(of => ({ name: of, about: texts.settings.about[of], values: PREFERENCES[of], of })),
  ...rebindable.map(key => ({ name: keySetting(key), about: texts.commands[key].help, key })),
];

export const settingNamed = (name: string): Setting | undefined => SETTINGS.find(each => each.name === name);

/** The value that holds now. */
export const currentOf = (setting: Setting, now: Preferences): string =>
  'key' in setting ? letterOf(now.keymap, setting.key) : now[setting.of];

/** Why the setting cannot have this value; undefined where it can. */
export function whyNotValue(setting: Setting, value: string, now: Preferences): string | undefined {
  if ('key' in setting) return whyNotKey(now.keymap, setting.key, value);
  return setting.values.includes(value) ? undefined : `expected ${setting.values.join(', ')}`;
}
