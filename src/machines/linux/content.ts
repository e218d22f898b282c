import { PAGE_SIZE } from '../../language/moves.ts';

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
  const at = content.offsets.indexOf(offset);
  return at < 0 ? content.fill : content.values[at]!;
}

/** The content after a store of one byte. */
export function withByte(content: Content, offset: number, value: number): Content {
  if (offset < 0 || offset >= PAGE_SIZE) throw new RangeError(`offset ${offset} is outside a page`);
  const { fill, offsets, values } = content;
  let at = 0;
  while (at < offsets.length && offsets[at]! < offset) at++;
  const replaces = offsets[at] === offset ? 1 : 0;
  return {
    fill,
    offsets: replaces ? offsets : [...offsets.slice(0, at), offset, ...offsets.slice(at)],
    values: [...values.slice(0, at), value, ...values.slice(at + replaces)],
  };
}

/** Equal in every byte, however it is stored. */
export function sameContent(a: Content, b: Content): boolean {
  if (a === b) return true;
  if (a.fill !== b.fill) return false;
  for (const offset of a.offsets) if (byteAt(a, offset) !== byteAt(b, offset)) return false;
  for (const offset of b.offsets) if (byteAt(a, offset) !== byteAt(b, offset)) return false;
  return true;
}

export function mapContent(content: Content, value: (v: number) => number): Content {
  const of = (v: number) => (v === 0 ? 0 : value(v));
  return { fill: of(content.fill), offsets: content.offsets, values: content.values.map(of) };
}
