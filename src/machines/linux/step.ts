import type { Move, MoveOf, Op, Program, Seen, Settings } from '../../language/moves.ts';
import { isTrap } from '../machine.ts';
import { readBuffer, readPipe, register, unregister, vmsplice, writeBuffer } from './calls/buffers.ts';
import { directRead, directWrite } from './calls/direct.ts';
import { fread, fsync, ftruncate, fwrite, punch } from './calls/files.ts';
import { fork, share } from './calls/fork.ts';
import { giveUpHunt } from './calls/gup.ts';
import { madvise } from './calls/madvise.ts';
import { mlock, munlock } from './calls/mlock.ts';
import { mmap, mremap, munmap } from './calls/mmap.ts';
import { mprotect } from './calls/mprotect.ts';
import { isOdd, oddAccess } from './calls/odd-address.ts';
import { execve, exit, setrlimitStack } from './calls/process.ts';
import { processVm, procMem } from './calls/remote.ts';
import { kernelFetch, readInto, writeFrom } from './calls/streams.ts';
import { load8, store8 } from './calls/wide-access.ts';
import type { Fault } from './fault/fault.ts';
import { byteAt, withByte } from './hardware/content.ts';
import { access } from './hardware/mmu.ts';
import { MOST_CPUS } from './hardware/processor.ts';
import { housekeepingMutations } from './housekeeping-mutations.ts';
import { scan } from './memory/ksm.ts';
import { newFile } from './memory/page-cache.ts';
import { mutations } from './mutations.ts';
import type { Process } from './process.ts';
import { raceMutations } from './races/race-mutations.ts';
import { ruleSets } from './rules.ts';
import { World } from './world.ts';

/**
 * The world before the first move: one process with an empty address space, and the files. `rules` names a
 * rule set or a mutation of one. Throws RangeError for any other name.
 */
export function boot(program: Program, rules: string): World {
  const set = ruleSets[rules] ?? mutations[rules] ?? raceMutations[rules] ?? housekeepingMutations[rules];
  if (set === undefined) throw new RangeError(`no rule set ${rules}`);
  const world = World.boot(set, program);
  for (const file of program.files) newFile(world, file);
  return world;
}

type Operation<O extends Op> = (world: World, process: Process, move: MoveOf<O>) => Seen | Fault;

const done: Seen = { kind: 'done' };

/** What is left to a process that the kernel has killed. */
const NOBODY: Seen = { kind: 'error', errno: 'ESRCH' };

/** Those that Linux has: what a process does itself, and its system calls. */
const operations: { readonly [O in Op]?: Operation<O> } = {
  read: load,
  write: store,
  fetch(world, process, move) {
    const reached = access(world, process, move.page, 0, 'fetch');
    return typeof reached === 'number' ? done : reached;
  },
  read8: load8,
  write8: store8,
  kfetch: kernelFetch,
  rsys: readInto,
  wsys: writeFrom,
  rawread: (world, _, move) => oddAccess(world, move),
  rawwrite: (world, _, move) => oddAccess(world, move),
  rawsys: (world, _, move) => oddAccess(world, move),
  map: mmap,
  unmap: munmap,
  mremap,
  prot: mprotect,
  madv: madvise,
  mlock,
  munlock,
  pvw: (world, _, move) => processVm(world, move),
  pvr: (world, _, move) => processVm(world, move),
  memw: (world, _, move) => procMem(world, move),
  memr: (world, _, move) => procMem(world, move),
  dread: directRead,
  dwrite: directWrite,
  vpin: vmsplice,
  vread: (world, _, move) => readPipe(world, move),
  iopin: register,
  rpin: register,
  ioread: readBuffer,
  iowrite: writeBuffer,
  iounpin: unregister,
  ftrunc: (world, _, move) => ftruncate(world, move),
  fwrite: (world, _, move) => fwrite(world, move),
  fread: (world, _, move) => fread(world, move),
  punch: (world, _, move) => punch(world, move),
  fsync: (world, _, move) => fsync(world, move),
  fork: (world, process, move) => fork(world, process, move.child),
  thread: (world, process, move) => share(world, process, move.child),
  vfork: (world, process, move) => share(world, process, move.child),
  exit,
  execve,
  rlimstack: setrlimitStack,
  cpu(world, process, move) {
    process.cpu = move.cpu;
    world.run(process);
    return done;
  },
  ksm(world) {
    scan(world);
    return done;
  },
};

