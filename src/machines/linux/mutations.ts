import type { Stream, StreamRules } from './calls/streams.ts';
import type { DecisionName } from './fault/decision.ts';
import { accessError } from './fault/fault-path.ts';
import { type Context, type Step, type StepName, stepOf } from './fault/steps.ts';
import { ANON, EXCLUSIVE, ZERO_PFN } from './hardware/frames.ts';
import { DIRTY, NX, WRITABLE } from './hardware/pte.ts';
import { isFull } from './memory/shortage.ts';
import { growsDown, isAccessible, isCow, mayWrite } from './memory/vma.ts';
import { type RuleSet, ruleSets } from './rules.ts';

type Mutation = readonly [name: string, change: Partial<RuleSet>];

const table: readonly Mutation[] = [
  ['a write needs no right to write', { forbids: (vma, fault) => !fault.write && accessError(vma, fault) }],
  ['PROT_NONE memory is served', { forbids: (vma, fault) => isAccessible(vma) && accessError(vma, fault) }],
  [
    'a present page that refuses is repaired',
    { forbids: (vma, fault) => (fault.write ? !mayWrite(vma) : !isAccessible(vma)) },
  ],
  ['a fetch that only reading allows is refused late', { forbids: vma => !isAccessible(vma) }],
  ['reuse whoever else maps the frame', { reuse: () => 'exclusive' as const }],
  ['never reuse', { reuse: () => undefined }],
  [
    'reuse only what is exclusive',
    { reuse: ({ frames }, pfn) => (frames.is(pfn, EXCLUSIVE) ? 'exclusive' : undefined) },
  ],
  [
    'reuse a frame that two map',
    { reuse: ({ frames }, pfn) => (frames.refcount[pfn]! <= 2 ? 'sole' : undefined) },
  ],
  ['mprotect makes every anonymous entry writable', { upgrade: ({ frames }, pfn) => frames.is(pfn, ANON) }],
  [
    'mprotect makes the zero page writable',
    { upgrade: ({ frames }, pfn) => !frames.is(pfn, ANON) || frames.is(pfn, EXCLUSIVE) },
  ],
  ['mprotect makes no entry writable', { upgrade: () => false }],
  ['mprotect leaves the right to write', changed('protect', { takesWrite: false })],
  ['mprotect leaves the right to fetch', changed('protect', { takesFetch: false })],
  ['mprotect leaves entries of PROT_NONE memory present', changed('protect', { takesAccess: false })],
  ['mprotect does not count what it makes writable', changed('protect', { counts: false })],
  ['mprotect does not flush', changed('protect', { flush: false })],
  ['fork copies the page tables of all private memory', changed('fork', { needsCopy: isCow })],
  ['fork copies no page tables', changed('fork', { needsCopy: () => false })],
  ['fork copies the page tables of shared memory', changed('fork', { needsCopy: () => true })],
  ['fork leaves the parent writable', changed('fork', { protectParent: false })],
  ['fork leaves the child writable', changed('fork', { protectChild: false })],
  ['fork keeps the exclusive mark', changed('fork', { clearExclusive: false })],
  ['fork takes no reference', changed('fork', { takeReference: false })],
  ['fork forgets the mapcount', changed('fork', { addRmap: false })],
  ['fork does not flush', changed('fork', { flush: false })],
  ['munmap leaves the entries', changed('zap', { onUnmap: false })],
  ['MADV_DONTNEED leaves the entries', changed('zap', { onDontneed: false })],
  ['exit leaves the entries', changed('zap', { onExit: false })],
  ['a page that goes keeps its mapcount', changed('zap', { removeRmap: false })],
  ['a page that goes keeps its reference', changed('zap', { putFrame: false })],
  ['a page that goes forgets stores to the object', changed('zap', { passDirty: false })],
  ['pages go without a flush', changed('zap', { flush: false })],
  ['an object keeps its pages for ever', changed('shmem', { putPages: false })],
  ['pages around a fault are mapped beyond the VMA', changed('shmem', { aroundWithinVma: false })],
  ['pages around a fault are mapped without a reference', changed('shmem', { takeReference: false })],
  ['pages around a fault are not counted as mapped', changed('shmem', { addRmap: false })],
  ['no pages around a fault are mapped', without('map-cache', 'map around')],
  ['a shared page without a reference', replaced('map-cache', 'get object page', 'allocate frame')],
  ['a shared page is not mapped', without('map-cache', 'set shared entry')],
  ['a shared page is mapped writable', extended('map-cache', 'set shared entry', allowWrites)],
  ['copy without copying', without('copy', 'copy frame')],
  ['copy of zeros, whatever the page holds', extended('copy', 'find source', findZeros)],
  ['copy leaves the old mapcount', without('copy', 'remove old rmap')],
  ['copy keeps the old reference', without('copy', 'put frame')],
  ['copy sets nothing', without('copy', 'set entry dirty')],
  ['copy gives the right to fetch', extended('copy', 'set entry dirty', allowFetches)],
  ['first write prepares no anon_vma', without('zeroed', 'prepare anon_vma')],
  ['first write does not clear the frame', without('zeroed', 'clear frame')],
  ['first write sets nothing', without('zeroed', 'set entry')],
  ['first write takes a frame that is not exclusive', extended('zeroed', 'allocate frame', unmarkExclusive)],
  ['first write counts no resident page', extended('zeroed', 'set entry', forgetResident)],
  ['first read takes a frame of zeros', { routines: withRoutine('zero-page', stepsOf('zeroed')) }],
  ['the zero page is not mapped', without('zero-page', 'set zero entry')],
  ['the zero page is mapped writable', extended('zero-page', 'set zero entry', allowWrites)],
  ['reuse without the exclusive mark', without('reuse', 'mark exclusive')],
  ['reuse leaves the entry read-only', without('reuse', 'make writable')],
  ['an old page stays old', without('spurious', 'set accessed')],
  ['a clean page stays clean', extended('spurious', 'set accessed', forgetDirty)],
  ['a fault for a bit leaves the TLB as it is', without('spurious', 'flush spurious')],
  ['a fault for the right to write leaves the TLB as it is', without('reuse', 'flush spurious')],
  ['a stack grows into the guard gap', { stack: { ...kernel().stack, guardGap: 0 } }],
  ['a stack keeps a gap to PROT_NONE', { stack: { ...kernel().stack, guards: below => !growsDown(below) } }],
  ['a stack keeps a gap to a stack', { stack: { ...kernel().stack, guards: isAccessible } }],
  ['a stack may grow beyond its limit', { stack: { ...kernel().stack, limited: false } }],
  ['a stack grows by more than may be promised', { stack: { ...kernel().stack, counted: false } }],
  ['the page is served, the stack not extended', without('grow', 'expand stack')],
  ['CR0.WP is clear', { wp: 'off' }],
  ['a pipe counts what was copied of a chunk', stream('pipe', { countsPart: true })],
  ['/dev/zero does not count it', stream('zero', { countsPart: false })],
  ['the exception table ends no copy', { routines: withRoutine('refuse-access', [stepOf('set accessed')]) }],
  [
    "modules' exception tables are not searched",
    { unserved: { ...kernel().unserved, module: kernel().unserved.none } },
  ],
  [
    'an instruction without an entry is fixed up',
    { unserved: { ...kernel().unserved, none: kernel().unserved.module } },
  ],
  ['SMAP is no reason to refuse', { isBug: ({ jumps }) => jumps }],
  ['CR4.SMEP is clear', { smep: false }],
  ['faults are served while they are disabled', { mayNotSleep: () => false }],
  ['what was missing is not brought in and tried again', stream('atomic', { faultsIn: false })],
  ['who finds no frame tries again', { outOfMemory: () => false }],
  [
    'memory is not reclaimed before somebody is killed',
    {
      outOfMemory: (world, { gup }, decision) =>
        isFull(world) && gup === undefined && decision.do === 'zeroed',
    },
  ],
  ['strict overcommit refuses nothing', { enoughMemory: () => true }],
  ['the software check finds nothing', { verify: () => false }],
  ['fork copies pages at once without their bytes', changed('fork', { fillsCopies: false })],
  ['fork does not count swap entries', changed('fork', { duplicateSwap: false })],
  ['fork shares pinned pages', changed('fork', { copyPinned: false })],
  ['a slot is given up though an entry names it', changed('swap', { countsEntries: () => true })],
  ['whoever swaps a page in owns it', changed('swap', { becomesExclusive: () => true })],
  ['nobody owns what he swaps in', changed('swap', { becomesExclusive: () => false })],
  ['swapping out does not count the entry', changed('swap', { duplicates: false })],
  ['swapping out writes nothing', changed('swap', { writes: false })],
  ['a swapped page is not mapped', without('swap-in', 'set swapped entry')],
  ['swapping in does not give the slot back', without('swap-in', 'free swap')],
  ['a sole owner keeps its swap slot', without('reuse', 'give up swap slot')],
  ['a pin that only reads may share', { gup: { ...kernel().gup, unshares: false } }],
  ['every reference breaks copy on write', { gup: { ...kernel().gup, breaksCow: true } }],
  ['only what is counted once is kept', { reuse: ruleSets['5.10']!.reuse }],
  ['only mappings are counted', { reuse: ruleSets['2.6']!.reuse }],
  ['ftruncate leaves the entries', changed('files', { truncateZaps: false })],
  ['fsync leaves pages writable', changed('files', { cleanProtects: false })],
  ['the file system is not told of a write', without('map-cache', 'tell file system')],
  ['a page of a file is not looked for before it is copied', without('copy', 'find source')],
  ['behind the end of a file SIGSEGV', replaced('refuse-bus', 'signal ADRERR', 'signal ACCERR')],
  ['a read(2) of a file does not count a part', stream('file', { countsPart: false })],
  ['a refusal raises no signal', { routines: withRoutine('refuse-access', []) }],
  ['MAPERR for a refused access', { routines: withRoutine('refuse-access', [stepOf('signal MAPERR')]) }],
  ['ACCERR outside all VMAs', { routines: withRoutine('refuse-unmapped', [stepOf('signal ACCERR')]) }],
];

