import hurd from '../../assets/hurd/glossary.json' with { type: 'json' };
import linux from '../../assets/linux/glossary.json' with { type: 'json' };

/** A word of the game, explained. */
export interface Entry {
  readonly title: string;
  readonly text: string;
  /** Words of the glossary. */
  readonly see: readonly string[];
  readonly source: string;
}

const entries: Readonly<Record<string, Entry>> = { ...linux, ...hurd };

/** All words, in the order of the alphabet. */
export const words: readonly string[] = Object.keys(entries).sort((a, b) => a.localeCompare(b, 'en'));

/** The entry of a word, however it is capitalised. */
export const entryFor = (word: string): Entry | undefined => {
  const name = words.find(each => each.toLowerCase() === word.trim().toLowerCase());
  return name === undefined ? undefined : entries[name];
};
