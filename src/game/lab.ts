import { judge, type Situation } from '../judge/judge.ts';
import { complete, type IdealState, type World } from '../judge/run.ts';
import { isRight, type Judgement } from '../judge/verdict.ts';
import type { Move, Program, Seen } from '../language/moves.ts';
import { parseProgram } from '../language/parse.ts';
import { isHeader } from '../language/scope.ts';
import { type AnyMachine, isTrap, type Trap, type View, type Violation } from '../machines/machine.ts';
import type { Executed, Served } from './execution.ts';

/** One line of the sandbox: an operation, and who handles its faults. */
export interface LabLine {
  readonly text: string;
  /** Is the player the handler? Then these are the right decisions so far, one a fault. */
  readonly mine: boolean;
  readonly decisions: readonly string[];
}

/** A sandbox: what was typed. All else is computed from it. A value. */
export interface Lab {
  readonly machine: AnyMachine;
  readonly rules: string;
  /** What is declared before the first operation: files, swap. */
  readonly head: readonly string[];
  readonly lines: readonly LabLine[];
  /** So many of the lines are looked at; fewer than there are after steps backwards. */
  readonly at: number;
}

/** What the lines up to where one looks have come to. */
export interface LabState {
  readonly program: Program;
  readonly executed: readonly Executed[];
  /** The fault that waits for a decision. */
  readonly open?: Situation;
  /** The last fault, open or served, as it was before it was served. */
  readonly last?: Situation;
  readonly view: View;
  readonly broken: readonly Violation[];
}

export const newLab = (machine: AnyMachine): Lab => ({
  machine,
  rules: machine.rules.at(-1)!,
  head: [],
  lines: [],
  at: 0,
});

/** Names of all decisions that the machine offers at a fault. */
const offersAt = (machine: AnyMachine, { world, fault }: Situation) =>
  machine.offers(world, fault, machine.decisions);

/** The program of the lines that are looked at. Throws a LanguageError where a line is no operation. */
export const programOfLab = ({ head, lines, at }: Lab): Program =>
  parseProgram([...head, ...lines.slice(0, at).map(({ text }) => text)].join('\n'), 'lab');

/**
 * Types a line after the one that is looked at; what came after that is gone. A declaration goes to the head.
 * @throws LanguageError where it is no operation, RangeError where the machine does not know it
 */
export function typed(lab: Lab, text: string, mine: boolean): Lab {
  const lines = [...lab.lines.slice(0, lab.at), { text, mine, decisions: [] }];
  const next = { ...lab, lines, at: lines.length };
  const declared = { ...lab, head: [...lab.head, text] };
  const isDeclaration = isHeader(text.split(/\s/, 1)[0]!);
  const { moves } = programOfLab(isDeclaration ? declared : next);
  if (isDeclaration) return declared;
  const move = moves.at(-1);
  // A blank line or a comment is none of the program.
  if (move === undefined || moves.length < lines.length) return lab;
  if (!lab.machine.knows(move)) throw new RangeError(`${lab.machine.system} does not know '${text}'`);
  return next;
}

/** Looks at another place of the session: as many lines as there are, at most. */
export const moved = (lab: Lab, by: number): Lab => ({
  ...lab,
  at: Math.max(0, Math.min(lab.lines.length, lab.at + by)),
});

/** What a decision would come to at the last fault; undefined where there was none. */
export function whatIf(lab: Lab, decision: string): Judgement | undefined {
  const { last } = stateOfLab(lab);
  if (last === undefined) return undefined;
  return judge(lab.machine, last, lab.machine.parse(decision), offersAt(lab.machine, last));
}

/** Decides the open fault; a wrong decision never enters the world. Undefined where no fault is open. */
export function decided(lab: Lab, decision: string): { lab: Lab; judgement: Judgement } | undefined {
  const { open } = stateOfLab(lab);
  if (open === undefined) return undefined;
  const judgement = judge(lab.machine, open, lab.machine.parse(decision), offersAt(lab.machine, open));
  if (!isRight(judgement.verdict)) return { lab, judgement };
  const lines = lab.lines.map((line, i) =>
    i === lab.at - 1 ? { ...line, decisions: [...line.decisions, judgement.decision] } : line,
  );
  return { lab: { ...lab, lines }, judgement };
}

/** Runs the lines that are looked at, from the start. */
export function stateOfLab(lab: Lab): LabState {
  const { machine, rules, lines, at } = lab;
  const program = programOfLab(lab);
  const world: World = machine.boot(program, rules);
  const ideal: IdealState = machine.ideal.boot(program);
  const executed: Executed[] = [];
  let open: Situation | undefined;
  let last: Situation | undefined;
  let before: View = machine.view(world);
  for (const [i, move] of program.moves.slice(0, at).entries()) {
    const faults: Served[] = [];
    const met = (fault: Trap): void => {
      last = { world: machine.clone(world), ideal: machine.ideal.clone(ideal), move, fault };
    };
    const serve = (fault: Trap, decision: string): void => {
      const choice = machine.parse(decision);
      faults.push({ trap: fault, decision, reason: machine.why(world, fault, choice) });
    };
    const seen = lines[i]!.mine
      ? byHand(machine, world, move, lines[i]!.decisions, met, serve)
      : complete(machine, world, move, (fault, choice) => {
          met(fault);
          serve(fault, machine.format(choice));
        });
    if (seen === undefined) {
      open = last;
      break;
    }
    machine.ideal.advance(ideal, move, seen);
    const after: View = machine.view(world);
    executed.push({ move, faults, seen, before, after });
    before = after;
  }
  return {
    program,
    executed,
    ...(open === undefined ? {} : { open }),
    ...(last === undefined ? {} : { last }),
    view: machine.view(world, open?.fault),
    broken: machine.broken(world),
  };
}

/** Runs a move with these decisions; undefined where a further one is asked for. */
function byHand(
  machine: AnyMachine,
  world: World,
  move: Move,
  decisions: readonly string[],
  met: (fault: Trap) => void,
  serve: (fault: Trap, decision: string) => void,
): Seen | undefined {
  const left = [...decisions];
  for (;;) {
    const result: Seen | Trap = machine.step(world, move);
    if (!isTrap(result)) return result;
    met(result);
    const decision = left.shift();
    if (decision === undefined) return undefined;
    serve(result, decision);
    machine.apply(world, result, machine.parse(decision));
  }
}
