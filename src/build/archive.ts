import { createHash } from 'node:crypto';
import path from 'node:path';
import { fileURLToPath } from 'node:url';
import { deflateRawSync } from 'node:zlib';
import { build } from 'esbuild';

/** From this size on a chunk is packed, in bytes: less is not worth a call of zlib. */
const WORTH_PACKING = 4096;

/** The files that make the program: one that starts it, and one that holds all chunks. */
export interface Archive {
  /** The name is another one for other contents: a program that is running goes on with its own. */
  readonly name: string;
  readonly bytes: Buffer;
  /** As they were given. */
  readonly chunks: ReadonlyMap<string, string>;
  /** The loader, which knows where in `bytes` each chunk is. */
  readonly program: string;
}

const isData = (name: string): boolean => name.endsWith('.json');

/** A module as a function of all that it is given. */
const callable = (text: string): string => `(function(exports,require,module,__filename){${text}\n})`;

/**
 * Puts chunks into one file.
 * @param chunks by the name that others ask for them by: CommonJS modules in ASCII, or JSON
 * @param first the one to start with
 */
export async function archiveOf(chunks: ReadonlyMap<string, string>, first: string): Promise<Archive> {
  const parts: Buffer[] = [];
  const places: Record<string, readonly [number, number, number]> = {};
  let start = 0;
  for (const [name, text] of chunks) {
    const plain = Buffer.from(isData(name) ? text : callable(text));
    const isPacked = plain.length >= WORTH_PACKING;
    const part = isPacked ? deflateRawSync(plain, { level: 9 }) : plain;
    places[name] = [start, part.length, isPacked ? 1 : 0];
    parts.push(part);
    start += part.length;
  }
  const bytes = Buffer.concat(parts);
  const name = `chunks-${createHash('sha256').update(bytes).digest('hex').slice(0, 8)}.bin`;
  const { outputFiles } = await build({
    entryPoints: [path.join(path.dirname(fileURLToPath(import.meta.url)), 'loader.ts')],
    bundle: true,
    format: 'cjs',
    platform: 'node',
    target: 'node20',
    minify: true,
    banner: { js: '#!/usr/bin/env node\n"use strict";' },
    define: {
      PLACES: JSON.stringify(places),
      ARCHIVE: JSON.stringify(name),
      FIRST: JSON.stringify(first),
    },
    write: false,
  });
  return { name, bytes, chunks, program: outputFiles[0]!.text };
}
