import { readFile } from 'node:fs/promises';
import { join } from 'node:path';
import { usage } from '../../commands/help.ts';
import { manPage } from '../../commands/manual.ts';
import { root } from '../root.ts';

/** The man page, from the usage texts of all commands. */
export const path = 'docs/cowhand.6';

export async function generate(): Promise<string> {
  const { version } = JSON.parse(await readFile(join(root, 'package.json'), 'utf8'));
  return manPage(usage, version);
}
