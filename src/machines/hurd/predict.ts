import type { Move } from '../../language/moves.ts';
import { type Field, isTrap, type Prediction } from '../machine.ts';
import { best } from './reference.ts';
import { apply } from './routines.ts';
import { step } from './step.ts';
import type { World } from './world.ts';

const SERVED = ['zero', 'map', 'copy', 'drop-soft', 'refused'];

/** The form of a predict question: whether the pager is asked, what physmem does, whose frame is mapped then. */
export const fields: readonly Field[] = [
  { id: 'fault', options: ['none', 'fault'] },
  { id: 'class', options: SERVED, when: { fault: ['fault'] } },
  {
    id: 'frame',
    options: ['same', 'new'],
    when: { fault: ['none', 'fault'], class: ['zero', 'map', 'copy', 'drop-soft'] },
  },
];

/** What the next access does when everybody answers as the reference does. */
export function outcome(world: World, move: Move): Prediction {
  if (!('page' in move)) throw new RangeError(`${move.op} is no access`);
  const ahead = world.clone();
  ahead.rules = { ...world.rules, asks: new Set(['pager', 'map']) };
  const frameOf = (of: World): number => of.entryOf(of.task(move.process), move.page)?.frame ?? -1;
  const before = frameOf(world);
  let served = '';
  let faults = 0;
  let result = step(ahead, move);
  for (; isTrap(result); result = step(ahead, move)) {
    faults++;
    const decision = best(ahead, result);
    if (result.handler === 'physmem') served = decision.do === 'reclaim' ? 'copy' : decision.do;
    apply(ahead, result, decision);
  }
  if (result.kind === 'signal') return { fault: 'fault', class: 'refused' };
  const frame = frameOf(ahead) === before ? 'same' : 'new';
  if (faults === 0) return { fault: 'none', frame };
  return { fault: 'fault', class: SERVED.includes(served) ? served : 'map', frame };
}
