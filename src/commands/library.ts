import path from 'node:path';
import type { Library } from '../levels/level.ts';
import { library } from '../levels/library.ts';
import { formatProblem } from '../levels/problem.ts';
import { filesBelow, readText } from './files.ts';
import { type Io, UsageError } from './io.ts';

/**
 * The levels of the game, and behind them those of a pack: a folder with a `pack.yaml`.
 * @throws UsageError where the folder is none; a line for each mistake in it
 */
export async function libraryWith(folder: string | undefined, io: Io): Promise<Library> {
  if (folder === undefined) return library;
  const { loadPack } = await import('../levels/pack.ts');
  const pack = loadPack(yamlIn(folder, io), file => readText(file, io.cwd));
  if ('problems' in pack) throw new UsageError(pack.problems.map(formatProblem).join('\n'));
  return {
    chapters: [...library.chapters, ...pack.library.chapters],
    levels: [...library.levels, ...pack.library.levels],
  };
}

function yamlIn(folder: string, io: Io): string[] {
  try {
    return filesBelow(path.resolve(io.cwd, folder))
      .filter(file => /\.ya?ml$/.test(file))
      .map(file => path.join(folder, file).split(path.sep).join('/'));
  } catch (error) {
    throw new UsageError(`cannot read the pack '${folder}': ${(error as NodeJS.ErrnoException).code}`);
  }
}
