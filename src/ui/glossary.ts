import hurd from '../../assets/hurd/glossary.json' with { type: 'json' };
import linux from '../../assets/linux/glossary.json' with { type: 'json' };
import xen from '../../assets/xen/glossary.json' with { type: 'json' };

/** A word of the game, explained. */
export interface Entry {
  readonly title: string;
  readonly text: string;
  /** Words of the glossary. */
  readonly see: readonly string[];
  readonly source: string;
}

const entries: Readonly<Record<string, Entry>> = { ...linux, ...xen, ...hurd };

const folded = new Map(Object.keys(entries).map(word => [word.toLowerCase(), word]));

/** All words, in the order of the alphabet, capitals as small letters. */
export const words: readonly string[] = [...folded.keys()].sort().map(word => folded.get(word)!);

/** The entry of a word, however it is capitalised. */
export const entryFor = (word: string): Entry | undefined => {
  const name = folded.get(word.trim().toLowerCase());
  return name === undefined ? undefined : entries[name];
};
