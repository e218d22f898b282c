import { type Move, type Seen, STORED } from '../language/moves.ts';
import {
  type AnyMachine,
  type Choice,
  type Cost,
  costBetween,
  type Field,
  isTrap,
  type Trap,
  type Violation,
} from '../machines/machine.ts';
import type { Situation } from './judge.ts';
import { type Asked, classify, type IdealState, type Outcome, run, type World } from './run.ts';
import type { Verdict } from './verdict.ts';

/** A decision carried out on clones whose contents are symbols, and the trapped instruction retried. */
export interface Trial {
  readonly right: boolean;
  /** From the trap until the instruction completed or its process was signalled. */
  readonly cost: Cost;
  /** What is wrong with the retried instruction itself, if it shows at once. */
  readonly verdict: Verdict | undefined;
  readonly world: World;
  readonly ideal: IdealState;
}

/** A store's value as a symbol; other moves as they are. */
export const withSymbol = (move: Move): Move => ('value' in move ? { ...move, value: STORED } : move);

/** A situation's world and ideal with symbols for contents. */
interface Symbolic {
  readonly world: World;
  readonly ideal: IdealState;
  /** The byte that each symbol stands for. */
  readonly legend: ReadonlyMap<number, number>;
}

const known = new WeakMap<Situation, Symbolic>();

/** Clones of a situation's world and ideal whose contents are symbols; they are replaced once for each situation. */
export function symbolic(machine: AnyMachine, situation: Situation): Symbolic {
  let made = known.get(situation);
  if (made === undefined) {
    const world = machine.clone(situation.world);
    const ideal = machine.ideal.clone(situation.ideal);
    made = { world, ideal, legend: machine.symbolize(world, ideal) };
    known.set(situation, made);
  }
  const { world, ideal, legend } = made;
  return { world: machine.clone(world), ideal: machine.ideal.clone(ideal), legend };
}

export function tryDecision(machine: AnyMachine, situation: Situation, decision: Choice): Trial {
  const { world, ideal } = symbolic(machine, situation);
  const move = withSymbol(situation.move);
  const before = machine.cost(world);
  const outcome = retry(machine, world, situation, decision, move);
  const spent = costBetween(before, machine.cost(world));
  const expected = machine.ideal.expect(ideal, move);
  const shown = classify(expected, outcome, machine.trespass(world));
  if (outcome.kind !== 'fault' && shown === undefined) machine.ideal.advance(ideal, move, outcome);
  const coupled = shown === undefined && machine.uncoupled(world, ideal) === undefined;
  const verdict = shown ?? (coupled && isMiscounted(machine, world, decision) ? 'miscount' : undefined);
  return {
    right: coupled && verdict === undefined,
    cost: { ...spent, faults: spent.faults + 1 },
    verdict,
    world,
    ideal,
  };
}

/** Does it say more than the name of a routine? */
const isDetailed = (machine: AnyMachine, decision: Choice): boolean =>
  ((machine.details ?? []) as readonly Field[]).some(({ id }) => id in decision);

/** A decision in detail may break an invariant that no move can show; a whole routine never does. */
export const isMiscounted = (machine: AnyMachine, world: World, decision: Choice): boolean =>
  isDetailed(machine, decision) && (machine.broken(world) as readonly Violation[]).length > 0;

/**
 * Carries out the decision and retries the instruction; later faults of it are the kernel's to decide, but
 * what was said in detail has to serve the page by itself.
 */
export function retry(
  machine: AnyMachine,
  world: World,
  { fault }: Situation,
  decision: Choice,
  move: Move,
): Outcome {
  const asked: Asked = new Map([[fault.handler, machine.entry(world, fault)]]);
  machine.apply(world, fault, decision);
  if (isDetailed(machine, decision)) {
    const ahead: Seen | Trap = machine.step(machine.clone(world), move);
    // What is no page fault, as the next request of a batch, is another question.
    if (isTrap(ahead) && ahead.event === undefined && ahead.page === fault.page)
      return { kind: 'fault', trap: ahead };
  }
  return run(machine, world, move, undefined, asked);
}
