import { closeSync, fstatSync, fsyncSync, openSync, readSync, writeSync } from 'node:fs';
import path from 'node:path';
import { makeDirectory } from './files.ts';

/**
 * Adds lines at the end of a file, in one write, and waits until they are on the disk. Makes the file and its
 * directory if they are not there. Several processes may add to one file: the system puts each write at the end.
 * A line that was torn off by a crash stays as it is, and these start on a line of their own.
 * @param lines at least one, without line ends
 * @throws the system's own errors, and where the disk took only a part
 */
export function appendLines(file: string, lines: readonly string[]): void {
  const handle = opened(file);
  try {
    const { size } = fstatSync(handle);
    const bytes = Buffer.from(`${endsLine(handle, size) ? '' : '\n'}${lines.join('\n')}\n`);
    if (writeSync(handle, bytes) < bytes.length)
      throw Object.assign(new Error('short write'), { code: 'ENOSPC' });
    fsyncSync(handle);
    if (size === 0) syncDirectory(path.dirname(file));
  } finally {
    closeSync(handle);
  }
}

/** Makes the file and its directory if they are not there. Throws the system's own errors where it cannot be added to. */
export const makeJournal = (file: string): void => closeSync(opened(file));

/** Open to add and to look at the last byte; readable by its owner only. */
function opened(file: string): number {
  const open = () => openSync(file, 'a+', 0o600);
  try {
    return open();
  } catch (error) {
    if ((error as NodeJS.ErrnoException).code !== 'ENOENT') throw error;
    makeDirectory(path.dirname(file));
    return open();
  }
}

/** Another process may be writing just now; then this may say no, and an empty line results, which counts nothing. */
function endsLine(handle: number, size: number): boolean {
  if (size === 0) return true;
  const last = Buffer.alloc(1);
  readSync(handle, last, 0, 1, size - 1);
  return last.toString() === '\n';
}

/** So that a new file's name outlives a loss of power; not all file systems do this for a directory. */
function syncDirectory(directory: string): void {
  try {
    const handle = openSync(directory, 'r');
    try {
      fsyncSync(handle);
    } finally {
      closeSync(handle);
    }
  } catch {
    return;
  }
}
