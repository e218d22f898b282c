import type { DecisionName } from './decision.ts';
import { ANON } from './frames.ts';
import { type StepName, stepOf } from './routines.ts';
import { type ForkRules, type RuleSet, ruleSets } from './rules.ts';

type Mutation = readonly [name: string, change: Partial<RuleSet>];

const table: readonly Mutation[] = [
  ['reuse whoever else maps the frame', { reuse: () => 'exclusive' as const }],
  ['never reuse', { reuse: () => undefined }],
  [
    'reuse a frame that two map',
    { reuse: ({ frames }, pfn) => (frames.refcount[pfn]! <= 2 ? 'sole' : undefined) },
  ],
  ['mprotect makes every anonymous entry writable', { upgrade: ({ frames }, pfn) => frames.is(pfn, ANON) }],
  ['fork leaves the parent writable', fork({ protectParent: false })],
  ['fork leaves the child writable', fork({ protectChild: false })],
  ['fork keeps the exclusive mark', fork({ clearExclusive: false })],
  ['fork takes no reference', fork({ takeReference: false })],
  ['fork forgets the mapcount', fork({ addRmap: false })],
  ['fork does not flush', fork({ flush: false })],
  ['copy without copying', without('copy', 'copy frame')],
  ['copy leaves the old mapcount', without('copy', 'remove old rmap')],
  ['copy keeps the old reference', without('copy', 'put frame')],
  ['copy sets nothing', without('copy', 'set entry dirty')],
  ['first write prepares no anon_vma', without('zeroed', 'prepare anon_vma')],
  ['first write sets nothing', without('zeroed', 'set entry')],
  ['the zero page is not mapped', without('zero-page', 'set zero entry')],
  ['reuse without the exclusive mark', without('reuse', 'mark exclusive')],
  ['reuse leaves the entry read-only', without('reuse', 'make writable')],
  ['a shared page without a reference', replaced('map-shared', 'get object page', 'allocate frame')],
  ['a shared page is not mapped', without('map-shared', 'set shared entry')],
  ['MAPERR for a refused access', { routines: withRoutine('refuse-access', ['signal MAPERR']) }],
  ['ACCERR outside all VMAs', { routines: withRoutine('refuse-unmapped', ['signal ACCERR']) }],
];

/**
 * Kernels with one rule broken, by name. Tests prove that each is noticed; a mutant whose breakage nothing
 * shows would mean that the tests, not the mutant, are at fault. (On one CPU the flush of a copy is not
 * among them: the fault has dropped the entry already.)
 */
export const mutations: Readonly<Record<string, RuleSet>> = Object.fromEntries(
  table.map(([name, change]) => [name, { ...kernel(), ...change, name }]),
);

function kernel(): RuleSet {
  return ruleSets['6.x']!;
}

function fork(change: Partial<ForkRules>): Partial<RuleSet> {
  return { fork: { ...kernel().fork, ...change } };
}

function withRoutine(decision: DecisionName, steps: readonly StepName[]): RuleSet['routines'] {
  return { ...kernel().routines, [decision]: steps.map(stepOf) };
}

function without(decision: DecisionName, step: StepName): Partial<RuleSet> {
  return {
    routines: withRoutine(
      decision,
      namesOf(decision).filter(name => name !== step),
    ),
  };
}

function replaced(decision: DecisionName, step: StepName, by: StepName): Partial<RuleSet> {
  return {
    routines: withRoutine(
      decision,
      namesOf(decision).map(name => (name === step ? by : name)),
    ),
  };
}

function namesOf(decision: DecisionName): StepName[] {
  return kernel().routines[decision].map(({ name }) => name);
}
