import type { Move } from '../../language/moves.ts';
import { pageName } from '../../language/names.ts';
import type { Facts, Reason } from '../machine.ts';
import type { Decision } from './decision.ts';
import { doUserAddrFault } from './fault-path.ts';
import { EXCLUSIVE, ZERO_PFN } from './frames.ts';
import { frameInWords } from './names.ts';
import { isExecutable, isNone, isProtNone, isWritable, pfnOf } from './pte.ts';
import { type Obstacle, obstacle, stackAbove } from './stack.ts';
import { findVma, isShared, mayExecute, permOf, type Vma } from './vma.ts';
import { type Fault, vmaAt, type World } from './world.ts';

/** Each rule that can decide a fault, with the kernel function that applies it. */
export const RULES = {
  'no-vma': 'bad_area',
  'stack-grow': 'expand_stack',
  'stack-gap': 'expand_downwards',
  'stack-limit': 'acct_stack_growth',
  access: 'access_error',
  'copy-no-vma': 'fixup_exception',
  'copy-access': 'fixup_exception',
  'fetch-absent': 'access_error',
  'anon-read': 'do_anonymous_page',
  'anon-write': 'do_anonymous_page',
  'shared-none': 'shmem_fault',
  'zero-write': 'do_wp_page',
  'wp-reuse-exclusive': 'wp_page_reuse',
  'wp-reuse-sole': 'wp_can_reuse_anon_folio',
  'wp-copy': 'wp_page_copy',
  'wp-shared': 'wp_page_shared',
  spurious: 'handle_pte_fault',
} as const;
export type Rule = keyof typeof RULES;

const OUTSIDE: Readonly<Record<Obstacle | 'none', Rule>> = {
  none: 'stack-grow',
  'no stack': 'no-vma',
  gap: 'stack-gap',
  limit: 'stack-limit',
};

/** Which rule decides this fault: the one by which the kernel's own decision comes about. */
export function ruleFor(world: World, fault: Fault): Rule {
  const vma = vmaAt(world, fault);
  if (vma === undefined) {
    const rule = OUTSIDE[obstacle(world, fault) ?? 'none'];
    return rule === 'stack-grow' || fault.user ? rule : 'copy-no-vma';
  }
  if (world.rules.forbids(vma, fault)) return fault.user ? 'access' : 'copy-access';
  const { table } = world.mms[fault.mm]!;
  const low = table.low(fault.page);
  const best = doUserAddrFault(world, fault).do;
  if (isNone(low)) {
    if (fault.access === 'fetch' && !mayExecute(vma)) return 'fetch-absent';
    if (isShared(vma)) return 'shared-none';
    return fault.write ? 'anon-write' : 'anon-read';
  }
  if (best === 'spurious') return 'spurious';
  const pfn = pfnOf(low, table.high(fault.page));
  if (isShared(vma)) return 'wp-shared';
  if (pfn === ZERO_PFN) return 'zero-write';
  if (best === 'copy') return 'wp-copy';
  return world.rules.reuse(world, pfn) === 'exclusive' ? 'wp-reuse-exclusive' : 'wp-reuse-sole';
}

/**
 * Why the fault is to be answered as the kernel answers it, and the facts of the state that the words name:
 * who faults, what the VMA promised, what the entry holds, who else maps its frame.
 */
export function why(world: World, fault: Fault, decision: Decision): Reason {
  const rule = ruleFor(world, fault);
  return {
    rule,
    function: RULES[rule],
    facts: {
      ...factsAt(world, fault.process, fault.page),
      access: fault.access,
      errorCode: fault.errorCode,
      decision: decision.do,
    },
  };
}

/** The facts of the state that an access meets, whether it traps or not. */
export function facts(world: World, move: Move): Facts {
  if (!('page' in move)) throw new RangeError(`${move.op} is no access`);
  return { ...factsAt(world, move.process, move.page), access: accessOf(move) };
}

/** The stack that would have to grow: its rights, its pages then, the pages free below, the limit. */
function stackFacts(world: World, process: string, page: number): Facts {
  const { vmas } = world.mmOf(process);
  const stack = stackAbove(vmas, page);
  const below = vmas.findLast(vma => vma.end <= page);
  return {
    stack: stack === undefined ? 'none' : vmaInWords(stack),
    size: stack === undefined ? 0 : stack.end - page,
    gap: page - (below?.end ?? 0),
    limit: world.process(process).stackLimit,
  };
}

const accessOf = ({ op }: Move): string =>
  op === 'write8' || op === 'rsys' ? 'write' : op === 'read8' || op === 'wsys' ? 'read' : op;

function factsAt(world: World, process: string, page: number): Facts {
  const { vmas, table } = world.mmOf(process);
  const vma = findVma(vmas, page);
  const low = table.low(page);
  const high = table.high(page);
  const pfn = isNone(low) ? -1 : pfnOf(low, high);
  const mappers = pfn < 0 ? [] : mappersOf(world, pfn);
  return {
    process,
    page: pageName(world.regions, page),
    vma: vma === undefined ? 'none' : vmaInWords(vma),
    rights: vma === undefined ? 'none' : permOf(vma.rights),
    entry: pfn < 0 ? 'none' : `${frameInWords(pfn)}, ${entryRights(low, high)}`,
    entryKind: entryKind(low, pfn, vma),
    frame: pfn < 0 ? '' : frameInWords(pfn),
    mappers,
    others: mappers.filter(name => name !== process),
    maps: pfn > ZERO_PFN ? world.frames.mapcount[pfn]! : 0,
    refs: pfn > ZERO_PFN ? world.frames.refcount[pfn]! : 0,
    exclusive: pfn > ZERO_PFN && world.frames.is(pfn, EXCLUSIVE),
    ...stackFacts(world, process, page),
  };
}

function entryKind(low: number, pfn: number, vma: Vma | undefined): string {
  if (pfn < 0) return 'none';
  if (isProtNone(low)) return 'protnone';
  if (pfn === ZERO_PFN) return 'zero';
  return vma !== undefined && isShared(vma) ? 'shared' : 'anon';
}

const vmaInWords = (vma: Vma): string => `${permOf(vma.rights)}, ${isShared(vma) ? 'shared' : 'private'}`;

/** 'r--', 'rw-', 'r-x' or '---' for an entry, as the screen writes it. */
export function entryRights(low: number, high: number): string {
  if (isProtNone(low)) return '---';
  return `r${isWritable(low) ? 'w' : '-'}${isExecutable(high) ? 'x' : '-'}`;
}

/** Names of the processes that map the frame, in their order; of threads, the first. */
export function mappersOf(world: World, pfn: number): string[] {
  return world.processes
    .filter(({ mm: index }, i) => {
      if (world.processes.findIndex(({ mm }) => mm === index) < i) return false;
      const table = world.mms[index]?.table;
      if (table === undefined) return false;
      for (const page of table.pages()) if (pfnOf(table.low(page), table.high(page)) === pfn) return true;
      return false;
    })
    .map(({ name }) => name);
}
