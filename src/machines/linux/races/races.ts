import type { Move, Seen } from '../../../language/moves.ts';
import type { Races, Task } from '../../machine.ts';
import { done } from '../calls/range.ts';
import { Fault } from '../fault/fault.ts';
import { afterGrowth, doUserAddrFault } from '../fault/fault-path.ts';
import { type Handler, type Locks, newHandler } from '../fault/handler.ts';
import { contextOf, type Step, type StepName, stepOf } from '../fault/steps.ts';
import { isNone, isPresent, slotOf } from '../hardware/pte.ts';
import { mutations } from '../mutations.ts';
import { type RuleSet, ruleSets } from '../rules.ts';
import type { World } from '../world.ts';
import { CALL } from './call.ts';
import { callOf, callSteps, performCall, taskOf } from './calls.ts';
import { raceMutations } from './race-mutations.ts';

/**
 * The kernel's work cut into micro-steps, for several CPUs at once. A fault handler holds the mmap lock for
 * reading, and from 'lock' on the page table lock; a system call that changes an address space holds the mmap
 * lock for writing; a driver that copies with page faults disabled holds it for reading, and its faults take none. All
 * locks are given back at the end of the task.
 * Source: do_user_addr_fault, wp_page_copy, dup_mmap, unmap_region (6.14); specification sections 5.3 and 12.
 */

/** In the order of menus. `flush-here` and `force-read` are no kernel's. */
const STEPS = [
  'claim',
  'fill',
  'lock',
  'recheck',
  'clear',
  'flush-here',
  'flush',
  'set',
  'rmap',
  'put',
  'share',
  'protect',
  'zap',
  'free',
  'rights',
  'move',
  'unlock',
  'resize',
  'drop',
  'write',
  'pinned',
  'swap',
  'look',
  'pin',
  'sequence',
  'register',
  'break',
  'force',
  'force-read',
  'check',
  'store',
];

