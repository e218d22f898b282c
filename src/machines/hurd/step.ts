import type { Access, Move, MoveOf, Program, Region, Seen } from '../../language/moves.ts';
import { addressOf } from '../../language/moves.ts';
import { pageName } from '../../language/names.ts';
import { byteAt, withByte } from './content.ts';
import { mutations } from './mutations.ts';
import * as memory from './operations.ts';
import { PageFault } from './page-fault.ts';
import { freeIndex } from './pager.ts';
import { best } from './reference.ts';
import { apply } from './routines.ts';
import { ruleSets } from './rules.ts';
import { type Mapping, rightsName } from './space.ts';
import { allows, bitOf, type HurdFault, type Request, rightsFor, type Task, World } from './world.ts';

/** The world before the first move: one task with an empty database. Throws RangeError for an unknown rule set. */
export function boot(program: Program, rules: string): World {
  const set = ruleSets[rules] ?? mutations[rules];
  if (set === undefined) throw new RangeError(`no rule set ${rules}`);
  const world = new World(set, program.regions);
  world.addTask(program.processes[0] ?? 'p0');
  return world;
}

/** Rights of a region: what may be written or run may be read, as x86 has it. */
const isPerm = (perm: string): boolean => perm === '---' || perm.startsWith('r');

/** Does the machine have this operation? */
export function knows(move: Move): boolean {
  switch (move.op) {
    case 'map':
      return move.kind === 'anon' && move.flags.length === 0 && isPerm(move.perm);
    case 'own':
    case 'serve':
    case 'prot':
      return isPerm(move.perm);
    case 'share':
    case 'copyto':
      return move.target !== move.process;
    case 'forge':
      return move.target !== move.process;
    case 'reuse':
      return move.page !== move.into;
    case 'read':
    case 'write':
    case 'fetch':
    case 'late':
    case 'unmap':
    case 'fork':
    case 'exit':
    case 'alloc':
    case 'soften':
    case 'swapout':
    case 'prefetch':
    case 'revoke':
    case 'press':
    case 'memory':
    case 'quota':
    case 'extra':
    case 'demand':
    case 'miscall':
      return true;
    default:
      return false;
  }
}

const done: Seen = { kind: 'done' };

/**
 * Runs a move until it completes, is signalled, or somebody who is asked has to decide. After a decision the
 * same move is stepped again: the message has been answered, and the instruction restarts.
 */
export function step(world: World, move: Move): Seen | HurdFault {
  const task = world.task(move.process);
  const ended = endOf(world, move.process);
  if (ended !== undefined) return ended;
  switch (move.op) {
    case 'read':
    case 'late': {
      const forced = move.op === 'late' && !world.answered;
      const reached = reach(world, task, move.page, move.offset, 'read', forced);
      if ('kind' in reached) return reached;
      return { kind: 'value', bytes: [byteAt(world.physmem.contentOf(reached.pfn), move.offset)] };
    }
    case 'write': {
      const reached = reach(world, task, move.page, move.offset, 'write', false);
      if ('kind' in reached) return reached;
      const { physmem } = world;
      physmem.store(reached.pfn, withByte(physmem.contentOf(reached.pfn), move.offset, move.value));
      return done;
    }
    case 'fetch': {
      const reached = reach(world, task, move.page, 0, 'fetch', false);
      return 'kind' in reached ? reached : done;
    }
    case 'forge':
    case 'demand':
      return message(world, move);
    case 'miscall':
      return requested(world, { ...asRequest(move, task), about: 'call', what: move.what }, () => done);
    case 'share':
    case 'copyto':
      return copyOrShare(world, task, move);
    case 'unmap':
      return unmap(world, task, move);
    case 'reuse':
      return reuse(world, task, move);
    default:
      world.trespass = undefined;
      return memory.carryOut(world, task, move);
  }
}

/** What a signalled or sleeping process is shown, whatever it does next. */
function endOf(world: World, process: string): Seen | undefined {
  if (world.asleep === process) return { kind: 'asleep' };
  const { signal } = world;
  if (signal === undefined || signal.process !== process) return undefined;
  world.signal = undefined;
  world.refused = undefined;
  world.answered = false;
  world.trespass = undefined;
  return { kind: 'signal', signal: signal.signal, code: signal.code, address: signal.address };
}

