import { type MoveOf, PAGE_SIZE, type Seen } from '../../../language/moves.ts';
import type { Fault } from '../fault/fault.ts';
import { byteAt, withByte } from '../hardware/content.ts';
import { FOLIO_DIRTY, ZERO_PFN } from '../hardware/frames.ts';
import { withKey, withoutKey } from '../memory/page-cache.ts';
import { isFolioDirty } from '../memory/rmap.ts';
import type { Process } from '../process.ts';
import type { World } from '../world.ts';
import { hunt, type Reach } from './gup.ts';
import { done, failed } from './range.ts';

/** References to user pages that outlive the call: pipes that hold pages, and buffers of io_uring. */

const VMSPLICE: Reach = {
  write: false,
  force: false,
  pin: false,
  longterm: false,
  fast: true,
  retries: true,
};
/** FOLL_PIN | FOLL_LONGTERM, as io_uring with FOLL_WRITE. Source: io_pin_pages, io_uring/rsrc.c. */
const registering = (write: boolean): Reach => ({
  write,
  force: false,
  pin: true,
  longterm: true,
  fast: true,
  retries: true,
});

/** A buffer that was registered with io_uring, or with a device: its pages stay pinned until it is given back. */
export interface FixedBuffer {
  readonly pages: readonly number[];
  /** May the device store to it, too? */
  readonly writable: boolean;
}

/** Pages that a pipe has room for (PIPE_DEF_BUFFERS). */
const PIPE_PAGES = 16;

/** vmsplice: the pipe refers to the pages from now on. Source: vmsplice_to_pipe, fs/splice.c. */
export function vmsplice(world: World, process: Process, move: MoveOf<'vpin'>): Seen | Fault {
  const there = world.pipes.get(move.id) ?? [];
  const room = PIPE_PAGES - there.length;
  if (room === 0) return failed('EAGAIN');
  const held = hunt(world, process, move.page, Math.min(move.pages, room), VMSPLICE);
  if (held.kind === 'trap') return held;
  if (held.pages.length === 0) return failed('EFAULT');
  world.pipes = withKey(world.pipes, move.id, [...there, ...held.pages]);
  return { kind: 'count', count: held.pages.length * PAGE_SIZE, bytes: [] };
}

/** The pipe is read to its end: of each page the first byte is shown. Source: pipe_read, fs/pipe.c. */
export function readPipe(world: World, move: MoveOf<'vread'>): Seen {
  const pages = world.pipes.get(move.id) ?? [];
  const bytes = pages.map(pfn => byteAt(world.frames.contents[pfn]!, 0));
  for (const pfn of pages) world.frames.put(pfn);
  world.pipes = withoutKey(world.pipes, move.id);
  return { kind: 'count', count: pages.length * PAGE_SIZE, bytes };
}

/** What the ring of a number that was given anew is kept by: no program can say it. */
const lost = (id: string, index: number): string => `${id} ${index}`;
export const isLost = (id: string): boolean => id.includes(' ');

/**
 * All pages or none are pinned. A number that is given anew leaves its old ring open, out of reach.
 * Source: io_sqe_buffer_register, io_uring/rsrc.c.
 */
export function register(world: World, process: Process, move: MoveOf<'iopin' | 'rpin'>): Seen | Fault {
  const writable = move.op === 'iopin';
  const held = hunt(world, process, move.page, move.pages, registering(writable));
  if (held.kind === 'trap') return held;
  world.mms[process.mm]!.hasPinned = true;
  const old = process.rings.get(move.id);
  const others = withoutKey(process.rings, move.id);
  const open = old === undefined ? others : withKey(others, lost(move.id, old), old);
  setRings(world, process, open);
  if (!held.complete) {
    for (const pfn of held.pages) world.frames.unpin(pfn);
    return failed('EFAULT');
  }
  const index = world.buffers.push({ pages: held.pages, writable }) - 1;
  setRings(world, process, withKey(open, move.id, index));
  return done;
}

/** Threads share what is open. */
function setRings(world: World, process: Process, rings: Process['rings']): void {
  for (const thread of world.processes) if (thread.mm === process.mm) thread.rings = rings;
}

const bufferOf = (world: World, process: Process, id: string): FixedBuffer | undefined =>
  world.buffers[process.rings.get(id) ?? -1];

export function readBuffer(world: World, process: Process, move: MoveOf<'ioread'>): Seen {
  const pfn = bufferOf(world, process, move.id)?.pages[move.index];
  if (pfn === undefined) return failed(process.rings.has(move.id) ? 'EFAULT' : 'EBADF');
  return { kind: 'count', count: 16, bytes: [byteAt(world.frames.contents[pfn]!, 0)] };
}

/**
 * The store goes to the pinned frame, whatever maps it now; who was given the page to read it is refused. Where neither
 * the frame nor an entry knows of a store it is marked dirty, which io_uring does not do: it loses such a store when the
 * page is reclaimed.
 */
export function writeBuffer(world: World, process: Process, move: MoveOf<'iowrite'>): Seen {
  const buffer = bufferOf(world, process, move.id);
  const pfn = buffer?.writable ? buffer.pages[move.index] : undefined;
  if (pfn === undefined) return failed(process.rings.has(move.id) ? 'EFAULT' : 'EBADF');
  const { contents } = world.frames;
  if (pfn === ZERO_PFN) world.trespass = 'zero-frame';
  contents[pfn] = withByte(contents[pfn]!, 0, move.value);
  if (pfn !== ZERO_PFN && !isFolioDirty(world, pfn)) world.frames.mark(pfn, FOLIO_DIRTY);
  return { kind: 'count', count: 1, bytes: [] };
}

export function unregister(world: World, process: Process, move: MoveOf<'iounpin'>): Seen {
  const index = process.rings.get(move.id);
  const buffer = index === undefined ? undefined : world.buffers[index];
  setRings(world, process, withoutKey(process.rings, move.id));
  if (buffer === undefined) return done;
  for (const pfn of buffer.pages) world.frames.unpin(pfn);
  world.buffers[index!] = undefined;
  return done;
}

/** A process that ends closes its rings; those that a child inherited stay. Source: io_ring_ctx_wait_and_kill. */
export function closeBuffers(world: World, process: Process): void {
  const { rings } = process;
  process.rings = new Map();
  const used = new Set(world.processes.flatMap(other => [...other.rings.values()]));
  for (const index of rings.values()) {
    const buffer = world.buffers[index];
    if (buffer === undefined || used.has(index)) continue;
    for (const pfn of buffer.pages) world.frames.unpin(pfn);
    world.buffers[index] = undefined;
  }
}
