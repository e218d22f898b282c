import type { Move } from '../../language/moves.ts';
import { pageName } from '../../language/names.ts';
import { type Facts, type Reason, withFacts } from '../machine.ts';
import type { Decision } from './decision.ts';
import type { Entry } from './frames.ts';
import { isFull, logicalOf } from './pager.ts';
import { exceeds, hardOthers, isMapped, isShort, withFrames } from './reference.ts';
import { rightsName, WRITE } from './space.ts';
import { allows, type HurdFault, type PageState, type Request, type Task, type World } from './world.ts';

/** Each rule that can decide a message, with who applies it where; rows P, M and R of the specification's section 9. */
export const RULES = {
  'no-map': 'the pager (map database)',
  'no-right': 'the pager (map database)',
  'lease-gone': 'the pager (request map)',
  'lease-short': 'the pager (request map)',
  'already-mapped': 'the pager (answer)',
  'first-touch': 'the pager (anonymous store)',
  'at-quota': 'the pager (victim)',
  'in-file': 'the pager (file store)',
  'dead-server': 'the pager (file store)',
  'in-swap': 'the pager (swap store)',
  soft: 'the pager (soft reference)',
  'soft-gone': 'the pager (soft reference)',
  'asked-too-much': 'the pager (victim)',
  'in-transit': 'the pager (queue)',
  'own-page': 'final pager',
  'no-fault-message': 'the pager (message loop)',
  demanded: 'the pager (return_frames)',
  'turned-away': 'the pager (answer of physmem)',
  'map-missing': 'container_map, physmem',
  'map-unbound-read': 'frame_entry_map, physmem',
  'map-unbound-write': 'frame_entry_map, physmem',
  'map-unbound-shared': 'frame_entry_map, physmem',
  'map-read': 'frame_entry_map, physmem',
  'map-alone': 'frame_entry_map, physmem',
  'map-ring': 'frame_entry_map, physmem',
  'map-shared': 'frame_entry_map, physmem',
  'map-soft': 'physmem (map request)',
  'map-short': 'physmem (map request)',
  'map-limit': 'physmem (map request)',
  'call-weak': 'physmem (capability)',
  'call-stranger': 'physmem (capability)',
  'call-locked': 'physmem (lock)',
  'call-misaligned': 'container_map, physmem',
  'call-missing': 'container_map, physmem',
  'copy-handed': 'container_copy, physmem',
  'copy-quiet': 'container_copy, physmem',
  'share-ring': 'container_copy, physmem',
  'free-alone': 'container_deallocate, physmem',
  'free-part': 'container_deallocate, physmem',
  'reuse-shared': 'physmem (release_data)',
  'reuse-alone': 'physmem (release_data)',
} as const;
export type Rule = keyof typeof RULES;

export function ruleFor(world: World, fault: HurdFault): Rule {
  return fault.handler === 'pager' ? pagerRule(world, fault) : physmemRule(world, fault.request!);
}

function pagerRule(world: World, fault: HurdFault): Rule {
  if (fault.about === 'forged') return 'no-fault-message';
  if (fault.about === 'demand') return 'demanded';
  const task = world.task(fault.process);
  const logical = task.logical.get(fault.page);
  if (logical === undefined) return 'no-map';
  if (!allows(logical.perm, fault.access)) return 'no-right';
  if (logical.own && !isMapped(world, fault)) return 'own-page';
  const { refused } = fault;
  if (refused === 'ENOMEM') return 'asked-too-much';
  if (refused === 'EPERM' || refused === 'EINVAL' || refused === 'EBUSY') return 'turned-away';
  const state = task.data.get(fault.page);
  if (state?.kind === 'transit') return 'in-transit';
  if (state?.kind === 'soft') return isFull(world, task, fault.page, 1) ? 'at-quota' : 'soft';
  if (state?.kind === 'resident') {
    if (isMapped(world, fault)) return 'already-mapped';
    return world.physmem.mmu.at(task.name, fault.page) === undefined ? 'lease-gone' : 'lease-short';
  }
  if (logical.dead) return 'dead-server';
  if (isFull(world, task, fault.page, 1)) return 'at-quota';
  if (state?.kind === 'swapped') return 'in-swap';
  if (refused === 'ENOEXIST') return 'soft-gone';
  return logical.file === undefined ? 'first-touch' : 'in-file';
}

