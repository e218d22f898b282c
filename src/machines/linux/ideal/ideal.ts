import { type Death, type Move, type MoveOf, type Op, sameSeen } from '../../../language/moves.ts';
import type { Ideal } from '../../machine.ts';
import { fetch, raw, rawSystemCall, read, read8, write, write8 } from './access.ts';
import { madvise } from './advice.ts';
import { readDirect, writeDirect } from './direct.ts';
import { punchHole, readPage, sync, truncate, writePage } from './files.ts';
import { mlock, munlock } from './lock.ts';
import { map, protect, unmap } from './mapping.ts';
import { boot, errno, type Memory, type Operation, type Outcome, spaceOf } from './memory.ts';
import { mremap } from './mremap.ts';
import { type Span, spansOf } from './pages.ts';
import { readPipe, readThrough, register, splice, unregister, writeThrough } from './pin.ts';
import { execute, exit, fork, limitStack, nothing, share } from './processes.ts';
import { remote } from './remote.ts';
import { kernelFetch, killed, readSystemCall, writeSystemCall } from './streams.ts';

/** What programs may see of memory. The value is replaced at each move, so clones share it. */
export interface IdealMemory {
  memory: Memory;
  /** The last question and its answer: what is allowed is mostly asked before it is done. */
  asked?: { readonly memory: Memory; readonly move: Move; readonly ways: readonly Outcome[] } | undefined;
}

/** Those that Linux has. */
const operations: { readonly [O in Op]?: Operation<MoveOf<O>> } = {
  read,
  write,
  fetch,
  read8,
  write8,
  rawread: raw,
  rawwrite: raw,
  rawsys: rawSystemCall,
  kfetch: kernelFetch,
  rsys: readSystemCall,
  wsys: writeSystemCall,
  map,
  unmap,
  prot: protect,
  mremap,
  madv: madvise,
  mlock,
  munlock,
  ftrunc: truncate,
  fwrite: writePage,
  fread: readPage,
  punch: punchHole,
  fsync: sync,
  pvr: remote,
  pvw: remote,
  memr: remote,
  memw: remote,
  dread: readDirect,
  dwrite: writeDirect,
  vpin: splice,
  vread: readPipe,
  iopin: register,
  rpin: register,
  ioread: readThrough,
  iowrite: writeThrough,
  iounpin: unregister,
  fork,
  thread: share,
  vfork: share,
  execve: execute,
  exit,
  rlimstack: limitStack,
  cpu: nothing,
  ksm: nothing,
};

/** All ways in which a move may end. Throws RangeError if Linux has no such operation. */
function outcomes(ideal: IdealMemory, move: Move): readonly Outcome[] {
  const { memory, asked } = ideal;
  if (asked?.memory === memory && asked.move === move) return asked.ways;
  const operation = operations[move.op] as Operation | undefined;
  if (operation === undefined) throw new RangeError(`the ideal memory has no ${move.op}`);
  const ways = namesDead(memory, move)
    ? [{ seen: errno('ESRCH'), after: memory }]
    : orWithDeaths(memory, [
        ...operation(memory, move, move.op === 'ksm' ? 0 : spaceOf(memory, move.process)),
        ...deathsOnTheWay(memory, move),
      ]);
  ideal.asked = { memory, move, ways };
  return ways;
}

/** Where memory has an end anybody may die for want of it, whatever he does himself. */
const orWithDeaths = ({ finite }: Memory, ways: readonly Outcome[]): readonly Outcome[] =>
  finite ? ways.map(({ seen, after }) => ({ seen: { ...seen, deaths: 'OOM' }, after })) : ways;

/** A call that brings pages in may be the death of whoever has made it, at each of them; then nothing has come of it. */
const deathsOnTheWay = (memory: Memory, move: Move): Outcome[] =>
  memory.finite ? placesBroughtIn(move).map(place => killed(memory, move.process, place, 'OOM')) : [];

function placesBroughtIn(move: Move): Pick<Span, 'page' | 'offset'>[] {
  const pages = (page: number, count: number) =>
    Array.from({ length: count }, (_, i) => ({ page: page + i, offset: 0 }));
  switch (move.op) {
    case 'pvr':
    case 'pvw':
    case 'memr':
      return spansOf(move);
    case 'dread':
    case 'dwrite':
      return pages(move.page, 1);
    case 'mremap':
      return pages(move.to, move.toPages);
    case 'map':
    case 'prot':
    case 'mlock':
    case 'madv':
    case 'vpin':
    case 'iopin':
    case 'rpin':
      return pages(move.page, move.pages);
    default:
      return [];
  }
}

const withoutDead = (memory: Memory, deaths: readonly Death[]): Memory =>
  deaths.reduce((after, { process }) => exit(after, { process, op: 'exit' })[0]!.after, memory);

/** Is one of its processes dead, or was never born? An oops may have killed it or its parent, whatever is left to do. */
function namesDead({ processes }: Memory, move: Move): boolean {
  const isDead = (name: string): boolean => processes.get(name) === undefined;
  if (move.op === 'ksm') return false;
  return isDead(move.process) || ('target' in move && move.op !== 'wsys' && isDead(move.target));
}

/** Memory as the interface promises it: fork copies everything at once, and nobody else's bytes are ever seen. */
export const linuxIdeal: Ideal<IdealMemory> = {
  boot: (program, rules) => ({ memory: boot(program, rules), asked: undefined }),
  clone: ({ memory, asked }) => ({ memory, asked }),

  expect(ideal, move) {
    const seen = outcomes(ideal, move).map(outcome => outcome.seen);
    if (seen.length === 1) return seen;
    return seen.filter((one, i) => seen.findIndex(other => sameSeen(other, one)) === i);
  },

  advance(ideal, move, seen) {
    const ways = outcomes(ideal, move);
    const { after } = ways.find(way => sameSeen(way.seen, seen)) ?? ways[0]!;
    ideal.memory = typeof seen.deaths === 'object' ? withoutDead(after, seen.deaths) : after;
  },
};
