import { machines } from '../machines/registry.ts';
import type { Chapter, Level, Library } from './level.ts';
import { isLevel, type ListedChapter, type Loaded, loadChapters, loadLevel, type PlaceOf } from './load.ts';
import { type Problem, problemAt, tidy } from './problem.ts';

/** Level files as they were read, with their places; problems so far are those of single files. */
export interface Sources {
  readonly chapters: readonly ListedChapter[];
  /** In the order of play; levels that no chapter lists come last. */
  readonly levels: readonly LoadedLevel[];
  /** Files that hold no level, with why. */
  readonly failed: readonly { readonly file: string; readonly problems: readonly Problem[] }[];
  /** Of the chapters: what is wrong with their files and lists. */
  readonly problems: readonly Problem[];
}
export interface LoadedLevel {
  readonly level: Level;
  readonly placeOf: PlaceOf;
}

const baseName = (path: string): string => path.slice(path.lastIndexOf('/') + 1);
const isChapters = (path: string): boolean => baseName(path) === 'chapters.yaml';

/** Levels are called `*.yaml` or `*.yml`; the manifest of a pack is none. */
export const isLevelFile = (path: string): boolean =>
  /\.ya?ml$/.test(path) && !isChapters(path) && baseName(path) !== 'pack.yaml';

/**
 * Reads level files and chapter lists.
 * @param paths of level files and of `SYSTEM/chapters.yaml` files, with `/` between folders
 * @param read the text of a path
 */
export function readSources(paths: readonly string[], read: (path: string) => string): Sources {
  const levels: LoadedLevel[] = [];
  const failed: { file: string; problems: readonly Problem[] }[] = [];
  for (const path of paths.filter(isLevelFile)) {
    const loaded: Loaded = loadLevel(read(path), path);
    if (isLevel(loaded)) levels.push(loaded);
    else failed.push({ file: path, problems: loaded.problems });
  }
  const systems = new Map(levels.map(({ level }) => [level.id, level.system]));
  const chapters: ListedChapter[] = [];
  const problems: Problem[] = [];
  for (const path of paths.filter(isChapters)) {
    const loaded = loadChapters(read(path), path);
    if ('problems' in loaded) problems.push(...loaded.problems);
    else
      for (const { chapter, ...places } of loaded.chapters) {
        const system = chapter.levels.flatMap(id => systems.get(id) ?? [])[0] ?? path.split('/').at(-2) ?? '';
        chapters.push({ chapter: { ...chapter, system }, ...places });
      }
  }
  chapters.sort((a, b) => systemRank(a) - systemRank(b));
  const order = new Map(chapters.flatMap(({ chapter }) => chapter.levels).map((id, i) => [id, i]));
  const rank = ({ level }: LoadedLevel): number => order.get(level.id) ?? order.size;
  levels.sort((a, b) => rank(a) - rank(b));
  problems.push(
    ...listingProblems(
      chapters,
      levels,
      failed.map(({ file }) => file),
    ),
  );
  return { chapters, levels, failed, problems: tidy(problems) };
}

/** Systems come in the order of the registry. */
const systemRank = ({ chapter }: ListedChapter): number => {
  const rank = Object.keys(machines).indexOf(chapter.system);
  return rank < 0 ? Number.POSITIVE_INFINITY : rank;
};

/** Chapters that list a level twice, or one that no file holds. */
function listingProblems(
  chapters: readonly ListedChapter[],
  levels: readonly LoadedLevel[],
  failed: readonly string[],
): Problem[] {
  const problems: Problem[] = [];
  const listed = new Set<string>();
  const named = new Set<string>();
  const present = new Set([...levels.map(({ level }) => level.id), ...failed.map(file => idOf(file))]);
  for (const { chapter, place, levelPlaces } of chapters) {
    if (named.has(chapter.id))
      problems.push(problemAt(place, 'chapters', `there are two chapters '${chapter.id}'`));
    named.add(chapter.id);
    for (const [i, id] of chapter.levels.entries()) {
      const at = levelPlaces[i]!;
      if (listed.has(id)) problems.push(problemAt(at, 'chapters', `'${id}' is listed twice`));
      else if (!present.has(id)) problems.push(problemAt(at, 'chapters', `no file holds the level '${id}'`));
      listed.add(id);
    }
  }
  return problems;
}

/** The id that a level file's name promises. */
export const idOf = (file: string): string => baseName(file).replace(/\.ya?ml$/, '');

/**
 * The library that the program plays from: all levels in the order of play, checked as far as reading
 * them does; or what is wrong. Arguments as for `readSources`.
 */
export function compile(
  paths: readonly string[],
  read: (path: string) => string,
): { readonly library: Library } | { readonly problems: readonly Problem[] } {
  const sources = readSources(paths, read);
  const problems = [...sources.problems, ...sources.failed.flatMap(({ problems }) => problems)];
  return problems.length > 0 ? { problems: tidy(problems) } : { library: libraryOf(sources) };
}

export const libraryOf = ({ chapters, levels }: Pick<Sources, 'chapters' | 'levels'>): Library => ({
  chapters: chapters.map(({ chapter }): Chapter => chapter),
  levels: levels.map(({ level }) => level),
});
