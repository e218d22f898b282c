import hurd from '../../assets/hurd/glossary.json' with { type: 'json' };
import linux from '../../assets/linux/glossary.json' with { type: 'json' };
import xen from '../../assets/xen/glossary.json' with { type: 'json' };

import { misconceptionOf } from '../levels/catalogue.ts';
import { fill, texts } from './texts.ts';

/** A word of the game, explained. */
export interface Entry {
  readonly title: string;
  readonly text: string;
  /** Words of the glossary. */
  readonly see: readonly string[];
  readonly source: string;
  /** Misconceptions that it answers. */
  readonly refutes?: readonly string[];
}

const entries: Readonly<Record<string, Entry>> = { ...linux, ...xen, ...hurd };

const folded = new Map(Object.keys(entries).map(word => [word.toLowerCase(), word]));

/** All words, in the order of the alphabet, capitals as small letters. */
export const words: readonly string[] = [...folded.keys()].sort().map(word => folded.get(word)!);

/** What is often believed about it, and what is so instead: a sentence each. */
export const beliefsAbout = ({ refutes = [] }: Entry): readonly string[] =>
  refutes.flatMap(id => {
    const { title, answer } = misconceptionOf(id)!;
    return fill(texts.glossary.belief, { title, answer });
  });

/** Names of kernel functions in a text: 'do_wp_page → wp_page_copy' has two. */
const functionsIn = (text: string): string[] => text.match(/\w*[a-z]_\w+/g) ?? [];

/**
 * What there is to read about an answer: words whose source is a kernel function that decided, then those that the rule
 * or who decided mentions, each in the order of the alphabet.
 * @param decided the function or functions, as the answer names them
 */
export function wordsAbout(rule: string, decided: string): readonly string[] {
  const functions = functionsIn(decided);
  const isSource = (word: string): boolean =>
    functionsIn(entries[word]!.source).some(each => functions.includes(each));
  const said = ` ${`${rule} ${decided}`.toLowerCase().replace(/[^a-z0-9_]+/g, ' ')} `;
  const isSaid = (word: string): boolean => said.includes(` ${entries[word]!.title.toLowerCase()} `);
  return [...new Set([...words.filter(isSource), ...words.filter(isSaid)])];
}

/** The entry of a word, however it is capitalised. */
export const entryFor = (word: string): Entry | undefined => {
  const name = folded.get(word.trim().toLowerCase());
  return name === undefined ? undefined : entries[name];
};
