import type { Move, MoveOf, Op, Seen } from '../../../language/moves.ts';
import { isTrap } from '../../machine.ts';
import type { Fault } from '../fault/fault.ts';
import { doUserAddrFault } from '../fault/fault-path.ts';
import type { Handler, Locks } from '../fault/handler.ts';
import { apply } from '../fault/routines.ts';
import type { Process } from '../process.ts';
import { step as carryOut } from '../step.ts';
import type { World } from '../world.ts';

/** A system call at work. */
export interface Job<O extends Op = Op> {
  readonly world: World;
  readonly process: Process;
  readonly move: MoveOf<O>;
  readonly handler: Handler;
}

/** A system call that is cut into micro-steps. */
export interface Call<O extends Op = Op> {
  /** How it holds the mmap lock while it lasts. */
  readonly mmap: (move: MoveOf<O>) => Locks['mmap'];
  /** Does its first step wait until nobody holds a page table lock? */
  readonly startsWithTables: boolean;
  /** Whose memory it works on, by the name of a process; its own if left out. */
  readonly whose?: (move: MoveOf<O>) => string;
  /** In the kernel's order; WHOLE where there is nothing that could be cut. */
  readonly steps: (job: Omit<Job<O>, 'handler'>) => readonly string[];
  readonly run: Readonly<Record<string, (job: Job<O>) => void>>;
  /** Micro-steps that wait until nobody holds a page table lock. */
  readonly needsTables?: readonly string[];
  /** Does this micro-step take the mmap lock for reading itself? */
  readonly needsMmap?: (step: string, handler: Handler) => boolean;
  /** Would it fault now? Then it waits for the locks that a fault takes. */
  readonly faults?: (world: World, move: MoveOf<O>) => boolean;
  readonly begin?: (job: Job<O>) => void;
  readonly end?: (job: Job<O>) => void;
}

/** What a call holds from its first step on. */
type Holding = Pick<Call, 'mmap' | 'startsWithTables'>;
export const writing: Holding = { mmap: () => 'write', startsWithTables: true };
export const reading: Holding = { mmap: () => 'read', startsWithTables: true };
export const unlocked: Holding = { mmap: () => 'none', startsWithTables: false };

/** The one micro-step of a call that is not cut. */
export const CALL = 'call';
export const WHOLE: readonly string[] = [CALL];

/** Carries the whole move out as one step, the kernel serving what faults on the way. */
export function carryThrough(world: World, move: Move): Seen {
  let result: Seen | Fault = carryOut(world, move);
  while (isTrap(result)) {
    apply(world, result, doUserAddrFault(world, result));
    result = carryOut(world, move);
  }
  return result;
}
