import { readdirSync, readFileSync } from 'node:fs';
import { join, posix, sep } from 'node:path';
import { compile } from '../../levels/compile.ts';
import { formatProblem } from '../../levels/problem.ts';
import { root } from '../root.ts';

/** The level library that the bundle holds, so that playing parses no YAML. */
export const path = 'levels/levels.generated.json';

/** All level files and chapter lists, by path below the root. */
export const levelFiles = (): string[] =>
  readdirSync(join(root, 'levels'), { recursive: true, encoding: 'utf8' })
    .map(file => posix.join('levels', ...file.split(sep)))
    .filter(file => /\.ya?ml$/.test(file))
    .sort();

export const readLevelFile = (file: string): string => readFileSync(join(root, file), 'utf8');

export async function generate(): Promise<string> {
  const compiled = compile(levelFiles(), readLevelFile);
  if ('problems' in compiled) throw new Error(compiled.problems.map(formatProblem).join('\n'));
  return `${JSON.stringify(compiled.library, null, 1)}\n`;
}
