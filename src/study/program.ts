import { ADVICE } from '../language/grammar.ts';
import {
  addressOf,
  CELL_SIZE,
  DRIVERS,
  type FileHeader,
  type Move,
  PAGE_SIZE,
  type Perm,
  type Program,
  SETTINGS,
} from '../language/moves.ts';
import { type Draws, drawsFrom, MOST_SEED } from './random.ts';

/** Few pages and processes, so that ranges overlap and frames are shared often. */
export const PAGES = 6;
const MOST_ALIVE = 4;
const FEWEST_MOVES = 20;
const MORE_MOVES = 41;
const OFFSETS = [0, CELL_SIZE, PAGE_SIZE - 1];
/** Lengths of copies: within a page, over its end, over two ends. */
const LENGTHS = [0, 1, 16, PAGE_SIZE, PAGE_SIZE + 16, 2 * PAGE_SIZE];
const PERMS: readonly Perm[] = ['rw-', 'rw-', 'r--', '---', 'r-x', '-w-', 'rwx'];
const FILES: readonly FileHeader[] = [
  { id: '0', pages: 4, fs: 'ext4', cold: false },
  { id: '1', pages: 3, fs: 'tmpfs', cold: false },
];

/** Addresses that are no page's: of nothing, of the kernel's half, and none at all. */
const ODD_ADDRESSES = [0n, 0xffff_8000_0000_0000n, 1n << 47n];

/** What programs are made of. */
export interface Shape {
  /** The most processes that live at once. */
  readonly processes?: number;
  /** Stores write 1 up to this. */
  readonly values?: number;
  /** May memory have an end, in every third program? */
  readonly shortage?: boolean;
  /** With several there are threads and vfork, and processes move between CPUs. */
  readonly cpus?: number;
}

type Draft = Move extends infer M ? (M extends Move ? Omit<M, 'process'> : never) : never;
/** `alive` are the processes that live then. */
type Maker = (draws: Draws, alive: readonly string[]) => Draft;

const range = ({ below }: Draws) => {
  const page = below(PAGES);
  return { page, pages: 1 + below(PAGES - page) };
};
const place = ({ below, oneOf }: Draws) => ({ page: below(PAGES), offset: oneOf(OFFSETS) });
/** One page with room below it. */
const stack = ({ below }: Draws) => ({ page: 2 + below(PAGES - 2), pages: 1 });
const span = (draws: Draws) => ({ ...place(draws), length: draws.oneOf(LENGTHS) });
const byte = ({ below }: Draws): number => 1 + below(255);
const address = ({ below, oneOf }: Draws): bigint =>
  oneOf([...ODD_ADDRESSES, BigInt(addressOf(below(PAGES), oneOf(OFFSETS)))]);

