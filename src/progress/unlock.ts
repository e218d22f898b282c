import type { Chapter, Library } from '../levels/level.ts';

/** Of a chapter, this part must be finished to open the next. */
const PART = 1 / 2;

/**
 * What is not open yet, and what to finish first: level id to level id.
 * The first level of a chapter is open once half of the levels of the chapter before are finished, and at once in
 * a system's first chapter; every other level once the one before it is finished. What was begun stays open.
 * @param passed the exam of a chapter: who passes it first skips ahead. Open are its levels, all before it, and the
 * first after it
 */
export function locksOf(
  { chapters }: Pick<Library, 'chapters'>,
  begun: (level: string) => boolean,
  finished: (level: string) => boolean,
  passed: (chapter: Chapter) => boolean = () => false,
): ReadonlyMap<string, string> {
  const locks = new Map<string, string>();
  /** By system: what to finish before its next chapter. */
  const gates = new Map<string, string | undefined>();
  for (const [place, chapter] of chapters.entries()) {
    const { system, levels } = chapter;
    const skipped = chapters.slice(place).some(each => each.system === system && passed(each));
    for (const [i, level] of skipped ? [] : levels.entries()) {
      const first = i === 0 ? gates.get(system) : levels.slice(i - 1, i).find(before => !finished(before));
      if (first !== undefined && !begun(level)) locks.set(level, first);
    }
    const enough = levels.filter(finished).length >= levels.length * PART;
    gates.set(system, enough || skipped ? undefined : levels.find(level => !finished(level)));
  }
  return locks;
}
