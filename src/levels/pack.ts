import * as z from 'zod/mini';
import { compile, isLevelFile } from './compile.ts';
import type { Level, Library } from './level.ts';
import { type Problem, problemAt } from './problem.ts';
import { parseYaml } from './yaml.ts';

/** The manifest of a pack. */
export const MANIFEST = 'pack.yaml';

const manifest = z.strictObject({
  id: z
    .string()
    .check(z.regex(/^[a-z][a-z0-9-]*$/, { error: 'expected a slug: lower-case words joined by hyphens' })),
  title: z.string().check(z.minLength(1, { error: 'expected some text' })),
});

/**
 * A pack of levels, ready to be played: its levels are called PACK/LEVEL, so that progress keeps them apart.
 * @param paths of its files below its folder: `pack.yaml`, levels, and `chapters.yaml` if they have an order
 * @param read the text of a path
 */
export function loadPack(
  paths: readonly string[],
  read: (path: string) => string,
): { readonly library: Library } | { readonly problems: readonly Problem[] } {
  const named = paths.find(path => path.endsWith(MANIFEST));
  if (named === undefined)
    return {
      problems: [
        problemAt(
          { file: MANIFEST, line: 1, column: 1 },
          'schema',
          `there is no ${MANIFEST}; expected one with id and title`,
        ),
      ],
    };
  const parsed = parseYaml(read(named), named, () => manifest);
  if ('problems' in parsed) return parsed;
  const { id: pack, title } = parsed.value;
  const compiled = compile(
    paths.filter(path => path !== named),
    read,
  );
  if ('problems' in compiled) return compiled;
  if (!paths.some(isLevelFile))
    return {
      problems: [problemAt({ file: named, line: 1, column: 1 }, 'schema', 'the pack holds no level')],
    };
  const { levels, chapters } = compiled.library;
  const idOf = (id: string): string => `${pack}/${id}`;
  const listed = new Set(chapters.flatMap(chapter => chapter.levels));
  const others = levels.filter(({ id }) => !listed.has(id));
  const titleOf = (id: string): string => {
    const chapter = chapters.find(each => each.levels.includes(id));
    return chapter === undefined ? title : `${title}: ${chapter.title}`;
  };
  return {
    library: {
      levels: levels.map((level): Level => ({ ...level, id: idOf(level.id), chapter: titleOf(level.id) })),
      chapters: [
        ...chapters.map(chapter => ({
          ...chapter,
          id: `${title}: ${chapter.title}`,
          title: `${title}: ${chapter.title}`,
          levels: chapter.levels.map(idOf),
        })),
        ...(others.length === 0
          ? []
          : [
              {
                id: title,
                title,
                system: others[0]!.system,
                about: title,
                levels: others.map(({ id }) => idOf(id)),
              },
            ]),
      ],
    },
  };
}
