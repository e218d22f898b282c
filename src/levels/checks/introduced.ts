import { conceptWords } from '../catalogue.ts';
import type { LoadedLevel } from '../compile.ts';
import { type Problem, problemAt } from '../problem.ts';

/**
 * A word of the glossary that belongs to a concept stands in what a level says only once the concept was introduced.
 * @param taught concepts of earlier levels
 */
export function introducedProblems({ level, placeOf }: LoadedLevel, taught: ReadonlySet<string>): Problem[] {
  const said = [
    [level.title, placeOf('title')],
    [level.story, placeOf('story')],
    ...level.hints.map((hint, i) => [hint, placeOf('hints', i)] as const),
  ] as const;
  const later = [...conceptWords(level.system)].filter(
    ([, id]) => !taught.has(id) && !level.teaches.includes(id),
  );
  return later.flatMap(([word, id]) =>
    said
      .filter(([text]) => says(text, word))
      .map(([, place]) =>
        problemAt(
          place,
          'introduced',
          `says '${word}', but neither this level nor an earlier one teaches '${id}'; expected other words, or '${id}' among the \`teaches\``,
        ),
      ),
  );
}

/** As a word of its own, in the singular or the plural. */
const says = (text: string, word: string): boolean => new RegExp(`(?<!\\w)${word}s?(?!\\w)`, 'i').test(text);
