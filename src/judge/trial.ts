import { type Move, type Seen, STORED, sameSeen } from '../language/moves.ts';
import {
  type AnyMachine,
  addCosts,
  type Choice,
  type Cost,
  costBetween,
  type Field,
  isTrap,
  NO_COST,
  type Trap,
  type Violation,
} from '../machines/machine.ts';
import type { Situation } from './judge.ts';
import { type Asked, classify, type IdealState, type Outcome, run, type World } from './run.ts';
import type { Verdict } from './verdict.ts';

/** A store's value as a symbol; other moves as they are. */
export const withSymbol = (move: Move): Move => ('value' in move ? { ...move, value: STORED } : move);

/** A situation's world and ideal with symbols for contents. They are shared: neither may change. */
interface Symbolic {
  readonly world: World;
  readonly ideal: IdealState;
  /** The byte that each symbol stands for. */
  readonly legend: ReadonlyMap<number, number>;
  /** What the ideal allows the trapped instruction to show. */
  readonly expected: readonly Seen[];
}

/** What was found out about a situation: kept for whoever asks next. */
export class Findings {
  symbolic: Symbolic | undefined;
  /** By text form of the decision. */
  readonly trials = new Map<string, Trial>();
  /** Where costs count to the end of the script: of decisions, and of what is still before a state. */
  readonly totals = new Map<Trial, Cost>();
  readonly ahead = new Map<string, Cost>();
  private readonly advanced: { readonly seen: Seen; readonly ideal: IdealState }[] = [];

  /** The ideal after the trapped instruction has shown this. */
  after(machine: AnyMachine, { ideal }: Symbolic, move: Move, seen: Seen): IdealState {
    const known = this.advanced.find(each => sameSeen(each.seen, seen));
    if (known !== undefined) return known.ideal;
    const after = machine.ideal.clone(ideal);
    machine.ideal.advance(after, move, seen);
    this.advanced.push({ seen, ideal: after });
    return after;
  }
}

export function symbolic(machine: AnyMachine, situation: Situation, findings: Findings): Symbolic {
  if (findings.symbolic === undefined) {
    const world = machine.clone(situation.world);
    const ideal = machine.ideal.clone(situation.ideal);
    const legend = machine.symbolize(world, ideal);
    const expected = machine.ideal.expect(ideal, withSymbol(situation.move));
    findings.symbolic = { world, ideal, legend, expected };
  }
  return findings.symbolic;
}

/**
 * A decision carried out on a clone whose contents are symbols, and the trapped instruction retried. What that is worth
 * is found out when it is first asked for.
 */
export class Trial {
  /** From the trap until the instruction completed or its process was signalled. */
  readonly cost: Cost;
  readonly world: World;
  private readonly machine: AnyMachine;
  private readonly findings: Findings;
  private readonly symbolic: Symbolic;
  private readonly decision: Choice;
  private readonly move: Move;
  private readonly outcome: Outcome;
  private worth: { right: boolean; verdict: Verdict | undefined; ideal: IdealState } | undefined;

  constructor(machine: AnyMachine, situation: Situation, decision: Choice, findings: Findings) {
    this.machine = machine;
    this.findings = findings;
    this.symbolic = symbolic(machine, situation, findings);
    this.decision = decision;
    this.move = withSymbol(situation.move);
    this.world = machine.clone(this.symbolic.world);
    const before = machine.cost(this.world);
    this.outcome = retry(machine, this.world, situation, decision, this.move);
    this.cost = addCosts(costBetween(before, machine.cost(this.world)), ONE_FAULT);
  }

  get right(): boolean {
    return this.judged().right;
  }

  /** What is wrong with the retried instruction itself, if it shows at once. */
  get verdict(): Verdict | undefined {
    return this.judged().verdict;
  }

  /** Never to be changed. */
  get ideal(): IdealState {
    return this.judged().ideal;
  }

  private judged() {
    this.worth ??= this.judge();
    return this.worth;
  }

  private judge() {
    const { machine, world, outcome, decision } = this;
    const shown = classify(this.symbolic.expected, outcome, machine.trespass(world));
    if (outcome.kind === 'fault' || shown !== undefined)
      return { right: false, verdict: shown, ideal: this.symbolic.ideal };
    const ideal = this.findings.after(machine, this.symbolic, this.move, outcome);
    const coupled = machine.uncoupled(world, ideal) === undefined;
    const verdict: Verdict | undefined =
      coupled && isMiscounted(machine, world, decision) ? 'miscount' : undefined;
    return { right: coupled && verdict === undefined, verdict, ideal };
  }
}

/** The trap itself; no decision costs less. */
export const ONE_FAULT: Cost = { ...NO_COST, faults: 1 };

/** Each decision is tried once, whoever asks. */
export function tryDecision(
  machine: AnyMachine,
  situation: Situation,
  decision: Choice,
  findings: Findings = situation.findings ?? new Findings(),
): Trial {
  const name = machine.format(decision);
  let trial = findings.trials.get(name);
  if (trial === undefined) {
    trial = new Trial(machine, situation, decision, findings);
    findings.trials.set(name, trial);
  }
  return trial;
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
