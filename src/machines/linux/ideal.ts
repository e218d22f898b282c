import { addressOf, type Move, type MoveOf, type Perm, type Seen } from '../../language/moves.ts';
import type { Ideal } from '../machine.ts';

/** The bytes of a page: `fill`, except where `bytes` has a value for an offset (0 to 4095). */
export interface IdealContent {
  readonly fill: number;
  readonly bytes: ReadonlyMap<number, number>;
}

/** A mapped page: its own bytes, or a place in an object that several mappings show. */
type Page =
  | { readonly perm: Perm; readonly content: IdealContent }
  | { readonly perm: Perm; readonly object: number; readonly index: number };

interface Process {
  readonly alive: boolean;
  /** Mapped pages by number, ascending. */
  readonly pages: Map<number, Page>;
  readonly edition: object;
}

/**
 * What programs may see of memory: pages with rights and bytes, and nothing below them. Clones share
 * processes and objects until one side writes; `edition` says whose they are.
 */
export interface IdealMemory {
  readonly processes: Map<string, Process>;
  /** Shared anonymous objects by number: contents by page index; a page that was never stored to is zeros. */
  readonly objects: Map<number, { readonly pages: Map<number, IdealContent>; readonly edition: object }>;
  nextObject: number;
  edition: object;
}

const ZEROS: IdealContent = { fill: 0, bytes: new Map() };
const done: Seen = { kind: 'done' };
const enomem: Seen = { kind: 'error', errno: 'ENOMEM' };

/** Memory as the interface of mmap, mprotect, madvise and fork promises it: fork copies everything at once. */
export const linuxIdeal: Ideal<IdealMemory> = {
  boot(program) {
    const edition = {};
    const first: Process = { alive: true, pages: new Map(), edition };
    return {
      processes: new Map([[program.processes[0] ?? 'p0', first]]),
      objects: new Map(),
      nextObject: 0,
      edition,
    };
  },

  clone(ideal) {
    ideal.edition = {};
    return {
      processes: new Map(ideal.processes),
      objects: new Map(ideal.objects),
      nextObject: ideal.nextObject,
      edition: {},
    };
  },

  expect: (ideal, move) => [expected(ideal, move)],

  advance(ideal, move) {
    const shown = expected(ideal, move);
    switch (move.op) {
      case 'write':
        if (shown.kind === 'done') store(ideal, move);
        return;
      case 'map':
        return map(ideal, move);
      case 'unmap':
        for (const page of range(move)) own(ideal, move.process).pages.delete(page);
        return forgetObjects(ideal);
      case 'prot':
        return protect(ideal, move);
      case 'madv':
        return discard(ideal, move);
      case 'fork':
        ideal.processes.set(move.child, { ...own(ideal, move.process), edition: {} });
        ideal.edition = {};
        return;
      case 'exit':
      case 'execve':
        ideal.processes.set(move.process, {
          alive: move.op === 'execve',
          pages: new Map(),
          edition: ideal.edition,
        });
        return forgetObjects(ideal);
    }
  },
};

/** The one result that a move may show. Throws for an operation that this memory does not have. */
function expected(ideal: IdealMemory, move: Move): Seen {
  const { pages } = living(ideal, move.process);
  switch (move.op) {
    case 'read':
    case 'write':
    case 'fetch': {
      const offset = move.op === 'fetch' ? 0 : move.offset;
      const address = addressOf(move.page, offset);
      const page = pages.get(move.page);
      if (page === undefined) return { kind: 'signal', signal: 'SEGV', code: 'MAPERR', address };
      if (!allows(page.perm, move.op)) return { kind: 'signal', signal: 'SEGV', code: 'ACCERR', address };
      if (move.op !== 'read') return done;
      const { bytes, fill } = contentOf(ideal, page);
      return { kind: 'value', bytes: [bytes.get(offset) ?? fill] };
    }
    case 'prot':
    case 'madv':
      if (move.op === 'madv' && move.advice !== 'dontneed') break;
      return range(move).every(page => pages.has(page)) ? done : enomem;
    case 'map':
      if (move.kind === 'anon' || move.kind === 'sanon') return done;
      break;
    case 'unmap':
    case 'fork':
    case 'exit':
    case 'execve':
      return done;
  }
  throw new RangeError(`the ideal memory has no ${move.op}`);
}

/** x86 cannot give a page without the right to read it: any right implies reading. */
const allows = (perm: Perm, op: 'read' | 'write' | 'fetch'): boolean =>
  op === 'read' ? perm !== '---' : perm[op === 'write' ? 1 : 2] !== '-';

function store(ideal: IdealMemory, { process, page, offset, value }: MoveOf<'write'>): void {
  const { fill, bytes } = pageOf(ideal, process, page)!.content;
  const changed = new Map(bytes);
  if (value === fill) changed.delete(offset);
  else changed.set(offset, value);
  setContent(ideal, process, page, { fill, bytes: changed });
}

