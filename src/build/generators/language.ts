import { readFile } from 'node:fs/promises';
import { join } from 'node:path';
import { grammarTable } from '../../language/grammar.ts';
import { root } from '../root.ts';
import { withSection } from '../section.ts';

export const path = 'docs/language.md';

/** The page with its table of operations made anew. */
export const generate = async (): Promise<string> =>
  withSection(await readFile(join(root, path), 'utf8'), 'operations', grammarTable());
