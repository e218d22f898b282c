import { readFile } from 'node:fs/promises';
import { grammarTable } from '../../language/grammar.ts';
import { root } from '../root.ts';

export const path = 'docs/language.md';

/** The page with its table of operations made anew. */
export async function generate(): Promise<string> {
  const page = await readFile(`${root}${path}`, 'utf8');
  return page.replace(/\| operation \|[\s\S]*?\n(?!\|)/, () => `${grammarTable()}\n`);
}
