import { fstatSync, readSync } from 'node:fs';

/** A chunk as it is loaded: its text, and what V8 made of it, which is empty for data. */
export interface Ready {
  readonly code: Buffer;
  readonly text: Buffer;
}

/** What `fileOf` made, opened. */
export interface ReadyFile {
  readonly names: readonly string[];
  /** The bytes are good until the next are asked for; undefined where there are none or they are damaged. */
  chunk(name: string): Ready | undefined;
}

/** Where a chunk is, in bytes from the end of the index: first its code, then its text. */
type Places = Readonly<Record<string, readonly [start: number, code: number, text: number]>>;

/** Compiled chunks of an archive hold for this Node on this processor; V8 refuses them where it has other flags. */
export const readyName = (archive: string): string => `${archive}.${process.version}-${process.arch}`;

const SIZE_OF_SIZE = 4;

/**
 * How long the index is, the index, and all chunks; and the whole once more. V8 believes any code, so a damaged one
 * could come to any end; two copies are compared in a tenth of the time that a sum of them takes.
 */
export function fileOf(chunks: ReadonlyMap<string, Ready>): Buffer {
  const places: Record<string, Places[string]> = {};
  let start = 0;
  for (const [name, { code, text }] of chunks) {
    places[name] = [start, code.length, text.length];
    start += code.length + text.length;
  }
  const index = Buffer.from(JSON.stringify(places));
  const size = Buffer.alloc(SIZE_OF_SIZE);
  size.writeUInt32LE(index.length);
  const copy = [size, index, ...[...chunks.values()].flatMap(({ code, text }) => [code, text])];
  return Buffer.concat([...copy, ...copy]);
}

/**
 * Opens what `fileOf` made.
 * @param file a descriptor
 * @param compared whether the copies are compared, which takes as long as reading one
 * @returns undefined where it is something else, or damaged
 */
export function readyFile(file: number, { compared }: { readonly compared: boolean }): ReadyFile | undefined {
  const half = Math.floor(fstatSync(file).size / 2);
  const one = placeToRead();
  const other = placeToRead();
  const read = (start: number, length: number): Buffer | undefined => {
    if (start + length > half) return undefined;
    const bytes = one(file, start, length);
    return !compared || bytes.equals(other(file, half + start, length)) ? bytes : undefined;
  };
  const length = read(0, SIZE_OF_SIZE)?.readUInt32LE();
  const index = length === undefined ? undefined : read(SIZE_OF_SIZE, length);
  if (length === undefined || index === undefined) return undefined;
  const places: Places = JSON.parse(index.toString('latin1'));
  return {
    names: Object.keys(places),
    chunk(name) {
      if (!Object.hasOwn(places, name)) return undefined;
      const [start, code, text] = places[name]!;
      const bytes = read(SIZE_OF_SIZE + length + start, code + text);
      return bytes && { code: bytes.subarray(0, code), text: bytes.subarray(code) };
    },
  };
}

/** Reads bytes to where those before them lay, since fresh memory takes longer than reading. */
export function placeToRead(): (file: number, start: number, length: number) => Buffer {
  let place = Buffer.allocUnsafeSlow(128 * 1024);
  return (file, start, length) => {
    if (place.length < length) place = Buffer.allocUnsafeSlow(2 * length);
    return place.subarray(0, readSync(file, place, 0, length, start));
  };
}