/**
 * Kernels with one rule broken, by name. `npm run mutate` shows what notices each; a mutant whose breakage
 * nothing shows would mean that the tests, not the mutant, are at fault. (On one CPU the flush of a copy is
 * not among them: the fault has dropped the entry already.)
 */
export const mutations: Readonly<Record<string, RuleSet>> = Object.fromEntries(
  table.map(([name, change]) => [name, { ...kernel(), ...change, name }]),
);

export function kernel(): RuleSet {
  return ruleSets['6.x']!;
}

/** One group of rules with some of them changed. */
export function changed<G extends 'fork' | 'zap' | 'protect' | 'shmem' | 'swap' | 'files'>(
  group: G,
  change: Partial<RuleSet[G]>,
): Partial<RuleSet> {
  return { [group]: { ...kernel()[group], ...change } };
}

function stream(name: Stream, change: Partial<StreamRules>): Partial<RuleSet> {
  const { streams } = kernel();
  return { streams: { ...streams, [name]: { ...streams[name], ...change } } };
}

export function stepsOf(decision: DecisionName): readonly Step[] {
  return kernel().routines[decision];
}

export function withRoutine(decision: DecisionName, steps: readonly Step[]): RuleSet['routines'] {
  return { ...kernel().routines, [decision]: steps };
}

