import {
  addressOf,
  type Move,
  type MoveOf,
  PAGE_SIZE,
  type Perm,
  type Seen,
  sameSeen,
} from '../../language/moves.ts';
import type { Ideal } from '../machine.ts';
import { countOf, isTouching, needOf, type Span, spansOf, type Touching } from './ideal-spans.ts';
import { AREAS, type Areas, growing, stackAbove, stackOf } from './ideal-stack.ts';

/** The bytes of a page: `fill`, except where `bytes` has a value for an offset (0 to 4095). */
export interface IdealContent {
  readonly fill: number;
  readonly bytes: ReadonlyMap<number, number>;
}

/**
 * A mapped page: its own bytes, or a place in an object that several mappings show. `stack` is 0 but for a
 * page of a stack: there, neighbours of the same number are surely one area, of different ones perhaps.
 */
export type Page =
  | { readonly perm: Perm; readonly content: IdealContent; readonly stack: number }
  | { readonly perm: Perm; readonly object: number; readonly index: number };

interface Process {
  readonly alive: boolean;
  /** Mapped pages by number, ascending. */
  readonly pages: Map<number, Page>;
  /** The most pages that a stack may have after it has grown. */
  readonly stackLimit: number;
  /** Of a thread: the process in whose memory it lives; its own pages are then none. */
  readonly shares?: string;
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

/** 8 MiB. */
const STACK_LIMIT = 2048;
const ZEROS: IdealContent = { fill: 0, bytes: new Map() };
const done: Seen = { kind: 'done' };
const enomem: Seen = { kind: 'error', errno: 'ENOMEM' };
const efault: Seen = { kind: 'error', errno: 'EFAULT' };

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
      growStacks(ideal, move, AREAS.find(fits) ?? AREAS[0]);
    }
    const shown = expected(ideal, move);
    switch (move.op) {
      case 'write':
      case 'write8':
        if (shown.kind === 'done') store(ideal, move);
        return;
      case 'rsys':
        store(ideal, move);
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
        ideal.processes.set(move.child, { ...own(ideal, move.process), alive: true, edition: {} });
        ideal.edition = {};
        return;
      case 'thread':
      case 'vfork': {
        const { stackLimit } = living(ideal, move.process);
        const shares = memoryOf(ideal, move.process);
        ideal.processes.set(move.child, {
          alive: true,
          pages: new Map(),
          stackLimit,
          shares,
          edition: ideal.edition,
        });
        return;
      }
      case 'rlimstack': {
        const process = own(ideal, move.process);
        ideal.processes.set(memoryOf(ideal, move.process), { ...process, stackLimit: move.pages });
        return;
      }
      case 'exit':
      case 'execve':
        leave(ideal, move.process, move.op === 'execve');
        return forgetObjects(ideal);
    }
  },
};

/** The one result that a move may show. Throws for an operation that this memory does not have. */
function expected(ideal: IdealMemory, move: Move): Seen {
  const { pages } = living(ideal, move.process);
  if (isTouching(move)) return touched(ideal, move);
  switch (move.op) {
    case 'rawread':
    case 'rawwrite':
      return rawAccess(move.address);
    case 'rawsys':
      return efault;
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
    case 'thread':
    case 'vfork':
    case 'cpu':
    case 'rlimstack':
      return done;
  }
  throw new RangeError(`the ideal memory has no ${move.op}`);
}

/** What an access shows if no stack grows any more. */
function touched(ideal: IdealMemory, move: Touching): Seen {
  const { pages } = living(ideal, move.process);
  const spans = spansOf(move);
  const refused = spans.findIndex(({ page }) => refusal(pages, page, move) !== undefined);
  const served = refused < 0 ? spans : spans.slice(0, refused);
  if (move.op === 'rsys' || move.op === 'wsys') {
    const count = countOf(move, total(served));
    if (count === 0 && move.length > 0) return efault;
    if (move.op === 'rsys' || count === 0) return { kind: 'count', count, bytes: [] };
    const bytes = served.flatMap(span => bytesAt(ideal, move.process, span));
    return { kind: 'count', count, bytes: [bytes[0]!, bytes[count - 1]!] };
  }
  const bad = spans[refused];
  if (bad !== undefined) {
    const code = refusal(pages, bad.page, move)!;
    return { kind: 'signal', signal: 'SEGV', code, address: addressOf(bad.page, bad.offset) };
  }
  if (needOf(move) !== 'read') return done;
  return { kind: 'value', bytes: spans.flatMap(span => bytesAt(ideal, move.process, span)) };
}

const total = (spans: readonly Span[]): number => spans.reduce((sum, { length }) => sum + length, 0);

function bytesAt(ideal: IdealMemory, process: string, { page, offset, length }: Span): number[] {
  const { bytes, fill } = pageOf(ideal, process, page)!.content;
  return Array.from({ length }, (_, i) => bytes.get(offset + i) ?? fill);
}

/** Outside the region nothing is mapped; an address whose upper 17 bits differ is not even one. */
function rawAccess(address: bigint): Seen {
  const upper = address >> 47n;
  return upper === 0n || upper === 0x1ffffn
    ? { kind: 'signal', signal: 'SEGV', code: 'MAPERR', address: Number(address) }
    : { kind: 'signal', signal: 'SEGV', code: 'SI_KERNEL', address: 0 };
}

/** x86 cannot give a page without the right to read it: any right implies reading. */
const allows = (perm: Perm, op: 'read' | 'write' | 'fetch'): boolean =>
  op === 'read' ? perm !== '---' : perm[op === 'write' ? 1 : 2] !== '-';