/** Accesses say themselves what they did that no process can be shown. */
const ACCESSES: ReadonlySet<string> = new Set(['read', 'write', 'fetch', 'read8', 'write8', 'rsys', 'wsys']);

/**
 * Does the machine have this operation? Raw addresses inside the region are those of pages like any other, and have
 * more than ARM's 32 bits; nor does the ARM here know of pages that the kernel must not execute.
 */
export function knows(move: Move, { arch }: Settings = {}): boolean {
  if ('address' in move) return isOdd(move.address) && arch !== 'arm';
  if (move.op === 'kfetch' && arch === 'arm') return false;
  return Object.hasOwn(operations, move.op) && (move.op !== 'cpu' || move.cpu < MOST_CPUS);
}

/** Is one of its processes dead, or was never born because its parent had died? A call under way sees itself what is left. */
function namesDead({ processes, copy, hunt }: World, move: Move): boolean {
  const lives = (name: string): boolean =>
    processes.some(process => process.name === name && process.mm >= 0);
  if (move.op === 'ksm') return false;
  const isUnderWay = copy !== undefined || hunt !== undefined;
  return (
    !lives(move.process) || (!isUnderWay && 'target' in move && move.op !== 'wsys' && !lives(move.target))
  );
}

/**
 * Runs a move until it completes, is signalled, or traps. After a trap and a decision the same move is
 * stepped again: the instruction restarts, or the system call goes on. Throws RangeError for a move that
 * the machine does not know.
 */
export const step = (world: World, move: Move): Seen | Fault => withDeaths(world, advance(world, move));

function advance(world: World, move: Move): Seen | Fault {
  const operation = operations[move.op] as Operation<Op> | undefined;
  if (operation === undefined) throw new RangeError(`the machine does not know ${move.op}`);
  if (namesDead(world, move)) return NOBODY;
  const process = move.op === 'ksm' ? world.processes[0]! : world.process(move.process);
  world.run(process);
  const { signal } = world;
  if (signal !== undefined && signal.process === move.process) {
    world.signal = undefined;
    if (world.copy === undefined) world.trespass = undefined;
    if (signal.signal === 'KILL') {
      world.copy = undefined;
      giveUpHunt(world);
      exit(world, process);
    }
    return { kind: 'signal', signal: signal.signal, code: signal.code, address: signal.address };
  }
  if (!ACCESSES.has(move.op)) world.trespass = undefined;
  return operation(world, process, move);
}

/** What a move shows at its end, with those who have died for it. */
function withDeaths(world: World, seen: Seen | Fault): Seen | Fault {
  const { deaths } = world;
  if (deaths.length === 0 || isTrap(seen)) return seen;
  world.deaths = [];
  return { ...seen, deaths };
}

function load(world: World, process: Process, move: MoveOf<'read'>): Seen | Fault {
  const reached = access(world, process, move.page, move.offset, 'read');
  if (typeof reached !== 'number') return reached;
  return { kind: 'value', bytes: [byteAt(world.frames.contents[reached]!, move.offset)] };
}

function store(world: World, process: Process, move: MoveOf<'write'>): Seen | Fault {
  const reached = access(world, process, move.page, move.offset, 'write');
  if (typeof reached !== 'number') return reached;
  const { contents } = world.frames;
  contents[reached] = withByte(contents[reached]!, move.offset, move.value);
  return done;
}
