import { PAGE_SIZE } from '../../../language/moves.ts';

/** The bytes of a page: `fill`, except where `bytes` has a value for an offset (0 to 4095). */
export interface IdealContent {
  readonly fill: number;
  readonly bytes: ReadonlyMap<number, number>;
}

/** What a page may hold: one content, or several where the interface leaves it open. Never empty; the likeliest first. */
export type Contents = readonly IdealContent[];

const NONE: ReadonlyMap<number, number> = new Map();

export const filledWith = (fill: number): IdealContent => ({ fill, bytes: NONE });
export const ZEROS = filledWith(0);
export const JUST_ZEROS: Contents = [ZEROS];

export const byteAt = ({ fill, bytes }: IdealContent, offset: number): number => bytes.get(offset) ?? fill;

export function sameContent(a: IdealContent, b: IdealContent): boolean {
  if (a === b) return true;
  if (a.fill !== b.fill) {
    if (a.bytes.size + b.bytes.size < PAGE_SIZE) return false;
    for (let at = 0; at < PAGE_SIZE; at++) if (byteAt(a, at) !== byteAt(b, at)) return false;
    return true;
  }
  for (const [at, value] of a.bytes) if (byteAt(b, at) !== value) return false;
  for (const [at, value] of b.bytes) if (byteAt(a, at) !== value) return false;
  return true;
}

/** Each content once. */
export const distinct = (contents: Contents): Contents =>
  contents.length < 2
    ? contents
    : contents.filter((content, i) => contents.findIndex(other => sameContent(other, content)) === i);

/** The target with `length` bytes of the source in it. */
export function paste(
  target: IdealContent,
  offset: number,
  length: number,
  source: IdealContent,
  from: number,
): IdealContent {
  if (length === PAGE_SIZE) return source;
  if (length <= PAGE_SIZE / 2) {
    const pasted = new Map(target.bytes);
    for (let i = 0; i < length; i++) {
      const value = byteAt(source, from + i);
      if (value === target.fill) pasted.delete(offset + i);
      else pasted.set(offset + i, value);
    }
    return { fill: target.fill, bytes: pasted };
  }
  const pasted = new Map<number, number>();
  const keep = (start: number, end: number): void => {
    for (let at = start; at < end; at++) {
      const value = byteAt(target, at);
      if (value !== source.fill) pasted.set(at, value);
    }
  };
  keep(0, offset);
  for (const [at, value] of source.bytes)
    if (value !== source.fill && at >= from && at < from + length) pasted.set(at - from + offset, value);
  keep(offset + length, PAGE_SIZE);
  return { fill: source.fill, bytes: pasted };
}

/** A copy goes upwards, so many bytes at a time and the rest one by one. */
const STEP = 8;

/** The same within one page, which the copy sees change under its hands: later bytes may be copies of earlier ones. */
export function pasteUpwards(
  { fill, bytes }: IdealContent,
  offset: number,
  length: number,
  from: number,
): IdealContent {
  const page = Array.from({ length: PAGE_SIZE }, (_, at) => bytes.get(at) ?? fill);
  for (let i = 0; i < length; ) {
    const step = length - i >= STEP ? STEP : 1;
    page.splice(offset + i, step, ...page.slice(from + i, from + i + step));
    i += step;
  }
  return { fill, bytes: new Map([...page.entries()].filter(([, value]) => value !== fill)) };
}

/** The content with zeros from `offset` on. */
export const cutAt = (content: IdealContent, offset: number): IdealContent =>
  paste(content, offset, PAGE_SIZE - offset, ZEROS, offset);

export const mapContent = ({ fill, bytes }: IdealContent, of: (v: number) => number): IdealContent => ({
  fill: of(fill),
  bytes: new Map([...bytes].map(([offset, v]) => [offset, of(v)])),
});
