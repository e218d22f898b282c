import { type MoveOf, PAGE_SIZE, type Seen } from '../../../language/moves.ts';
import { Fault } from '../fault/fault.ts';
import { byteAt, withBytes } from '../hardware/content.ts';
import { FOLIO_DIRTY } from '../hardware/frames.ts';
import { shownBy } from '../memory/shown.ts';
import { obstacle, stackAbove } from '../memory/stack.ts';
import { findVma } from '../memory/vma.ts';
import type { Process } from '../process.ts';
import type { World } from '../world.ts';
import { followPage, hunt, type Reach } from './gup.ts';
import { failed } from './range.ts';
import { START } from './streams.ts';

/** One process's hands in another's memory: process_vm_readv and writev, and /proc/PID/mem. */

type Span = { readonly page: number; readonly offset: number; readonly length: number };

interface Part {
  readonly page: number;
  readonly offset: number;
  readonly length: number;
}

/** The parts of a span, one a page. */
function partsOf({ page, offset, length }: Span): Part[] {
  const parts: Part[] = [];
  for (let at = offset, left = length; left > 0; ) {
    const here = Math.min(PAGE_SIZE - (at % PAGE_SIZE), left);
    parts.push({ page: page + Math.floor(at / PAGE_SIZE), offset: at % PAGE_SIZE, length: here });
    at += here;
    left -= here;
  }
  return parts;
}

/** process_vm_*: the pages are pinned together, without FOLL_FORCE. Source: mm/process_vm_access.c. */
export function processVm(world: World, move: MoveOf<'pvw'> | MoveOf<'pvr'>): Seen | Fault {
  const target = world.process(move.target);
  const parts = partsOf(move);
  const write = move.op === 'pvw';
  const reach: Reach = { write, force: false, pin: true, longterm: false, fast: false, retries: true };
  const held = hunt(world, target, move.page, parts.length, reach, move.offset);
  if (held.kind === 'trap') return held;
  const { contents } = world.frames;
  const reached = parts.slice(0, held.pages.length);
  const bytes = move.op === 'pvr' ? ends(world, reached, held.pages) : [];
  reached.forEach(({ offset, length }, i) => {
    const pfn = held.pages[i]!;
    if (move.op === 'pvw') {
      contents[pfn] = withBytes(contents[pfn]!, offset, length, move.value);
      world.frames.mark(pfn, FOLIO_DIRTY);
    }
    world.frames.unpin(pfn);
  });
  const count = reached.reduce((sum, { length }) => sum + length, 0);
  return count === 0 && move.length > 0 ? failed('EFAULT') : { kind: 'count', count, bytes };
}

/** The first and the last byte of what was read. */
function ends(world: World, parts: readonly Part[], pages: readonly number[]): number[] {
  const first = parts[0];
  const last = parts.at(-1);
  if (first === undefined || last === undefined) return [];
  const { contents } = world.frames;
  return [
    byteAt(contents[pages[0]!]!, first.offset),
    byteAt(contents[pages[parts.length - 1]!]!, last.offset + last.length - 1),
  ];
}

/**
 * /proc/PID/mem: page by page, with FOLL_FORCE. It lets a stack grow down to each page that lies below one, as no other
 * caller of get_user_pages does. Source: __access_remote_vm, mm/memory.c (6.18); addendum A9.
 */
export function procMem(world: World, move: MoveOf<'memw'> | MoveOf<'memr'>): Seen | Fault {
  const target = world.process(move.target);
  const write = move.op === 'memw';
  const reach: Reach = { write, force: true, pin: false, longterm: false, fast: false, retries: false };
  const parts = partsOf(move);
  world.copy ??= {
    process: move.target,
    page: move.page,
    offset: move.offset,
    length: move.length,
    stores: write ? 'value' : 'nothing',
    extable: 'main',
    locked: false,
    ...START,
  };
  const { copy } = world;
  const { contents } = world.frames;
  let past = 0;
  for (const part of parts) {
    past += part.length;
    if (past <= copy.done) continue;
    const reached = followOrGrow(world, target, part, reach);
    if (reached === 'refused') break;
    if (typeof reached !== 'number') return reached;
    if (move.op === 'memw') {
      contents[reached] = withBytes(contents[reached]!, part.offset, part.length, move.value);
      world.frames.mark(reached, FOLIO_DIRTY);
    }
    copy.done = past;
  }
  world.copy = undefined;
  const isGone = world.mms[target.mm] === undefined;
  if ((copy.done === 0 && move.length > 0) || (isGone && !write)) return failed('EIO');
  return { kind: 'count', count: copy.done, bytes: write ? [] : shown(world, target, move, copy.done) };
}

/** Below a stack that may grow the handler is asked to let it. */
function followOrGrow(
  world: World,
  target: Process,
  { page, offset }: Part,
  reach: Reach,
): ReturnType<typeof followPage> {
  const vmas = world.mms[target.mm]?.vmas ?? [];
  if (findVma(vmas, page) === undefined && !world.fixup && stackAbove(vmas, page) !== undefined) {
    const access = reach.write ? 'write' : 'read';
    const asked = { unshare: false, retries: false };
    const fault = new Fault(world, target, page, offset, access, reach.write ? 2 : 0, asked);
    if (obstacle(world, fault) === undefined) return fault;
  }
  return followPage(world, target, page, offset, reach);
}

function shown(world: World, { mm }: Process, span: Span, count: number): number[] {
  if (count === 0) return [];
  const space = world.mms[mm]!;
  const byteOf = (index: number): number => {
    const at = span.offset + index;
    const page = span.page + Math.floor(at / PAGE_SIZE);
    return byteAt(shownBy(world, space, findVma(space.vmas, page)!, page), at % PAGE_SIZE);
  };
  return [byteOf(0), byteOf(count - 1)];
}
