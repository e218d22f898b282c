import { PAGE_SIZE } from '../../language/moves.ts';
import { ZEROS } from './content.ts';
import type { Entry } from './frames.ts';
import { replace } from './numbered.ts';
import * as pager from './pager.ts';
import { logicalOf } from './pager.ts';
import { asFaulted, baseOf, exceeds, isMapped, isShort } from './reference.ts';
import { READ, RUN, WRITE } from './space.ts';
import {
  allows,
  type Handler,
  type HurdFault,
  isFault,
  type Request,
  type Task,
  type World,
} from './world.ts';

/**
 * What pager and physmem do, step by step, each in any state. What the pager calls for is asked of physmem when the instruction is
 * tried again, so that physmem decides for itself.
 */
export interface Context {
  readonly world: World;
  readonly fault: HurdFault;
  readonly task: Task;
  readonly request: Request | undefined;
  readonly handler: Handler;
}

/** A ring moves to a frame of its own. */
export const breakSteps = [
  'pick the base',
  'allocate a frame',
  'copy the bytes',
  'unmap the old',
  'move the ring',
] as const;

export const steps = {
  /** A pager whose own page is missing cannot even look: it waits for itself. */
  'look in the database': ({ world, fault, task, handler }) => {
    const { own, perm } = logicalOf(task, fault.page);
    handler.failed = isFault(fault) && own && allows(perm, fault.access) && !isMapped(world, fault);
    if (handler.failed) world.asleep = fault.process;
  },
  'drop what was there': when(({ world, fault, task }) => pager.dispose(world, task, fault.page)),
  'allocate in the container': when(({ world, fault, task, handler }) => {
    handler.failed = !pager.allocate(world, task, fault.page, false);
  }),
  'have the server fill it': when(({ world, fault, task, handler }) => {
    const { dead } = logicalOf(task, fault.page);
    if (dead && isFault(fault)) world.asleep = fault.process;
    handler.failed = dead || !pager.fill(world, task, fault.page);
  }),
  'swap in': when(({ world, fault, task, handler }) => {
    handler.failed = !pager.swapIn(world, task, fault.page);
  }),
  'ask for the soft frame': when(({ world, fault, task, handler }) => {
    handler.failed = !pager.recall(world, task, fault.page);
  }),
  'evict a victim': when(({ world, fault, task }) => {
    const victim = pager.victimOf(world, task, fault.page);
    if (victim === undefined) pager.call(world);
    else {
      pager.evict(world, task, victim);
      world.refused = undefined;
    }
    world.counts.messages++;
  }),
  'queue the thread': when(({ world, fault, task, handler }) => {
    handler.failed = task.data.get(fault.page)?.kind !== 'transit';
    if (handler.failed && isFault(fault)) world.asleep = fault.process;
    else pager.arrive(world, task, fault.page);
  }),
  'ask as faulted': when(context => ask(context, context.world.rules.asksFor(context.world, context.fault))),
  'ask for reading': when(context => ask(context, READ)),
  'ask for writing': when(context => ask(context, READ | WRITE)),
  'ask for running': when(context => ask(context, READ | RUN)),
  /** Any reply restarts the thread; the kernel does not look whether anything was mapped. */
  'reply with nothing': when(({ world }) => {
    world.counts.messages++;
  }),
  'call the final pager': context => {
    const { world, fault, task } = context;
    context.handler.failed = !logicalOf(task, fault.page).own;
    pager.call(world);
    if (!context.handler.failed) ask(context, asFaulted(world, fault));
    else if (isFault(fault)) world.asleep = fault.process;
  },
  'say nothing': ({ world, fault }) => {
    if (isFault(fault)) world.asleep = fault.process;
  },
  'give back clean pages': when(({ world, fault, task }) => {
    giveBack(world, task, fault, pager.givable(world, task, -1, true));
  }),
  'give back the last pages': when(({ world, fault, task }) => {
    giveBack(
      world,
      task,
      fault,
      pager.givable(world, task, -1).sort((a, b) => b - a),
    );
  }),
  /** The swap space is too slow: the time is up before anything was written. */
  'write dirty pages first': when(({ world }) => {
    pager.call(world);
  }),
  'signal SEGV': when(context => raise(context, 'SEGV')),
  'signal BUS': when(context => raise(context, 'BUS')),

  'find the entry': ({ world, request, handler }) => {
    const entry = request && world.physmem.entryAt(request.task, request.index);
    handler.entry = request?.about === 'map' && entry?.soft === false ? entry.id : 0;
    handler.failed = false;
    handler.frame = 0;
  },
  'pick the base': ({ world, handler }) => {
    const entry = world.physmem.entry(handler.entry);
    handler.base = entry === undefined ? 0 : baseOf(world, entry).id;
  },
  'allocate a frame': ({ world, request, handler }) => {
    const base = world.physmem.entry(handler.base);
    if (handler.entry === 0 || base === undefined) return;
    handler.failed = isShort(world, base.pages);
    if (handler.failed) return;
    if (request?.about === 'map' && exceeds(world, request, base, base.pages)) world.overdrawn = request.task;
    const frame = world.physmem.newFrame(base.pages);
    world.physmem.bind(frame);
    world.counts.frames += base.pages;
    handler.frame = frame.id;
  },
  /** A frame that was never bound has nothing to copy: the new one is zeros. */
  'copy the bytes': ({ world, handler }) => {
    const base = world.physmem.entry(handler.base);
    const frame = world.physmem.frame(handler.frame);
    if (frame === undefined || base === undefined) return;
    const from = world.physmem.frameOf(base);
    world.counts.bytesWritten += frame.pages * PAGE_SIZE;
    if (from.base < 0) return;
    for (let i = 0; i < frame.pages; i++)
      world.physmem.store(frame.base + i, world.physmem.contentOf(from.base + base.offset + i));
    world.counts.bytesRead += frame.pages * PAGE_SIZE;
  },
  /** All mappings of that memory go, those of innocent tasks too; physmem does not know whether there are any. */
  'unmap the old': ({ world, handler }) => {
    const base = world.physmem.entry(handler.base);
    if (handler.frame === 0 || base === undefined) return;
    world.physmem.unmapPages(world.physmem.frameOf(base), base.offset, base.pages);
    world.counts.localFlushes++;
  },
  'move the ring': ({ world, handler }) => moveRing(world, handler),
  'take soft frames': ({ world, request, handler }) => {
    const entry = world.physmem.entry(handler.entry);
    const pages = entry === undefined ? 1 : world.physmem.frameOf(entry).pages;
    if (request?.about !== 'map') return;
    world.counts.messages++;
    while (isShort(world, pages)) world.physmem.discard(world.physmem.softFrames()[0]!);
  },
  'discard soft references': ({ world, handler }) => {
    const entry = world.physmem.entry(handler.entry);
    if (entry === undefined) return;
    const frame = world.physmem.frameOf(entry);
    const soft = world.physmem.otherRings(entry, false);
    world.physmem.unmapPages(frame, 0, frame.pages);
    world.counts.localFlushes++;
    for (const other of world.physmem.entriesOf(frame))
      if (soft.includes(other.ring)) world.physmem.removeEntry(other);
    world.physmem.settle(frame);
  },
  'bind and clear': ({ world, handler }) => {
    const entry = world.physmem.entry(handler.entry);
    if (entry === undefined) return;
    const frame = world.physmem.frameOf(entry);
    handler.failed = frame.base < 0 && isShort(world, frame.pages);
    if (handler.failed) return;
    if (frame.base < 0) world.counts.frames += frame.pages;
    world.physmem.bind(frame);
    world.counts.bytesWritten += frame.pages * PAGE_SIZE;
  },
  'reply with items': context => mapItem(context, context.request?.wanted ?? 0),
  'reply with read-only items': context => mapItem(context, (context.request?.wanted ?? 0) & ~WRITE),
  'reply ENOENT': context => refuse(context, 'ENOENT'),
  'reply ENOMEM': context => refuse(context, 'ENOMEM'),
  'reply EPERM': context => refuse(context, 'EPERM'),
  'reply EINVAL': context => refuse(context, 'EINVAL'),
  'reply EBUSY': context => refuse(context, 'EBUSY'),

  'join the ring': context => copyTo(context, true),
  'make logical copies': context => copyTo(context, false),
  'revoke writes': ({ world, request }) => {
    if (request?.about !== 'copy') return;
    for (const index of indices(world, request))
      if (world.physmem.revokeWrites(request.task, index, 1) > 0) world.counts.localFlushes++;
  },
  'copy all bytes': ({ world, request }) => {
    if (request?.about !== 'copy') return;
    const { physmem } = world;
    indices(world, request).forEach((index, i) => {
      physmem.allocate(request.to!, request.index + i, 1);
      const to = physmem.entryAt(request.to!, request.index + i)!;
      physmem.bind(physmem.frameOf(to));
      const pfn = physmem.pfnAt(physmem.entryAt(request.task, index)!, index);
      physmem.store(physmem.pfnAt(to, request.index + i), pfn < 0 ? ZEROS : physmem.contentOf(pfn));
      world.counts.frames++;
      world.counts.bytesRead += PAGE_SIZE;
      world.counts.bytesWritten += PAGE_SIZE;
    });
  },
  'unmap and free': ({ world, request }) => free(world, request, true),
  'free without unmapping': ({ world, request }) => free(world, request, false),
  'free the whole frame': ({ world, request }) => {
    if (request?.about !== 'free') return;
    for (const index of indices(world, request)) {
      const entry = world.physmem.entryAt(request.task, index);
      if (entry === undefined) continue;
      const frame = world.physmem.frameOf(entry);
      if (world.physmem.unmapPages(frame, 0, frame.pages) > 0) world.counts.localFlushes++;
      world.physmem.returnPages(frame);
    }
    free(world, request, true);
  },
  'forget the entries': ({ world, request }) => {
    if (request?.about !== 'free') return;
    for (const index of indices(world, request)) {
      world.physmem.cutOut(request.task, index, 1);
      const entry = world.physmem.entryAt(request.task, index);
      if (entry === undefined) continue;
      const frame = world.physmem.frameOf(entry);
      if (world.physmem.unmapPages(frame, entry.offset, entry.pages) > 0) world.counts.localFlushes++;
      world.physmem.removeEntry(entry);
    }
  },
  /** release_data: the index gets a frame of its own, unbound; others keep what they have. The design of 2003. */
  'detach from its copies': ({ world, request }) => {
    const entry = request && world.physmem.entryAt(request.task, request.index);
    if (entry === undefined || request?.about !== 'reuse') return;
    const frame = world.physmem.frameOf(entry);
    world.physmem.removeEntry(entry);
    world.physmem.settle(frame);
    world.physmem.allocate(request.task, request.index, 1);
  },
  /** What any write does: whoever holds the frame firmly is spared, whoever holds it softly is not. */
  'break the copy': context => {
    const { world, request, handler } = context;
    const entry = request && world.physmem.entryAt(request.task, request.index);
    handler.entry = entry === undefined || request?.about !== 'reuse' ? 0 : entry.id;
    handler.failed = false;
    handler.frame = 0;
    if (handler.entry === 0) return;
    if (!world.rules.mustCopy(world, request!.task, request!.index)) {
      if (world.physmem.otherRings(entry!, false).length > 0) steps['discard soft references'](context);
      return;
    }
    for (const name of breakSteps) steps[name](context);
  },
  /** The server fills the frame, and writes nowhere else. */
  'write the new data': ({ world, request, task }) => {
    const { physmem } = world;
    const entry = request && physmem.entryAt(request.task, request.index);
    const file = request && logicalOf(task, request.page).file;
    if (entry === undefined || file === undefined || request?.about !== 'reuse') return;
    const frame = physmem.frameOf(entry);
    if (frame.base < 0) {
      if (isShort(world, frame.pages)) physmem.discard(physmem.softFrames()[0]!);
      physmem.bind(frame);
      world.counts.frames += frame.pages;
    }
    physmem.store(physmem.pfnAt(entry, request.index), world.fileAt(file));
    world.counts.io++;
    pager.call(world);
  },
  reply: ({ world }) => {
    world.counts.messages++;
    world.request = undefined;
    world.answered = true;
  },
} as const satisfies Record<string, (context: Context) => void>;

