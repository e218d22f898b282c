import type { Move, MoveOf, Program, Seen } from '../../language/moves.ts';
import { readBuffer, readPipe, register, unregister, vmsplice, writeBuffer } from './calls/buffers.ts';
import { directRead, directWrite } from './calls/direct.ts';
import { fread, fsync, ftruncate, fwrite, punch } from './calls/files.ts';
import { fork, share } from './calls/fork.ts';
import { madvise } from './calls/madvise.ts';
import { mlock, munlock } from './calls/mlock.ts';
import { mmap, mremap, munmap } from './calls/mmap.ts';
import { mprotect } from './calls/mprotect.ts';
import { isOdd, oddAccess } from './calls/odd-address.ts';
import { execve, exit, setrlimitStack } from './calls/process.ts';
import { processVm, procMem } from './calls/remote.ts';
import { readInto, writeFrom } from './calls/streams.ts';
import { load8, store8 } from './calls/wide-access.ts';
import { byteAt, withByte } from './content.ts';
import { access } from './cpu.ts';
import { scan } from './memory/ksm.ts';
import { newFile } from './memory/page-cache.ts';
import { mutations } from './mutations.ts';
import { ruleSets } from './rules.ts';
import { type Fault, MOST_CPUS, type Process, World } from './world.ts';

/**
 * The world before the first move: one process with an empty address space, and the files. `rules` names a
 * rule set or a mutation of one. Throws RangeError for any other name.
 */
export function boot(program: Program, rules: string): World {
  const set = ruleSets[rules] ?? mutations[rules];
  if (set === undefined) throw new RangeError(`no rule set ${rules}`);
  const world = new World(set, program.regions, program.processes[0] ?? 'p0', program.swap);
  for (const file of program.files) newFile(world, file);
  return world;
}

/** Does the machine have this operation? Raw addresses inside the region are those of pages like any other. */
export function knows(move: Move): boolean {
  if (move.op === 'cpu') return move.cpu < MOST_CPUS;
  return !('address' in move) || isOdd(move.address);
}

const done: Seen = { kind: 'done' };

/**
 * Runs a move until it completes, is signalled, or traps. After a trap and a decision the same move is
 * stepped again: the instruction restarts, or the system call goes on.
 */
export function step(world: World, move: Move): Seen | Fault {
  const process = move.op === 'ksm' ? world.processes[0]! : world.process(move.process);
  world.run(process);
  const { signal } = world;
  if (signal !== undefined && signal.process === move.process) {
    world.signal = undefined;
    world.trespass = undefined;
    return { kind: 'signal', signal: signal.signal, code: signal.code, address: signal.address };
  }
  if (!ACCESSES.has(move.op)) world.trespass = undefined;
  switch (move.op) {
    case 'read':
      return load(world, process, move);
    case 'write':
      return store(world, process, move);
    case 'fetch': {
      const reached = access(world, process, move.page, 0, 'fetch');
      return typeof reached === 'number' ? done : reached;
    }
    case 'read8':
      return load8(world, process, move);
    case 'write8':
      return store8(world, process, move);
    case 'rsys':
      return readInto(world, process, move);
    case 'wsys':
      return writeFrom(world, process, move);
    case 'rawread':
    case 'rawwrite':
    case 'rawsys':
      return oddAccess(world, move);
    case 'map':
      return mmap(world, process, move);
    case 'unmap':
      return munmap(world, process, move);
    case 'mremap':
      return mremap(world, process, move);
    case 'prot':
      return mprotect(world, process, move);
    case 'madv':
      return madvise(world, process, move);
    case 'mlock':
      return mlock(world, process, move);
    case 'munlock':
      return munlock(world, process, move);
    case 'pvw':
    case 'pvr':
      return processVm(world, move);
    case 'memw':
    case 'memr':
      return procMem(world, move);
    case 'dread':
      return directRead(world, process, move);
    case 'dwrite':
      return directWrite(world, process, move);
    case 'vpin':
      return vmsplice(world, process, move);
    case 'vread':
      return readPipe(world, move);
    case 'iopin':
      return register(world, process, move);
    case 'ioread':
      return readBuffer(world, process, move);
    case 'iowrite':
      return writeBuffer(world, process, move);
    case 'iounpin':
      return unregister(world, process, move);
    case 'ftrunc':
      return ftruncate(world, move);
    case 'fwrite':
      return fwrite(world, move);
    case 'fread':
      return fread(world, move);
    case 'punch':
      return punch(world, move);
    case 'fsync':
      return fsync(world, move);
    case 'fork':
      fork(world, process, move.child);
      return done;
    case 'thread':
    case 'vfork':
      share(world, process, move.child);
      return done;
    case 'cpu':
      process.cpu = move.cpu;
      return done;
    case 'exit':
      return exit(world, process);
    case 'execve':
      return execve(world, process);
    case 'rlimstack':
      return setrlimitStack(world, process, move);
    case 'ksm':
      scan(world);
      return done;
  }
}

/** Operations that report themselves what they did that no process can be shown. */
const ACCESSES: ReadonlySet<string> = new Set(['read', 'write', 'fetch', 'read8', 'write8', 'rsys', 'wsys']);

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