/** To which micro-step each step of a routine belongs; one that is not named belongs to that before it. */
const STAGE: Readonly<Partial<Record<StepName, string>>> = {
  'claim slot': 'claim',
  'expand stack': 'grow',
  'prepare anon_vma': 'fill',
  'map around': 'fill',
  'get object page': 'fill',
  'get swapped page': 'fill',
  'allocate frame': 'fill',
  'recheck entry': 'recheck',
  'free swap': 'set',
  'set swapped entry': 'set',
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

/** A stack that has grown lacks the page that was touched, or refuses the access after all. */
function routineOf(world: World, fault: Fault, decision: string): readonly Step[] {
  const { routines } = world.rules;
  const own = routines[decision as keyof typeof routines];
  return decision === 'grow' ? [...own, ...routines[afterGrowth(world, fault).do]] : own;
}

function task(world: World, cause: Fault | Move): Task | undefined {
  if (!(cause instanceof Fault))
    return ACCESSES.includes(cause.op) ? undefined : { name: taskOf(cause), steps: callSteps(world, cause) };
  const name = doUserAddrFault(world, cause).do;
  const stages = [...stagesOf(routineOf(world, cause, name)).keys()];
  const present = !isNone(world.mms[cause.mm]!.table.low(cause.page));
  const usual = stages.filter(stage => present || !ONLY_WITH_ENTRY.includes(stage));
  const first = usual.findIndex(stage => LOCKED.includes(stage));
  const steps = first < 0 ? usual : usual.toSpliced(first, 0, 'lock');
  return { name, steps: world.rules.orders?.[name] ?? steps };
}

/** What the hardware does alone. */
const ACCESSES = ['read', 'write', 'fetch'];

/** What the task holds while it lasts. */
function holding(world: World, cause: Fault | Move): Locks {
  if (cause instanceof Fault) return { mm: cause.mm, mmap: cause.atomic ? 'none' : 'read', table: false };
  const { mmap, whose } = callOf(cause);
  const { mm } = world.process(whose?.(cause) ?? cause.process);
  return { mm, mmap: mmap(cause), table: false };
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
  task: Task,
  step: string | undefined,
  first: boolean,
): boolean {
  const { mm, mmap } = holding(world, cause);
  const here = cpuOf(world, cause);
  const others = world.cpus.filter(({ holds }, cpu) => holds !== undefined && cpu !== here);
  const near = others.filter(({ holds }) => holds!.mm === mm);
  const locks = step === 'lock' || mapsAround(task, step) || (first && needsTable(world, cause));
  if (locks && near.some(({ holds }) => holds!.table)) return false;
  if (step === 'claim' && others.some(({ handler }) => claimsSame(world, cause, handler))) return false;
  if (!(cause instanceof Fault)) {
    const { needsTables, needsMmap, faults } = callOf(cause);
    const isLocked = near.some(({ holds }) => holds!.table || holds!.mmap === 'write');
    if (step === CALL && isLocked && faults?.(world, cause)) return false;
    if (step !== undefined && needsTables?.includes(step) && others.some(({ holds }) => holds!.table))
      return false;
    const handler = world.cpus[here]?.handler;
    const wants = step !== undefined && handler !== undefined && needsMmap?.(step, handler) === true;
    if (wants && near.some(({ holds }) => holds!.mmap === 'write')) return false;
  }
  if (!first || mmap === 'none') return true;
  return mmap === 'read'
    ? near.every(({ holds }) => holds!.mmap !== 'write')
    : near.every(({ holds }) => holds!.mmap === 'none');
}

/** Neighbours of a page are mapped under a lock that is held for this alone. Source: filemap_map_pages, mm/filemap.c. */
const mapsAround = ({ name }: Task, step: string | undefined): boolean =>
  name === 'map-cache' && step === 'fill';

/** A present entry is looked at under the lock; an empty one is not waited for, nor does a fast pin wait. */
const needsTable = (world: World, cause: Fault | Move): boolean =>
  cause instanceof Fault
    ? !cause.atomic && isPresent(world.mms[cause.mm]!.table.low(cause.page))
    : callOf(cause).startsWithTables;

/** Is somebody else reading the slot that this fault is about? Source: swapcache_prepare, mm/swapfile.c. */
function claimsSame(world: World, cause: Fault | Move, other: Handler | undefined): boolean {
  if (!(cause instanceof Fault) || other?.claims !== true) return false;
  return slotOf(other.low) === slotOf(world.mms[cause.mm]!.table.low(cause.page));
}

function begin(world: World, cause: Fault | Move): void {
  world.run(world.process(cause.process));
  world.cpu.holds = holding(world, cause);
  world.cpu.handler = undefined;
  if (cause instanceof Fault) {
    stepOf('read entry').run(contextOf(world, cause));
  } else {
    world.cpu.handler = newHandler();
    callOf(cause).begin?.({
      world,
      process: world.process(cause.process),
      move: cause,
      handler: world.cpu.handler,
    });
  }
}

function perform(world: World, cause: Fault | Move, { name }: Task, step: string): void {
  world.run(world.process(cause.process));
  const { cpu } = world;
  if (step === 'lock' || step === 'unlock') cpu.holds = { ...cpu.holds!, table: step === 'lock' };
  else if (cause instanceof Fault) {
    const context = contextOf(world, cause);
    const stage = stagesOf(routineOf(world, cause, name)).get(step) ?? [USUAL[step] ?? []].flat();
    for (const each of stage) each.run(context);
  } else performCall(world, cause, step, cpu.handler!);
}

/** Gives the locks back. Answers what a system call shows, or the signal that refuses an access. */
function end(world: World, cause: Fault | Move, { steps }: Task): Seen | undefined {
  const process = world.process(cause.process);
  world.run(process);
  const { cpu } = world;
  const handler = cpu.handler ?? newHandler();
  if (!(cause instanceof Fault) && !steps.includes(CALL))
    callOf(cause).end?.({ world, process, move: cause, handler });
  const seen = cause instanceof Fault ? delivered(world, cause) : (handler.seen ?? done);
  cpu.holds = undefined;
  cpu.handler = undefined;
  world.trespass = undefined;
  return seen;
}

function delivered(world: World, { process }: Fault): Seen | undefined {
  const { signal } = world;
  if (signal?.process !== process) return undefined;
  world.signal = undefined;
  return { kind: 'signal', signal: signal.signal, code: signal.code, address: signal.address };
}

/** The function whose order is asked about. */
const FUNCTIONS: Readonly<Record<string, string>> = {
  copy: 'wp_page_copy',
  zeroed: 'do_anonymous_page',
  fork: 'dup_mmap',
  reuse: 'wp_page_reuse',
  unmap: 'unmap_region',
};

/** A kernel that a level may name: one of the past, or one with one rule broken. */
const kernelOf = (name: string): RuleSet | undefined =>
  ruleSets[name] ?? mutations[name] ?? raceMutations[name];

/** Of a broken kernel: the function of the decision, or system call, that it begins with. */
const functionOf = (kernel: string): string =>
  Object.entries(FUNCTIONS).find(([name]) => kernel.startsWith(`${name} `))?.[1] ?? '';

export const races: Races<World, Fault> = {
  steps: STEPS,
  get broken() {
    return Object.keys({ ...raceMutations, ...mutations, ...ruleSets });
  },
  cpus: world => world.cpus.length,
  busy: (world, process) => world.cpus[world.process(process).cpu]?.holds !== undefined,
  become(world, kernel) {
    world.rules = kernelOf(kernel)!;
  },
  why: name =>
    kernelOf(name) !== undefined
      ? { rule: `broken ${name}`, function: functionOf(name), facts: {} }
      : { rule: `order ${name}`, function: FUNCTIONS[name] ?? '', facts: {} },
  task,
  ready,
  begin,
  perform,
  end,
};
