import { addressOf, CELL_SIZE, type Move, type Program, type Seen } from '../../language/moves.ts';
import type { Ideal } from '../machine.ts';

/**
 * The same programs on memory without containers, frames, rings, mappings or quotas: giving a copy copies at
 * once, and what is truly shared is one object. Nothing here is taken from the machine.
 */

/** The bytes of a page: one that fills it, and those that differ. */
export interface IdealContent {
  readonly fill: number;
  readonly bytes: ReadonlyMap<number, number>;
}
/** What a page holds; shared pages hold the same one. */
interface Cell {
  content: IdealContent;
}
export interface IdealPage {
  readonly perm: string;
  readonly cell: Cell;
  readonly shared: boolean;
  /** No server answers for it. */
  readonly dead: boolean;
}

export interface IdealMemory {
  readonly tasks: Map<string, Map<number, IdealPage>>;
  /** Names of all that ever lived. */
  readonly names: Set<string>;
  readonly files: Map<string, IdealContent>;
}

const BLANK: IdealContent = { fill: 0, bytes: new Map() };
const done: Seen = { kind: 'done' };
/** As many tasks may live at once. */
const MOST = 8;

/** What a call with a mistake comes to. */
const ERRNO: Readonly<Record<string, string>> = {
  missing: 'ENOENT',
  weak: 'EPERM',
  stranger: 'EPERM',
  locked: 'EBUSY',
  misaligned: 'EINVAL',
};

export const hurdIdeal: Ideal<IdealMemory> = {
  boot: (program: Program) => {
    const first = program.processes[0] ?? 'p0';
    return { tasks: new Map([[first, new Map()]]), names: new Set([first]), files: new Map() };
  },

  clone({ tasks, names, files }) {
    const cells = new Map<Cell, Cell>();
    const cellOf = (cell: Cell): Cell => {
      const known = cells.get(cell) ?? { content: cell.content };
      cells.set(cell, known);
      return known;
    };
    return {
      tasks: new Map(
        [...tasks].map(([name, pages]) => [
          name,
          new Map([...pages].map(([page, held]) => [page, { ...held, cell: cellOf(held.cell) }])),
        ]),
      ),
      names: new Set(names),
      files: new Map(files),
    };
  },

  expect: (ideal, move) => [expected(ideal, move)],

  advance(ideal, move, seen) {
    const pages = ideal.tasks.get(move.process);
    if (seen.kind === 'error' || seen.kind === 'signal' || seen.kind === 'asleep' || pages === undefined)
      return;
    switch (move.op) {
      case 'write': {
        const cell = pages.get(move.page)?.cell;
        if (cell === undefined) return;
        const { fill, bytes } = cell.content;
        cell.content = { fill, bytes: new Map([...bytes, [move.offset, move.value]]) };
        return;
      }
      case 'map':
      case 'own':
      case 'serve':
        for (let i = 0; i < move.pages; i++) {
          const content = move.op === 'serve' ? fileContent(ideal, move.served, i) : BLANK;
          pages.set(move.page + i, {
            perm: move.perm,
            cell: { content },
            shared: false,
            dead: move.op === 'serve' && move.dead,
          });
        }
        return;
      case 'prot':
        for (let page = move.page; page < move.page + move.pages; page++) {
          const held = pages.get(page);
          if (held !== undefined) pages.set(page, { ...held, perm: move.perm });
        }
        return;
      case 'unmap':
        for (let i = 0; i < move.pages; i++) pages.delete(move.page + i);
        return;
      case 'share':
      case 'copyto':
        hand(pages, ideal.tasks.get(move.target)!, move.page, move.pages, move.op === 'share');
        return;
      case 'fork': {
        const copies = [...pages].map(([page, held]): [number, IdealPage] => [
          page,
          held.shared ? held : { ...held, cell: { content: held.cell.content } },
        ]);
        ideal.tasks.set(move.child, new Map(copies));
        ideal.names.add(move.child);
        return;
      }
      case 'exit':
        ideal.tasks.delete(move.process);
        return;
      default:
        return;
    }
  },
};