/** A step of the pager that is left out once an earlier one has failed. */
function when(step: (context: Context) => void): (context: Context) => void {
  return context => {
    if (!context.handler.failed) step(context);
  };
}

/** The pager calls physmem. Of a page that is in no container it has no index to ask for. */
function ask({ world, fault, task }: Context, wanted: number): void {
  const state = task.data.get(fault.page);
  const index = state === undefined || state.kind === 'swapped' ? -1 : state.index;
  world.counts.messages++;
  world.request = { about: 'map', task: task.name, page: fault.page, pages: 1, index, wanted };
}

function raise({ world, fault, task }: Context, signal: 'SEGV' | 'BUS'): void {
  const code = signal === 'BUS' ? 'ADRERR' : task.logical.has(fault.page) ? 'ACCERR' : 'MAPERR';
  world.signal = { process: task.name, signal, code, address: fault.address };
}

/** Drops the first of these pages, as many as were demanded. */
function giveBack(world: World, task: Task, { about, frames }: HurdFault, pages: readonly number[]): void {
  pager.call(world);
  if (about !== 'demand') return;
  for (const page of pages.slice(0, frames)) pager.drop(world, task, page);
}

function moveRing(world: World, handler: Handler): void {
  const { physmem } = world;
  const base = physmem.entry(handler.base);
  const frame = physmem.frame(handler.frame);
  if (base === undefined || frame === undefined) return;
  const old = physmem.frameOf(base);
  const from = base.offset;
  const inside = (other: Entry): boolean =>
    other.offset >= from && other.offset + other.pages <= from + base.pages;
  const members = physmem.entriesOf(old).filter(({ ring }) => ring === base.ring);
  const moved = world.rules.mechanics.wholeRingMoves ? members.filter(inside) : [base];
  const left = members.filter(member => !moved.includes(member));
  const ring = physmem.newRing();
  for (const entry of moved)
    replace(physmem.entries, { ...entry, frame: frame.id, offset: entry.offset - from, ring });
  old.refs -= moved.length;
  frame.refs += moved.length;
  if (left.length === 0 && old.refs > 0) old.cow--;
  physmem.settle(old);
}