/** The routine with one of its steps put as `change` says. */
function withStep(
  decision: DecisionName,
  name: StepName,
  change: (step: Step) => readonly Step[],
): Partial<RuleSet> {
  const steps = stepsOf(decision).flatMap(step => (step.name === name ? change(step) : [step]));
  return { routines: withRoutine(decision, steps) };
}

export function without(decision: DecisionName, name: StepName): Partial<RuleSet> {
  return withStep(decision, name, () => []);
}

export function replaced(decision: DecisionName, name: StepName, by: StepName): Partial<RuleSet> {
  return withStep(decision, name, () => [stepOf(by)]);
}

/** The step, and something that no kernel does after it. */
export function extended(
  decision: DecisionName,
  name: StepName,
  also: (context: Context) => void,
): Partial<RuleSet> {
  return withStep(decision, name, step => [
    {
      name,
      run: context => {
        step.run(context);
        also(context);
      },
    },
  ]);
}

function allowWrites({ mm: { table }, fault: { page } }: Context): void {
  table.set(page, table.low(page) | WRITABLE, table.high(page));
}

function findZeros({ handler }: Context): void {
  handler.source = ZERO_PFN;
}

function forgetDirty({ mm: { table }, fault: { page } }: Context): void {
  table.set(page, table.low(page) & ~DIRTY, table.high(page));
}

function allowFetches({ mm: { table }, fault: { page } }: Context): void {
  table.set(page, table.low(page), table.high(page) & ~NX);
}

function unmarkExclusive({ world, handler }: Context): void {
  world.frames.unmark(handler.pfn, EXCLUSIVE);
}

function forgetResident({ mm }: Context): void {
  mm.rssAnon--;
}