function hand(
  from: Map<number, IdealPage>,
  to: Map<number, IdealPage>,
  first: number,
  pages: number,
  shared: boolean,
) {
  for (let page = first; page < first + pages; page++) {
    const held = from.get(page);
    if (held === undefined) continue;
    if (shared) from.set(page, { ...held, shared });
    to.set(page, {
      ...held,
      shared,
      cell: shared ? held.cell : { content: held.cell.content },
    });
  }
}

/** Page i of a file begins with first + i, and its second cell with one more. */
function fileContent(ideal: IdealMemory, first: number, i: number): IdealContent {
  const name = `${first} ${i}`;
  const known = ideal.files.get(name) ?? {
    fill: 0,
    bytes: new Map([
      [0, first + i],
      [CELL_SIZE, first + i + 1],
    ]),
  };
  ideal.files.set(name, known);
  return known;
}

function expected(ideal: IdealMemory, move: Move): Seen {
  const pages = ideal.tasks.get(move.process)!;
  switch (move.op) {
    case 'read':
    case 'late':
      return accessed(pages, move.page, move.offset, 'r', ({ fill, bytes }) => ({
        kind: 'value',
        bytes: [bytes.get(move.offset) ?? fill],
      }));
    case 'write':
      return accessed(pages, move.page, move.offset, 'w', () => done);
    case 'fetch':
      return accessed(pages, move.page, 0, 'x', () => done);
    case 'prot':
      return every(move.page, move.pages, page => pages.has(page))
        ? done
        : { kind: 'error', errno: 'ENOMEM' };
    case 'share':
    case 'copyto':
      if (!every(move.page, move.pages, page => pages.has(page))) return { kind: 'error', errno: 'EFAULT' };
      return every(move.page, move.pages, page => !pages.get(page)!.dead)
        ? done
        : { kind: 'error', errno: 'EIO' };
    case 'fork':
      return ideal.tasks.size < MOST ? done : { kind: 'error', errno: 'EAGAIN' };
    case 'miscall':
      return { kind: 'error', errno: ERRNO[move.what] ?? 'EINVAL' };
    default:
      return done;
  }
}

function accessed(
  pages: ReadonlyMap<number, IdealPage>,
  page: number,
  offset: number,
  right: string,
  shows: (content: IdealContent) => Seen,
): Seen {
  const held = pages.get(page);
  const address = addressOf(page, offset);
  if (held === undefined) return { kind: 'signal', signal: 'SEGV', code: 'MAPERR', address };
  if (!held.perm.includes(right)) return { kind: 'signal', signal: 'SEGV', code: 'ACCERR', address };
  if (held.dead) return { kind: 'signal', signal: 'BUS', code: 'ADRERR', address };
  return shows(held.cell.content);
}

const every = (first: number, pages: number, holds: (page: number) => boolean): boolean =>
  Array.from({ length: pages }, (_, i) => first + i).every(holds);

/** All pages of a living task; undefined for one that does not live. */
export const pagesOf = (ideal: IdealMemory, task: string): ReadonlyMap<number, IdealPage> | undefined =>
  ideal.tasks.get(task);

export const namesOf = (ideal: IdealMemory): readonly string[] => [...ideal.tasks.keys()];

/** Puts other bytes in the place of those of a page, for whoever shares it. */
export function setContent(ideal: IdealMemory, task: string, page: number, content: IdealContent): void {
  const held = ideal.tasks.get(task)?.get(page);
  if (held !== undefined) held.cell.content = content;
}

export function setFile(ideal: IdealMemory, name: string, content: IdealContent): void {
  ideal.files.set(name, content);
}

/** Replaces every value but 0. */
export function mapContents(ideal: IdealMemory, value: (v: number) => number): void {
  const of = (v: number): number => (v === 0 ? 0 : value(v));
  const changed = ({ fill, bytes }: IdealContent): IdealContent => ({
    fill: of(fill),
    bytes: new Map([...bytes].map(([offset, v]) => [offset, of(v)])),
  });
  const cells = new Set(
    [...ideal.tasks.values()].flatMap(pages => [...pages.values()].map(({ cell }) => cell)),
  );
  for (const cell of cells) cell.content = changed(cell.content);
  for (const [name, content] of ideal.files) ideal.files.set(name, changed(content));
}
