import { type Access, PAGE_SIZE } from '../../../language/moves.ts';
import { areaOf, isAccessible } from './areas.ts';
import { byteAt, type Contents, distinct, type IdealContent, JUST_ZEROS, paste, ZEROS } from './content.ts';
import { contentsOfOwn, resolve, setLoose } from './loose.ts';
import {
  type Area,
  type Bytes,
  bytesOf,
  type Memory,
  type Space,
  type Untouched,
  withEntry,
  withSpace,
} from './memory.ts';
import { objectContents, pageCount, setObjectPage } from './objects.ts';

/** A process's pages: what they hold, and who may touch them. */

/** The part of an access that lies in one page. Bytes. */
export interface Span {
  readonly page: number;
  readonly offset: number;
  readonly length: number;
}

/** `length` bytes from a place on, page by page upwards: the order in which they are touched. */
export function spansOf({ page, offset, length }: Span): Span[] {
  const spans: Span[] = [];
  const end = offset + length;
  for (let at = offset; at < end; ) {
    const within = at % PAGE_SIZE;
    const span = {
      page: page + Math.floor(at / PAGE_SIZE),
      offset: within,
      length: Math.min(end - at, PAGE_SIZE - within),
    };
    spans.push(span);
    at += span.length;
  }
  return spans;
}

export const indexOf = (area: Area, page: number): number => area.index + page - area.start;

/** What a page of an area may show. */
export function contentsOf(memory: Memory, space: Space, area: Area, page: number): Contents {
  const own = area.shared ? undefined : space.pages.get(page);
  const held = own === undefined || own.kind === 'guard' ? undefined : resolve(memory, own);
  if (held?.kind === 'bytes') return contentsOfOwn(held);
  if (area.object === undefined) return JUST_ZEROS;
  const shown = objectContents(memory, area.object, indexOf(area, page));
  return held === undefined ? shown : distinct([...shown, ...held.earlier]);
}

/** Does the page lie behind the end of the object that it shows? */
export const isBeyondEnd = (memory: Memory, area: Area, page: number): boolean =>
  area.object !== undefined && indexOf(area, page) >= pageCount(memory, area.object);

export type Refusal = 'MAPERR' | 'ACCERR' | 'ADRERR';

/**
 * Why the hardware and the kernel refuse an access, if they do. A processor cannot give a page without the right to
 * read it, and learns that a page must not be executed once it is there: a page that cannot be brought in is
 * refused for that.
 */
export function refusal(memory: Memory, space: Space, page: number, access: Access): Refusal | undefined {
  const area = areaOf(space, page);
  if (area === undefined) return 'MAPERR';
  if (!isAccessible(area) || (access === 'write' && area.perm[1] !== 'w')) return 'ACCERR';
  if (access === 'fetch' && area.perm[2] !== 'x' && !memory.fetchesLate) return 'ACCERR';
  const missing = absence(memory, space, area, page);
  if (missing !== undefined) return missing;
  return access === 'fetch' && area.perm[2] !== 'x' ? 'ACCERR' : undefined;
}

/** Why a mapped page cannot be brought in, whatever the rights. */
export function absence(
  memory: Memory,
  space: Space,
  area: Area,
  page: number,
): 'MAPERR' | 'ADRERR' | undefined {
  if (space.pages.get(page)?.kind === 'guard') return 'MAPERR';
  return isBeyondEnd(memory, area, page) ? 'ADRERR' : undefined;
}

/** Gives a private page bytes of its own. */
export function setOwn(memory: Memory, mm: number, page: number, own: Bytes | Untouched): Memory {
  const { pages } = memory.spaces[mm]!;
  const before = pages.get(page);
  return before?.kind === 'loose'
    ? setLoose(memory, before.number, own)
    : withSpace(memory, mm, { pages: withEntry(pages, page, own) });
}

