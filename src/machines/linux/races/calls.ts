import { type Move, type Op, PAGE_SIZE } from '../../../language/moves.ts';
import {
  dirtyPages,
  dropTail,
  flushMappings,
  protectMappings,
  setSize,
  unmapTail,
  writePages,
} from '../calls/files.ts';
import { duplicate, writeProtect } from '../calls/fork.ts';
import { forget } from '../calls/mmap.ts';
import type { Handler } from '../fault/handler.ts';
import { FOLIO_DIRTY } from '../hardware/frames.ts';
import { flushMm, flushMmHere } from '../hardware/mmu.ts';
import { fileOf } from '../memory/page-cache.ts';
import { zapEntry } from '../memory/rmap.ts';
import { covers, isLocked, partsOf } from '../memory/vma.ts';
import type { RuleSet } from '../rules.ts';
import { step as carryOut } from '../step.ts';
import type { World } from '../world.ts';
import { CALL, type Call, carryThrough, type Job, reading, unlocked, WHOLE, writing } from './call.ts';
import { readCall, writeCall } from './copy-steps.ts';
import { forcedStore, pinFast } from './gup-steps.ts';
import { reclaim } from './reclaim-steps.ts';

/**
 * System calls cut into micro-steps. What is not listed is one step.
 * Source: specification section 12.0, the order of clearing, flushing and giving back.
 */

const flushing = {
  flush: ({ world, process }: Pick<Job, 'world' | 'process'>) => flushMm(world, process.mm),
  'flush-here': ({ world, process }: Pick<Job, 'world' | 'process'>) => flushMmHere(world, process.mm),
};

const fork: Call<'fork'> = {
  ...writing,
  steps: ({ world: { rules } }) => (rules.fork.flush ? ['share', 'protect', 'flush'] : ['share', 'protect']),
  run: {
    share({ world, process, move }) {
      const unprotected = { ...world.rules.fork, protectParent: false, protectChild: false };
      duplicate(world, process, move.child, unprotected);
    },
    protect({ world, process, move }) {
      const child = world.processes.find(({ name }) => name === move.child);
      if (world.rules.fork.protectParent) writeProtect(world, world.mms[process.mm]!);
      if (world.rules.fork.protectChild && child !== undefined) writeProtect(world, world.mms[child.mm]!);
    },
    ...flushing,
  },
  begin: ({ world, process }) => void world.mms[process.mm]!.writeProtectSeq++,
  end({ world, process, move }) {
    world.mms[process.mm]!.writeProtectSeq++;
    if (world.processes.every(({ name }) => name !== move.child))
      duplicate(world, process, move.child, { ...world.rules.fork, needsCopy: () => false });
  },
};

type Range = { readonly page: number; readonly pages: number };

/** Entries go, every CPU forgets them, and only then their frames may be taken again: mmu_gather. */
const zapping = <O extends Op>(rangeOf: (job: Job<O>) => Range): Call<O>['run'] => ({
  zap(job) {
    const { world, process, handler } = job;
    const { page, pages } = rangeOf(job);
    const mm = world.mms[process.mm]!;
    const gathered = [...handler.gathered];
    for (const each of mm.table.pages(page, page + pages))
      zapEntry(world, mm, each, pfn => gathered.push(pfn));
    handler.gathered = gathered;
  },
  ...flushing,
  free({ world, handler }) {
    for (const pfn of handler.gathered) world.frames.put(pfn);
    handler.gathered = [];
  },
});

const zapSteps = ({ rules: { zap } }: World): string[] =>
  zap.flush ? ['lock', 'zap', 'flush', 'free'] : ['lock', 'zap', 'free'];

const unmap: Call<'unmap'> = {
  ...writing,
  steps: ({ world }) => (world.rules.zap.onUnmap ? zapSteps(world) : WHOLE),
  run: zapping(({ move }) => move),
  end: ({ world, process, move }) => forget(world, process, move),
};

/** exit_mmap; a thread that others survive leaves the memory as it is. */
const exit: Call<'exit'> = {
  ...writing,
  steps: ({ world, process }) => (world.isAlone(process) ? zapSteps(world) : WHOLE),
  run: zapping(() => ({ page: 0, pages: Number.POSITIVE_INFINITY })),
  end: ({ world, move }) => void carryOut(world, move),
};

