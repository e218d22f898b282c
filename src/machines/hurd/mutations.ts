import type { DecisionName } from './decision.ts';
import { allThatIsAllowed, hardOthers } from './reference.ts';
import { type Step, type StepName, stepOf } from './routines.ts';
import { type Mechanics, type RuleSet, ruleSets } from './rules.ts';

type Mutation = readonly [name: string, change: Partial<RuleSet>];

const table: readonly Mutation[] = [
  ['frames are bound without being cleared', mechanics({ zeroAtBind: false })],
  ['a shared copy gets a ring of its own', mechanics({ sharedJoinsRing: false })],
  ['a logical copy does not raise cow', mechanics({ copyRaisesCow: false })],
  ['an entry that goes does not lower cow', mechanics({ removalLowersCow: false })],
  ['memory is freed while it is mapped', mechanics({ unmapBeforeFree: false })],
  ['protecting takes no right from the MMU', mechanics({ protectTakesRights: false })],
  ['a copy moves only the entry of the writer', mechanics({ wholeRingMoves: false })],
  ['eviction drops what is dirty', mechanics({ evictSavesDirty: false })],
  ['dirty data is held softly', mechanics({ softenOnlyClean: false })],
  ['fork does not count the slots that it shares', mechanics({ forkSharesSlots: false })],
  ['fork leaves the right to write', mechanics({ forkRevokesWrites: false })],
  ["the server's cache holds on to its frames", mechanics({ cacheIsSoft: false })],
  ['the pager asks for all rights, as in 2005', { asksFor: allThatIsAllowed }],
  ['never copy', { mustCopy: () => false }],
  ['copy as long as anybody else names the frame', { mustCopy: othersName }],
  ['soft references make a copy', { mustCopy: anyRing }],
  ['copy without copying', without('copy', 'copy the bytes')],
  ['copy without unmapping the others', without('copy', 'unmap the old')],
  ['copy moves nobody', without('copy', 'move the ring')],
  ['soft references survive the write', without('drop-soft', 'discard soft references')],
  ['an unbound frame is not bound', without('zero', 'bind and clear')],
  ['physmem replies before it revokes', without('copy-lazy', 'revoke writes')],
  ['sharing does nothing', without('share', 'join the ring')],
  ['nothing is freed', replaced('free', 'unmap and free', 'forget the entries')],
  ['freeing does not unmap', replaced('free', 'unmap and free', 'free without unmapping')],
  ['freeing takes what others hold', replaced('free', 'unmap and free', 'free the whole frame')],
  ['the pager answers without asking physmem', without('ask-read', 'ask for reading')],
  [
    'physmem gives less than it was asked for',
    replaced('map', 'reply with items', 'reply with read-only items'),
  ],
  ['the thread that waits is not answered', replaced('wait', 'queue the thread', 'say nothing')],
  ['the final pager is not called', replaced('forward', 'call the final pager', 'say nothing')],
  ['a refusal raises no signal', without('segv', 'signal SEGV')],
  ['a dead server raises SIGSEGV', replaced('bus', 'signal BUS', 'signal SEGV')],
  ['what is demanded is not given', without('give-clean', 'give back clean pages')],
  [
    'extra frames are given back dirty',
    replaced('give-clean', 'give back clean pages', 'give back the last pages'),
  ],
  [
    'physmem copies only what somebody has mapped',
    {
      mustCopy: (world, container, index) =>
        hardOthers(world, container, index) && world.physmem.mmu.all().length > 0,
    },
  ],
  [
    'a weak capability allocates all the same',
    withStep('deny-rights', 'reply EPERM', step => [stepOf('allocate in the container'), step]),
  ],
  [
    'what is reused keeps its copies',
    withStep('release', 'detach from its copies', () => [stepOf('break the copy')]),
  ],
  ['new data goes where others still look', without('release', 'detach from its copies')],
  ['swapping in reads nothing', without('swap-in', 'swap in')],
];

/** Machines with one rule broken, by name. `npm run mutate` shows what notices each. */
export const mutations: Readonly<Record<string, RuleSet>> = Object.fromEntries(
  table.map(([name, change]) => [name, { ...reference(), ...change, name }]),
);

function reference(): RuleSet {
  return ruleSets['both']!;
}

function mechanics(change: Partial<Mechanics>): Partial<RuleSet> {
  return { mechanics: { ...reference().mechanics, ...change } };
}

function othersName(...[world, container, index]: Parameters<RuleSet['mustCopy']>): boolean {
  const entry = world.physmem.entryAt(container, index);
  return entry !== undefined && world.physmem.frameOf(entry).refs > 1;
}

function anyRing(...[world, container, index]: Parameters<RuleSet['mustCopy']>): boolean {
  const entry = world.physmem.entryAt(container, index);
  return entry !== undefined && world.physmem.ringsOf(world.physmem.frameOf(entry)).length > 1;
}

function withStep(
  decision: DecisionName,
  name: StepName,
  change: (step: Step) => readonly Step[],
): Partial<RuleSet> {
  const { routines } = reference();
  const steps = routines[decision].flatMap(step => (step.name === name ? change(step) : [step]));
  return { routines: { ...routines, [decision]: steps } };
}

function without(decision: DecisionName, name: StepName): Partial<RuleSet> {
  return withStep(decision, name, () => []);
}

function replaced(decision: DecisionName, name: StepName, by: StepName): Partial<RuleSet> {
  return withStep(decision, name, () => [stepOf(by)]);
}
