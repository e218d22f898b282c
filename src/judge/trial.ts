import { type Move, STORED } from '../language/moves.ts';
import { type AnyMachine, type Choice, type Cost, costBetween } from '../machines/machine.ts';
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

export function tryDecision(machine: AnyMachine, situation: Situation, decision: Choice): Trial {
  const world = machine.clone(situation.world);
  const ideal = machine.ideal.clone(situation.ideal);
  machine.symbolize(world, ideal);
  const move = withSymbol(situation.move);
  const before = machine.cost(world);
  const outcome = retry(machine, world, situation, decision, move);
  const spent = costBetween(before, machine.cost(world));
  const expected = machine.ideal.expect(ideal, move);
  const verdict = classify(expected, outcome, machine.trespass(world));
  if (outcome.kind !== 'fault' && verdict === undefined) machine.ideal.advance(ideal, move, outcome);
  return {
    right: verdict === undefined && machine.uncoupled(world, ideal) === undefined,
    cost: { ...spent, faults: spent.faults + 1 },
    verdict,
    world,
    ideal,
  };
}

/** Carries out the decision and retries the instruction; later faults of it are the kernel's to decide. */
export function retry(
  machine: AnyMachine,
  world: World,
  { fault }: Situation,
  decision: Choice,
  move: Move,
): Outcome {
  const asked: Asked = new Map([[fault.handler, machine.entry(world, fault)]]);
  machine.apply(world, fault, decision);
  return run(machine, world, move, undefined, asked);
}
