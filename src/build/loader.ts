/**
 * What `dist/cowhand.cjs` is: the loader of the chunks, which lie in one file, since opening thirty takes as long as
 * all that is done with them. `archive.ts` says where each is. What V8 makes of them lies beside that file
 * (`ready.ts`), or where the user's caches are.
 */
import { openSync, readFileSync } from 'node:fs';
import path from 'node:path';
import { Script } from 'node:vm';
import { cacheOf } from '../progress/paths.ts';
import { keep, type Loaded, openKept } from './kept.ts';
import { placeToRead, type Ready, type ReadyFile, readyFile, readyName } from './ready-file.ts';

/** By the name that others ask for it by: from which byte of the file, how many bytes, and whether it is packed. */
declare const PLACES: Readonly<Record<string, readonly [start: number, length: number, packed: 0 | 1]>>;
declare const ARCHIVE: string;
declare const FIRST: string;

/** Where a chunk believes that it lies; so it finds what is beside `dist/` as a source finds what is beside `src/`. */
const folder = path.join(__dirname, 'chunks');
const exported = new Map<string, { exports: unknown }>();
const read = placeToRead();
let archive: number | undefined;

const ahead = openAhead();
const kept = ahead === undefined ? path.join(cacheOf(process.env), readyName(ARCHIVE)) : undefined;
const ready = kept === undefined ? ahead : openKept(kept);
const loaded = new Map<string, Loaded>();
let isNew = false;

function openAhead(): ReadyFile | undefined {
  try {
    return readyFile(openSync(path.join(__dirname, readyName(ARCHIVE)), 'r'), { compared: false });
  } catch {
    return undefined;
  }
}

/** A chunk from the archive. */
function chunk(name: string): Ready {
  const [start, length, packed] = PLACES[name]!;
  archive ??= openSync(path.join(__dirname, ARCHIVE), 'r');
  const bytes = read(archive, start, length);
  return { text: packed === 1 ? require('node:zlib').inflateRawSync(bytes) : bytes, code: Buffer.alloc(0) };
}

function load(name: string): unknown {
  const module: { exports: unknown } = { exports: {} };
  exported.set(name, module);
  const compiled = ready?.chunk(name);
  const { text: bytes, code } = compiled ?? chunk(name);
  isNew ||= compiled === undefined;
  if (name.endsWith('.json')) {
    const text = bytes.toString();
    loaded.set(name, { text });
    module.exports = JSON.parse(text);
  } else {
    const text = bytes.toString('latin1');
    // The name becomes part of what is compiled, which may be used from another folder.
    const filename = `cowhand/${path.basename(name)}`;
    const script = new Script(text, { filename, ...(compiled && { cachedData: code }) });
    loaded.set(name, { text, script });
    isNew ||= script.cachedDataRejected === true;
    script.runInThisContext()(module.exports, required, module, path.join(folder, name));
  }
  return module.exports;
}

function loadText(name: string): unknown {
  const exports: unknown = JSON.parse(readFileSync(path.join(folder, name), 'utf8'));
  exported.set(name, { exports });
  return exports;
}

/** What a chunk asks for: another one, a text of `assets/`, or a module of Node. */
function required(name: string): unknown {
  const known = exported.get(name);
  if (known !== undefined) return known.exports;
  if (Object.hasOwn(PLACES, name)) return load(name);
  return name.startsWith('../') ? loadText(name) : require(name);
}

if (kept !== undefined && !process.env['NODE_DISABLE_COMPILE_CACHE'])
  process.once('exit', () => {
    if (isNew) keep(kept, loaded, ready);
  });
load(FIRST);
