import type { Move, MoveOf, Seen } from '../../../language/moves.ts';
import { isTrap, type Races, type Task } from '../../machine.ts';
import { duplicate, writeProtect } from '../calls/fork.ts';
import { forget, gather } from '../calls/mmap.ts';
import { beginning, verifyWrite } from '../calls/streams.ts';
import { doUserAddrFault } from '../fault/fault-path.ts';
import { apply } from '../fault/routines.ts';
import { contextOf, type Step, type StepName, stepOf } from '../fault/steps.ts';
import { flushMm } from '../hardware/cpu.ts';
import { isNone, isPresent } from '../hardware/pte.ts';
import { mutations } from '../mutations.ts';
import type { RuleSet } from '../rules.ts';
import { step as carryOut } from '../step.ts';
import { Fault, type Handler, type Held, type Process, type World } from '../world.ts';
import { raceMutations } from './race-mutations.ts';

/**
 * The kernel's work cut into micro-steps, for several CPUs at once. A fault handler holds the mmap lock for
 * reading, and from 'lock' on the page table lock; a system call that changes an address space holds the mmap
 * lock for writing. All locks are given back at the end of the task.
 * Source: do_user_addr_fault, wp_page_copy, dup_mmap, unmap_region (6.14); specification sections 5.3 and 12.
 */

/** In the order of menus. `flush here` is no kernel's: it reaches the CPU of the handler only. */
const STEPS = [
  'fill',
  'lock',
  'recheck',
  'clear',
  'flush-here',
  'flush',
  'set',
  'rmap',
  'put',
  'protect',
  'zap',
  'free',
  'check',
  'store',
];

/** To which micro-step each step of a routine belongs; one that is not named belongs to that before it. */
const STAGE: Readonly<Partial<Record<StepName, string>>> = {
  'prepare anon_vma': 'fill',
  'map around': 'fill',
  'get object page': 'fill',
  'allocate frame': 'fill',
  'recheck entry': 'recheck',
  'clear entry': 'clear',
  flush: 'flush',
  'flush here': 'flush-here',
  'mark exclusive': 'set',
  'make writable': 'set',
  'set entry': 'set',
  'set entry dirty': 'set',
  'set shared entry': 'set',
  'set zero entry': 'set',
  'set accessed': 'set',
  'remove old rmap': 'rmap',
  'put frame': 'put',
};

/** What does nothing where there was no entry. */
const ONLY_WITH_ENTRY = ['clear', 'flush', 'rmap'];
const LOCKED = ['recheck', 'clear', 'flush', 'flush-here', 'set'];

/** The routine's steps by micro-step; 'read entry' is done when the task begins. */
function stagesOf(routine: readonly Step[]): ReadonlyMap<string, readonly Step[]> {
  const stages = new Map<string, Step[]>();
  let stage = 'fill';
  for (const step of routine) {
    if (step.name === 'read entry') continue;
    stage = STAGE[step.name] ?? stage;
    stages.set(stage, [...(stages.get(stage) ?? []), step]);
  }
  return stages;
}

const routineOf = (world: World, decision: string): readonly Step[] =>
  world.rules.routines[decision as keyof World['rules']['routines']];

function task(world: World, cause: Fault | Move): Task | undefined {
  if (cause instanceof Fault) {
    const name = doUserAddrFault(world, cause).do;
    const stages = [...stagesOf(routineOf(world, name)).keys()];
    const present = !isNone(world.mms[cause.mm]!.table.low(cause.page));
    const steps = stages.filter(stage => present || !ONLY_WITH_ENTRY.includes(stage));
    const first = steps.findIndex(stage => LOCKED.includes(stage));
    return { name, steps: first < 0 ? steps : steps.toSpliced(first, 0, 'lock') };
  }
  switch (cause.op) {
    case 'read':
    case 'write':
    case 'fetch':
      return undefined;
    case 'fork':
      return { name: 'fork', steps: forkSteps(world) };
    case 'unmap':
      return { name: 'unmap', steps: unmapSteps(world) };
    case 'rsys':
      return { name: 'rsys', steps: world.wp === 'checked' ? ['check', 'store'] : ['call'] };
    default:
      return { name: cause.op, steps: ['call'] };
  }
}

const forkSteps = ({ rules: { fork } }: World): string[] =>
  fork.flush ? ['share', 'protect', 'flush'] : ['share', 'protect'];

function unmapSteps({ rules: { zap } }: World): string[] {
  if (!zap.flush) return ['zap', 'free'];
  return zap.freeFirst === true ? ['zap', 'free', 'flush'] : ['zap', 'flush', 'free'];
}

/** Calls that take the lock only for the faults that they come to. */
const COPIES: ReadonlySet<Move['op']> = new Set(['rsys', 'wsys'] as const);

/** What the task holds while it lasts. */
function holding(world: World, cause: Fault | Move): Held {
  if (cause instanceof Fault) return { mm: cause.mm, mmap: 'read', table: false };
  const { mm } = world.process(cause.process);
  return { mm, mmap: COPIES.has(cause.op) ? 'none' : 'write', table: false };
}

/** What a micro-step does that the routine itself does not have. */
const USUAL: Readonly<Record<string, Step>> = {
  clear: stepOf('clear entry'),
  flush: stepOf('flush'),
  'flush-here': stepOf('flush here'),
  recheck: stepOf('recheck entry'),
};

const cpuOf = (world: World, { process }: Fault | Move): number => world.process(process).cpu;

