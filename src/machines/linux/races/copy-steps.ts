import type { Move, MoveOf } from '../../../language/moves.ts';
import { isTrap } from '../../machine.ts';
import { beginning, verifyWrite } from '../calls/streams.ts';
import { doUserAddrFault } from '../fault/fault-path.ts';
import { apply } from '../fault/routines.ts';
import type { Process } from '../process.ts';
import { step as carryOut } from '../step.ts';
import type { World } from '../world.ts';
import { type Call, carryThrough, WHOLE } from './call.ts';

/** Calls that take the lock only for the faults that they come to. */

/** read(2); where the kernel checks in software, it looks at all pages first and stores then. */
export const readCall: Call<'rsys'> = {
  mmap: 'none',
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

export const writeCall: Call<'wsys'> = { mmap: 'none', steps: () => WHOLE, run: {}, faults };

function faults(world: World, move: Move): boolean {
  return isTrap(carryOut(world.clone(), move));
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
