import { playedInLines } from '../../../test/ui/plain/driver.ts';
import { levelById, library } from '../../levels/library.ts';

/** What plain mode prints in the whole first chapter, to somebody who tries every choice of every question in turn. */
export const path = 'docs/screens/plain.txt';

export async function generate(): Promise<string> {
  const levels = library.chapters[0]!.levels.map(id => levelById(id)!);
  const played: string[] = [];
  for (const level of levels) played.push(await playedInLines(level, 0));
  return played.join('\n');
}