function ready(
  world: World,
  cause: Fault | Move,
  { steps }: Task,
  step: string | undefined,
  first: boolean,
): boolean {
  const wanted = holding(world, cause);
  const here = cpuOf(world, cause);
  const held = world.cpus.flatMap(({ holds }, cpu) =>
    holds === undefined || holds.mmap === 'none' || holds.mm !== wanted.mm || cpu === here ? [] : [holds],
  );
  if (held.some(({ table }) => table) && (step === 'lock' || (first && needsTable(world, cause))))
    return false;
  if (!first || wanted.mmap === 'none') return true;
  return wanted.mmap === 'read'
    ? held.every(({ mmap }) => mmap === 'read')
    : held.length === 0 && steps.length > 0;
}

/** A present entry is looked at under the lock; an empty one is not waited for. */
const needsTable = (world: World, cause: Fault | Move): boolean =>
  !(cause instanceof Fault) || isPresent(world.mms[cause.mm]!.table.low(cause.page));

function begin(world: World, cause: Fault | Move): void {
  world.run(world.process(cause.process));
  world.cpu.holds = holding(world, cause);
  world.cpu.handler = undefined;
  if (cause instanceof Fault) {
    stepOf('read entry').run(contextOf(world, cause));
  } else world.cpu.handler = { low: 0, high: 0, pfn: -1, source: 0, same: true, major: false, gathered: [] };
}

function perform(world: World, cause: Fault | Move, { name }: Task, step: string): void {
  world.run(world.process(cause.process));
  const { cpu } = world;
  if (step === 'lock') cpu.holds = { ...cpu.holds!, table: true };
  else if (cause instanceof Fault) {
    const context = contextOf(world, cause);
    const stage = stagesOf(routineOf(world, name)).get(step) ?? [USUAL[step] ?? []].flat();
    for (const each of stage) each.run(context);
  } else call(world, cause, step, cpu.handler!);
}

function call(world: World, move: Move, step: string, handler: Handler): void {
  const process = world.process(move.process);
  switch (step) {
    case 'share': {
      const unprotected = { ...world.rules.fork, protectParent: false, protectChild: false };
      duplicate(world, process, (move as MoveOf<'fork'>).child, unprotected);
      return;
    }
    case 'protect': {
      const child = world.processes.find(({ name }) => name === (move as MoveOf<'fork'>).child);
      if (world.rules.fork.protectParent) writeProtect(world, world.mms[process.mm]!);
      if (world.rules.fork.protectChild && child !== undefined) writeProtect(world, world.mms[child.mm]!);
      return;
    }
    case 'flush':
      flushMm(world, process.mm);
      return;
    case 'zap':
      handler.gathered = gather(world, process, move as MoveOf<'unmap'>);
      return;
    case 'free':
      for (const pfn of handler.gathered) world.frames.put(pfn);
      handler.gathered = [];
      return;
    case 'check':
      checkBuffer(world, process, move as MoveOf<'rsys'>);
      return;
    case 'store':
      world.copy = { ...beginning(move as MoveOf<'rsys'>), checked: Number.POSITIVE_INFINITY };
      handler.seen = carryOut(world, move) as Seen;
      return;
    case 'call': {
      handler.seen = served(world, move);
      return;
    }
  }
}

/** A system call to its end, its faults served by the same kernel. */
function served(world: World, move: Move): Seen {
  for (;;) {
    const seen = carryOut(world, move);
    if (!isTrap(seen)) return seen;
    apply(world, seen, doUserAddrFault(world, seen));
  }
}

/** All pages of a buffer are checked, and served, before anything is stored. */
function checkBuffer(world: World, process: Process, move: MoveOf<'rsys'>): void {
  const state = beginning(move);
  while (state.done < state.length) {
    const fault = verifyWrite(world, process, state);
    if (fault !== undefined) apply(world, fault, doUserAddrFault(world, fault));
    state.done = state.checked;
  }
}

/** Gives the locks back. Answers what a system call shows. */
function end(world: World, cause: Fault | Move): Seen | undefined {
  world.run(world.process(cause.process));
  const { cpu } = world;
  const seen = cpu.handler?.seen ?? { kind: 'done' };
  if (!(cause instanceof Fault) && cause.op === 'unmap') forget(world, world.process(cause.process), cause);
  cpu.holds = undefined;
  cpu.handler = undefined;
  world.trespass = undefined;
  return cause instanceof Fault ? undefined : seen;
}

/** The function whose order is asked about. */
const FUNCTIONS: Readonly<Record<string, string>> = {
  copy: 'wp_page_copy',
  zeroed: 'do_anonymous_page',
  fork: 'dup_mmap',
  reuse: 'wp_page_reuse',
  unmap: 'unmap_region',
};

/** Kernels with one rule broken that a level may name: those that need several CPUs, and all others. */
const broken: Readonly<Record<string, RuleSet>> = { ...raceMutations, ...mutations };

/** Of a broken kernel: the function of the decision, or system call, that it begins with. */
const functionOf = (kernel: string): string =>
  Object.entries(FUNCTIONS).find(([name]) => kernel.startsWith(`${name} `))?.[1] ?? '';

export const races: Races<World, Fault> = {
  steps: STEPS,
  broken: Object.keys(broken),
  cpus: world => world.cpus.length,
  busy: (world, process) => world.cpus[world.process(process).cpu]?.holds !== undefined,
  become(world, kernel) {
    world.rules = broken[kernel]!;
  },
  why: name =>
    name in broken
      ? { rule: `broken ${name}`, function: functionOf(name), facts: {} }
      : { rule: `order ${name}`, function: FUNCTIONS[name] ?? '', facts: {} },
  task,
  ready,
  begin,
  perform,
  end,
};
