import { type Move, type Seen, sameResult, sameSeen } from '../language/moves.ts';
import { type AnyMachine, type Choice, isTrap, type Trap } from '../machines/machine.ts';
import type { Verdict } from './verdict.ts';

/** Our own model failed where it must not: a command ends with exit code 70 and asks for a report. */
export class OwnFault extends Error {
  constructor(message: string) {
    super(message);
    this.name = 'OwnFault';
  }
}

// biome-ignore lint/suspicious/noExplicitAny: a world is opaque here; only its machine looks into it
export type World = any;
// biome-ignore lint/suspicious/noExplicitAny: likewise
export type IdealState = any;

/** A result, or the fault that an instruction keeps taking without any progress. */
export type Outcome = Seen | { readonly kind: 'fault'; readonly trap: Trap };

/** Is told each fault and what the kernel decides, before it is carried out; the world is only to be looked at. */
export type FaultObserver = (trap: Trap, decision: Choice) => void;

/** How the entry was when each handler was last asked about an instruction. */
export type Asked = Map<string | undefined, string>;

/**
 * Runs a move until it completes or is signalled, the kernel deciding at every fault. A fault of which the
 * entry is as it was when the same handler was asked before ends it: the instruction would fault for ever.
 * @param asked what was asked before, where the move is being retried
 * @param first what the move has come to already
 */
export function run(
  machine: AnyMachine,
  world: World,
  move: Move,
  observe?: FaultObserver,
  asked: Asked = new Map(),
  first: Seen | Trap = machine.step(world, move),
): Outcome {
  let result = first;
  while (isTrap(result)) {
    const entry = machine.entry(world, result);
    if (asked.get(result.handler) === entry) return { kind: 'fault', trap: result };
    asked.set(result.handler, entry);
    const decision: Choice = machine.best(world, result);
    observe?.(result, decision);
    machine.apply(world, result, decision);
    result = machine.step(world, move);
  }
  return result;
}

/** As `run`, in a world where every decision up to here was right. Throws OwnFault where that livelocks. */
export function complete(machine: AnyMachine, world: World, move: Move, observe?: FaultObserver): Seen {
  const outcome = run(machine, world, move, observe);
  if (outcome.kind === 'fault')
    throw new OwnFault(`${move.process} ${move.op}: the reference handler makes no progress`);
  return outcome;
}

/**
 * Which class of wrong a result is, given what the ideal may show; undefined if it is allowed. A trespass
 * is a breach when it happens, not when it is seen. Where nothing is wrong but who has died for it, he was refused to live.
 */
export function classify(
  expected: readonly Seen[],
  outcome: Outcome,
  trespass: string | undefined,
): Verdict | undefined {
  if (outcome.kind === 'fault' || outcome.kind === 'asleep') return 'livelock';
  if (trespass !== undefined) return 'breach';
  if (expected.some(allowed => sameSeen(allowed, outcome))) return undefined;
  if (expected.some(allowed => sameResult(allowed, outcome))) return 'misrefused';
  const fewest = Math.min(...expected.map(moved));
  if (Number.isFinite(fewest) && Number.isFinite(moved(outcome)) && moved(outcome) !== fewest)
    return moved(outcome) < fewest ? 'misrefused' : 'breach';
  if (isRefusal(outcome)) return 'misrefused';
  return expected.every(isRefusal) ? 'breach' : 'corruption';
}

/** The bytes that a system call says it moved; an errno says none. Infinite for what is no count. */
function moved(seen: Seen): number {
  if (seen.kind === 'count') return seen.count;
  return seen.kind === 'error' && seen.errno === 'EFAULT' ? 0 : Number.POSITIVE_INFINITY;
}

const isRefusal = (seen: Seen): boolean => seen.kind === 'signal' || seen.kind === 'error';