function physmemRule(world: World, request: Request): Rule {
  const { physmem } = world;
  switch (request.about) {
    case 'call':
      return `call-${request.what}` as Rule;
    case 'free': {
      const frames = framesOf(world, request);
      return frames.some(frame => physmem.ringsOf(frame).length > 1 || frame.pages > request.pages)
        ? 'free-part'
        : 'free-alone';
    }
    case 'reuse':
      return hardOthers(world, request.task, request.index) ? 'reuse-shared' : 'reuse-alone';
    case 'copy': {
      if (request.shared) return 'share-ring';
      const frames = framesOf(world, request);
      return frames.some(({ handed }) => handed & WRITE) ? 'copy-handed' : 'copy-quiet';
    }
    case 'map': {
      const entry = physmem.entryAt(request.task, request.index);
      if (entry === undefined || entry.soft) return 'map-missing';
      const frame = physmem.frameOf(entry);
      const writes = (request.wanted & WRITE) !== 0;
      const answer = withFrames(world, request, entry);
      if (answer === 'copy' && exceeds(world, request, entry, frame.pages)) return 'map-limit';
      if ((answer === 'copy' || answer === 'zero') && isShort(world, frame.pages)) return 'map-short';
      if (answer === 'copy') return frame.base < 0 ? 'map-unbound-shared' : 'map-shared';
      if (answer === 'zero') return writes ? 'map-unbound-write' : 'map-unbound-read';
      if (answer === 'drop-soft') return 'map-soft';
      if (!writes) return 'map-read';
      const members = physmem.entriesOf(frame).filter(({ ring }) => ring === entry.ring);
      return members.length > 1 ? 'map-ring' : 'map-alone';
    }
  }
}

function framesOf(world: World, request: Request) {
  const task = world.tasks.find(({ name }) => name === request.task)!;
  const frames = new Set<number>();
  for (let page = request.page; page < request.page + request.pages; page++) {
    const entry = world.entryOf(task, page);
    if (entry !== undefined) frames.add(entry.frame);
  }
  return [...frames].map(id => world.physmem.frame(id)!);
}

/** Why the message is to be answered as the reference answers it, and the facts that the words name. */
export function why(world: World, fault: HurdFault, decision: Decision): Reason {
  const rule = ruleFor(world, fault);
  return {
    rule,
    function: RULES[rule],
    facts: withFacts(factsAt(world, fault.request?.task ?? fault.process, fault.page, world.entryAt(fault)), {
      access: fault.access,
      errorCode: fault.errorCode,
      wanted: rightsName(fault.wanted),
      asked: fault.frames ?? fault.request?.pages ?? 0,
      to: fault.request?.to ?? '',
      refused: fault.refused ?? '',
      decision: decision.do,
    }),
  };
}

/** The facts of the state that an access meets, whether it faults or not. */
export function facts(world: World, move: Move): Facts {
  if (!('page' in move)) throw new RangeError(`${move.op} is no access`);
  return withFacts(factsAt(world, move.process, move.page), { access: move.op });
}

export function factsAt(world: World, process: string, page: number, about?: Entry): Facts {
  const { physmem } = world;
  const task = world.tasks.find(({ name }) => name === process)!;
  const { perm, file, shared } = logicalOf(task, page);
  const mapping = physmem.mmu.at(process, page);
  const entry = about ?? world.entryOf(task, page);
  const frame = entry && physmem.frameOf(entry);
  const others = entry === undefined ? [] : ringHolders(world, entry.frame, entry.ring, false);
  const soft = entry === undefined ? [] : ringHolders(world, entry.frame, entry.ring, true);
  return {
    process,
    page: pageName(world.regions, page),
    rights: task.logical.has(page) ? perm : 'none',
    store: file === undefined ? 'anonymous memory' : 'a file',
    data: dataInWords(task, page),
    entryKind: kindOf(task, page),
    mmu: mapping === undefined ? 'nothing' : rightsName(mapping.rights),
    frame: frame === undefined ? '' : `f${frame.id}`,
    bound: frame !== undefined && frame.base >= 0,
    maps: frame === undefined ? 0 : physmem.ringsOf(frame).length,
    rings: frame === undefined ? 0 : physmem.ringsOf(frame).length,
    cow: frame?.cow ?? 0,
    refs: frame?.refs ?? 0,
    others,
    soft,
    partners:
      entry === undefined
        ? []
        : physmem
            .entriesOf(frame!)
            .filter(other => other.ring === entry.ring && other.id !== entry.id)
            .map(({ container }) => container),
    shared,
    allocated: physmem.allocated(process),
    limit: world.limitOf(task),
  };
}

const ringHolders = (world: World, frame: number, ring: number, soft: boolean): string[] => [
  ...new Set(
    world.physmem
      .entriesOf(world.physmem.frame(frame)!)
      .filter(other => other.ring !== ring && other.soft === soft)
      .map(({ container }) => container),
  ),
];

const kindOf = (task: Task, page: number): string => {
  if (!task.logical.has(page)) return 'none';
  const state = task.data.get(page);
  return state?.kind ?? (logicalOf(task, page).file === undefined ? 'untouched' : 'file');
};

/** 'in its container at 0, dirty', 'in swap slot 2' ... */
export function dataInWords(task: Task, page: number): string {
  const state: PageState | undefined = task.data.get(page);
  if (state === undefined) return logicalOf(task, page).file === undefined ? 'nowhere yet' : 'in its file';
  switch (state.kind) {
    case 'resident':
      return `in its container at ${state.index}, ${state.dirty ? 'dirty' : 'clean'}`;
    case 'swapped':
      return `in swap slot ${state.slot}`;
    case 'soft':
      return `softly held at ${state.index}`;
    case 'transit':
      return `on its way to ${state.index}`;
  }
}