/** Does the move touch a page outside all mappings, with a stack next above it? */
function growsStack(ideal: IdealMemory, move: Move): move is Touching {
  if (!isTouching(move)) return false;
  const { pages } = living(ideal, move.process);
  return spansOf(move).some(({ page }) => stackAbove(pages, page) !== undefined);
}

/** The memory after stacks have grown for the move as far as they may. */
function grown(ideal: IdealMemory, move: Touching, areas: Areas): IdealMemory {
  const copy = linuxIdeal.clone(ideal);
  growStacks(copy, move, areas);
  return copy;
}

/**
 * An access below a stack extends it by all pages down to that one, with the rights of its lowest page,
 * whether or not these allow the access. What comes after a refusal is not touched.
 */
function growStacks(ideal: IdealMemory, move: Touching, areas: Areas): void {
  const { stackLimit } = living(ideal, move.process);
  for (const { page } of spansOf(move)) {
    const { pages } = own(ideal, move.process);
    const start = growing(pages, page, stackLimit, areas);
    if (start !== undefined) {
      const lowest = pages.get(start)!;
      for (let added = page; added < start; added++)
        pages.set(added, { ...lowest, content: ZEROS, stack: stackOf(lowest) });
      ascend(pages);
    }
    if (refusal(pages, page, move) !== undefined) return;
  }
}

/** With which code an access to a page is refused, if it is. */
function refusal(
  pages: ReadonlyMap<number, Page>,
  number: number,
  move: Touching,
): 'MAPERR' | 'ACCERR' | undefined {
  const page = pages.get(number);
  if (page === undefined) return 'MAPERR';
  return allows(page.perm, needOf(move)) ? undefined : 'ACCERR';
}

/** Stores a value to as many bytes of a move as come before a refusal. */
function store(ideal: IdealMemory, move: MoveOf<'write' | 'write8' | 'rsys'>): void {
  const value = move.op === 'rsys' && move.source === 'zero' ? 0 : move.value;
  const { pages } = living(ideal, move.process);
  for (const { page, offset, length } of spansOf(move)) {
    if (refusal(pages, page, move) !== undefined) return;
    setContent(
      ideal,
      move.process,
      page,
      stored(pageOf(ideal, move.process, page)!.content, offset, length, value),
    );
  }
}

function stored({ fill, bytes }: IdealContent, offset: number, length: number, value: number): IdealContent {
  if (length > PAGE_SIZE / 2) {
    const kept = new Map<number, number>();
    for (let at = 0; at < PAGE_SIZE; at++) {
      const old = bytes.get(at) ?? fill;
      if ((at < offset || at >= offset + length) && old !== value) kept.set(at, old);
    }
    return { fill: value, bytes: kept };
  }
  const changed = new Map(bytes);
  for (let at = offset; at < offset + length; at++)
    if (value === fill) changed.delete(at);
    else changed.set(at, value);
  return { fill, bytes: changed };
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
  if (process?.alive) return ideal.processes.get(process.shares ?? name)!;
  throw new RangeError(`no living process ${name}`);
}

/** The name under which a process's pages are kept: its own, or of a thread that of the first process there. */
const memoryOf = (ideal: IdealMemory, name: string): string => ideal.processes.get(name)?.shares ?? name;

/**
 * A process exits, or begins anew with empty memory. What it leaves stays as long as others live in it: then
 * the first of them keeps it.
 */
function leave(ideal: IdealMemory, name: string, goesOn: boolean): void {
  const { stackLimit, pages } = living(ideal, name);
  const { edition } = ideal;
  const heirs = [...ideal.processes].filter(([, { alive, shares }]) => alive && shares === name);
  for (const [heir, thread] of heirs) {
    const first = heirs[0]![0];
    const { shares: _, ...itself } = thread;
    const kept =
      heir === first ? { ...itself, pages: new Map(pages), stackLimit } : { ...thread, shares: first };
    ideal.processes.set(heir, { ...kept, edition });
  }
  ideal.processes.set(name, { alive: goesOn, pages: new Map(), stackLimit, edition });
}

/** The process, after a clone as a copy that may be written to. */
function own(ideal: IdealMemory, name: string): Process {
  const process = living(ideal, name);
  if (process.edition === ideal.edition) return process;
  const copy: Process = { ...process, pages: new Map(process.pages), edition: ideal.edition };
  ideal.processes.set(memoryOf(ideal, name), copy);
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
  const page = ideal.processes.get(memoryOf(ideal, process))?.pages.get(number);
  if (page === undefined) return undefined;
  const shared = 'object' in page ? page.object : undefined;
  return { perm: page.perm, shared, stack: stackOf(page), content: contentOf(ideal, page) };
}

/** The mapped pages of a process, ascending. */
export const pagesOf = (ideal: IdealMemory, process: string): Iterable<number> =>
  ideal.processes.get(memoryOf(ideal, process))?.pages.keys() ?? [];

/** RLIMIT_STACK of a process, in pages. */
export const stackLimitOf = (ideal: IdealMemory, process: string): number =>
  ideal.processes.get(memoryOf(ideal, process))!.stackLimit;

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
    if (!alive || memoryOf(ideal, name) !== name) continue;
    const { pages } = own(ideal, name);
    for (const [number, page] of pages)
      if ('content' in page) pages.set(number, { ...page, content: mapped(page.content) });
  }
  for (const number of ideal.objects.keys()) {
    const pages = ownObject(ideal, number);
    for (const [index, content] of pages) pages.set(index, mapped(content));
  }
}
