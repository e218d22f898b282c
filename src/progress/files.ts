import { existsSync, lstatSync, mkdirSync, readFileSync, statSync } from 'node:fs';
import path from 'node:path';

/** Progress cannot be read or saved where it should be; the message says where, why and what to do. */
export class StoreError extends Error {
  override readonly name = 'StoreError';
  constructor(task: 'read' | 'save', file: string, cause: unknown) {
    super(`cannot ${task} ${file}: ${whyNot(cause)}; --state DIR keeps progress in another directory`, {
      cause,
    });
  }
}

const REASONS: Readonly<Record<string, string>> = {
  EACCES: 'permission denied',
  EFBIG: 'the file may not grow any more',
  EDQUOT: 'the disk quota is used up',
  EEXIST: 'a file stands where a directory should be',
  EISDIR: 'a directory stands where a file should be',
  ENOENT: 'there is no such directory',
  ENOSPC: 'no space is left on the device',
  ENOTDIR: 'a file stands where a directory should be',
  EPERM: 'permission denied',
  EROFS: 'the file system is read-only',
};

export function whyNot(cause: unknown): string {
  const { code, message } = cause as NodeJS.ErrnoException;
  return REASONS[code ?? ''] ?? message;
}

/** No save grows so large, in bytes: a decision takes about 150. */
const LARGEST = 64 * 2 ** 20;

/**
 * The file's text; undefined where there is no such file.
 * @throws the system's own errors, and where it is no regular file (a device or a pipe has no end) or too large
 */
export function textOf(file: string): string | undefined {
  try {
    const stat = statSync(file);
    if (!stat.isFile() && !stat.isDirectory()) throw new Error('it is no regular file');
    if (stat.size > LARGEST) throw new Error(`it is larger than ${LARGEST / 2 ** 20} MB`);
    return readFileSync(file, 'utf8');
  } catch (error) {
    if ((error as NodeJS.ErrnoException).code === 'ENOENT') return undefined;
    throw error;
  }
}

/**
 * Makes a directory, for its owner only, and those above it.
 * One by one, since Node's own recursion never ends where a file system takes no directories, as under /proc.
 */
export function makeDirectory(directory: string): void {
  try {
    mkdirSync(directory, { mode: 0o700 });
  } catch (error) {
    const { code } = error as NodeJS.ErrnoException;
    if (code === 'ENOENT' && path.dirname(directory) !== directory && !isThere(path.dirname(directory))) {
      makeDirectory(path.dirname(directory));
      mkdirSync(directory, { mode: 0o700 });
    } else if (!statSync(directory, { throwIfNoEntry: false })?.isDirectory()) throw error;
  }
}

/**
 * A name beside the file that no file has yet, for keeping it: `journal.reset-2026-11-20T10-11-12.345Z.ndjson`.
 * @param what happened to the file
 */
export function nameAside(file: string, what: string, now: Date): string {
  const { dir, name, ext } = path.parse(file);
  const stem = `${name}.${what}-${now.toISOString().replaceAll(':', '-')}`;
  for (let n = 1; ; n++) {
    const aside = path.join(dir, `${stem}${n === 1 ? '' : `-${n}`}${ext}`);
    if (!existsSync(aside)) return aside;
  }
}

/** Does the name stand for a file elsewhere? */
export const isLink = (file: string): boolean =>
  lstatSync(file, { throwIfNoEntry: false })?.isSymbolicLink() ?? false;

const isThere = (directory: string): boolean => statSync(directory, { throwIfNoEntry: false }) !== undefined;
