import { type Move, type Seen, STORED } from '../language/moves.ts';
import type { AnyMachine, Choice, Scope, Violation } from '../machines/machine.ts';
import type { Situation } from './judge.ts';
import { classify, type IdealState, type Outcome, OwnFault, run, type World } from './run.ts';
import { Findings, isMiscounted, retry, symbolic, type Trial } from './trial.ts';
import { type Consequence, type ConsequenceStep, type Verdict, worse } from './verdict.ts';

/** Bounds of the search: moves including the retried instruction, states, and characters of the keys that are kept. */
export const MOST_MOVES = 6;
export const MOST_STATES = 50_000;
/** A state takes memory like its key: those of a level take some millions, those of a huge machine end the search. */
const MOST_KEPT = 2 ** 25;

interface Node {
  readonly world: World;
  readonly ideal: IdealState;
  readonly path: readonly Move[];
  /** No single move shows what is wrong: it is asked only where no other node shows anything. */
  readonly isLatent: boolean;
}

/** A move that has shown nothing. */
interface Step {
  readonly from: Node;
  readonly move: Move;
  readonly seen: Seen;
  readonly after: World;
}

interface Found {
  readonly verdict: Verdict;
  /** The moves after the retried instruction. */
  readonly path: readonly Move[];
}

/**
 * The shortest sequence of things that the processes could do next which shows that a decision was wrong,
 * breadth first; of several of the same length the worst. Then it is carried out once more with bytes, so
 * that it can be watched. Throws OwnFault where there is none within the bounds.
 */
export function shortestConsequence(
  machine: AnyMachine,
  situation: Situation,
  decision: Choice,
  trial: Trial,
): { verdict: Verdict; consequence: Consequence } {
  const counter = { tried: 1 };
  const shown: Found | undefined =
    trial.verdict === undefined
      ? search(machine, machine.scope(situation.world, situation.fault), trial, counter)
      : { verdict: trial.verdict, path: [] };
  const found: Found | undefined =
    shown ?? (isMiscounted(machine, trial.world, decision) ? { verdict: 'miscount', path: [] } : undefined);
  if (found === undefined)
    throw new OwnFault(
      `${machine.format(decision)} is not coupled (${machine.uncoupled(trial.world, trial.ideal)?.what}) but ` +
        `nothing within ${MOST_MOVES} moves and ${counter.tried} states shows it`,
    );
  return { verdict: found.verdict, consequence: show(machine, situation, decision, found, counter.tried) };
}

/**
 * The shortest sequence of moves that shows a difference between world and ideal, if there is one within the
 * bounds; of several of the same length the worst.
 * @param most moves
 */
export function search(
  machine: AnyMachine,
  scope: Scope,
  trial: Pick<Trial, 'world' | 'ideal'>,
  counter: { tried: number },
  most = MOST_MOVES - 1,
): Found | undefined {
  const leak = leakAfterExits(machine, trial);
  const start = machine.key(trial.world, trial.ideal);
  const visited = new Visited(start);
  const mostWaiting = MOST_KEPT / 4 / start.length;
  let frontier: Node[] = [{ world: trial.world, ideal: trial.ideal, path: [], isLatent: false }];
  for (let length = 2; length <= most + 1 && frontier.length > 0; length++) {
    let found: Found | undefined = leak !== undefined && leak.path.length + 1 === length ? leak : undefined;
    const next: Node[] = [];
    let waiting: Step[] = [];
    const goOn = (): void => {
      for (const step of waiting) {
        const node = nodeAfter(machine, step);
        if (node !== undefined && visited.add(machine.key(node.world, node.ideal))) next.push(node);
      }
      waiting = [];
    };
    for (const node of [...frontier.filter(isOpen), ...frontier.filter(({ isLatent }) => isLatent)]) {
      if (node.isLatent && found !== undefined) return found;
      for (const move of machine.moves(node.world, scope)) {
        if (++counter.tried > MOST_STATES) return found;
        const after = machine.clone(node.world);
        const outcome = run(machine, after, move);
        const expected = machine.ideal.expect(node.ideal, move);
        const verdict = classify(expected, outcome, machine.trespass(after));
        if (verdict !== undefined) {
          if (found === undefined || worse(found.verdict, verdict) !== found.verdict)
            found = { verdict, path: [...node.path, move] };
          if (verdict === 'breach') return found;
          continue;
        }
        if (found !== undefined || length === most + 1 || outcome.kind === 'fault') continue;
        waiting.push({ from: node, move, seen: outcome, after });
        if (waiting.length <= mostWaiting) continue;
        goOn();
        if (visited.isFull) return undefined;
      }
    }
    if (found !== undefined) return found;
    goOn();
    if (visited.isFull) return undefined;
    frontier = next;
  }
  return leak;
}

