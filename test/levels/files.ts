import { readdirSync, readFileSync } from 'node:fs';
import { join } from 'node:path';
import { fileURLToPath } from 'node:url';
import { checkLevels, type LevelReport } from '../../src/levels/check.ts';
import { compile, readSources } from '../../src/levels/compile.ts';
import type { Level, Library } from '../../src/levels/level.ts';
import { isLevel, loadLevel } from '../../src/levels/load.ts';

const data = fileURLToPath(new URL('data/', import.meta.url));
const root = fileURLToPath(new URL('../../', import.meta.url));

export const fixture = (name: string): string => readFileSync(join(data, name), 'utf8');

/** The level of a text that must be one. */
export function levelOf(text: string, file = 'good.yaml'): Level {
  const loaded = loadLevel(text, file);
  if (!isLevel(loaded)) throw new Error(JSON.stringify(loaded.problems));
  return loaded.level;
}

const yamlBelow = (folder: string): string[] =>
  readdirSync(folder, { recursive: true, encoding: 'utf8' })
    .filter(file => file.endsWith('.yaml'))
    .map(file => join(folder, file))
    .sort();

/** The small library that the fixtures stand among. */
export function fixtureLibrary(): Library {
  const compiled = compile(yamlBelow(join(data, 'library')), file => readFileSync(file, 'utf8'));
  if (!('library' in compiled)) throw new Error(JSON.stringify(compiled.problems));
  return compiled.library;
}

/** The reports on level files given as texts. */
export const checkTexts = (texts: Readonly<Record<string, string>>, base: Library): LevelReport[] => [
  ...checkLevels(
    readSources(Object.keys(texts), file => texts[file]!),
    base,
  ),
];

/** The level files of the game, by path. */
export const shippedFiles = (): string[] =>
  yamlBelow(join(root, 'levels')).filter(file => !file.endsWith('chapters.yaml'));