/** MADV_DONTNEED, and MADV_PAGEOUT of one page. Other advice is one step. */
const madv: Call<'madv'> = {
  ...reading,
  steps({ world, process, move }) {
    const { vmas } = world.mms[process.mm]!;
    const end = move.page + move.pages;
    if (!covers(vmas, move.page, end) || partsOf(vmas, move.page, end).some(isLocked)) return WHOLE;
    if (move.advice === 'dontneed') return world.rules.zap.onDontneed ? zapSteps(world) : WHOLE;
    return move.advice === 'pageout' ? reclaim.steps(world, process, move) : WHOLE;
  },
  run: { ...zapping<'madv'>(({ move }) => move), ...reclaim.run },
};

const prot: Call<'prot'> = {
  ...writing,
  steps: ({ world: { rules } }) => (rules.protect.flush ? ['rights', 'flush'] : ['rights']),
  run: {
    rights(job) {
      const { protect } = job.world.rules;
      under(job, { protect: { ...protect, flush: false } });
    },
    ...flushing,
  },
};

/** Entries move, and before anybody else may come to them by their new address the old one is forgotten. */
const mremap: Call<'mremap'> = {
  ...writing,
  steps: ({ world: { rules } }) =>
    rules.zap.flush ? ['lock', 'move', 'flush', 'unlock'] : ['lock', 'move', 'unlock'],
  run: {
    move(job) {
      const { zap } = job.world.rules;
      under(job, { zap: { ...zap, flush: false } });
    },
    ...flushing,
  },
};

const ftrunc: Call<'ftrunc'> = {
  ...unlocked,
  steps: ({ world, move }) =>
    move.pages * PAGE_SIZE < fileOf(world, move.file).size ? ['resize', 'zap', 'drop'] : WHOLE,
  run: {
    resize: ({ world, move }) => setSize(world, fileOf(world, move.file), move.pages),
    zap: ({ world, move }) => unmapTail(world, fileOf(world, move.file), move.pages),
    /** What was mapped meanwhile goes too: truncate_cleanup_folio. */
    drop({ world, move }) {
      const file = fileOf(world, move.file);
      unmapTail(world, file, move.pages);
      dropTail(world, file, move.pages);
    },
  },
  needsTables: ['zap', 'drop'],
};

/** What is cleaned is known to be clean at once, so that a store that is heard of makes it dirty again. */
const fsync: Call<'fsync'> = {
  ...unlocked,
  steps: () => ['protect', 'flush', 'write'],
  run: {
    protect({ world, move, handler }) {
      handler.gathered = dirtyPages(world, fileOf(world, move.file));
      handler.mappings = handler.gathered.flatMap(pfn => protectMappings(world, pfn));
      for (const pfn of handler.gathered) world.frames.unmark(pfn, FOLIO_DIRTY);
    },
    flush: ({ world, handler }) => flushMappings(world, handler.mappings ?? []),
    write: ({ world, move, handler }) => writePages(world, fileOf(world, move.file), handler.gathered),
  },
  needsTables: ['protect'],
};

const calls: { readonly [O in Op]?: Call<O> } = {
  fork,
  unmap,
  exit,
  madv,
  prot,
  mremap,
  ftrunc,
  fsync,
  iopin: pinFast,
  memw: forcedStore,
  rsys: readCall,
  wsys: writeCall,
};

/** A system call that is one step. */
const whole: Call = { ...writing, steps: () => WHOLE, run: {} };

export const callOf = ({ op }: Move): Call => (calls[op] as Call | undefined) ?? whole;

/** The name of what a system call does; madvise is many calls in one. */
export const taskOf = (move: Move): string => (move.op === 'madv' ? move.advice : move.op);

/** The micro-steps of a system call, in the order of the kernel that runs this world. */
export function callSteps(world: World, move: Move): readonly string[] {
  const steps = callOf(move).steps({ world, process: world.process(move.process), move });
  return (steps === WHOLE ? undefined : world.rules.orders?.[taskOf(move)]) ?? steps;
}

/** One micro-step of a system call; what the call does not have does nothing. */
export function performCall(world: World, move: Move, step: string, handler: Handler): void {
  const job: Job = { world, process: world.process(move.process), move, handler };
  if (step === CALL) handler.seen = carryThrough(world, move);
  else callOf(move).run[step]?.(job);
}

/** Carries the whole call out under other rules. */
function under<O extends Op>({ world, move, handler }: Job<O>, change: Partial<RuleSet>): void {
  const { rules } = world;
  world.rules = { ...rules, ...change };
  handler.seen = carryThrough(world, move as Move);
  world.rules = rules;
}
