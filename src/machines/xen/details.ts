import { frameOf } from '../../language/xen.ts';
import type { Prediction } from '../machine.ts';
import type { Decision } from './decision.ts';
import { requestOf, storedWord } from './fault-path.ts';
import { isFull } from './full.ts';
import { dropGeneral, dropType, takeGeneral } from './references.ts';
import { flushDomain, flushVcpu, walk } from './tlb.ts';
import { tableBehind } from './update.ts';
import { isPresent } from './word.ts';
import { type Asked, type Domain, type Fault, type Frame, vcpuOf, type World } from './world.ts';

const FIELDS = ['refs', 'types', 'flush'] as const;

/** How the decision is carried out: with the flushes that belong to it, or without any. */
type CarryOut = (world: World, flushes: boolean) => void;

const STEPS: Readonly<Record<string, number>> = { kept: 0, raised: 1, dropped: -1 };
const nameOf = (change: number): string => (change === 0 ? 'kept' : change > 0 ? 'raised' : 'dropped');

/**
 * The frame whose counts a decision is about: of a store that is emulated the one that the new entry names, of an
 * unhooked table itself, of a request the one that it names.
 */
function subject(world: World, fault: Fault, { do: name }: Decision): number | undefined {
  const domain = world.domain(fault.process);
  const { cause } = fault;
  if (cause.kind === 'request') return requested(world, domain, cause.request);
  if (cause.kind !== 'access' || isFull(domain)) return undefined;
  const found = walk(world, vcpuOf(domain), cause.va, fault.mode === 'user');
  if (typeof found === 'string') return undefined;
  if (name === 'unhook') return existing(world, found.frame);
  const live = world.frames[found.frame]?.words[cause.index];
  return cause.write ? named(world, storedWord(world, cause, found.frame), live) : undefined;
}

/** Of an entry that is cleared it is the frame that the entry named. */
function requested(world: World, domain: Domain, asked: Asked): number | undefined {
  switch (asked.kind) {
    case 'set':
      return named(world, asked.word, world.frames[asked.frame]?.words[asked.index]);
    case 'vamap': {
      const table = world.frames[tableBehind(world, domain, asked.va) ?? -1];
      return named(world, asked.word, table?.words[asked.va % table.words.length]);
    }
    case 'm2p':
      return existing(world, asked.frame);
    case 'exchange':
    case 'iret':
      return undefined;
    default:
      return existing(world, asked.mfn);
  }
}

function named(world: World, word: number, live = 0): number | undefined {
  const deciding = isPresent(word) ? word : live;
  return isPresent(deciding) ? existing(world, frameOf(deciding)) : undefined;
}

const existing = (world: World, mfn: number): number | undefined =>
  world.frames[mfn] === undefined ? undefined : mfn;

/** What the decision comes to when it is carried out as a whole, field by field: tried on a copy. */
export function usualOf(world: World, fault: Fault, decision: Decision, carryOut: CarryOut): Prediction {
  const ahead = world.clone();
  const mfn = subject(ahead, fault, decision);
  const counts = (): Pick<Frame, 'tot' | 'tc'> =>
    mfn === undefined ? { tot: 0, tc: 0 } : ahead.frames[mfn]!;
  const { tot, tc } = counts();
  const { localFlushes } = ahead.cost();
  carryOut(ahead, true);
  const flushes = ahead.cost().localFlushes > localFlushes;
  return {
    refs: nameOf(counts().tot - tot),
    types: nameOf(counts().tc - tc),
    // A base pointer is one CPU's own; all else that is flushed concerns the whole domain.
    flush: !flushes ? 'none' : requestOf(fault)?.kind === 'base' ? 'here' : 'everywhere',
  };
}

/**
 * Carries a decision out with the counts and the flush that were said. Where they are those of the whole routine
 * it is just that. What is kept wrongly was never dropped, and what is dropped wrongly is dropped in earnest:
 * with its last reference a frame goes back to the heap, with its last use a table lets go of what it names.
 */
export function carryOutAsSaid(world: World, fault: Fault, said: Decision, carryOut: CarryOut): void {
  if (FIELDS.every(field => said[field] === undefined)) {
    carryOut(world, true);
    return;
  }
  const usual = usualOf(world, fault, said, carryOut);
  const domain = world.domain(fault.process);
  const differs = (field: (typeof FIELDS)[number]) =>
    said[field] !== undefined && said[field] !== usual[field];
  const mfn = subject(world, fault, said);
  const general =
    mfn !== undefined && differs('refs') ? world.frames[mfn]!.tot + STEPS[said.refs!]! : undefined;
  const uses = mfn !== undefined && differs('types') ? STEPS[said.types!]! - STEPS[usual['types']!]! : 0;
  if (general !== undefined) world.own(mfn!).tot += HELD;
  if (usual['types'] === 'dropped') world.own(mfn!).tc += uses;
  carryOut(world, !differs('flush'));
  if (usual['types'] !== 'dropped' && mfn !== undefined) use(world, mfn, uses);
  if (general !== undefined) refer(world, mfn!, general);
  if (!differs('flush')) return;
  if (said.flush === 'everywhere') flushDomain(world, domain.name);
  if (said.flush !== 'here') return;
  flushVcpu(world, vcpuOf(domain));
  world.count('localFlushes');
}

/** More references than any request drops, so that nothing is freed before it is known what is left. */
const HELD = 4;

function refer(world: World, mfn: number, wanted: number): void {
  const frame = world.own(mfn);
  while (frame.tot > wanted) dropGeneral(world, mfn);
  while (frame.tot < wanted) takeGeneral(world, mfn);
}

/** A use too many of a frame that is in no use is one as writable. */
function use(world: World, mfn: number, change: number): void {
  const frame = world.own(mfn);
  if (change > 0 && frame.tc === 0) frame.type = 'writable';
  if (change > 0) frame.tc += change;
  for (let left = -change; left > 0 && frame.tc > 0; left--) dropType(world, mfn);
}
