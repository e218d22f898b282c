import type { Library } from '../levels/level.ts';

/** Of the chapter before, this part must be finished to open the next. */
const PART = 1 / 2;

/** Which chapters and levels may be chosen on the map: `system/chapter` ids and level ids. */
export interface Unlocked {
  readonly chapters: ReadonlySet<string>;
  readonly levels: ReadonlySet<string>;
}

/**
 * The first chapter of each system is open, and a chapter once half of the levels of the one before are finished.
 * In an open chapter the first level is open, and a level once the one before is finished. What has been begun
 * stays open, and so does its chapter.
 */
export function unlocked(
  { chapters }: Pick<Library, 'chapters'>,
  begun: (level: string) => boolean,
  finished: (level: string) => boolean,
): Unlocked {
  const openChapters = new Set<string>();
  const openLevels = new Set<string>();
  /** Systems whose last chapter so far is not finished far enough. */
  const stopped = new Set<string>();
  for (const { id, system, levels } of chapters) {
    const opens = !stopped.has(system);
    if (opens || levels.some(begun)) openChapters.add(`${system}/${id}`);
    for (const [i, level] of levels.entries())
      if (begun(level) || (opens && (i === 0 || finished(levels[i - 1]!)))) openLevels.add(level);
    if (levels.filter(finished).length < levels.length * PART) stopped.add(system);
    else stopped.delete(system);
  }
  return { chapters: openChapters, levels: openLevels };
}
