import {
  addressOf,
  CELL_SIZE,
  type Move,
  type MoveOf,
  type Program,
  type Seen,
} from '../../language/moves.ts';
import { CowMap } from '../cow-map.ts';
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
export interface IdealPage {
  readonly perm: string;
  /** Where its content is; shared pages have the same. */
  readonly cell: number;
  readonly shared: boolean;
  /** No server answers for it. */
  readonly dead: boolean;
}
type Pages = CowMap<number, IdealPage>;

export interface IdealMemory {
  /** Of living tasks. */
  readonly tasks: Map<string, Pages>;
  /** What pages hold, by number; of some there is no page any more. */
  readonly cells: IdealContent[];
  readonly files: CowMap<string, IdealContent>;
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
    return { tasks: new Map([[first, new CowMap()]]), cells: [], files: new CowMap() };
  },

  clone({ tasks, cells, files }) {
    const copies = new Map<string, Pages>();
    for (const [name, pages] of tasks) copies.set(name, pages.clone());
    return { tasks: copies, cells: cells.slice(), files: files.clone() };
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
        const { fill, bytes } = ideal.cells[cell]!;
        ideal.cells[cell] = { fill, bytes: new Map(bytes).set(move.offset, move.value) };
        return;
      }
      case 'map':
      case 'own':
      case 'serve':
        for (let i = 0; i < move.pages; i++) {
          const content = move.op === 'serve' ? fileContent(ideal, move.served, i) : BLANK;
          pages.set(move.page + i, {
            perm: move.perm,
            cell: newCell(ideal, content),
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
        hand(ideal, pages, ideal.tasks.get(move.target)!, move);
        return;
      case 'fork': {
        const copies: Pages = new CowMap();
        for (const [page, held] of pages) copies.set(page, held.shared ? held : copyOf(ideal, held));
        ideal.tasks.set(move.child, copies);
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

/** Answers its number. */
const newCell = ({ cells }: IdealMemory, content: IdealContent): number => cells.push(content) - 1;

const copyOf = (ideal: IdealMemory, page: IdealPage): IdealPage => ({
  ...page,
  cell: newCell(ideal, contentOf(ideal, page)),
});

function hand(
  ideal: IdealMemory,
  from: Pages,
  to: Pages,
  { op, page: first, pages }: MoveOf<'share' | 'copyto'>,
) {
  const shared = op === 'share';
  for (let page = first; page < first + pages; page++) {
    const held = from.get(page);
    if (held === undefined) continue;
    if (shared) from.set(page, { ...held, shared });
    to.set(page, { ...(shared ? held : copyOf(ideal, held)), shared });
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
      return accessed(pages, move.page, move.offset, 'r', page => {
        const { fill, bytes } = contentOf(ideal, page);
        return { kind: 'value', bytes: [bytes.get(move.offset) ?? fill] };
      });
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
  shows: (page: IdealPage) => Seen,
): Seen {
  const held = pages.get(page);
  const address = addressOf(page, offset);
  if (held === undefined) return { kind: 'signal', signal: 'SEGV', code: 'MAPERR', address };
  if (!held.perm.includes(right)) return { kind: 'signal', signal: 'SEGV', code: 'ACCERR', address };
  if (held.dead) return { kind: 'signal', signal: 'BUS', code: 'ADRERR', address };
  return shows(held);
}

const every = (first: number, pages: number, holds: (page: number) => boolean): boolean =>
  Array.from({ length: pages }, (_, i) => first + i).every(holds);

/** All pages of a living task; undefined for one that does not live. */
export const pagesOf = (ideal: IdealMemory, task: string): ReadonlyMap<number, IdealPage> | undefined =>
  ideal.tasks.get(task);

export const namesOf = (ideal: IdealMemory): readonly string[] => [...ideal.tasks.keys()];

export const contentOf = ({ cells }: IdealMemory, { cell }: IdealPage): IdealContent => cells[cell]!;

/** Puts other bytes in the place of those of a page, for whoever shares it. */
export function setContent(ideal: IdealMemory, task: string, page: number, content: IdealContent): void {
  const held = ideal.tasks.get(task)?.get(page);
  if (held !== undefined) ideal.cells[held.cell] = content;
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
  ideal.cells.forEach((content, cell) => {
    ideal.cells[cell] = changed(content);
  });
  for (const [name, content] of ideal.files) ideal.files.set(name, changed(content));
}
