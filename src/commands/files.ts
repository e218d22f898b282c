import { closeSync, lstatSync, openSync, readdirSync, readSync } from 'node:fs';
import path from 'node:path';
import { gunzipSync } from 'node:zlib';
import { UsageError } from './io.ts';

/** The most that is read of a file, in bytes: more than any level, program or recording needs. */
const MOST = 16 * 2 ** 20;

/** Does a file's name say that it holds recordings? */
export const isRecording = (file: string): boolean => /\.jsonl?(\.gz)?$/.test(file);

/**
 * The text of a file that the command line names; of *.gz what is packed in it. Throws UsageError where it
 * cannot be read or unpacked, or is too large.
 */
export function readText(given: string, cwd: string): string {
  try {
    const bytes = startOf(path.resolve(cwd, given), MOST);
    if (bytes !== undefined)
      return (given.endsWith('.gz') ? gunzipSync(bytes, { maxOutputLength: MOST }) : bytes).toString('utf8');
  } catch (error) {
    throw new UsageError(`cannot read '${given}': ${(error as NodeJS.ErrnoException).code}`);
  }
  throw tooLarge(`'${given}'`);
}

/** The text of a stream, likewise. Throws UsageError where it is too large, or does not end. */
export async function readStream(stream: AsyncIterable<Buffer | string>, name: string): Promise<string> {
  const pieces: Buffer[] = [];
  let size = 0;
  for await (const piece of stream) {
    size += piece.length;
    if (size > MOST) throw tooLarge(name);
    pieces.push(Buffer.from(piece));
  }
  return Buffer.concat(pieces).toString('utf8');
}

const tooLarge = (what: string): UsageError =>
  new UsageError(`${what} is too large; expected at most ${MOST / 2 ** 20} MB`);

/** The bytes of a file of at most `most` bytes; undefined for a larger one, or one without an end. */
function startOf(file: string, most: number): Buffer | undefined {
  const handle = openSync(file, 'r');
  try {
    const pieces: Buffer[] = [];
    for (let size = 0; ; ) {
      const piece = Buffer.alloc(64 * 1024);
      const read = readSync(handle, piece);
      if (read === 0) return Buffer.concat(pieces);
      size += read;
      if (size > most) return undefined;
      pieces.push(piece.subarray(0, read));
    }
  } finally {
    closeSync(handle);
  }
}

/**
 * The regular files below a folder, as paths from the folder, in order. Links are not followed: a folder that came from
 * somebody else reaches nothing outside itself. Throws the system's own errors.
 */
export const filesBelow = (folder: string): string[] =>
  readdirSync(folder, { recursive: true, encoding: 'utf8' })
    .filter(file => lstatSync(path.join(folder, file)).isFile())
    .sort();
