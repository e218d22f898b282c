import { nearest } from '../language/nearest.ts';
import type { Level, Library } from '../levels/level.ts';
import { library as own } from '../levels/library.ts';
import { formatProblem } from '../levels/problem.ts';
import { examLevel, exams, formatExam, isExamName } from '../study/exam.ts';
import { GENERATOR } from '../study/makers/makers.ts';
import { isProblemName } from '../study/problem.ts';
import { problemLevel, shiftOf } from '../study/series.ts';
import { readText } from './files.ts';
import { type Io, UsageError } from './io.ts';

/** A level that was asked for. */
export interface Wanted {
  readonly level: Level;
  /** From a file of one's own. */
  readonly own: boolean;
}

/** How the exams of this version are called. */
const examForm = (): string => formatExam({ ...exams()[0]!, seed: 7 });

/** How the problems of this version are called. */
const problemForm = (): string => `p${GENERATOR}-SYSTEM-DIFFICULTY-SEED[-CONCEPT], such as ${shiftOf(7)[0]}`;

/**
 * A level of the library or a generated problem by its id, or a level file; or what is wrong with the file.
 * @throws UsageError where there is neither
 */
export async function findLevel(
  name: string,
  io: Io,
  library: Library = own,
): Promise<Wanted | { readonly problems: readonly string[] }> {
  const known = library.levels.find(({ id }) => id === name);
  if (known !== undefined) return { level: known, own: false };
  if (isExamName(name)) {
    const level = examLevel(name);
    if (level === undefined)
      throw new UsageError(`this version makes no exam '${name}'; expected one such as ${examForm()}`);
    return { level, own: false };
  }
  if (isProblemName(name)) {
    const level = problemLevel(name);
    if (level === undefined)
      throw new UsageError(`this version makes no problem '${name}'; expected ${problemForm()}`);
    return { level, own: false };
  }
  if (!/\.ya?ml$/.test(name)) {
    const likely = nearest(
      name,
      library.levels.map(({ id }) => id),
    );
    const guess = likely === undefined ? '.' : `; did you mean '${likely}'?`;
    throw new UsageError(`no level '${name}'${guess} See: cowhand levels`);
  }
  const text = readText(name, io.cwd);
  const { loadLevel } = await import('../levels/load.ts');
  const loaded = loadLevel(text, name);
  if ('level' in loaded) return { level: loaded.level, own: true };
  return {
    problems: loaded.problems.map(formatProblem),
  };
}

/** As `findLevel`. Throws UsageError for a level file with mistakes too: a line each. */
export async function levelFor(name: string, io: Io, library: Library = own): Promise<Level> {
  const found = await findLevel(name, io, library);
  if ('problems' in found) throw new UsageError(found.problems.join('\n'));
  return found.level;
}
