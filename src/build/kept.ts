import {
  constants,
  fstatSync,
  openSync,
  readdirSync,
  renameSync,
  rmSync,
  statSync,
  writeFileSync,
} from 'node:fs';
import path from 'node:path';
import type { Script } from 'node:vm';
import { makeDirectory } from '../progress/files.ts';
import { fileOf, type Ready, type ReadyFile, readyFile } from './ready-file.ts';

/** How old a file of another version may become, in milliseconds; what is still used is then made anew. */
const MONTH = 30 * 24 * 3600 * 1000;

/** A chunk that was loaded: its text, and the script that was made of it if it is no data. */
export interface Loaded {
  readonly text: string;
  readonly script?: Script;
}

/**
 * Opens what an earlier start has kept.
 * @returns undefined where that is nothing, is damaged, or could be of another user: it will be executed
 */
export function openKept(file: string): ReadyFile | undefined {
  try {
    // Without waiting: a pipe that stands there has no end.
    const descriptor = openSync(file, constants.O_RDONLY | constants.O_NONBLOCK);
    const { uid, mode } = fstatSync(descriptor);
    const isOurs = process.getuid === undefined || (uid === process.getuid() && (mode & 0o022) === 0);
    return isOurs ? readyFile(descriptor, { compared: true }) : undefined;
  } catch {
    return undefined;
  }
}

/**
 * Keeps what was loaded for the next start, with what was kept before. Where nothing can be written, nothing happens;
 * of several that write at once the last one stays.
 * @param file is named by all that its contents hold for
 */
export function keep(file: string, loaded: ReadonlyMap<string, Loaded>, before: ReadyFile | undefined): void {
  const aside = `${file}.${process.pid}`;
  try {
    makeDirectory(path.dirname(file));
    // Comes first: what cannot be written need not be made.
    writeFileSync(aside, '', { flag: 'wx', mode: 0o600 });
  } catch {
    return;
  }
  try {
    writeFileSync(aside, fileOf(new Map([...copies(before), ...compiled(loaded)])));
    renameSync(aside, file);
    removeOld(path.dirname(file));
  } catch {
    rmSync(aside, { force: true });
  }
}

function* copies(before: ReadyFile | undefined): Generator<[name: string, Ready]> {
  for (const name of before?.names ?? []) {
    const chunk = before!.chunk(name);
    if (chunk !== undefined) yield [name, { code: Buffer.from(chunk.code), text: Buffer.from(chunk.text) }];
  }
}

function* compiled(loaded: ReadonlyMap<string, Loaded>): Generator<[name: string, Ready]> {
  for (const [name, { text, script }] of loaded)
    yield [name, { code: script?.createCachedData() ?? Buffer.alloc(0), text: Buffer.from(text) }];
}

function removeOld(folder: string): void {
  for (const name of readdirSync(folder)) {
    const file = path.join(folder, name);
    if (name.startsWith('chunks-') && Date.now() - statSync(file).mtimeMs > MONTH) rmSync(file);
  }
}
