import type { Move } from '../../language/moves.ts';
import { ENTRY, entryWord, frameOf, WORDS } from '../../language/xen.ts';
import type { Scope } from '../machine.ts';
import { isFull, walkGuest } from './full.ts';
import { walk } from './tlb.ts';
import { isPresent } from './word.ts';
import {
  type Domain,
  type Fault,
  isTable,
  KERNEL_SLOT,
  vcpuOf,
  type World,
  XEN_FRAME,
  XEN_SLOT,
} from './world.ts';

const RW = ENTRY.present | ENTRY.rw;

/** The frames that a fault or a request is about: what the attack may use. */
export function scope(world: World, fault: Fault): Scope {
  const { process, cause } = fault;
  const frames = new Set<number>();
  const add = (mfn: number) => {
    if (mfn >= 0 && mfn < world.frames.length) frames.add(mfn);
  };
  const domain = world.domain(process);
  if (isFull(domain))
    return {
      places: [...domain.p2m.keys()].map(page => ({ process, page })),
      offset: cause.kind === 'access' ? cause.index : 0,
    };
  if (cause.kind === 'access') {
    const found = walk(world, vcpuOf(world.domain(process)), cause.va, false);
    if (typeof found !== 'string') {
      add(found.frame);
      add(found.table);
      if (cause.write) add(frameOf(world.frames[found.frame]?.words[cause.index] ?? 0));
    }
    if (cause.word !== undefined) add(frameOf(cause.word));
  } else if (cause.kind === 'request') {
    const { request } = cause;
    if ('mfn' in request) add(request.mfn);
    if ('word' in request) add(frameOf(request.word));
    if (request.kind === 'set') {
      add(request.frame);
      add(frameOf(world.frames[request.frame]?.words[request.index] ?? 0));
    }
  } else add(vcpuOf(world.domain(process)).ldt);
  return { places: [...frames].map(page => ({ process, page })), offset: 0 };
}

/**
 * What the guest could do next: its accesses first, among them the store of an entry that names Xen's own frame
 * into every table that it can write to, then what it could ask for.
 */
export function moves(world: World, { places, offset }: Scope): Move[] {
  const process = places[0]?.process ?? '';
  const domain = world.domains.find(({ name, alive }) => name === process && alive);
  if (domain !== undefined && isFull(domain))
    return world.domains
      .filter(each => each.alive && isFull(each))
      .flatMap(each => uses(world, each, offset));
  if (domain === undefined) return [];
  if (domain.kind === 'idle') return borrowed(world, places);
  const frames = places.map(({ page }) => page).filter(mfn => world.frames[mfn]?.owner === process);
  const loads: Move[] = [];
  const stores: Move[] = [];
  const attacks: Move[] = [];
  for (let va = 0; va < XEN_SLOT * WORDS; va++) {
    const cached = vcpuOf(domain).tlb.get(va);
    const found = walk(world, vcpuOf(domain), va, false);
    const at = cached ?? (typeof found === 'string' ? undefined : found);
    if (at === undefined) continue;
    const frame = world.frames[at.frame];
    const foreign = frame?.owner !== process;
    if (foreign) loads.push({ process, op: 'kread', va, index: 0 });
    if (foreign && at.rw) attacks.push({ process, op: 'kwrite', va, index: 0, word: MARK });
    if (!foreign && at.rw && frame.tc > 0 && isTable(frame.type))
      stores.push({
        process,
        op: 'kwrite',
        va,
        index: spareSlot(frame.words),
        word: entryWord(XEN_FRAME, RW),
      });
    if (!foreign && at.rw && frames.includes(at.frame))
      stores.push({ process, op: 'kwrite', va, index: 0, word: entryWord(XEN_FRAME, RW) });
  }
  return [
    ...attacks,
    ...loads,
    ...stores,
    ...frames.flatMap(mfn => requests(world, process, mfn)),
    ...tables(world, process, places),
    ...others(world, process),
    ...(vcpuOf(domain).pending === undefined ? [] : [{ process, op: 'resume' } as const]),
  ];
}
/** Those who have a frame on loan may write to it. */
const borrowed = (world: World, places: Scope['places']): Move[] =>
  world.loans.flatMap(({ to, mfn, table, index }): Move[] => {
    const directory = world.frames[vcpuOf(world.domain(to)).base]?.words ?? [];
    const slot = directory.findIndex(word => isPresent(word) && frameOf(word) === table);
    if (slot < 0 || !places.some(({ page }) => page === mfn)) return [];
    return [{ process: to, op: 'kwrite', va: slot * WORDS + index, index: 0, word: MARK }];
  });

