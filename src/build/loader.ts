/**
 * What `dist/cowhand.cjs` is: the loader of the chunks, which lie in one file, since opening thirty takes as long as
 * all that is done with them. `archive.ts` says where each is.
 */
import { openSync, readSync } from 'node:fs';
import path from 'node:path';
import { compileFunction } from 'node:vm';
import { inflateRawSync } from 'node:zlib';

/** By the name that others ask for it by: from which byte of the file, how many bytes, and whether it is packed. */
declare const PLACES: Readonly<Record<string, readonly [start: number, length: number, packed: 0 | 1]>>;
declare const ARCHIVE: string;
declare const FIRST: string;

/** Where a chunk believes that it lies; so it finds what is beside `dist/` as a source finds what is beside `src/`. */
const folder = path.join(__dirname, 'chunks');
const file = openSync(path.join(__dirname, ARCHIVE), 'r');
const loaded = new Map<string, { exports: unknown }>();

/** The bytes of a chunk, unpacked. */
function bytesOf(name: string): Buffer {
  const [start, length, packed] = PLACES[name]!;
  const bytes = Buffer.allocUnsafe(length);
  readSync(file, bytes, 0, length, start);
  return packed === 1 ? inflateRawSync(bytes) : bytes;
}

function load(name: string): unknown {
  const known = loaded.get(name);
  if (known !== undefined) return known.exports;
  const module: { exports: unknown } = { exports: {} };
  loaded.set(name, module);
  if (name.endsWith('.json')) module.exports = JSON.parse(bytesOf(name).toString());
  else {
    const filename = path.join(folder, name);
    const run = compileFunction(
      bytesOf(name).toString('latin1'),
      ['exports', 'require', 'module', '__filename'],
      {
        filename,
      },
    );
    run(module.exports, required, module, filename);
  }
  return module.exports;
}

/** What a chunk asks for: another one, a module of Node, or a text of `assets/`. */
const required = (name: string): unknown =>
  Object.hasOwn(PLACES, name) ? load(name) : require(name.replace(/^\.\.\//, ''));

load(FIRST);
