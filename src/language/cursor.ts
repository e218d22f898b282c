import { LanguageError, type Place } from './errors.ts';
import { LIMITS } from './limits.ts';
import { CELL_SIZE, CELLS, PAGE_SIZE, REGION_PAGES, type Region } from './moves.ts';
import { nearest } from './nearest.ts';
import { isProcessName, type Names } from './scope.ts';

/** A word of a line, and where it begins. */
export interface Word {
  readonly text: string;
  /** Counts from 0 within the line's text. */
  readonly at: number;
}

/** Where a word ends. */
export const endOf = ({ text, at }: Word): number => at + text.length;

/**
 * Splits at white space; a comment ends the line.
 * @param place where the line begins
 * @throws LanguageError where the line or a word of it is too long
 */
export function wordsOf(line: string, place: Place): Word[] {
  const tooLong = (what: string, length: number, most: number, at: number): never => {
    const column = place.column + at;
    throw new LanguageError({ ...place, column }, `${what} of ${length} characters`, `at most ${most}`);
  };
  if (line.length > LIMITS.line) tooLong('a line', line.length, LIMITS.line, LIMITS.line);
  const end = line.indexOf('#');
  const code = end < 0 ? line : line.slice(0, end);
  return [...code.matchAll(/\S+/g)].map(({ 0: text, index: at }) =>
    text.length > LIMITS.word ? tooLong('a word', text.length, LIMITS.word, at) : { text, at },
  );
}

/** Named regions are placed at multiples of this, so that no two of them ever merge or touch. */
const REGION_STEP = 16;

/** The arguments of one operation, taken from the left; every refusal names the word that does not fit. */
export class Cursor {
  private next = 0;
  private readonly words: readonly Word[];
  private readonly place: Place;
  private readonly names: Names;
  /** Where what they belong to ends. */
  private readonly start: number;

  constructor(words: readonly Word[], place: Place, names: Names, start: number) {
    this.words = words;
    this.place = place;
    this.names = names;
    this.start = start;
  }

  more(): boolean {
    return this.next < this.words.length;
  }

  /** Refuses the word that was taken last, or the end of the line where there is none. */
  refuse(message: string, expected: string, back = 1): never {
    const word = this.words[this.next - back];
    const last = this.words.at(-1);
    const at = word?.at ?? (last === undefined ? this.start : endOf(last));
    throw new LanguageError({ ...this.place, column: this.place.column + at }, message, expected);
  }

  /** All words must have been taken. */
  end(): void {
    if (!this.more()) return;
    const { text } = this.words[this.next++]!;
    this.refuse(`'${text}' is one word too many`, 'the end of the operation');
  }

  matching(pattern: RegExp, expected: string): string {
    const text = this.take(expected);
    return pattern.test(text) ? text : this.refuse(`'${text}' does not fit`, expected);
  }

  oneOf(words: readonly string[], what: string): string {
    const expected = `${what}: ${words.join(', ')}`;
    const text = this.take(expected);
    if (words.includes(text)) return text;
    const likely = nearest(text, words);
    return this.refuse(
      `no ${what.replace(/^an? /, '')} '${text}'`,
      likely === undefined ? expected : `perhaps '${likely}'; ${expected}`,
    );
  }

  number(what: string, least: number, most: number): number {
    const expected = `${what}, ${least} to ${most}`;
    const text = this.take(expected);
    const value = /^\d{1,15}$/.test(text) ? Number(text) : Number.NaN;
    return value >= least && value <= most ? value : this.refuse(`'${text}' does not fit`, expected);
  }

  optionalNumber(what: string, least: number, most: number): number | undefined {
    return this.more() ? this.number(what, least, most) : undefined;
  }

  /** A page by number, `heap` (the whole region: `pages` is its size) or `heap+1` (one page). */
  page(): { page: number; pages?: number } {
    const { offset, ...at } = this.byte();
    return offset === undefined
      ? at
      : this.refuse('this names a byte of the page', 'a page, like 3 or heap+1');
  }