/** Is it the player who answers? */
function isAsked(world: World, fault: HurdFault): boolean {
  const { asks } = world.rules;
  if (fault.handler === 'physmem')
    return asks.has(fault.about === 'map' || fault.about === 'call' ? 'map' : 'request');
  return asks.has('pager') || (asks.has('store') && isOfStore(world, fault));
}

/** Is it about data that has to be brought in, or given up? What is not promised is no store's business. */
function isOfStore(world: World, { about, process, page, access }: HurdFault): boolean {
  if (about === 'demand') return true;
  const { logical, data } = world.task(process);
  const promised = logical.get(page);
  return (
    promised !== undefined &&
    allows(promised.perm, access) &&
    !promised.dead &&
    data.get(page)?.kind !== 'resident'
  );
}

/** More rounds than any fault takes that somebody answers well. */
const MOST_ROUNDS = 64;

/**
 * The mapping through which an access goes, or what comes of its fault: those who are not asked answer as
 * the reference does.
 */
function reach(
  world: World,
  task: Task,
  page: number,
  offset: number,
  access: Access,
  forced: boolean,
): Mapping | Seen | HurdFault {
  let isForced = forced;
  for (let round = 0; ; round++) {
    const ended = endOf(world, task.name);
    if (ended !== undefined) return ended;
    const { request } = world;
    const mapping = world.physmem.mmu.at(task.name, page);
    const needed = rightsFor(access);
    if (request === undefined && !isForced && mapping !== undefined && (mapping.rights & needed) === needed) {
      world.refused = undefined;
      world.answered = false;
      world.trespass = trespassOf(world, task, mapping);
      return mapping;
    }
    let fault: HurdFault;
    if (request === undefined) {
      world.counts.faults++;
      world.counts.messages++;
      fault = new PageFault(world, isForced ? 'late' : 'fault', task.name, page, offset, access);
    } else fault = requestTrap(world, request, access);
    isForced = false;
    if (isAsked(world, fault) || round === MOST_ROUNDS) return fault;
    apply(world, fault, best(world, fault));
  }
}

/** A request as physmem sees it: no address, no reason. */
export function requestTrap(world: World, request: Request, access: Access): HurdFault {
  return {
    kind: 'trap',
    handler: 'physmem',
    about: request.about,
    event: 'request',
    process: request.task,
    access,
    page: request.page,
    offset: 0,
    address: addressOf(request.page, 0),
    errorCode: request.wanted,
    wanted: request.wanted,
    request,
    registers: [
      [
        `${request.about === 'call' ? (request.what ?? '') : request.about} request`,
        inWords(request, world.regions),
      ],
    ],
  };
}

function inWords(request: Request, regions: readonly Region[]): string {
  const { task, index, pages, wanted, to, shared } = request;
  switch (request.about) {
    case 'map':
      return `container ${task}, index ${index}, rights ${rightsName(wanted)}`;
    case 'copy':
      return `from container ${task} to ${to}, ${pages} ${pages === 1 ? 'page' : 'pages'}${shared ? ', shared' : ''}`;
    case 'free':
      return `container ${task}, ${pages} ${pages === 1 ? 'page' : 'pages'}`;
    case 'reuse':
      return `container ${task}, index ${index}, for new data`;
    case 'call':
      return `container ${task}, behind ${pageName(regions, request.page)}`;
  }
}

/** A frame that was freed meanwhile is another's; a task over its quota takes what others were guaranteed. */
function trespassOf(world: World, task: Task, mapping: Mapping): string | undefined {
  if (!world.physmem.isCurrent(mapping)) return 'stale';
  const isOverdrawn = world.overdrawn === task.name;
  world.overdrawn = undefined;
  return isOverdrawn ? 'quota' : undefined;
}

