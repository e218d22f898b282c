import type { Move, MoveOf, Program, Seen } from '../../language/moves.ts';
import { byteAt, withByte } from './content.ts';
import { access } from './cpu.ts';
import { fork, share } from './fork.ts';
import { mutations } from './mutations.ts';
import { isOdd, oddAccess } from './odd-address.ts';
import { ruleSets } from './rules.ts';
import { execve, exit, madviseDontneed, mmap, mprotect, munmap, setrlimitStack } from './system-calls.ts';
import { readInto, writeFrom } from './user-access.ts';
import { load8, store8 } from './wide-access.ts';
import { type Fault, MOST_CPUS, newMm, type Process, World } from './world.ts';

/**
 * The world before the first move: one process with an empty address space. `rules` names a rule set or a
 * mutation of one. Throws RangeError for any other name.
 */
export function boot(program: Program, rules: string): World {
  const set = ruleSets[rules] ?? mutations[rules];
  if (set === undefined) throw new RangeError(`no rule set ${rules}`);
  return new World(set, program.regions, program.processes[0] ?? 'p0');
}

/** Does the machine have this operation? */
export function knows(move: Move): boolean {
  switch (move.op) {
    case 'map':
      return move.kind === 'anon'
        ? move.flags.every(flag => flag === 'gd')
        : move.kind === 'sanon' && move.flags.length === 0;
    case 'madv':
      return move.advice === 'dontneed';
    case 'read':
    case 'write':
    case 'fetch':
    case 'unmap':
    case 'prot':
    case 'fork':
    case 'thread':
    case 'vfork':
    case 'exit':
    case 'execve':
    case 'rlimstack':
    case 'read8':
    case 'write8':
      return true;
    case 'cpu':
      return move.cpu < MOST_CPUS;
    case 'rsys':
      return move.source === 'pipe' || move.source === 'zero';
    case 'wsys':
      return move.target === 'pipe';
    case 'rawread':
    case 'rawwrite':
    case 'rawsys':
      return isOdd(move.address);
    default:
      return false;
  }
}

const done: Seen = { kind: 'done' };

/**
 * Runs a move until it completes, is signalled, or traps. After a trap and a decision the same move is
 * stepped again: the instruction restarts. Throws for a move that the machine does not know.
 */
export function step(world: World, move: Move): Seen | Fault {
  const process = world.process(move.process);
  world.run(process);
  const { signal } = world;
  if (signal !== undefined && signal.process === move.process) {
    world.signal = undefined;
    world.trespass = undefined;
    return { kind: 'signal', signal: signal.signal, code: signal.code, address: signal.address };
  }
  switch (move.op) {
    case 'read':
      return load(world, process, move);
    case 'write':
      return store(world, process, move);
    case 'read8':
      return load8(world, process, move);
    case 'write8':
      return store8(world, process, move);
    case 'rsys':
      return readInto(world, process, move);
    case 'wsys':
      return writeFrom(world, process, move);
    case 'fetch': {
      const reached = access(world, process, move.page, 0, 'fetch');
      return typeof reached === 'number' ? done : reached;
    }
  }
  world.trespass = undefined;
  switch (move.op) {
    case 'rawread':
    case 'rawwrite':
    case 'rawsys':
      return oddAccess(world, move);
    case 'map':
      return mmap(world, process, move);
    case 'unmap':
      return munmap(world, process, move);
    case 'prot':
      return mprotect(world, process, move);
    case 'madv':
      return madviseDontneed(world, process, move);
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
      return execve(world, process, newMm());
    case 'rlimstack':
      return setrlimitStack(world, process, move);
    default:
      throw new RangeError(`the machine does not know ${move.op}`);
  }
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
