import { readdirSync, readFileSync } from 'node:fs';
import { join, posix, sep } from 'node:path';
import { compile } from '../../levels/compile.ts';
import { BODY, type Level } from '../../levels/level.ts';
import { formatProblem } from '../../levels/problem.ts';
import { root } from '../root.ts';

/**
 * The level library that the bundle holds, so that playing parses no YAML: the levels as lists show them, their bodies
 * apart, and the chapters, since a problem asks for the title of its own and for no level.
 */
export const paths = [
  'levels/levels.generated.json',
  'levels/bodies.generated.json',
  'levels/chapters.generated.json',
] as const;

/** All level files and chapter lists, by path below the root. */
export const levelFiles = (): string[] =>
  readdirSync(join(root, 'levels'), { recursive: true, encoding: 'utf8' })
    .map(file => posix.join('levels', ...file.split(sep)))
    .filter(file => /\.ya?ml$/.test(file))
    .sort();

export const readLevelFile = (file: string): string => readFileSync(join(root, file), 'utf8');

export async function generate(): Promise<Readonly<Record<(typeof paths)[number], string>>> {
  const compiled = compile(levelFiles(), readLevelFile);
  if ('problems' in compiled) throw new Error(compiled.problems.map(formatProblem).join('\n'));
  const { levels, chapters } = compiled.library;
  return {
    'levels/levels.generated.json': textOf(levels.map(level => withKeys(level, key => !isOfBody(key)))),
    'levels/bodies.generated.json': textOf(
      Object.fromEntries(levels.map(level => [level.id, withKeys(level, isOfBody)])),
    ),
    'levels/chapters.generated.json': textOf(chapters),
  };
}

const isOfBody = (key: string): boolean => (BODY as readonly string[]).includes(key);

const withKeys = (level: Level, wanted: (key: string) => boolean): object =>
  Object.fromEntries(Object.entries(level).filter(([key]) => wanted(key)));

const textOf = (data: unknown): string => `${JSON.stringify(data, null, 1)}\n`;
