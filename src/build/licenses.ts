import { readdir, readFile } from 'node:fs/promises';
import path from 'node:path';

/** `node_modules/conf` of a file anywhere in it; undefined for a file that belongs to no package. */
const packageFolder = (file: string): string | undefined =>
  /^.*node_modules\/(?:@[^/]+\/)?[^/]+(?=\/)/.exec(file)?.[0];

async function licenseOf(folder: string): Promise<string> {
  const about = JSON.parse(await readFile(path.join(folder, 'package.json'), 'utf8'));
  const texts = (await readdir(folder)).filter(name => /^licen[cs]e(\.|$)/i.test(name)).sort();
  const text = texts[0]
    ? await readFile(path.join(folder, texts[0]), 'utf8')
    : 'The package holds no text of it.';
  return `${about.name} ${about.version}, licence ${about.license}\n\n${text.replaceAll('\r', '').trim()}\n`;
}

/**
 * The licences of all packages that the given source files belong to, as one text.
 * @param files paths as esbuild's metafile names them
 */
export async function licensesOf(files: readonly string[]): Promise<string> {
  const folders = [...new Set(files.flatMap(file => packageFolder(file) ?? []))].sort();
  const texts = await Promise.all(folders.map(licenseOf));
  return `Cowhand holds code of these packages.\n\n${texts.join(`\n${'-'.repeat(78)}\n\n`)}`;
}
