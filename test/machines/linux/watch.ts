import { type Move, type Program, type Seen, sameSeen } from '../../../src/language/moves.ts';
import { describe } from '../../../src/language/print.ts';
import type { Decision } from '../../../src/machines/linux/fault/decision.ts';
import type { Fault } from '../../../src/machines/linux/fault/fault.ts';
import type { IdealMemory } from '../../../src/machines/linux/ideal/ideal.ts';
import { type Answer, answers } from '../../../src/machines/linux/invariants/answers.ts';
import { microInvariants } from '../../../src/machines/linux/invariants/micro.ts';
import { type Shown, shownInvariants } from '../../../src/machines/linux/invariants/shown.ts';
import { transitions } from '../../../src/machines/linux/invariants/transitions.ts';
import { linux } from '../../../src/machines/linux/linux.ts';
import { findVma } from '../../../src/machines/linux/memory/vma.ts';
import { races } from '../../../src/machines/linux/races/races.ts';
import type { World } from '../../../src/machines/linux/world.ts';
import { isTrap } from '../../../src/machines/machine.ts';

export type Handler = (world: World, ideal: IdealMemory, move: Move, fault: Fault) => Decision;

/** Something that a kernel must not do, and what it was noticed by: 'I5', 'ideal', 'coupling' or 'cost'. */
export class Noticed extends Error {
  readonly by: string;

  constructor(by: string, what: string) {
    super(`${by}: ${what}`);
    this.by = by;
  }
}

/** An instruction that no handler may let fault more often than this. */
const MOST_FAULTS = 16;

/**
 * Runs a program under a handler. Throws Noticed where a process is shown what the ideal does not allow, or
 * an invariant or the coupling does not hold after a step.
 * What the kernel itself decides is carried out in micro-steps, and held to what an answer and each of its steps must
 * keep. A page below a stack may be served before the stack has come down to it: then the instruction faults
 * again, and until then an entry lies outside all VMAs. Where memory has an end, pages that one instruction needs at once
 * can drive each other out, as they do in a real kernel: such thrashing ends the program.
 */
export function watch(program: Program, handler: Handler, rules = '6.x'): void {
  const world = linux.boot(program, rules);
  const ideal = linux.ideal.boot(program, rules);
  for (const move of program.moves) {
    const step = () => `${move.process} ${describe(move, program.regions)}`;
    const allowed = linux.ideal.expect(ideal, move);
    const before = world.clone();
    let result: Seen | Fault = linux.step(world, move);
    for (let faults = 0; isTrap(result); faults++) {
      if (faults === MOST_FAULTS) {
        if (Number.isFinite(world.setup.memory)) return;
        throw new Noticed('I30', `${step()} makes no progress`);
      }
      const outside = findVma(world.mms[result.mm]!.vmas, result.page) === undefined;
      const decision = handler(world, ideal, move, result);
      const atTrap = world.clone();
      const isKernels = decision === linux.best(world, result);
      const signal = isKernels ? inMicroSteps(world, result, decision, step) : undefined;
      if (!isKernels) linux.apply(world, result, decision);
      holdInvariants(world, step, outside ? 'I18' : undefined);
      const after = world.clone();
      const next: Seen | Fault = signal ?? linux.step(world, move);
      if (isKernels) holdAnswer({ fault: result, before: atTrap, after, next, retried: world }, step);
      result = next;
    }
    const seen = result;
    const trespass = linux.trespass(world);
    if (trespass !== undefined) throw new Noticed('ideal', `${step()} trespasses: ${trespass}`);
    holdShown({ before, move, seen, allowed }, step);
    linux.ideal.advance(ideal, move, seen);
    holdTransitions(before, move, seen, world, step);
    holdInvariants(world, step);
    const uncoupled = linux.uncoupled(world, ideal);
    if (uncoupled !== undefined) throw new Noticed('coupling', `after ${step()}: ${uncoupled.what}`);
  }
}

/**
 * Carries the kernel's own decision out as a CPU among others does: under its locks, one micro-step after the other.
 * Answers the signal of a stack that has grown and refuses the access all the same.
 */
function inMicroSteps(world: World, fault: Fault, decision: Decision, step: () => string): Seen | undefined {
  const task = fault.gup === undefined && isServed(decision) ? races.task(world, fault) : undefined;
  if (task === undefined) {
    linux.apply(world, fault, decision);
    return undefined;
  }
  races.begin(world, fault, task);
  for (const each of task.steps) {
    const before = world.clone();
    races.perform(world, fault, task, each);
    const micro = { before, after: world, cpu: world.here, step: each, page: fault.page };
    for (const { id, broken } of microInvariants) notice(id, broken(micro), step);
  }
  const { handler } = world.cpu;
  const signal = races.end(world, fault, task);
  world.cpu.handler = handler;
  return signal;
}

const isServed = ({ do: name }: Decision): boolean =>
  !name.startsWith('refuse') && name !== 'fix-up' && name !== 'oops' && name !== 'oom-kill';

function notice(id: string, what: string | undefined, step: () => string): void {
  if (what !== undefined) throw new Noticed(id, `${step()}: ${what}`);
}

function holdAnswer(answer: Answer, step: () => string): void {
  for (const { id, broken } of answers) notice(id, broken(answer), step);
}

function holdShown(shown: Shown, step: () => string): void {
  const { seen, allowed } = shown;
  const what = `shows ${JSON.stringify(seen)}, not ${JSON.stringify(allowed)}`;
  for (const { id, broken } of shownInvariants) notice(id, broken(shown) ? what : undefined, step);
  if (!allowed.some(other => sameSeen(other, seen))) notice('ideal', what, step);
}

function holdTransitions(before: World, move: Move, seen: Seen, after: World, step: () => string): void {
  for (const { id, broken } of transitions) notice(id, broken(before, move, seen, after), step);
}

function holdInvariants(world: World, step: () => string, but?: string): void {
  const violation = linux.broken(world).find(({ invariant }) => invariant !== but);
  if (violation !== undefined)
    throw new Noticed(violation.invariant, `after ${step()}: ${violation.what} ${violation.rows.join(', ')}`);
}
