import { mkdir, readFile, writeFile } from 'node:fs/promises';
import path from 'node:path';
import { fileURLToPath } from 'node:url';
import { root } from './root.ts';

/** A module of `generators/`: writes files that are committed, so that readers need not run anything. */
export type Generator =
  | { readonly path: string; generate(): Promise<string> }
  /** Several files; the keys are their paths. */
  | { readonly paths: readonly string[]; generate(): Promise<Readonly<Record<string, string>>> };

/** In the order in which they are run: the later ones read what the earlier ones write. */
export const generators = [
  'levels',
  'schema',
  'proofs',
  'verdicts',
  'language',
  'curriculum',
  'invariants',
  'history',
  'keys',
  'man',
  'plain',
  'screens',
] as const;

/**
 * Makes the files of a generator anew, in memory.
 * @returns text by path below the root
 */
export async function outputsOf(name: string): Promise<Readonly<Record<string, string>>> {
  const generator: Generator = await import(`./generators/${name}.ts`);
  return 'path' in generator ? { [generator.path]: await generator.generate() } : await generator.generate();
}

/** The committed text; undefined where there is none. */
export const committed = (file: string): Promise<string | undefined> =>
  readFile(path.join(root, file), 'utf8').catch(() => undefined);

async function main(names: readonly string[]): Promise<void> {
  const unknown = names.filter(name => !(generators as readonly string[]).includes(name));
  if (unknown.length > 0) {
    console.error(`no generator ${unknown.join(', ')}; there are: ${generators.join(', ')}`);
    process.exitCode = 2;
    return;
  }
  for (const name of names)
    for (const [file, text] of Object.entries(await outputsOf(name))) {
      if (text === (await committed(file))) continue;
      await mkdir(path.join(root, path.dirname(file)), { recursive: true });
      await writeFile(path.join(root, file), text);
      console.log(`wrote ${file}`);
    }
}

if (process.argv[1] === fileURLToPath(import.meta.url)) {
  const names = process.argv.slice(2);
  await main(names.length > 0 ? names : generators);
}
