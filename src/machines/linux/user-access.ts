import { type MoveOf, PAGE_SIZE, type Seen } from '../../language/moves.ts';
import { byteAt, withBytes } from './content.ts';
import { access } from './cpu.ts';
import { pfnOf } from './pte.ts';
import type { Fault, Process, UserCopy, World } from './world.ts';

/**
 * Copies between the kernel and user memory: the kernel touches the user's pages itself, through the same
 * page tables and the same fault handler. A fault that cannot be served ends the copy early.
 * Source: copy_to_user and copy_from_user, include/linux/uaccess.h; specification section 9.1.
 */

/** What a file does with a copy that was cut short; a copy goes in chunks of 4096 bytes of the stream. */
export interface StreamRules {
  /** Does the file try the rest of the chunk once more, if something was copied? */
  readonly triesAgain: boolean;
  /** Does what was copied of the chunk count? If not, the call says less than was stored. */
  readonly countsPart: boolean;
}

export type Stream = 'pipe' | 'zero';

/** Source: pipe_read, pipe_write, fs/pipe.c; read_zero, drivers/char/mem.c; addendum A1. */
export const kernelStreams: Readonly<Record<Stream, StreamRules>> = {
  pipe: { triesAgain: true, countsPart: false },
  zero: { triesAgain: false, countsPart: true },
};

/** read(2) from a pipe full of one byte, or from /dev/zero: the kernel stores into user memory. */
export function readInto(world: World, process: Process, move: MoveOf<'rsys'>): Seen | Fault {
  const stream = move.source as Stream;
  const value = stream === 'zero' ? 0 : move.value;
  const { contents } = world.frames;
  return copy(world, process, move, stream, 'write', (pfn, offset, length) => {
    contents[pfn] = withBytes(contents[pfn]!, offset, length, value);
  });
}

/** write(2) to a pipe: the kernel loads from user memory. Shows the first and last byte that arrived. */
export function writeFrom(world: World, process: Process, move: MoveOf<'wsys'>): Seen | Fault {
  const seen = copy(world, process, move, 'pipe', 'read', () => {});
  if (seen.kind !== 'count' || seen.count === 0) return seen;
  const { table } = world.mms[process.mm]!;
  const byteOf = (index: number): number => {
    const { page, offset } = placeOf(move, index);
    const pfn = pfnOf(table.low(page), table.high(page));
    return byteAt(world.frames.contents[pfn]!, offset);
  };
  return { ...seen, bytes: [byteOf(0), byteOf(seen.count - 1)] };
}

/** Where the byte of a buffer with this index lies. */
function placeOf(buffer: { readonly page: number; readonly offset: number }, index: number) {
  const at = buffer.offset + index;
  return { page: buffer.page + Math.floor(at / PAGE_SIZE), offset: at % PAGE_SIZE };
}

const chunkOf = (index: number): number => index - (index % PAGE_SIZE);

/**
 * Copies upwards, page by page, until all is done, a fault needs the handler, or the exception table has
 * ended it. How far it came is kept in `world.copy`: after a fault the same move goes on from there.
 */
function copy(
  world: World,
  process: Process,
  move: MoveOf<'rsys'> | MoveOf<'wsys'>,
  stream: Stream,
  kind: 'read' | 'write',
  transfer: (pfn: number, offset: number, length: number) => void,
): Seen | Fault {
  if (world.copy === undefined) world.trespass = undefined;
  world.copy ??= beginning(move);
  const state = world.copy;
  while (state.done < move.length) {
    const chunk = chunkOf(state.done);
    if (world.fixup) {
      world.fixup = false;
      const copied = state.done - Math.max(chunk, state.attempt);
      if (copied === 0 || !world.rules.streams[stream].triesAgain) {
        world.copy = undefined;
        return cutShort(world.rules.streams[stream].countsPart ? state.done : chunk);
      }
      state.attempt = state.done;
    }
    const { page, offset } = placeOf(move, state.done);
    const reached = kernelAccess(world, process, page, offset, kind);
    if (typeof reached !== 'number') return reached;
    const length = Math.min(PAGE_SIZE - offset, chunk + PAGE_SIZE - state.done, move.length - state.done);
    transfer(reached, offset, length);
    state.done += length;
  }
  world.copy = undefined;
  return { kind: 'count', count: move.length, bytes: [] };
}

const beginning = ({
  process,
  op,
  page,
  offset,
  length,
  ...move
}: MoveOf<'rsys'> | MoveOf<'wsys'>): UserCopy => ({
  process,
  page,
  offset,
  length,
  stores: op === 'wsys' ? 'nothing' : 'source' in move && move.source === 'zero' ? 'zeros' : 'value',
  done: 0,
  attempt: 0,
});

const cutShort = (count: number): Seen =>
  count === 0 ? { kind: 'error', errno: 'EFAULT' } : { kind: 'count', count, bytes: [] };

/** An access with U = 0: entries' user bits do not matter, and read-only ones hold if CR0.WP is set. */
function kernelAccess(
  world: World,
  process: Process,
  page: number,
  offset: number,
  kind: 'read' | 'write',
): number | Fault {
  const earlier = world.trespass;
  world.cpu.mode = 'kernel';
  const reached = access(world, process, page, offset, kind);
  world.cpu.mode = 'user';
  world.trespass = earlier ?? world.trespass;
  return reached;
}

/** A byte of the page where a copy stands that it will not store to; undefined if there is none. */
export function sparedOffset({ offset, length, done }: UserCopy): number | undefined {
  const from = (offset + done) % PAGE_SIZE;
  if (from > 0) return done === 0 ? 0 : undefined;
  return length - done < PAGE_SIZE ? PAGE_SIZE - 1 : undefined;
}

/** The parts of a copy's buffer that were stored to already, one for each page. */
export function* storedParts({ page, offset, stores, done }: UserCopy) {
  if (stores === 'nothing') return;
  for (let index = 0; index < done; ) {
    const at = placeOf({ page, offset }, index);
    const length = Math.min(PAGE_SIZE - at.offset, done - index);
    yield { ...at, length };
    index += length;
  }
}
