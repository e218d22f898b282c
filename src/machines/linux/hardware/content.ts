import { PAGE_SIZE } from '../../../language/moves.ts';

/**
 * What a frame holds: a byte that fills it and the bytes that differ, by offset. Immutable, so that copying
 * a page or a world shares it.
 */
export interface Content {
  readonly fill: number;
  /** Ascending offsets, and the value at each. */
  readonly offsets: readonly number[];
  readonly values: readonly number[];
}

export const ZEROS: Content = { fill: 0, offsets: [], values: [] };

export function byteAt(content: Content, offset: number): number {
  const at = firstFrom(content.offsets, offset);
  return content.offsets[at] === offset ? content.values[at]! : content.fill;
}

/** The content after a store of one byte. */
export function withByte(content: Content, offset: number, value: number): Content {
  if (offset < 0 || offset >= PAGE_SIZE) throw new RangeError(`offset ${offset} is outside a page`);
  const { fill, offsets, values } = content;
  const at = firstFrom(offsets, offset);
  const replaces = offsets[at] === offset ? 1 : 0;
  return {
    fill,
    offsets: replaces ? offsets : [...offsets.slice(0, at), offset, ...offsets.slice(at)],
    values: [...values.slice(0, at), value, ...values.slice(at + replaces)],
  };
}

/**
 * The content after a store of one value to `length` bytes. Stored to most of a page, it is what fills the
 * page from then on.
 */
export function withBytes(content: Content, offset: number, length: number, value: number): Content {
  if (length === 1) return withByte(content, offset, value);
  const end = offset + length;
  if (offset < 0 || end > PAGE_SIZE) throw new RangeError(`offsets ${offset} to ${end} are outside a page`);
  if (length > PAGE_SIZE / 2) return filledBut(content, offset, end, value);
  const { fill, offsets, values } = content;
  const from = firstFrom(offsets, offset);
  const to = firstFrom(offsets, end);
  return {
    fill,
    offsets: [...offsets.slice(0, from), ...range(offset, end), ...offsets.slice(to)],
    values: [...values.slice(0, from), ...new Array<number>(length).fill(value), ...values.slice(to)],
  };
}

/** Index of the first of ascending offsets that is not below `least`. */
function firstFrom(offsets: readonly number[], least: number): number {
  let from = 0;
  let to = offsets.length;
  while (from < to) {
    const middle = (from + to) >> 1;
    if (offsets[middle]! < least) from = middle + 1;
    else to = middle;
  }
  return from;
}

const range = (from: number, end: number): number[] => Array.from({ length: end - from }, (_, i) => from + i);

/** A page of `value`, but for the bytes outside [offset, end), which stay. */
function filledBut(content: Content, offset: number, end: number, value: number): Content {
  if (end - offset === PAGE_SIZE) return { fill: value, offsets: [], values: [] };
  const bytes = bytesOf(content);
  const offsets = [...range(0, offset), ...range(end, PAGE_SIZE)].filter(at => bytes[at] !== value);
  return { fill: value, offsets, values: offsets.map(at => bytes[at]!) };
}

/** All bytes of a page, in order. */
export function bytesOf({ fill, offsets, values }: Content): number[] {
  const bytes = new Array<number>(PAGE_SIZE).fill(fill);
  offsets.forEach((offset, i) => {
    bytes[offset] = values[i]!;
  });
  return bytes;
}

/** Equal in every byte, however it is stored. */
export function sameContent(a: Content, b: Content): boolean {
  if (a === b) return true;
  if (a.fill !== b.fill) {
    if (a.offsets.length + b.offsets.length < PAGE_SIZE) return false;
    const bytes = bytesOf(b);
    return bytesOf(a).every((byte, offset) => byte === bytes[offset]);
  }
  for (const offset of a.offsets) if (byteAt(a, offset) !== byteAt(b, offset)) return false;
  for (const offset of b.offsets) if (byteAt(a, offset) !== byteAt(b, offset)) return false;
  return true;
}

export function mapContent(content: Content, value: (v: number) => number): Content {
  const of = (v: number) => (v === 0 ? 0 : value(v));
  return { fill: of(content.fill), offsets: content.offsets, values: content.values.map(of) };
}

/** The content that these bytes make, with `fill` for what is left out. */
function contentOfBytes(bytes: readonly number[], fill: number): Content {
  const offsets: number[] = [];
  for (let at = 0; at < bytes.length; at++) if (bytes[at] !== fill) offsets.push(at);
  return { fill, offsets, values: offsets.map(at => bytes[at]!) };
}

/** Copies go upwards, word by word, and the rest byte by byte. Source: rep_movs_alternative, arch/x86/lib/copy_user_64.S. */
const WORD = 8;

/**
 * `to` after `length` bytes of `from` were copied into it. A page that is copied into itself (`overlaps`) reads what was
 * just stored. (Of longer copies over less than 64 bytes processors may read more at a time.)
 */
export function withCopied(
  to: Content,
  offset: number,
  from: Content,
  fromOffset: number,
  length: number,
  overlaps: boolean,
): Content {
  if (length === 0) return to;
  const bytes = bytesOf(to);
  const source = overlaps ? bytes : bytesOf(from);
  for (let done = 0; done < length; ) {
    const unit = !overlaps ? length : length - done >= WORD ? WORD : 1;
    const read = source.slice(fromOffset + done, fromOffset + done + unit);
    for (let i = 0; i < unit; i++) bytes[offset + done + i] = read[i]!;
    done += unit;
  }
  return contentOfBytes(bytes, length > PAGE_SIZE / 2 ? from.fill : to.fill);
}
