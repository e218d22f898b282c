import { addressOf, type Move, type MoveOf, type Perm, type Seen, sameSeen } from '../../language/moves.ts';
import type { Ideal } from '../machine.ts';

/** The bytes of a page: `fill`, except where `bytes` has a value for an offset (0 to 4095). */
export interface IdealContent {
  readonly fill: number;
  readonly bytes: ReadonlyMap<number, number>;
}

/**
 * A mapped page: its own bytes, or a place in an object that several mappings show. `stack` is 0 but for a
 * page of a stack: there, neighbours of the same number are surely one area, of different ones perhaps.
 */
type Page =
  | { readonly perm: Perm; readonly content: IdealContent; readonly stack: number }
  | { readonly perm: Perm; readonly object: number; readonly index: number };

interface Process {
  readonly alive: boolean;
  /** Mapped pages by number, ascending. */
  readonly pages: Map<number, Page>;
  /** The most pages that a stack may have after it has grown. */
  readonly stackLimit: number;
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
  nextStack: number;
  edition: object;
}

/** A stack stays this far from accessible memory below it that is no stack. */
const GUARD_GAP = 256;
/** 8 MiB. */
const STACK_LIMIT = 2048;
const NO_ACCESS: Perm = '---';
const ZEROS: IdealContent = { fill: 0, bytes: new Map() };
const done: Seen = { kind: 'done' };
const enomem: Seen = { kind: 'error', errno: 'ENOMEM' };