  /** As `page`, or `heap+1.2` or `heap+1:17`: a byte of a page, its `offset`. */
  byte(): { page: number; pages?: number; offset?: number } {
    const expected = `a page (0 to ${REGION_PAGES - 1}), or a place in a region like heap+1 or heap+1.3`;
    const text = this.take(expected);
    if (/^\d+$/.test(text)) {
      const page = Number(text);
      return page < REGION_PAGES ? { page } : this.refuse(`no page ${text}`, expected);
    }
    const match = /^([A-Za-z_][\w-]*)(?:\+(\d{1,6}))?(?:\.(\d{1,6})|:(\d{1,6}))?$/.exec(text);
    if (match === null) return this.refuse(`'${text}' is no place`, expected);
    const region = this.region(match[1]!);
    const page = region.page + Number(match[2] ?? 0);
    if (page >= region.page + region.pages)
      return this.refuse(
        `${region.name} has no page ${match[2]}`,
        `${region.name}+0 to ${region.name}+${region.pages - 1}`,
      );
    if (match[3] !== undefined) {
      const cell = Number(match[3]);
      return cell < CELLS
        ? { page, pages: 1, offset: cell * CELL_SIZE }
        : this.refuse(`a page has no cell ${cell}`, `a cell, 0 to ${CELLS - 1}`);
    }
    if (match[4] !== undefined) {
      const offset = Number(match[4]);
      return offset < PAGE_SIZE
        ? { page, pages: 1, offset }
        : this.refuse(`a page has no byte ${offset}`, `a byte, 0 to ${PAGE_SIZE - 1}`);
    }
    return { page, pages: match[2] === undefined ? region.pages : 1 };
  }

  private region(name: string): Region {
    const region = this.names.regions.find(r => r.name === name);
    if (region !== undefined) return region;
    const known = this.names.regions.map(r => r.name);
    return this.refuse(
      `no region '${name}'`,
      known.length === 0
        ? "a page number, or 'map' a region first"
        : `one of ${known.join(', ')}, or a page number`,
    );
  }

  /** The range of a `map` that names a region: a new name is placed where no region is yet. */
  declaration(): { page: number; pages: number } | undefined {
    const text = this.words[this.next]?.text ?? '';
    if (!/^[A-Za-z_][\w-]*$/.test(text)) return undefined;
    this.next++;
    const { regions, mapped } = this.names;
    const known = regions.find(region => region.name === text);
    if (known !== undefined) {
      const pages = this.optionalPages(known.pages) ?? known.pages;
      return { page: known.page, pages };
    }
    const pages = this.number('a number of pages', 1, REGION_PAGES);
    let page = Math.max(
      0,
      ...regions.map(r => Math.ceil((r.page + r.pages + 1) / REGION_STEP) * REGION_STEP),
    );
    while (mapped.some(m => m.page <= page + pages && page <= m.page + m.pages)) page += REGION_STEP;
    if (page + pages > REGION_PAGES)
      return this.refuse(
        `no room for ${pages} more pages`,
        `at most ${Math.max(0, REGION_PAGES - page)} here`,
      );
    regions.push({ name: text, page, pages });
    return { page, pages };
  }

  /** Pages that a `map` took by number. */
  mapped(page: number, pages: number): void {
    this.names.mapped.push({ page, pages });
  }

  /** A number of pages, if a number is next. */
  optionalPages(most: number): number | undefined {
    return /^\d+$/.test(this.words[this.next]?.text ?? '')
      ? this.number('a number of pages', 1, most)
      : undefined;
  }

  /** A file's number that a header declared. */
  file(): string {
    const text = this.take('a file');
    this.declared(text);
    return text;
  }

  declared(file: string): void {
    const known = this.names.files.map(({ id }) => id);
    if (!known.includes(file))
      this.refuse(
        `no file ${file}`,
        known.length === 0
          ? `a line 'file ${file} NPAGES ext4' before the operations`
          : `one of ${known.join(', ')}`,
      );
  }

  /** A process that runs. */
  living(): string {
    const expected = `a process: ${[...this.names.alive].join(', ')}`;
    const text = this.take(expected);
    return this.names.alive.has(text) ? text : this.refuse(`no process '${text}' runs`, expected);
  }

  /** A name for a child. */
  newProcess(): string {
    const expected = 'a name for the child, like child or p1';
    const text = this.take(expected);
    if (!isProcessName(text)) return this.refuse(`'${text}' is no name for a process`, expected);
    if (this.names.processes.length >= LIMITS.processes)
      return this.refuse(`'${text}' is one process too many`, `at most ${LIMITS.processes}`);
    if (this.names.processes.includes(text))
      return this.refuse(`'${text}' is taken`, `a name other than ${this.names.processes.join(', ')}`);
    this.names.processes.push(text);
    this.names.alive.add(text);
    return text;
  }

  private take(expected: string): string {
    const word = this.words[this.next++];
    return word === undefined ? this.refuse('something is missing', expected) : word.text;
  }
}
