import { OwnFault } from '../judge/judge.ts';
import type { Facts } from '../machines/machine.ts';

/**
 * Texts with holes. `{name}` is a fact: text and numbers as they are, a list as 'a, b and c'.
 * `{name|one|many}` chooses by a fact: `one` for the number 1, a list of one or true, else `many`.
 */
const HOLE = /\{([A-Za-z]\w*)(?:\|([^{}|]*)\|([^{}|]*))?\}/g;

/** The text with its holes filled. Throws OwnFault where a fact is missing or cannot be said. */
export function fill(template: string, facts: Facts): string {
  return template.replace(HOLE, (_, name: string, one: string | undefined, many: string | undefined) => {
    const fact = facts[name];
    if (fact === undefined) throw new OwnFault(`the text '${template}' wants the fact '${name}'`);
    if (one !== undefined && many !== undefined) return isOne(fact) ? one : many;
    if (typeof fact === 'boolean') throw new OwnFault(`the text '${template}' says yes or no of '${name}'`);
    return typeof fact === 'object' ? listed(fact) : String(fact);
  });
}

/** Names of the facts that a text wants, each once. */
export const factsIn = (template: string): string[] => [
  ...new Set([...template.matchAll(HOLE)].map(([, name]) => name!)),
];

/** Is every brace of the text part of a hole? */
export const isTemplate = (text: string): boolean => !/[{}]/.test(text.replace(HOLE, ''));

type Fact = Facts[string];

const isOne = (fact: Fact): boolean =>
  fact === 1 || fact === true || (typeof fact === 'object' && fact.length === 1);

/** 'sh', 'sh and ls', 'sh, ls and wc'; 'nobody' where there is none. */
export function listed(names: readonly string[]): string {
  if (names.length < 2) return names[0] ?? 'nobody';
  return `${names.slice(0, -1).join(', ')} and ${names.at(-1)}`;
}
