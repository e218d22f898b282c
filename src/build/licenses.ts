import { readdir, readFile } from 'node:fs/promises';
import path from 'node:path';

/** `node_modules/conf` of a file anywhere in it; undefined for a file that belongs to no package. */
const packageFolder = (file: string): string | undefined =>
  /^.*node_modules\/(?:@[^/]+\/)?[^/]+(?=\/)/.exec(file)?.[0];

interface License {
  /** The package, its version and the lines that name who holds the rights. */
  readonly holders: string;
  readonly text: string;
}

const isOfHolders = (line: string): boolean =>
  /^(The MIT License|MIT License|ISC License|Copyright)\b/i.test(line.trim());

async function licenseOf(folder: string): Promise<License> {
  const about = JSON.parse(await readFile(path.join(folder, 'package.json'), 'utf8'));
  const files = (await readdir(folder)).filter(name => /^licen[cs]e(\.|$)/i.test(name)).sort();
  const whole = files[0]
    ? await readFile(path.join(folder, files[0]), 'utf8')
    : 'The package holds no text of it.';
  const lines = whole.replaceAll('\r', '').split('\n');
  const holders = lines.filter(line => /^copyright\b/i.test(line.trim())).map(line => `  ${line.trim()}`);
  const text = lines
    .filter(line => !isOfHolders(line))
    .join(' ')
    .replaceAll(/\s+/g, ' ')
    .trim();
  return {
    holders: [`${about.name} ${about.version}, licence ${about.license}`, ...holders].join('\n'),
    text,
  };
}

/**
 * The licences of all packages that the given source files belong to, as one text: each wording once, with
 * all packages that are under it and who holds the rights.
 * @param files paths as esbuild's metafile names them
 */
export async function licensesOf(files: readonly string[]): Promise<string> {
  const folders = [...new Set(files.flatMap(file => packageFolder(file) ?? []))].sort();
  const licenses = await Promise.all(folders.map(licenseOf));
  const wordings = new Map<string, License[]>();
  for (const license of licenses)
    wordings.set(license.text, [...(wordings.get(license.text) ?? []), license]);
  const parts = [...wordings].map(
    ([text, under]) => `${under.map(({ holders }) => holders).join('\n')}\n\n${text}\n`,
  );
  return `Cowhand holds code of these packages.\n\n${parts.join(`\n${'-'.repeat(78)}\n\n`)}`;
}