/** What processes do besides forking and exiting, and how often. The machine says which of it it knows. */
const makers: readonly (readonly [weight: number, make: Maker])[] = [
  [34, draws => ({ op: 'write', ...place(draws), value: byte(draws) })],
  [20, draws => ({ op: 'read', ...place(draws) })],
  [4, draws => ({ op: 'fetch', page: draws.below(PAGES) })],
  [1, draws => ({ op: 'kfetch', page: draws.below(PAGES) })],
  [4, draws => ({ op: 'map', ...range(draws), perm: draws.oneOf(PERMS), kind: 'anon', flags: [] })],
  [3, draws => ({ op: 'map', ...range(draws), perm: draws.oneOf(PERMS), kind: 'sanon', flags: [] })],
  [5, draws => ({ op: 'map', ...range(draws), perm: draws.oneOf(PERMS), ...mappedFile(draws), flags: [] })],
  [2, draws => ({ op: 'map', ...stack(draws), perm: draws.oneOf(PERMS), kind: 'anon', flags: ['gd'] })],
  [1, ({ oneOf }) => ({ op: 'rlimstack', pages: oneOf([1, 100]) })],
  [5, draws => ({ op: 'unmap', ...range(draws) })],
  [10, draws => ({ op: 'prot', ...range(draws), perm: draws.oneOf(PERMS) })],
  [5, draws => ({ op: 'madv', ...range(draws), advice: 'dontneed' })],
  [3, draws => ({ op: 'madv', ...range(draws), advice: draws.oneOf(ADVICE) })],
  [2, draws => ({ op: 'read8', ...place(draws) })],
  [2, draws => ({ op: 'write8', ...place(draws), value: byte(draws) })],
  [3, draws => ({ op: 'rsys', source: source(draws), ...span(draws), value: byte(draws) })],
  [2, draws => ({ op: 'wsys', target: draws.oneOf(['pipe', inFile(draws)]), ...span(draws) })],
  [2, draws => ({ op: 'rsys', source: draws.oneOf(DRIVERS), ...span(draws), value: byte(draws) })],
  [1, draws => ({ op: 'wsys', target: draws.oneOf(DRIVERS), ...span(draws) })],
  [2, draws => ({ op: 'madv', ...range(draws), advice: 'pageout' })],
  [1, draws => ({ op: 'map', ...range(draws), perm: 'rw-', kind: 'anon', flags: ['pop'] })],
  [1, draws => ({ op: 'mremap', ...range(draws), ...moved(draws) })],
  [1, draws => ({ op: 'mlock', ...range(draws) })],
  [1, draws => ({ op: 'munlock', ...range(draws) })],
  [1, (draws, alive) => ({ op: 'pvw', target: draws.oneOf(alive), ...span(draws), value: byte(draws) })],
  [1, (draws, alive) => ({ op: 'pvr', target: draws.oneOf(alive), ...span(draws) })],
  [1, (draws, alive) => ({ op: 'memw', target: draws.oneOf(alive), ...span(draws), value: byte(draws) })],
  [1, (draws, alive) => ({ op: 'memr', target: draws.oneOf(alive), ...span(draws) })],
  [1, ({ oneOf, below }) => ({ op: oneOf(['dread', 'dwrite'] as const), page: below(PAGES) })],
  [1, draws => ({ op: 'vpin', id: reference(draws), page: draws.below(PAGES), pages: 1 })],
  [1, draws => ({ op: 'vread', id: reference(draws) })],
  [1, draws => ({ ...pinned(draws), op: draws.oneOf(['iopin', 'rpin'] as const) })],
  [1, draws => ({ op: 'ioread', id: reference(draws), index: 0 })],
  [1, draws => ({ op: 'iowrite', id: reference(draws), index: 0, value: byte(draws) })],
  [1, draws => ({ op: 'iounpin', id: reference(draws) })],
  [2, draws => ({ op: 'fwrite', file: file(draws), page: draws.below(3), value: byte(draws) })],
  [1, draws => ({ op: 'fread', file: file(draws), page: draws.below(3) })],
  [1, draws => ({ op: 'ftrunc', file: file(draws), pages: draws.below(5) })],
  [1, draws => ({ op: 'punch', file: file(draws), page: draws.below(3), pages: 1 })],
  [1, draws => ({ op: 'fsync', file: file(draws) })],
  [1, draws => ({ op: draws.oneOf(['rawread', 'rawsys'] as const), address: address(draws) })],
  [1, draws => ({ op: 'rawwrite', address: address(draws), value: byte(draws) })],
  [2, () => ({ op: 'execve' })],
];
const bag = makers.flatMap(([weight, make]) => new Array<Maker>(weight).fill(make));

const file = ({ oneOf }: Draws): string => oneOf(FILES).id;
const reference = ({ oneOf }: Draws): string => oneOf(['0', '1']);
const pinned = (draws: Draws) => ({ id: reference(draws), page: draws.below(PAGES), pages: 1 });
const inFile = (draws: Draws): string => `file:${file(draws)}:${draws.oneOf([0, 100, PAGE_SIZE])}`;
const source = (draws: Draws): string => draws.oneOf(['pipe', 'zero', inFile(draws)]);
const moved = ({ below, oneOf }: Draws) => ({
  to: PAGES + below(PAGES),
  toPages: 1 + below(PAGES - 1),
  keep: oneOf([true, false]),
});
const mappedFile = (draws: Draws) => ({
  kind: draws.oneOf(['priv', 'shared'] as const),
  file: { id: file(draws), page: draws.below(2) },
});

/** Of a hundred moves, how many are forks, exits and ksmd's; of several CPUs', moves to another. */
const FORKS = 11;
const EXITS = 4;
const SCANS = 1;
const MIGRATIONS = 4;
/** Of a hundred programs, how many have no swap. */
const WITHOUT_SWAP = 40;

