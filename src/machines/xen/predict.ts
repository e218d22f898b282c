import type { Move, Seen } from '../../language/moves.ts';
import { type Field, isTrap, type Prediction } from '../machine.ts';
import { decide } from './fault-path.ts';
import { isFull } from './full.ts';
import { apply } from './routines.ts';
import { step } from './step.ts';
import type { Fault, World } from './world.ts';

/** The form of a predict question: whether Xen hears of the access at all, what it does, and where it ends. */
export const fields: readonly Field[] = [
  { id: 'fault', options: ['none', 'fault'] },
  {
    id: 'class',
    options: ['emulate', 'unhook', 'flush-retry', 'retry', 'forward', 'crash'],
    when: { fault: ['fault'] },
  },
  /** The same of fully virtualized guests. */
  {
    id: 'whole',
    options: ['emulate', 'forward', 'copy', 'unshare', 'populate', 'unshadow'],
    when: { fault: ['fault'] },
  },
  { id: 'end', options: ['reached', 'PF', 'CRASH'] },
];

/** The right answers about an access: it is run on a copy, Xen deciding. */
export function outcome(world: World, move: Move): Prediction {
  const ahead = world.clone();
  let result: Seen | Fault = step(ahead, move);
  let last = '';
  while (isTrap(result)) {
    const { decision } = decide(ahead, result);
    last = decision.do;
    apply(ahead, result, decision);
    result = step(ahead, move);
  }
  return {
    fault: last === '' ? 'none' : 'fault',
    ...(last !== '' && { [isFull(ahead.domain(move.process)) ? 'whole' : 'class']: last }),
    end: result.kind === 'signal' ? result.signal : 'reached',
  };
}