/** Where a move has led that has shown nothing; undefined where nothing is wrong any more. */
function nodeAfter(machine: AnyMachine, { from, move, seen, after }: Step): Node | undefined {
  const ideal = machine.ideal.clone(from.ideal);
  machine.ideal.advance(ideal, move, seen);
  const difference = machine.uncoupled(after, ideal);
  if (difference === undefined) return undefined;
  return { world: after, ideal, path: [...from.path, move], isLatent: difference.latent === true };
}

/** The keys of all states that a search has come to, as long as there is room for them. */
class Visited {
  private readonly keys: Set<string>;
  private kept = 0;

  constructor(start: string) {
    this.keys = new Set([start]);
  }

  get isFull(): boolean {
    return this.kept > MOST_KEPT;
  }

  /** Is the state a new one? */
  add(key: string): boolean {
    if (this.isFull || this.keys.has(key)) return false;
    this.kept += key.length;
    this.keys.add(key);
    return true;
  }
}

/** May a move show what is wrong at once? */
const isOpen = ({ isLatent }: Node): boolean => !isLatent;

/** What is held by nobody once every process has exited. */
function leakAfterExits(machine: AnyMachine, trial: Pick<Trial, 'world'>): Found | undefined {
  const world = machine.clone(trial.world);
  const path: readonly Move[] = machine.exits(world);
  for (const move of path) run(machine, world, move);
  const leaks = (machine.broken(world) as readonly Violation[]).some(violation => violation.leak === true);
  return leaks ? { verdict: 'leak', path } : undefined;
}

/**
 * Plays the consequence with bytes: those on the screen, if they show the difference, else distinct ones
 * in every page, for right means right for every content.
 */
function show(
  machine: AnyMachine,
  situation: Situation,
  decision: Choice,
  found: Found,
  tried: number,
): Consequence {
  const plain = replay(machine, situation, decision, found.path, false);
  const visible =
    found.verdict === 'leak' ||
    found.verdict === 'miscount' ||
    classify(plain.expected, plain.outcome, plain.trespass) !== undefined;
  const { decided, steps, broken } = visible ? plain : replay(machine, situation, decision, found.path, true);
  return { decided, steps, broken, tried, relabelled: !visible };
}

function replay(
  machine: AnyMachine,
  situation: Situation,
  decision: Choice,
  path: readonly Move[],
  relabel: boolean,
) {
  const known = symbolic(machine, situation, situation.findings ?? new Findings());
  const { legend } = known;
  const world = machine.clone(known.world);
  const ideal = machine.ideal.clone(known.ideal);
  const bytes = relabel ? distinctBytes(legend) : new Map(legend);
  const unused = unusedBytes([...bytes.values(), ...storedBy(situation.move)]);
  const trapping =
    relabel && 'value' in situation.move ? { ...situation.move, value: unused() } : situation.move;
  if ('value' in trapping) bytes.set(STORED, trapping.value);
  machine.mapValues(world, ideal, (value: number) => bytes.get(value) ?? value);
  const stored = new Map<number, number>();
  const moves = path.map(move => {
    if (!('value' in move)) return move;
    if (!stored.has(move.value)) stored.set(move.value, unused());
    return { ...move, value: stored.get(move.value)! };
  });

  const atTrap = machine.clone(world);
  machine.apply(atTrap, situation.fault, decision);
  const decided = machine.view(atTrap, situation.fault);
  let broken: readonly Violation[] = machine.broken(atTrap);
  const steps: ConsequenceStep[] = [];
  let expected: readonly Seen[] = [];
  let outcome: Outcome = { kind: 'done' };
  for (const [i, move] of [trapping, ...moves].entries()) {
    expected = machine.ideal.expect(ideal, move);
    outcome = i === 0 ? retry(machine, world, situation, decision, move) : run(machine, world, move);
    const view = machine.view(world, outcome.kind === 'fault' ? outcome.trap : undefined);
    if (broken.length === 0) broken = machine.broken(world);
    const seen = outcome.kind === 'fault' ? ({ kind: 'fault' } as const) : outcome;
    const trespass = machine.trespass(world);
    steps.push({ move, seen, ideal: expected[0]!, ...(trespass === undefined ? {} : { trespass }), view });
    if (outcome.kind !== 'fault') machine.ideal.advance(ideal, move, outcome);
  }
  return { decided, steps, broken, expected, outcome, trespass: machine.trespass(world) };
}

const storedBy = (move: Move): number[] => ('value' in move ? [move.value] : []);

/** Each symbol its own byte: the one it stands for unless another symbol has it already. */
export function distinctBytes(legend: ReadonlyMap<number, number>): Map<number, number> {
  const bytes = new Map<number, number>();
  const unused = unusedBytes([...legend.values()]);
  const taken = new Set<number>([0]);
  for (const [symbol, byte] of legend) {
    const own = taken.has(byte) ? unused() : byte;
    taken.add(own);
    bytes.set(symbol, own);
  }
  return bytes;
}

/** Hands out bytes that occur nowhere, the small ones first. */
export function unusedBytes(used: readonly number[]): () => number {
  const taken = new Set(used);
  let next = 1;
  return () => {
    while (taken.has(next)) next++;
    return next++;
  };
}
