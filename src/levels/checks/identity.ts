import { idOf, type LoadedLevel } from '../compile.ts';
import type { Chapter, Level } from '../level.ts';
import { type Check, type Problem, problemAt } from '../problem.ts';

/** The order of play that a level is held against: the library with the files that are checked put in. */
export interface Order {
  readonly chapters: readonly Chapter[];
  /** Listed levels in the order of play, then the others. */
  readonly levels: readonly Level[];
  /** False for files of one's own, which no chapter need list. */
  readonly mustBeListed: boolean;
}

/** The id is the file's name and nobody else's, and a chapter lists it. */
export function identityProblems({ level, placeOf }: LoadedLevel, order: Order): Problem[] {
  const problems: Problem[] = [];
  const refuse = (part: string, check: Check, message: string) =>
    problems.push(problemAt(placeOf(part), check, message));
  if (level.id !== idOf(level.file))
    refuse('id', 'id', `the id is '${level.id}'; expected the file's name, '${idOf(level.file)}'`);
  const twin = order.levels.find(other => other !== level && other.id === level.id);
  if (twin !== undefined) refuse('id', 'id', `'${level.id}' is the id of ${twin.file} too; expected another`);

  const chapters = order.chapters.filter(({ system }) => system === level.system);
  const chapter = chapters.find(({ id }) => id === level.chapter);
  if (chapter === undefined)
    refuse(
      'chapter',
      'chapter',
      `there is no chapter '${level.chapter}'; expected ${chapters.map(({ id }) => id).join(', ') || 'a chapters.yaml that lists it'}`,
    );
  else if (order.mustBeListed && !chapter.levels.includes(level.id))
    refuse(
      'id',
      'chapter',
      `'${level.id}' is never played: chapters.yaml does not list it under ${chapter.id}`,
    );

  const alike = ['depth', 'chapter', 'system', 'rules'] as const;
  const first = order.levels.find(other => alike.every(key => other[key] === level[key]));
  const constant = level.depth !== 'order' && level.depth !== 'break';
  if (constant && first !== undefined && first.menu.join() !== level.menu.join())
    refuse(
      'menu',
      'menu',
      `the menu differs from that of '${first.id}'; expected the same in all of the chapter and rule set: ${first.menu.join(', ')}`,
    );
  return problems;
}

/** A level's number in its chapter, from 0; one that no chapter lists comes last. */
export function placeInChapter(level: Level, { chapters }: Order): number {
  const chapter = chapters.find(({ id, system }) => id === level.chapter && system === level.system);
  const at = chapter?.levels.indexOf(level.id) ?? -1;
  return at < 0 ? (chapter?.levels.length ?? 0) : at;
}

/** All concepts that levels before this one teach; before one that is not listed come all of its chapter. */
export function taughtBefore(level: Level, { chapters, levels }: Order): ReadonlySet<string> {
  const taught = new Set<string>();
  for (const chapter of chapters.filter(({ system }) => system === level.system)) {
    for (const id of chapter.levels) {
      if (id === level.id) return taught;
      for (const concept of levels.find(other => other.id === id)?.teaches ?? []) taught.add(concept);
    }
    if (chapter.id === level.chapter && !chapters.some(other => other.levels.includes(level.id)))
      return taught;
  }
  return taught;
}
