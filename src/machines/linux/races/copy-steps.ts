import type { Move, MoveOf, Seen } from '../../../language/moves.ts';
import { isTrap } from '../../machine.ts';
import { beginning, verifyWrite } from '../calls/streams.ts';
import type { Fault } from '../fault/fault.ts';
import { doUserAddrFault } from '../fault/fault-path.ts';
import { apply } from '../fault/routines.ts';
import type { Process } from '../process.ts';
import { step as carryOut } from '../step.ts';
import type { World } from '../world.ts';
import { type Call, carryThrough, WHOLE } from './call.ts';

/**
 * Copies to and from user memory. They take the lock only for the faults that they come to; a driver that has disabled
 * page faults holds it all the while, and none of its faults takes it.
 */

const lockedByDriver: Pick<Call<'rsys' | 'wsys'>, 'mmap' | 'startsWithTables'> = {
  mmap: move => (beginning(move).locked ? 'read' : 'none'),
  startsWithTables: false,
};

/** read(2); where the kernel checks in software, it looks at all pages first and stores then. */
export const readCall: Call<'rsys'> = {
  ...lockedByDriver,
  steps: ({ world }) => (world.wp === 'checked' ? ['check', 'store'] : WHOLE),
  run: {
    check: ({ world, process, move }) => checkBuffer(world, process, move),
    store({ world, move, handler }) {
      world.copy = { ...beginning(move), checked: Number.POSITIVE_INFINITY };
      handler.seen = carryThrough(world, move);
    },
  },
  faults,
};

export const writeCall: Call<'wsys'> = { ...lockedByDriver, steps: () => WHOLE, run: {}, faults };

/** Does it come to a fault that is to be served? */
function faults(world: World, move: Move): boolean {
  const ahead = world.clone();
  let result: Seen | Fault = carryOut(ahead, move);
  while (isTrap(result) && result.atomic) {
    apply(ahead, result, doUserAddrFault(ahead, result));
    result = carryOut(ahead, move);
  }
  return isTrap(result);
}

/** All pages of a buffer are checked, and served, before anything is stored. */
function checkBuffer(world: World, process: Process, move: MoveOf<'rsys'>): void {
  const state = beginning(move);
  while (state.done < state.length) {
    const fault = verifyWrite(world, process, state);
    if (fault !== undefined) apply(world, fault, doUserAddrFault(world, fault));
    state.done = state.checked;
  }
}