/**
 * A program of one to several processes in the recorder's names, the same for the same seed.
 * @param seed 0 to MOST_SEED
 * @param knows which moves the machine has; only such are made
 */
export function generateProgram(seed: number, knows: (move: Move) => boolean): Program {
  const { below } = drawsFrom(seed);
  const length = FEWEST_MOVES + below(MORE_MOVES);
  return programOf(
    Array.from({ length }, () => below(MOST_SEED)),
    knows,
  );
}

/**
 * The program that numbers (0 to MOST_SEED) stand for: the first says which swap there is, each other draws an
 * operation of a process that can run then, or nothing. So any part of the numbers is a program too.
 */
export function programOf(
  [first = 0, ...numbers]: readonly number[],
  knows: (move: Move) => boolean,
  shape: Shape = {},
): Program {
  const { below, oneOf } = drawsFrom(first);
  const moves: Move[] = [
    { process: 'p0', op: 'map', page: 0, pages: PAGES - 2, perm: 'rw-', kind: 'anon', flags: [] },
  ];
  const living = new Living();
  for (const number of numbers) {
    const move = operation(drawsFrom(number), living, shape);
    if (move === undefined || !knows(move)) continue;
    living.follow(move);
    moves.push(move);
  }
  const files = FILES.filter(({ id }) => moves.some(move => fileOf(move) === id));
  const device = below(100) < WITHOUT_SWAP ? 'none' : oneOf(['file', 'zram'] as const);
  const swaps = moves.some(move => move.op === 'madv' && move.advice === 'pageout');
  const swap = swaps && device !== 'none' ? { swap: device } : {};
  const short = shape.shortage && below(3) === 0;
  const overcommit = oneOf(SETTINGS.overcommit);
  const memory = short ? { memory: 2 + below(PAGES), settings: { overcommit } } : {};
  return { files, ...swap, ...memory, regions: [], processes: living.born, moves };
}

/** The processes of a program as its moves go on. */
class Living {
  /** All that ever lived. */
  readonly born = ['p0'];
  alive: readonly string[] = ['p0'];
  /** Who sleeps until which child has exited or started another program. */
  private readonly asleep = new Map<string, string>();

  get awake(): readonly string[] {
    return this.alive.filter(name => !this.asleep.has(name));
  }

  follow(move: Move): void {
    const { process } = move;
    if (move.op === 'exit' || move.op === 'execve')
      for (const [parent, child] of this.asleep) if (child === process) this.asleep.delete(parent);
    if (move.op === 'exit') this.alive = this.alive.filter(name => name !== process);
    if (move.op !== 'fork' && move.op !== 'thread' && move.op !== 'vfork') return;
    this.born.push(move.child);
    this.alive = [...this.alive, move.child];
    if (move.op === 'vfork') this.asleep.set(process, move.child);
  }
}

function operation(draws: Draws, living: Living, shape: Shape): Move | undefined {
  const { processes = MOST_ALIVE, values, cpus = 1 } = shape;
  const { below, oneOf } = draws;
  const { alive, awake, born } = living;
  const process = oneOf(awake);
  const kind = below(100);
  if (kind < FORKS) {
    if (alive.length === processes || born.length === 2 * processes) return undefined;
    const op = cpus === 1 ? 'fork' : oneOf(['fork', 'fork', 'thread', 'vfork'] as const);
    return { process, op, child: `p${born.length}` };
  }
  if (kind < FORKS + EXITS) return alive.length === 1 ? undefined : { process, op: 'exit' };
  if (kind < FORKS + EXITS + SCANS) return { process: 'k', op: 'ksm' };
  if (kind < FORKS + EXITS + SCANS + MIGRATIONS && cpus > 1) return { process, op: 'cpu', cpu: below(cpus) };
  const move = { process, ...oneOf(bag)(draws, alive) } as Move;
  return values !== undefined && 'value' in move ? { ...move, value: 1 + (move.value % values) } : move;
}

function fileOf(move: Move): string | undefined {
  const stream = move.op === 'rsys' ? move.source : move.op === 'wsys' ? move.target : '';
  if (stream.startsWith('file:')) return stream.split(':')[1];
  if (!('file' in move) || move.file === undefined) return undefined;
  return typeof move.file === 'string' ? move.file : move.file.id;
}
