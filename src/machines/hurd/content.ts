import { CELL_SIZE, CELLS } from '../../language/moves.ts';

/** What a page of physical memory holds: a byte that fills it, and those that differ. Immutable. */
export interface Content {
  readonly fill: number;
  readonly bytes: ReadonlyMap<number, number>;
}

export const ZEROS: Content = { fill: 0, bytes: new Map() };

export const byteAt = ({ fill, bytes }: Content, offset: number): number => bytes.get(offset) ?? fill;

export const withByte = ({ fill, bytes }: Content, offset: number, value: number): Content => ({
  fill,
  bytes: new Map(bytes).set(offset, value),
});

/** What a file holds at its page `index` as long as nobody says otherwise: two cells, so that pages can be told apart. */
export const fileContent = (first: number, index: number): Content => ({
  fill: 0,
  bytes: new Map([
    [0, first + index],
    [CELL_SIZE, first + index + 1],
  ]),
});

export const mapContent = ({ fill, bytes }: Content, value: (v: number) => number): Content => {
  const of = (v: number): number => (v === 0 ? 0 : value(v));
  return { fill: of(fill), bytes: mapBytes(bytes, of) };
};

export function mapBytes(bytes: Content['bytes'], value: (v: number) => number): Content['bytes'] {
  if (bytes.size === 0) return bytes;
  const mapped = new Map<number, number>();
  for (const [offset, v] of bytes) mapped.set(offset, value(v));
  return mapped;
}

/** Equal in every byte. */
export const sameContent = (a: Content, b: Content): boolean =>
  a === b ||
  (a.fill === b.fill &&
    [...a.bytes.keys(), ...b.bytes.keys()].every(offset => byteAt(a, offset) === byteAt(b, offset)));

/** The four cells that a level shows. */
export const cellsOf = (content: Content): string =>
  Array.from({ length: CELLS }, (_, cell) => byteAt(content, cell * CELL_SIZE)).join(' ');
