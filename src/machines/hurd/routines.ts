import type { Micro } from '../machine.ts';
import type { Decision, DecisionName } from './decision.ts';
import { withFrames } from './reference.ts';
import { breakSteps, type Context, steps } from './steps.ts';
import type { HurdFault, World } from './world.ts';

/** The decisions as pager and physmem carry them out: a list of steps each. Only the choice may be wrong. */
export type StepName = keyof typeof steps;
export interface Step {
  readonly name: StepName;
  readonly run: (context: Context) => void;
}
export const stepOf = (name: StepName): Step => ({ name, run: steps[name] });
export type Routines = Readonly<Record<DecisionName, readonly Step[]>>;

const look: StepName = 'look in the database';
const copySteps: readonly StepName[] = ['find the entry', ...breakSteps, 'reply with items'];

const order: Readonly<Record<DecisionName, readonly StepName[]>> = {
  'ask-read': [look, 'ask for reading'],
  'ask-write': [look, 'ask for writing'],
  'ask-run': [look, 'ask for running'],
  alloc: [look, 'drop what was there', 'allocate in the container', 'ask as faulted'],
  fill: [look, 'drop what was there', 'have the server fill it', 'ask as faulted'],
  'swap-in': [look, 'swap in', 'ask as faulted'],
  recall: [look, 'ask for the soft frame', 'ask as faulted'],
  evict: [look, 'evict a victim'],
  wait: [look, 'queue the thread', 'ask as faulted'],
  reply: [look, 'reply with nothing'],
  forward: ['call the final pager'],
  drop: ['say nothing'],
  'give-clean': [look, 'give back clean pages'],
  'give-last': [look, 'give back the last pages'],
  'give-slow': [look, 'write dirty pages first'],
  segv: [look, 'signal SEGV'],
  bus: [look, 'signal BUS'],
  map: ['find the entry', 'reply with items'],
  'map-ro': ['find the entry', 'reply with read-only items'],
  copy: copySteps,
  'drop-soft': ['find the entry', 'discard soft references', 'reply with items'],
  zero: ['find the entry', 'bind and clear', 'reply with items'],
  reclaim: ['find the entry', 'take soft frames'],
  'deny-missing': ['reply ENOENT'],
  'deny-memory': ['reply ENOMEM'],
  'deny-rights': ['reply EPERM'],
  'deny-invalid': ['reply EINVAL'],
  'deny-busy': ['reply EBUSY'],
  share: ['join the ring', 'reply'],
  'copy-lazy': ['make logical copies', 'revoke writes', 'reply'],
  'copy-late': ['make logical copies', 'reply'],
  'copy-now': ['revoke writes', 'copy all bytes', 'reply'],
  free: ['unmap and free', 'reply'],
  'free-mapped': ['free without unmapping', 'reply'],
  'free-all': ['free the whole frame', 'reply'],
  keep: ['forget the entries', 'reply'],
  release: ['detach from its copies', 'write the new data', 'reply'],
  leave: ['break the copy', 'write the new data', 'reply'],
  overwrite: ['write the new data', 'reply'],
};

export const hurdRoutines: Routines = Object.fromEntries(
  Object.entries(order).map(([decision, names]) => [decision, names.map(stepOf)]),
) as unknown as Routines;

/** A step of a routine, with the message that it answers. */
export interface HurdMicro extends Micro {
  readonly step: StepName;
  readonly fault: HurdFault;
}

export const routine = (world: World, fault: HurdFault, decision: Decision): HurdMicro[] =>
  stepsFor(world, fault, decision).map(({ name }) => ({ step: name, fault }));

/** Carries out one micro-step as the rule set has it. */
export function perform(world: World, { step, fault }: HurdMicro): void {
  steps[step](contextOf(world, fault));
  finish(world, fault);
}

/** Carries out any decision in any state. */
export function apply(world: World, fault: HurdFault, decision: Decision): void {
  const context = contextOf(world, fault);
  for (const { run } of stepsFor(world, fault, decision)) run(context);
  finish(world, fault);
}

/** What has been taken from soft references is used as physmem would use it. */
function stepsFor(world: World, fault: HurdFault, decision: Decision): readonly Step[] {
  const { routines } = world.rules;
  const own = routines[decision.do];
  const { request } = fault;
  const entry = request && world.physmem.entryAt(request.task, request.index);
  return decision.do === 'reclaim'
    ? [...own, ...routines[entry === undefined ? 'map' : withFrames(world, request!, entry)]]
    : own;
}

function contextOf(world: World, fault: HurdFault): Context {
  const task = world.tasks.find(({ name }) => name === (fault.request?.task ?? fault.process))!;
  return { world, fault, task, request: fault.request, handler: world.handler };
}

/** A message behind which nothing lacked is answered once. */
function finish(world: World, { about, handler }: HurdFault): void {
  if (handler === 'pager' && about !== 'fault') world.answered = true;
}
