import { isAlias, isCollection, isMap, isPair, isScalar, type Node, parseDocument, visit } from 'yaml';
import * as z from 'zod/mini';
import type { Place } from '../language/errors.ts';
import { type Problem, problemAt } from './problem.ts';

type Path = readonly PropertyKey[];

/** The places of a YAML text's values, by path: ['script', 0, 'sh']. */
export interface Places {
  /** Of the value at the path, or of the nearest that is there. */
  at(path: Path): Place;
  /** Of the key at the path. */
  key(path: Path): Place;
}

export interface Parsed<T> {
  readonly value: T;
  readonly places: Places;
}

/** No file of ours has lists and maps so deep in each other; a parser takes long over those that have. */
const DEEPEST = 100;

/** The offset of the bracket that is nested too deeply; -1 where there is none. */
function tooDeepAt(text: string): number {
  let depth = 0;
  for (let i = 0; i < text.length; i++) {
    const character = text[i];
    if (character === '[' || character === '{') depth++;
    else if (character === ']' || character === '}') depth = Math.max(0, depth - 1);
    if (depth > DEEPEST) return i;
  }
  return -1;
}

/**
 * Parses a YAML text by a schema: the value with the places of its parts, or what is wrong with it.
 * @param schema is asked for only when the text is YAML, for making one takes time
 */
export function parseYaml<T>(
  text: string,
  file: string,
  schema: () => z.ZodMiniType<T>,
): Parsed<T> | { readonly problems: readonly Problem[] } {
  // Not by the package's LineCounter, which misses lines that an error made the parser skip.
  const placeOf = (offset: number): Place => {
    const before = text.slice(0, offset).split('\n');
    return { file, line: before.length, column: before.at(-1)!.length + 1 };
  };
  const deep = tooDeepAt(text);
  if (deep >= 0) return { problems: [problemAt(placeOf(deep), 'yaml', `nested deeper than ${DEEPEST}`)] };
  const document = parseDocument(text, { logLevel: 'error', prettyErrors: false });
  const bad = [...document.errors, ...document.warnings].map(error =>
    problemAt(placeOf(error.pos[0]), 'yaml', error.message),
  );
  visit(document, {
    Node(_, node) {
      const at = placeOf(node.range?.[0] ?? 0);
      if (isAlias(node))
        bad.push(problemAt(at, 'yaml', 'a level file has no aliases; expected the value itself'));
    },
    Pair(_, { key }) {
      if (!isScalar(key))
        bad.push(
          problemAt(
            placeOf((key as Node | null)?.range?.[0] ?? 0),
            'yaml',
            'a key is no text; expected a name',
          ),
        );
    },
  });
  if (bad.length > 0) return { problems: bad };

  const nodeAt = (path: Path): Node | undefined => {
    let node: unknown = document.contents;
    for (const part of path) node = isCollection(node) ? node.get(part, true) : undefined;
    return (node ?? undefined) as Node | undefined;
  };
  const at = (path: Path): Place => {
    for (let length = path.length; length > 0; length--) {
      const node = nodeAt(path.slice(0, length));
      if (node?.range) return placeOf(node.range[0]);
    }
    return placeOf(document.contents?.range?.[0] ?? 0);
  };
  const key = (path: Path): Place => {
    const parent = nodeAt(path.slice(0, -1));
    const pair = isMap(parent)
      ? parent.items.find(item => isPair(item) && isScalar(item.key) && item.key.value === path.at(-1))
      : undefined;
    const range = isScalar(pair?.key) ? pair.key.range : undefined;
    return range ? placeOf(range[0]) : at(path);
  };

  const result = z.safeParse(schema(), document.toJS(), { error: z.locales.en().localeError });
  if (result.success) return { value: result.data, places: { at, key } };
  return {
    problems: result.error.issues.flatMap(issue => {
      const name = issue.path.join('.');
      if (issue.code === 'unrecognized_keys')
        return issue.keys.map(unknown =>
          problemAt(key([...issue.path, unknown]), 'schema', `there is no key '${unknown}' here`),
        );
      const place = issue.code === 'invalid_key' ? key(issue.path) : at(issue.path);
      const missing = nodeAt(issue.path) === undefined && name !== '';
      const subject = name === '' ? 'the file' : name;
      return [
        problemAt(
          place,
          'schema',
          `${subject}${missing ? ' is missing;' : ':'} ${expectation(issue.message)}`,
        ),
      ];
    }),
  };
}

/** The schema's message in the words of docs/levels.md. */
const expectation = (message: string): string =>
  message
    .replace(/^Invalid \w+: /, '')
    .replace(/, received undefined$/, '')
    .replace('expected string', 'expected a text')
    .replace('expected array', 'expected a list')
    .replace(/expected (object|record)/, 'expected keys with values');

/** The place of the first character of a scalar's text: behind the quote, if it has one. */
export function textPlace(text: string, place: Place): Place {
  const line = text.split('\n')[place.line - 1] ?? '';
  return /["']/.test(line[place.column - 1] ?? '') ? { ...place, column: place.column + 1 } : place;
}