/** A message to a pager that no thread waits behind: a forged fault, or a demand of physmem. */
function message(world: World, move: MoveOf<'forge' | 'demand'>): Seen | HurdFault {
  if (!world.answered) {
    const to = world.task(move.op === 'forge' ? move.target : move.process);
    const frames = move.op === 'demand' ? memory.demandable(world, to, move.frames) : 0;
    const page = move.op === 'forge' ? move.page : (to.data.keys().next().value ?? 0);
    if (move.op === 'demand') {
      if (frames === 0) return done;
      world.demanded ??= world.physmem.allocated(to.name) - frames;
    }
    world.counts.messages++;
    const fault: HurdFault = {
      kind: 'trap',
      handler: 'pager',
      about: move.op === 'forge' ? 'forged' : 'demand',
      event: 'message',
      process: to.name,
      access: 'read',
      page,
      offset: 0,
      address: addressOf(page, 0),
      errorCode: bitOf('read'),
      wanted: 0,
      frames,
      registers:
        move.op === 'forge'
          ? [
              [
                'message',
                `from a thread of ${move.process}: page fault at 0x${addressOf(page, 0).toString(16)}`,
              ],
            ]
          : [['message', `from physmem: return_frames(${frames})`]],
    };
    if (isAsked(world, fault)) return fault;
    apply(world, fault, best(world, fault));
  }
  world.answered = false;
  world.trespass = undefined;
  world.request = undefined;
  if (move.op === 'demand') memory.endDemand(world, world.task(move.process), move.frames);
  return done;
}

/** A request that physmem has to decide, and what is done once it has. */
function requested(world: World, request: Request, after: () => Seen): Seen | HurdFault {
  if (!world.answered) {
    if (world.request === undefined) {
      world.request = request;
      world.counts.messages++;
    }
    const fault = requestTrap(world, world.request, 'read');
    if (isAsked(world, fault)) return fault;
    apply(world, fault, best(world, fault));
  }
  const { refused } = world;
  world.answered = false;
  world.request = undefined;
  world.refused = undefined;
  world.trespass = undefined;
  return refused === undefined ? after() : { kind: 'error', errno: refused.errno };
}

const asRequest = (move: { readonly page: number }, task: Task): Request => ({
  about: 'call',
  task: task.name,
  page: move.page,
  pages: 1,
  index: 0,
  wanted: 0,
});

function copyOrShare(world: World, task: Task, move: MoveOf<'share' | 'copyto'>): Seen | HurdFault {
  const to = world.task(move.target);
  const shared = move.op === 'share';
  if (!world.answered && world.request === undefined) {
    const obstacle = memory.obstacleTo(task, move.page, move.pages);
    if (obstacle !== undefined) return { kind: 'error', errno: obstacle };
    memory.prepareCopy(world, task, to, move.page, move.pages);
  }
  const index = world.request?.index ?? freeIndex(world, to, move.pages);
  const request: Request = {
    about: 'copy',
    task: task.name,
    page: move.page,
    pages: move.pages,
    index,
    wanted: 0,
    to: to.name,
    shared,
  };
  const kept = world.copyIndex ?? index;
  world.copyIndex = kept;
  return requested(world, request, () => {
    world.copyIndex = undefined;
    memory.finishCopy(world, task, to, move.page, move.pages, kept, shared);
    return done;
  });
}

function unmap(world: World, task: Task, move: MoveOf<'unmap'>): Seen | HurdFault {
  if (!world.answered && world.request === undefined) memory.prepareUnmap(world, task, move.page, move.pages);
  const isHeld = memory.isHeld(task, move.page, move.pages);
  const finish = (): Seen => {
    memory.finishUnmap(task, move.page, move.pages);
    return done;
  };
  if (!isHeld && !world.answered) return finish();
  const request: Request = { ...asRequest(move, task), about: 'free', pages: move.pages };
  return requested(world, request, finish);
}

/** The pager takes the page out and has the server fill its frame with another page's data. */
function reuse(world: World, task: Task, move: MoveOf<'reuse'>): Seen | HurdFault {
  if (!world.answered && world.request === undefined) {
    if (!memory.canReuse(world, task, move.page, move.into)) return memory.carryOut(world, task, outOf(move));
    world.copyIndex = memory.prepareReuse(world, task, move.page);
  }
  const index = world.copyIndex!;
  const request: Request = {
    ...asRequest({ page: move.into }, task),
    about: 'reuse',
    index,
    from: move.page,
  };
  return requested(world, request, () => {
    world.copyIndex = undefined;
    memory.finishReuse(world, task, move.into, index);
    return done;
  });
}

const outOf = ({ process, page }: MoveOf<'reuse'>): Move => ({ process, op: 'swapout', page, pages: 1 });