/** Memory as the interface of mmap, mprotect, madvise and fork promises it: fork copies everything at once. */
export const linuxIdeal: Ideal<IdealMemory> = {
  boot(program) {
    const edition = {};
    const first: Process = { alive: true, pages: new Map(), stackLimit: STACK_LIMIT, edition };
    return {
      processes: new Map([[program.processes[0] ?? 'p0', first]]),
      objects: new Map(),
      nextObject: 0,
      nextStack: 1,
      edition,
    };
  },

  clone(ideal) {
    ideal.edition = {};
    return {
      processes: new Map(ideal.processes),
      objects: new Map(ideal.objects),
      nextObject: ideal.nextObject,
      nextStack: ideal.nextStack,
      edition: {},
    };
  },

  expect(ideal, move) {
    if (!growsStack(ideal, move)) return [expected(ideal, move)];
    const results = AREAS.map(areas => expected(grown(ideal, move, areas), move));
    return results.filter((seen, i) => results.findIndex(other => sameSeen(seen, other)) === i);
  },

  advance(ideal, move, seen) {
    if (growsStack(ideal, move)) {
      const fits = (areas: Areas): boolean => sameSeen(expected(grown(ideal, move, areas), move), seen);
      growStack(ideal, move, AREAS.find(fits) ?? AREAS[0]);
    }
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
      case 'rlimstack':
        ideal.processes.set(move.process, { ...own(ideal, move.process), stackLimit: move.pages });
        return;
      case 'exit':
      case 'execve':
        ideal.processes.set(move.process, {
          alive: move.op === 'execve',
          pages: new Map(),
          stackLimit: living(ideal, move.process).stackLimit,
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
    case 'rlimstack':
      return done;
  }
  throw new RangeError(`the ideal memory has no ${move.op}`);
}

/** x86 cannot give a page without the right to read it: any right implies reading. */
const allows = (perm: Perm, op: 'read' | 'write' | 'fetch'): boolean =>
  op === 'read' ? perm !== '---' : perm[op === 'write' ? 1 : 2] !== '-';

/** What a stack counts for its limit where areas that touch may be one or several: all of them, or the first. */
type Areas = 'joined' | 'apart';
const AREAS = ['apart', 'joined'] as const satisfies readonly Areas[];

type Access = MoveOf<'read'> | MoveOf<'write'> | MoveOf<'fetch'>;

/** Is this an access to a page outside all mappings, with a stack next above it? */
const growsStack = (ideal: IdealMemory, move: Move): move is Access =>
  (move.op === 'read' || move.op === 'write' || move.op === 'fetch') &&
  stackAbove(living(ideal, move.process).pages, move.page) !== undefined;

/** The first page of the stack that is next above a page outside all mappings. */
function stackAbove(pages: ReadonlyMap<number, Page>, page: number): number | undefined {
  if (pages.has(page)) return undefined;
  for (const [above, mapped] of pages) if (above > page) return stackOf(mapped) === 0 ? undefined : above;
  return undefined;
}

const stackOf = (page: Page | undefined): number => (page !== undefined && 'stack' in page ? page.stack : 0);

/** The memory after the stack has grown as far as it may. */
function grown(ideal: IdealMemory, move: Access, areas: Areas): IdealMemory {
  const copy = linuxIdeal.clone(ideal);
  growStack(copy, move, areas);
  return copy;
}

/**
 * An access below a stack extends it by all pages down to that one, with the rights of its lowest page,
 * whether or not these allow the access: unless it came too close to what is below, or became too large.
 */
function growStack(ideal: IdealMemory, { process, page }: Access, areas: Areas): void {
  const { pages, stackLimit } = living(ideal, process);
  const start = stackAbove(pages, page);
  if (start === undefined || tooClose(pages, page)) return;
  if (stackEnd(pages, start, areas) - page > stackLimit) return;
  const lowest = pages.get(start)!;
  const mine = own(ideal, process).pages;
  for (let added = page; added < start; added++) mine.set(added, { ...lowest, content: ZEROS } as Page);
  ascend(mine);
}

function tooClose(pages: ReadonlyMap<number, Page>, page: number): boolean {
  let below: number | undefined;
  for (const number of pages.keys()) if (number < page) below = number;
  if (below === undefined) return false;
  const { perm } = pages.get(below)!;
  if (perm === NO_ACCESS || stackOf(pages.get(below)) !== 0) return false;
  return page - (below + 1) < GUARD_GAP;
}

/** The page after the area that begins at `start`. */
function stackEnd(pages: ReadonlyMap<number, Page>, start: number, areas: Areas): number {
  const first = pages.get(start)!;
  for (let end = start + 1; ; end++) {
    const page = pages.get(end);
    if (stackOf(page) === 0 || page!.perm !== first.perm) return end;
    if (areas === 'apart' && stackOf(page) !== stackOf(first)) return end;
  }
}

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
  const stack = move.flags.includes('gd') ? ideal.nextStack++ : 0;
  if (object !== undefined) ideal.objects.set(object, { pages: new Map(), edition: ideal.edition });
  for (const page of range(move))
    pages.set(
      page,
      object === undefined
        ? { perm: move.perm, content: ZEROS, stack }
        : { perm: move.perm, object, index: page - move.page },
    );
  ascend(pages);
  forgetObjects(ideal);
}

/** Puts pages in order. */
function ascend(pages: Map<number, Page>): void {
  const ascending = [...pages].sort(([a], [b]) => a - b);
  pages.clear();
  for (const [page, mapped] of ascending) pages.set(page, mapped);
}

/**
 * Stops at the first page that is not mapped; what lies before it stays changed. The part of a stack that
 * got other rights is an area of its own from then on.
 */
function protect(ideal: IdealMemory, move: MoveOf<'prot'>): void {
  const { pages } = own(ideal, move.process);
  const parts = new Map<number, number>();
  const partOf = (stack: number): number => {
    if (!parts.has(stack)) parts.set(stack, ideal.nextStack++);
    return parts.get(stack)!;
  };
  for (const number of range(move)) {
    const page = pages.get(number);
    if (page === undefined) return;
    if (page.perm === move.perm) continue;
    const stack = stackOf(page);
    pages.set(number, { ...page, perm: move.perm, ...(stack !== 0 && { stack: partOf(stack) }) });
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
  const copy: Process = { ...process, pages: new Map(process.pages), edition: ideal.edition };
  ideal.processes.set(name, copy);
  return copy;
}

const contentOf = (ideal: IdealMemory, page: Page): IdealContent =>
  'content' in page ? page.content : (ideal.objects.get(page.object)?.pages.get(page.index) ?? ZEROS);

/**
 * A process's page: rights, the object that it shows if it is shared, the number of its stack (0 for none),
 * bytes; undefined if not mapped.
 */
export function pageOf(
  ideal: IdealMemory,
  process: string,
  number: number,
): { perm: Perm; shared: number | undefined; stack: number; content: IdealContent } | undefined {
  const page = ideal.processes.get(process)?.pages.get(number);
  if (page === undefined) return undefined;
  const shared = 'object' in page ? page.object : undefined;
  return { perm: page.perm, shared, stack: stackOf(page), content: contentOf(ideal, page) };
}

/** The mapped pages of a process, ascending. */
export const pagesOf = (ideal: IdealMemory, process: string): Iterable<number> =>
  ideal.processes.get(process)?.pages.keys() ?? [];

/** RLIMIT_STACK of a process, in pages. */
export const stackLimitOf = (ideal: IdealMemory, process: string): number =>
  ideal.processes.get(process)!.stackLimit;

/** All processes that ever lived, in order of birth. */
export const processesOf = (ideal: IdealMemory): { name: string; alive: boolean }[] =>
  [...ideal.processes].map(([name, { alive }]) => ({ name, alive }));

/** Gives a mapped page its bytes: in its object, if it is shared. */
export function setContent(ideal: IdealMemory, process: string, number: number, content: IdealContent): void {
  const { pages } = own(ideal, process);
  const page = pages.get(number);
  if (page === undefined) throw new RangeError(`${process} has no page ${number}`);
  if ('content' in page) pages.set(number, { ...page, content });
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
      if ('content' in page) pages.set(number, { ...page, content: mapped(page.content) });
  }
  for (const number of ideal.objects.keys()) {
    const pages = ownObject(ideal, number);
    for (const [index, content] of pages) pages.set(index, mapped(content));
  }
}