function map(ideal: IdealMemory, move: MoveOf<'map'>): void {
  const { pages } = own(ideal, move.process);
  const object = move.kind === 'sanon' ? ideal.nextObject++ : undefined;
  if (object !== undefined) ideal.objects.set(object, { pages: new Map(), edition: ideal.edition });
  for (const page of range(move))
    pages.set(
      page,
      object === undefined
        ? { perm: move.perm, content: ZEROS }
        : { perm: move.perm, object, index: page - move.page },
    );
  const ascending = [...pages].sort(([a], [b]) => a - b);
  pages.clear();
  for (const [page, mapped] of ascending) pages.set(page, mapped);
  forgetObjects(ideal);
}

/** Stops at the first page that is not mapped; what lies before it stays changed. */
function protect(ideal: IdealMemory, move: MoveOf<'prot'>): void {
  const { pages } = own(ideal, move.process);
  for (const number of range(move)) {
    const page = pages.get(number);
    if (page === undefined) return;
    pages.set(number, { ...page, perm: move.perm });
  }
}

/** MADV_DONTNEED: private pages read as zeros again; objects keep their bytes. Unmapped pages are skipped. */
function discard(ideal: IdealMemory, move: MoveOf<'madv'>): void {
  const { pages } = own(ideal, move.process);
  for (const number of range(move)) {
    const page = pages.get(number);
    if (page !== undefined && 'content' in page) pages.set(number, { ...page, content: ZEROS });
  }
}

/** An object that no process maps can never be seen again. */
function forgetObjects(ideal: IdealMemory): void {
  if (ideal.objects.size === 0) return;
  const mapped = new Set<number>();
  for (const { pages } of ideal.processes.values())
    for (const page of pages.values()) if ('object' in page) mapped.add(page.object);
  for (const object of ideal.objects.keys()) if (!mapped.has(object)) ideal.objects.delete(object);
}

const range = ({ page, pages }: { readonly page: number; readonly pages: number }): number[] =>
  Array.from({ length: pages }, (_, i) => page + i);

function living(ideal: IdealMemory, name: string): Process {
  const process = ideal.processes.get(name);
  if (process?.alive) return process;
  throw new RangeError(`no living process ${name}`);
}

/** The process, after a clone as a copy that may be written to. */
function own(ideal: IdealMemory, name: string): Process {
  const process = living(ideal, name);
  if (process.edition === ideal.edition) return process;
  const copy: Process = { alive: true, pages: new Map(process.pages), edition: ideal.edition };
  ideal.processes.set(name, copy);
  return copy;
}

const contentOf = (ideal: IdealMemory, page: Page): IdealContent =>
  'content' in page ? page.content : (ideal.objects.get(page.object)?.pages.get(page.index) ?? ZEROS);

/** A process's page: rights, the object that it shows if it is shared, bytes; undefined if not mapped. */
export function pageOf(
  ideal: IdealMemory,
  process: string,
  number: number,
): { perm: Perm; shared: number | undefined; content: IdealContent } | undefined {
  const page = ideal.processes.get(process)?.pages.get(number);
  if (page === undefined) return undefined;
  const shared = 'object' in page ? page.object : undefined;
  return { perm: page.perm, shared, content: contentOf(ideal, page) };
}

/** The mapped pages of a process, ascending. */
export const pagesOf = (ideal: IdealMemory, process: string): Iterable<number> =>
  ideal.processes.get(process)?.pages.keys() ?? [];

/** All processes that ever lived, in order of birth. */
export const processesOf = (ideal: IdealMemory): { name: string; alive: boolean }[] =>
  [...ideal.processes].map(([name, { alive }]) => ({ name, alive }));

/** Gives a mapped page its bytes: in its object, if it is shared. */
export function setContent(ideal: IdealMemory, process: string, number: number, content: IdealContent): void {
  const { pages } = own(ideal, process);
  const page = pages.get(number);
  if (page === undefined) throw new RangeError(`${process} has no page ${number}`);
  if ('content' in page) pages.set(number, { perm: page.perm, content });
  else ownObject(ideal, page.object).set(page.index, content);
}

function ownObject(ideal: IdealMemory, number: number): Map<number, IdealContent> {
  const object = ideal.objects.get(number)!;
  if (object.edition === ideal.edition) return object.pages;
  const pages = new Map(object.pages);
  ideal.objects.set(number, { pages, edition: ideal.edition });
  return pages;
}

/** Replaces every value of every page but 0: untouched memory stays zeros. */
export function mapContents(ideal: IdealMemory, value: (v: number) => number): void {
  const of = (v: number): number => (v === 0 ? 0 : value(v));
  const mapped = ({ fill, bytes }: IdealContent): IdealContent => ({
    fill: of(fill),
    bytes: new Map([...bytes].map(([offset, v]) => [offset, of(v)])),
  });
  for (const { name, alive } of processesOf(ideal)) {
    if (!alive) continue;
    const { pages } = own(ideal, name);
    for (const [number, page] of pages)
      if ('content' in page) pages.set(number, { perm: page.perm, content: mapped(page.content) });
  }
  for (const number of ideal.objects.keys()) {
    const pages = ownObject(ideal, number);
    for (const [index, content] of pages) pages.set(index, mapped(content));
  }
}
