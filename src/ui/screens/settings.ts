import { BLANK, paragraph, span } from '../lines.ts';
import type { Area, Page } from '../page.ts';
import type { Preferences } from '../preferences.ts';
import { currentOf, SETTINGS, type Setting, settingNamed } from '../settings.ts';
import { pad, widthOf } from '../text.ts';
import { fill, texts } from '../texts.ts';
import { header } from './header.ts';

/** A key goes by the word that the footer has for it; what it does in full is told where it is asked for. */
const labelOf = (setting: Setting): string =>
  'key' in setting ? fill(texts.settings.key, { about: texts.commands[setting.key].label }) : setting.about;

/** All settings with what holds now; Enter gives the next value, or asks for a key. `name` was chosen last. */
export function settingsPage(now: Preferences, name: string | undefined, area: Area): Page {
  const longest = Math.max(...SETTINGS.map(each => widthOf(labelOf(each))));
  const width = Math.min(longest, area.columns - 18);
  return {
    above: [header(texts.settings.title, [], area.columns), BLANK],
    choices: {
      id: 'settings',
      items: SETTINGS.map(each => ({
        value: each.name,
        label: `${pad(labelOf(each), width)}  ${currentOf(each, now)}`,
      })),
      initial: Math.max(
        0,
        SETTINGS.findIndex(each => each.name === name),
      ),
    },
    below: [BLANK],
  };
}

/** Waits for the key that a command is to have. */
export function newKeyPage(name: string, area: Area): Page {
  const about = settingNamed(name)?.about ?? '';
  const width = area.columns - 4;
  return {
    above: [
      header(texts.settings.title, [], area.columns),
      BLANK,
      ...paragraph(fill(texts.settings.press, { about }), width, span('   '), 'strong'),
      BLANK,
      ...paragraph(texts.settings.forNow, width, span('   '), 'dim'),
    ],
    below: [],
  };
}
