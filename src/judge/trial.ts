import { type Move, type Seen, STORED, sameSeen } from '../language/moves.ts';
import {
  type AnyMachine,
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
import { Known } from './known.ts';
import { type Asked, classify, type IdealState, type Outcome, run, type World } from './run.ts';
import type { Verdict } from './verdict.ts';

/** A store's value as a symbol; other moves as they are. */
export const withSymbol = (move: Move): Move => ('value' in move ? { ...move, value: STORED } : move);

/** A situation's world and ideal with symbols for contents. They are shared: neither may change. */
interface Symbolic {
  readonly world: World;
  readonly ideal: IdealState;
  /** The trapped move, as it is tried again. */
  readonly move: Move;
  /** The byte that each symbol stands for. */
  readonly legend: ReadonlyMap<number, number>;
  /** What the ideal allows the trapped instruction to show. */
  readonly expected: readonly Seen[];
  /** The entry at fault, as text. */
  readonly entry: string;
  /** What had been spent when the trap came, without the trap itself. */
  readonly before: Cost;
}

/** What was found out about a situation: kept for whoever asks next. */
export class Findings {
  symbolic: Symbolic | undefined;
  /** What the kernel decides. */
  reference: Choice | undefined;
  /** By text form of the decision. */
  readonly trials = new Map<string, Trial>();
  /** What is still before a state, where costs count to the end of the script. */
  readonly ahead = new Known();
  private readonly advanced: { readonly seen: Seen; readonly ideal: IdealState }[] = [];

  /** The ideal after the trapped instruction has shown this. */
  after(machine: AnyMachine, { ideal, move }: Symbolic, seen: Seen): IdealState {
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
    const move = withSymbol(situation.move);
    const expected = machine.ideal.expect(ideal, move);
    const entry = machine.entry(world, situation.fault);
    const before = costBetween(ONE_FAULT, machine.cost(world));
    findings.symbolic = { world, ideal, move, legend, expected, entry, before };
  }
  return findings.symbolic;
}

/**
 * A decision carried out on a clone whose contents are symbols, and the trapped instruction retried. That is followed no
 * further than somebody has asked.
 */
export class Trial {
  /** From the trap until the instruction traps again, or is done: no more than `cost` in any count. */
  readonly least: Cost;
  private readonly machine: AnyMachine;
  private readonly findings: Findings;
  private readonly symbolic: Symbolic;
  private readonly decision: Choice;
  private readonly fault: Trap;
  private readonly begun: Outcome | Trap;
  private readonly changed: World;
  private done: { readonly outcome: Outcome; readonly cost: Cost } | undefined;
  private worth:
    | { readonly right: boolean; readonly verdict: Verdict | undefined; readonly ideal: IdealState }
    | undefined;

  constructor(machine: AnyMachine, situation: Situation, decision: Choice, findings: Findings) {
    this.machine = machine;
    this.findings = findings;
    this.symbolic = symbolic(machine, situation, findings);
    this.decision = decision;
    this.fault = situation.fault;
    this.changed = machine.clone(this.symbolic.world);
    this.begun = begin(machine, this.changed, this.fault, decision, this.symbolic.move);
    this.least = this.spent();
  }

  private spent(): Cost {
    return costBetween(this.symbolic.before, this.machine.cost(this.changed));
  }

  /** Does the retried instruction trap, for another decision to be made? */
  get trapsAgain(): boolean {
    return this.begun.kind === 'trap';
  }

  /** From the trap until the instruction completed or its process was signalled. */
  get cost(): Cost {
    return this.completed().cost;
  }

  get world(): World {
    this.completed();
    return this.changed;
  }

  private completed() {
    if (this.done === undefined) {
      const { machine, changed, fault, begun } = this;
      if (begun.kind !== 'trap') this.done = { outcome: begun, cost: this.least };
      else {
        const { move, entry } = this.symbolic;
        const asked = new Map([[fault.handler, entry]]);
        this.done = { outcome: run(machine, changed, move, undefined, asked, begun), cost: this.spent() };
      }
    }
    return this.done;
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
    const { machine, world, decision } = this;
    const { outcome } = this.completed();
    const shown = classify(this.symbolic.expected, outcome, machine.trespass(world));
    if (outcome.kind === 'fault' || shown !== undefined)
      return { right: false, verdict: shown, ideal: this.symbolic.ideal };
    const ideal = this.findings.after(machine, this.symbolic, outcome);
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

/** Carries out the decision and retries the instruction; later faults of it are the kernel's to decide. */
export function retry(
  machine: AnyMachine,
  world: World,
  { fault }: Situation,
  decision: Choice,
  move: Move,
): Outcome {
  const asked: Asked = new Map([[fault.handler, machine.entry(world, fault)]]);
  return goOn(machine, world, move, asked, begin(machine, world, fault, decision, move));
}

/** As far as the next trap. What was said in detail has to serve the page by itself. */
function begin(machine: AnyMachine, world: World, fault: Trap, decision: Choice, move: Move): Outcome | Trap {
  machine.apply(world, fault, decision);
  if (isDetailed(machine, decision)) {
    const ahead: Seen | Trap = machine.step(machine.clone(world), move);
    // What is no page fault, as the next request of a batch, is another question.
    if (isTrap(ahead) && ahead.event === undefined && ahead.page === fault.page)
      return { kind: 'fault', trap: ahead };
  }
  return machine.step(world, move);
}

const goOn = (machine: AnyMachine, world: World, move: Move, asked: Asked, begun: Outcome | Trap): Outcome =>
  begun.kind === 'trap' ? run(machine, world, move, undefined, asked, begun) : begun;
