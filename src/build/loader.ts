/**
 * What `dist/cowhand.cjs` is: the loader of the chunks, which lie in one file, since opening thirty takes as long as
 * all that is done with them. `archive.ts` says where each is, `ready.ts` makes the file of those that lie compiled.
 */
import { openSync, readFileSync, readSync } from 'node:fs';
import path from 'node:path';
import { Script } from 'node:vm';

/** By the name that others ask for it by: from which byte of the file, how many bytes, and whether it is packed. */
declare const PLACES: Readonly<Record<string, readonly [start: number, length: number, packed: 0 | 1]>>;
declare const ARCHIVE: string;
declare const FIRST: string;

/** Where a chunk believes that it lies; so it finds what is beside `dist/` as a source finds what is beside `src/`. */
const folder = path.join(__dirname, 'chunks');
const loaded = new Map<string, { exports: unknown }>();
let archive: number | undefined;
let place = Buffer.allocUnsafeSlow(128 * 1024);
const ready = openReady();

/** The chunks that are compiled for this very Node; undefined where none are. */
function openReady() {
  let file: number;
  try {
    file = openSync(path.join(__dirname, `${ARCHIVE}.${process.version}-${process.arch}`), 'r');
  } catch {
    return undefined;
  }
  const size = read(file, 0, 4).readUInt32LE();
  const places: Readonly<Record<string, readonly [start: number, code: number, text: number]>> = JSON.parse(
    read(file, 4, size).toString('latin1'),
  );
  return { file, places, from: 4 + size };
}

/** Bytes of a file, until the next are read: they lie in the same place, since fresh memory takes longer than reading. */
function read(file: number, start: number, length: number): Buffer {
  if (place.length < length) place = Buffer.allocUnsafeSlow(2 * length);
  readSync(file, place, 0, length, start);
  return place.subarray(0, length);
}

/** The text of a chunk, and its code where it is compiled. */
function chunk(name: string): { readonly text: Buffer; readonly code?: Buffer } {
  const compiled = ready?.places[name];
  if (compiled !== undefined) {
    const [start, code, text] = compiled;
    const bytes = read(ready!.file, ready!.from + start, code + text);
    return { text: bytes.subarray(code), code: bytes.subarray(0, code) };
  }
  const [start, length, packed] = PLACES[name]!;
  archive ??= openSync(path.join(__dirname, ARCHIVE), 'r');
  const bytes = read(archive, start, length);
  return { text: packed === 1 ? require('node:zlib').inflateRawSync(bytes) : bytes };
}

function load(name: string): unknown {
  const module: { exports: unknown } = { exports: {} };
  loaded.set(name, module);
  const { text, code } = chunk(name);
  if (name.endsWith('.json')) module.exports = JSON.parse(text.toString());
  else {
    const filename = path.join(folder, name);
    const script = new Script(text.toString('latin1'), { filename, ...(code && { cachedData: code }) });
    script.runInThisContext()(module.exports, required, module, filename);
  }
  return module.exports;
}

function loadText(name: string): unknown {
  const exports: unknown = JSON.parse(readFileSync(path.join(folder, name), 'utf8'));
  loaded.set(name, { exports });
  return exports;
}

/** What a chunk asks for: another one, a text of `assets/`, or a module of Node. */
function required(name: string): unknown {
  const known = loaded.get(name);
  if (known !== undefined) return known.exports;
  if (Object.hasOwn(PLACES, name)) return load(name);
  return name.startsWith('../') ? loadText(name) : require(name);
}

load(FIRST);