/** The reply: what is bound is mapped with the rights given; what is not leaves the reply without items. */
function mapItem(context: Context, wanted: number): void {
  const { world, request, task, handler } = context;
  if (request === undefined) return;
  world.request = undefined;
  world.counts.messages += 2;
  if (request.about !== 'map') {
    world.answered = true;
    return;
  }
  if (handler.failed) {
    refuse(context, 'ENOMEM');
    return;
  }
  const { physmem } = world;
  const entry = physmem.entryAt(request.task, request.index);
  const pfn = entry === undefined ? -1 : physmem.pfnAt(entry, request.index);
  if (entry === undefined || entry.soft || pfn < 0) return;
  const source = { pfn, generation: physmem.pageFrames[pfn]!.generation };
  const window = { space: task.name, page: request.page, pages: 1 };
  physmem.mmu.deliver([source], wanted, window);
  physmem.frameOf(entry).handed |= wanted;
  const state = task.data.get(request.page);
  if (state?.kind === 'resident' && wanted & WRITE && !state.dirty)
    task.data.set(request.page, { kind: 'resident', index: state.index, dirty: true });
}

function refuse({ world, request }: Context, errno: string): void {
  if (request === undefined) return;
  world.request = undefined;
  world.counts.messages++;
  world.refused = { task: request.task, page: request.page, errno };
  world.answered = world.answered || request.about !== 'map';
}

/** Where the pages of a request to copy or free are in the container. */
export const indices = (world: World, { task: name, page, pages }: Request): number[] => {
  const task = world.tasks.find(task => task.name === name)!;
  return Array.from({ length: pages }, (_, i) => task.data.get(page + i)).flatMap(state =>
    state?.kind === 'resident' ? [state.index] : [],
  );
};

function copyTo({ world, request }: Context, shared: boolean): void {
  if (request?.about !== 'copy') return;
  const from = indices(world, request);
  if (shared) for (const index of from) world.physmem.cutOut(request.task, index, 1);
  from.forEach((index, i) => {
    world.physmem.share(request.task, index, 1, request.to!, request.index + i, shared);
  });
}

function free(world: World, request: Request | undefined, unmaps: boolean): void {
  if (request?.about !== 'free') return;
  let changed = 0;
  for (const index of indices(world, request))
    changed += world.physmem.deallocate(request.task, index, 1, unmaps);
  if (changed > 0) world.counts.localFlushes++;
}