/** Stores bytes of one page, as any of the sources has them. The page is mapped and can be brought in. */
export function storeAt(memory: Memory, mm: number, span: Span, sources: Contents, from: number): Memory {
  const { page, offset, length } = span;
  const space = memory.spaces[mm]!;
  const area = areaOf(space, page)!;
  const contents = distinct(
    contentsOf(memory, space, area, page).flatMap(content =>
      sources.map(source => paste(content, offset, length, source, from)),
    ),
  );
  return area.shared
    ? setObjectPage(memory, area.object!, indexOf(area, page), contents)
    : setOwn(memory, mm, page, bytesOf(contents));
}

/** A private page as after a write to it that changed nothing: it is its process's own from now on. */
export function touched(memory: Memory, mm: number, page: number): Memory {
  const space = memory.spaces[mm]!;
  const area = areaOf(space, page)!;
  if (area.shared) return memory;
  return setOwn(memory, mm, page, bytesOf(contentsOf(memory, space, area, page)));
}

/** One way in which bytes may be read, and the memory that knows it. */
interface Reading {
  readonly bytes: readonly number[];
  readonly after: Memory;
}

/** All ways in which spans may be read. What was seen of a page is known from then on. */
export function readings(memory: Memory, mm: number, spans: readonly Span[]): Reading[] {
  const space = memory.spaces[mm]!;
  const pages = [...new Set(spans.map(({ page }) => page))];
  const shown = pages.map(page => contentsOf(memory, space, areaOf(space, page)!, page));
  const bytesFrom = (chosen: readonly IdealContent[]): number[] =>
    spans.flatMap(({ page, offset, length }) => {
      const content = chosen[pages.indexOf(page)]!;
      return Array.from({ length }, (_, i) => byteAt(content, offset + i));
    });
  if (shown.every(contents => contents.length === 1))
    return [{ bytes: bytesFrom(shown.map(([content]) => content!)), after: memory }];
  const found: Reading[] = [];
  for (const chosen of combinations(shown)) {
    const bytes = bytesFrom(chosen);
    if (found.some(reading => reading.bytes.every((byte, i) => byte === bytes[i]))) continue;
    let after = memory;
    pages.forEach((page, i) => {
      const here = spans.filter(span => span.page === page);
      after = narrow(after, mm, page, content => sameAt(content, chosen[i]!, here));
    });
    found.push({ bytes, after });
  }
  return found;
}

const sameAt = (a: IdealContent, b: IdealContent, spans: readonly Span[]): boolean =>
  spans.every(({ offset, length }) =>
    Array.from({ length }, (_, i) => offset + i).every(at => byteAt(a, at) === byteAt(b, at)),
  );

/** One of each, in every way. */
const combinations = (sets: readonly Contents[]): IdealContent[][] =>
  sets.reduce<IdealContent[][]>(
    (chosen, contents) => chosen.flatMap(before => contents.map(content => [...before, content])),
    [[]],
  );

/** Leaves to a page only what fits what was seen of it. */
function narrow(memory: Memory, mm: number, page: number, fits: (content: IdealContent) => boolean): Memory {
  const space = memory.spaces[mm]!;
  const area = areaOf(space, page)!;
  if (area.shared) {
    const index = indexOf(area, page);
    const contents = objectContents(memory, area.object!, index);
    const kept = contents.filter(fits);
    return kept.length === contents.length ? memory : setObjectPage(memory, area.object!, index, kept);
  }
  const own = space.pages.get(page);
  if (own === undefined || own.kind === 'guard') return memory;
  const resolved = resolve(memory, own);
  if (resolved.kind === 'untouched') {
    const first = resolved.earlier.findIndex(fits);
    return setOwn(memory, mm, page, {
      kind: 'untouched',
      earlier: first < 0 ? [] : resolved.earlier.slice(first),
    });
  }
  const kept = resolved.contents.filter(fits);
  return setOwn(memory, mm, page, kept.length === 0 ? bytesOf([ZEROS]) : { ...resolved, contents: kept });
}