/** The owner of a frame on loan may make a table of it, or let it be one no longer. */
const tables = (world: World, process: string, places: Scope['places']): Move[] =>
  places.flatMap(({ page: mfn }): Move[] => {
    const owner = world.domains.find(({ name, alive }) => alive && name === world.frames[mfn]?.owner)?.name;
    if (owner === undefined || owner === process) return [];
    return [
      { process: owner, op: 'pin', mfn, level: 1 },
      { process: owner, op: 'unpin', mfn },
    ];
  });

/** What a fully virtualized guest can do: look at its pages and write to them. */
function uses(world: World, domain: Domain, offset: number): Move[] {
  const process = domain.name;
  const mapped = Array.from({ length: XEN_SLOT * WORDS }, (_, va) => va).filter(
    va => typeof walkGuest(world, domain, va, false) !== 'string',
  );
  return [
    ...mapped.flatMap(va =>
      [...new Set([offset, 0])].map((index): Move => ({ process, op: 'kread', va, index })),
    ),
    ...mapped.map((va): Move => ({ process, op: 'kwrite', va, index: offset, word: MARK })),
  ];
}

/** What an attacker leaves where it got through. */
const MARK = 66;

/** A slot that is free, else the first. */
const spareSlot = (words: readonly number[]): number =>
  Math.max(
    0,
    words.findIndex(word => !isPresent(word)),
  );

function requests(world: World, process: string, mfn: number): Move[] {
  const root = vcpuOf(world.domain(process)).base;
  const words = world.frames[root]?.words ?? [];
  const set = (frame: number, index: number, word: number): Move => ({
    process,
    op: 'update',
    requests: [{ kind: 'set', frame, index, word, keep: false }],
  });
  const hooked = words.findIndex((word, i) => i < XEN_SLOT && isPresent(word) && frameOf(word) === mfn);
  const free = words.findIndex((word, i) => i > KERNEL_SLOT && i < XEN_SLOT && !isPresent(word));
  const asked: Move[] = [
    // What is hooked in can be walked through: the way to somebody else's frame.
    ...(free >= 0 && mfn !== root ? [set(root, free, entryWord(mfn, RW))] : []),
    { process, op: 'pin', mfn, level: 1 },
    { process, op: 'unpin', mfn },
    { process, op: 'release', mfn },
  ];
  const kernel = frameOf(words[KERNEL_SLOT] ?? 0);
  const alias = world.frames[kernel]?.words.findIndex(word => frameOf(word) === mfn) ?? -1;
  if (alias >= 0) asked.push(set(kernel, alias, entryWord(mfn, RW)), set(kernel, alias, 0));
  if (hooked >= 0) {
    asked.push(set(root, hooked, 0));
    if (hooked !== KERNEL_SLOT) asked.push({ process, op: 'vamap', va: hooked * WORDS, word: 0 });
  }
  for (const [slot, word] of words.entries())
    if (slot !== KERNEL_SLOT && slot < XEN_SLOT && isPresent(word) && hooked !== slot)
      asked.push({ process, op: 'vamap', va: slot * WORDS, word: 0 });
  return asked;
}

/** Another CPU may go on with what it remembers. */
const others = (world: World, process: string): Move[] =>
  world
    .domain(process)
    .vcpus.flatMap((_, cpu) =>
      cpu === world.domain(process).current ? [] : [{ process, op: 'cpu' as const, cpu }],
    );

export const exits = (world: World): Move[] =>
  world.domains.filter(({ alive }) => alive).map(({ name }) => ({ process: name, op: 'exit' }));
