import type { Micro } from '../../machine.ts';
import type { World } from '../world.ts';
import { type Decision, type DecisionName, decisions } from './decision.ts';
import { type Fault, vmaAt } from './fault.ts';
import { afterGrowth } from './fault-path.ts';
import { contextOf, runSteps, type Step, type StepName, stepOf, steps } from './steps.ts';

export type Routines = Readonly<Record<DecisionName, readonly Step[]>>;

/**
 * The order matters: the frame is filled before its entry is set, flushed before the old frame is put.
 * `grow` goes on as `afterGrowth` says.
 */
const order: Readonly<Record<DecisionName, readonly StepName[]>> = {
  copy: [
    'read entry',
    'prepare anon_vma',
    'allocate frame',
    'find source',
    'copy frame',
    'recheck entry',
    'recheck page',
    'clear entry',
    'flush',
    'set entry dirty',
    'remove old rmap',
    'put frame',
  ],
  zeroed: [
    'read entry',
    'prepare anon_vma',
    'allocate frame',
    'clear frame',
    'recheck entry',
    'clear entry',
    'flush',
    'set entry',
    'remove old rmap',
    'put frame',
  ],
  'zero-page': [
    'read entry',
    'recheck entry',
    'clear entry',
    'flush',
    'set zero entry',
    'remove old rmap',
    'put frame',
  ],
  reuse: [
    'read entry',
    'recheck entry',
    'give up swap slot',
    'mark exclusive',
    'tell file system',
    'make writable',
    'flush spurious',
  ],
  spurious: ['read entry', 'recheck entry', 'set accessed', 'flush spurious'],
  'map-cache': [
    'read entry',
    'map around',
    'get object page',
    'tell file system',
    'recheck entry',
    'recheck page',
    'clear entry',
    'flush',
    'set shared entry',
    'remove old rmap',
    'put frame',
  ],
  'swap-in': [
    'read entry',
    'claim slot',
    'get swapped page',
    'recheck entry',
    'free swap',
    'set swapped entry',
    'go on with the write',
  ],
  grow: ['expand stack'],
  'refuse-access': ['signal ACCERR'],
  'refuse-unmapped': ['attempt growth', 'signal MAPERR'],
  'fix-up': ['go to the fixup'],
  oops: ['oops'],
  'oom-kill': ['kill for want of memory'],
  'refuse-bus': ['prepare anon_vma for a copy', 'map around', 'signal ADRERR'],
};

/** What each decision is carried out as. */
export const kernelRoutines: Routines = Object.fromEntries(
  Object.entries(order).map(([decision, names]) => [decision, names.map(stepOf)]),
) as unknown as Routines;

/** A step of a routine, with the fault that it serves. */
export interface LinuxMicro extends Micro {
  readonly step: StepName;
  readonly fault: Fault;
}

/** The decision as micro-steps, in the kernel's order. */
export function routine(world: World, fault: Fault, decision: Decision): LinuxMicro[] {
  const rest = continuation(world, fault, decision);
  const own = stepsFor(world, fault, decision);
  const steps = rest === undefined ? own : [...own, ...world.rules.routines[rest.do]];
  return steps.map(({ name }) => ({ step: name, fault }));
}

/**
 * Carries out one micro-step; what one leaves to the next is kept in its CPU: that of the process which has
 * faulted. Whoever goes through another's pages stays on its own.
 */
export function perform(world: World, { step, fault }: LinuxMicro): void {
  if (fault.gup === undefined) world.run(world.process(fault.process));
  steps[step](contextOf(world, fault));
}

/** Carries out any decision in any state. */
export function apply(world: World, fault: Fault, decision: Decision): void {
  const rest = continuation(world, fault, decision);
  carryOut(world, fault, decision);
  if (rest !== undefined) carryOut(world, fault, rest);
}

function carryOut(world: World, fault: Fault, decision: Decision): void {
  runSteps(contextOf(world, fault), stepsFor(world, fault, decision));
}

/**
 * Whoever serves a fault takes the address space's lock first. Where page faults are disabled its process holds that
 * already, and only what needs no lock gets anywhere (bad_area_nosemaphore).
 */
function stepsFor({ rules }: World, fault: Fault, decision: Decision): readonly Step[] {
  const own = varied(rules.routines[decision.do], decision);
  if (!fault.atomic || decision.do === 'fix-up' || decision.do === 'oops') return own;
  return decision.do.startsWith('refuse') ? REFUSES : WAITS;
}

const REFUSES: readonly Step[] = [stepOf('signal MAPERR')];
const WAITS: readonly Step[] = [stepOf('wait for the lock')];

/** The steps of a routine as the decision has them. */
function varied(routine: readonly Step[], decision: Decision): readonly Step[] {
  if (decision === decisions[decision.do]) return routine;
  const { writable, exclusive, flush, maps, refs } = decision;
  const steps = routine.flatMap((step): Step[] => {
    if (step.name === 'flush' && flush === 'none') return [];
    if (step.name === 'flush' && flush === 'here') return [stepOf('flush here')];
    if (step.name === 'remove old rmap' && maps === 'same') return [];
    if (step.name === 'put frame' && refs === 'same') return [];
    if (step.name === 'mark exclusive' && exclusive === 'no') return [];
    return [step];
  });
  if (exclusive === 'no') steps.push(stepOf('forget exclusive'));
  if (writable === 'no') steps.push(stepOf('make read-only'));
  return steps;
}

/**
 * What follows a decision's own steps: a stack that has grown lacks the page that was touched. Inside a VMA
 * nothing can grow, and nothing follows.
 */
const continuation = (world: World, fault: Fault, decision: Decision): Decision | undefined =>
  decision.do === 'grow' && !fault.atomic && vmaAt(world, fault) === undefined
    ? afterGrowth(world, fault)
    : undefined;
