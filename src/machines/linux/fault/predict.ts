import { type Move, type Seen, sameSeen } from '../../../language/moves.ts';
import { type Field, isTrap, type Prediction } from '../../machine.ts';
import { ZERO_PFN } from '../hardware/frames.ts';
import { mapsFrame, pfnOf } from '../hardware/pte.ts';
import { type IdealMemory, linuxIdeal } from '../ideal/ideal.ts';
import { step } from '../step.ts';
import type { World } from '../world.ts';
import type { Decision, DecisionName } from './decision.ts';
import { type Fault, vmaAt } from './fault.ts';
import { afterGrowth, doUserAddrFault } from './fault-path.ts';
import { apply } from './routines.ts';

/** The form of a predict question: what the next access will do. */
export const fields: readonly Field[] = [
  { id: 'fault', options: ['none', 'fault'] },
  {
    id: 'class',
    options: ['zero-page', 'zeroed', 'copy', 'reuse', 'map-cache', 'swap-in', 'spurious', 'refused'],
    when: { fault: ['fault'] },
  },
  {
    id: 'refusal',
    options: ['signal', 'fix-up', 'oops', 'oom-kill'],
    when: { fault: ['fault'], class: ['refused'] },
  },
  {
    id: 'code',
    options: ['ACCERR', 'MAPERR', 'ADRERR'],
    when: { fault: ['fault'], class: ['refused'], refusal: ['signal'] },
  },
  {
    id: 'frame',
    options: ['same', 'new', 'zero', 'other'],
    when: {
      class: ['zero-page', 'zeroed', 'copy', 'reuse', 'map-cache', 'swap-in', 'spurious'],
      fault: ['none', 'fault'],
    },
  },
  { id: 'end', options: ['done', 'part', 'EFAULT', 'SIGSEGV', 'SIGBUS', 'SIGKILL'] },
  {
    id: 'shows',
    options: ['nothing', 'own', 'foreign'],
    when: {
      class: ['zero-page', 'zeroed', 'copy', 'reuse', 'map-cache', 'swap-in', 'spurious'],
      fault: ['none', 'fault'],
    },
  },
];

/** With which code a decision refuses. */
const CODES: Readonly<Partial<Record<DecisionName, string>>> = {
  'refuse-access': 'ACCERR',
  'refuse-unmapped': 'MAPERR',
  'refuse-bus': 'ADRERR',
};

/** Somebody dies for a fault: whoever has asked, or another, and then it is tried again. */
const KILLING: Prediction = { refusal: 'oom-kill' };

/**
 * How a fault that is not served is refused, and with which code: where it is the kernel's own, with which it would be
 * if it was the program's. Undefined where it is served.
 */
function refusalOf(world: World, fault: Fault, { do: name }: Decision): Prediction | undefined {
  if (name === 'oom-kill') return KILLING;
  const code = CODES[name];
  if (code !== undefined) return { refusal: fault.user ? 'signal' : 'fix-up', code };
  if (name !== 'fix-up' && name !== 'oops') return undefined;
  return { refusal: name, code: vmaAt(world, fault) === undefined ? 'MAPERR' : 'ACCERR' };
}

/** How an access or a copy by the kernel ends. */
function endOf(move: Move, seen: Seen): string {
  if (seen.kind === 'signal') return `SIG${seen.signal}`;
  if (seen.kind === 'error') return seen.errno;
  return seen.kind === 'count' && 'length' in move && seen.count < move.length ? 'part' : 'done';
}

/**
 * What the next access does when the kernel decides: whether it faults, how the last fault is served, or how and with
 * which code it is refused (once somebody has died for it, by that), how it ends, and which frame its entry maps
 * afterwards: the one from before, a new one, the zero frame, or another that was there already; and whether it shows
 * what the ideal allows.
 */
export function outcome(world: World, move: Move, ideal?: IdealMemory): Prediction {
  if (!('page' in move)) throw new RangeError(`${move.op} is no access`);
  const ahead = world.clone();
  const frameOf = (w: World): number => {
    const { table } = w.mmOf(move.process);
    return mapsFrame(table.low(move.page)) ? pfnOf(table.low(move.page), table.high(move.page)) : -1;
  };
  const before = frameOf(world);
  const existed = (pfn: number): boolean =>
    pfn > 0 &&
    pfn < world.frames.count &&
    world.frames.refcount[pfn]! > 0 &&
    world.frames.generation[pfn] === ahead.frames.generation[pfn];
  const answer: Record<string, string> = { fault: 'none' };
  let refusal: Prediction | undefined;
  let result = step(ahead, move);
  while (isTrap(result)) {
    const decision = doUserAddrFault(ahead, result);
    const serves = decision.do === 'grow' ? afterGrowth(ahead, result) : decision;
    if (refusal !== KILLING) refusal = refusalOf(ahead, result, serves);
    answer['fault'] = 'fault';
    answer['class'] = refusal === undefined ? serves.do : 'refused';
    apply(ahead, result, decision);
    result = step(ahead, move);
  }
  answer['end'] = endOf(move, result);
  if (refusal !== undefined) return { ...answer, ...refusal };
  const after = frameOf(ahead);
  answer['frame'] =
    after === before ? 'same' : after === ZERO_PFN ? 'zero' : existed(after) ? 'other' : 'new';
  if (ideal === undefined) return answer;
  const allowed = linuxIdeal.expect(ideal, move).some(seen => sameSeen(seen, result as Seen));
  answer['shows'] = move.op !== 'read' ? 'nothing' : allowed ? 'own' : 'foreign';
  return answer;
}
