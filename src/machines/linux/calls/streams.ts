import { type Access, type Driver, type MoveOf, PAGE_SIZE, type Seen } from '../../../language/moves.ts';
import { COUNT } from '../counts.ts';
import { Fault } from '../fault/fault.ts';
import { byteAt, withBytes, withCopied, ZEROS } from '../hardware/content.ts';
import { access } from '../hardware/mmu.ts';
import { isPresent, isWritable, pfnOf } from '../hardware/pte.ts';
import { reachModule } from '../memory/kernel-map.ts';
import { type AddressSpace, contentOf, fileOf } from '../memory/page-cache.ts';
import { shownBy } from '../memory/shown.ts';
import { findVma } from '../memory/vma.ts';
import type { Process } from '../process.ts';
import type { World } from '../world.ts';
import { beginWrite, pageForRead, storeToFile } from './files.ts';
import type { UserCopy } from './interrupted.ts';
import { exit } from './process.ts';

/**
 * Copies between the kernel and user memory: the kernel touches the user's pages itself, through the same
 * page tables and the same fault handler. A fault that cannot be served ends the copy early.
 * Source: copy_to_user and copy_from_user, include/linux/uaccess.h; specification section 9.1.
 */

/** What a file does with a copy that was cut short; a copy goes in chunks of 4096 bytes of the stream. */
export interface StreamRules {
  /** Is a page that could not be had with page faults disabled brought in with them enabled, and the copy tried again? */
  readonly faultsIn?: boolean;
  /** Does the file try the rest of the chunk once more, if something was copied? */
  readonly triesAgain: boolean;
  /** Does what was copied of the chunk count? If not, the call says less than was stored. */
  readonly countsPart: boolean;
}

export type Stream = 'pipe' | 'zero' | 'file' | Driver;

/**
 * Source: pipe_read, pipe_write, fs/pipe.c; read_zero, drivers/char/mem.c; filemap_read; addendum A1. Of drivers with
 * page faults disabled: copy_from_user_nofault, mm/maccess.c; get_futex_key and futex_wake_op, kernel/futex.
 */
export const kernelStreams: Readonly<Record<Stream, StreamRules>> = {
  pipe: { triesAgain: true, countsPart: false },
  zero: { triesAgain: false, countsPart: true },
  file: { triesAgain: true, countsPart: true },
  module: { triesAgain: false, countsPart: true },
  bare: { triesAgain: false, countsPart: true },
  nofault: { triesAgain: false, countsPart: true },
  atomic: { triesAgain: false, countsPart: true, faultsIn: true },
  rash: { triesAgain: false, countsPart: true },
};

/** Where the instruction of a driver is listed, and whether it copies with the lock held and page faults disabled. */
const driverCopies: Readonly<Record<Driver, Pick<UserCopy, 'extable' | 'locked'>>> = {
  module: { extable: 'module', locked: false },
  bare: { extable: 'none', locked: false },
  nofault: { extable: 'module', locked: true },
  atomic: { extable: 'module', locked: true },
  rash: { extable: 'none', locked: true },
};
const mainCopy = { extable: 'main', locked: false } as const;
const isDriver = (name: string): name is Driver => Object.hasOwn(driverCopies, name);

/** A place in a file that a stream names: 'file:0:4096'. */
interface FilePlace {
  readonly file: AddressSpace;
  readonly offset: number;
}

function filePlace(world: World, stream: string): FilePlace | undefined {
  const [kind, id, offset] = stream.split(':');
  return kind === 'file' ? { file: fileOf(world, id!), offset: Number(offset) } : undefined;
}

/**
 * read(2) from a pipe full of one byte, from /dev/zero, or from a place in a file: the kernel stores into
 * user memory.
 */
export function readInto(world: World, process: Process, move: MoveOf<'rsys'>): Seen | Fault {
  const place = filePlace(world, move.source);
  const { contents } = world.frames;
  if (place === undefined) {
    const stream = move.source as Exclude<Stream, 'file'>;
    const value = stream === 'zero' ? 0 : move.value;
    return copy(
      world,
      process,
      move,
      { stream, length: move.length, phase: 0 },
      'write',
      (pfn, at, length) => {
        contents[pfn] = withBytes(contents[pfn]!, at, length, value);
      },
    );
  }
  const length = Math.max(0, Math.min(move.length, place.file.size - place.offset));
  const phase = place.offset % PAGE_SIZE;
  const end = Math.ceil((place.offset + length) / PAGE_SIZE);
  const sourceOf = (done: number): number =>
    pageForRead(world, place.file, Math.floor((place.offset + done) / PAGE_SIZE), end);
  const span = { stream: 'file', length, phase, prepare: sourceOf } as const;
  return copy(world, process, move, span, 'write', (pfn, at, bytes, done) => {
    const source = sourceOf(done);
    const content = source < 0 ? ZEROS : contents[source]!;
    const from = (place.offset + done) % PAGE_SIZE;
    contents[pfn] = withCopied(contents[pfn]!, at, content, from, bytes, pfn === source);
  });
}

/** write(2) to a pipe, device or file: the kernel loads from user memory. A pipe or device shows the first and last byte that arrived. */
export function writeFrom(world: World, process: Process, move: MoveOf<'wsys'>): Seen | Fault {
  const place = filePlace(world, move.target);
  if (place !== undefined) return writeToFile(world, process, move, place);
  const span = { stream: move.target as 'pipe' | Driver, length: move.length, phase: 0 };
  const seen = copy(world, process, move, span, 'read', () => {});
  if (seen.kind !== 'count' || seen.count === 0) return seen;
  const mm = world.mms[process.mm]!;
  const byteOf = (index: number): number => {
    const { page, offset } = placeOf(move, index);
    return byteAt(shownBy(world, mm, findVma(mm.vmas, page)!, page), offset);
  };
  return { ...seen, bytes: [byteOf(0), byteOf(seen.count - 1)] };
}

/** Where the byte of a buffer with this index lies. */
function placeOf(buffer: { readonly page: number; readonly offset: number }, index: number) {
  const at = buffer.offset + index;
  return { page: buffer.page + Math.floor(at / PAGE_SIZE), offset: at % PAGE_SIZE };
}

/** What is copied. */
interface Span {
  readonly stream: Stream;
  readonly length: number;
  /** How far into a chunk the stream begins. */
  readonly phase: number;
  /** Brings in what the byte with this index comes from, before user memory is touched for it. */
  readonly prepare?: (done: number) => void;
}

/** Where the chunk of the stream begins that has the byte with this index. */
const chunkOf = (index: number, phase: number): number => Math.max(0, index - ((index + phase) % PAGE_SIZE));
const chunkEnd = (index: number, phase: number): number => index - ((index + phase) % PAGE_SIZE) + PAGE_SIZE;

/**
 * Copies upwards, page by page, until all is done, a fault needs the handler, or the exception table has
 * ended it. How far it came is kept in `world.copy`: after a fault the same move goes on from there.
 */
function copy(
  world: World,
  process: Process,
  move: MoveOf<'rsys'> | MoveOf<'wsys'>,
  { stream, length: wanted, phase, prepare }: Span,
  kind: 'read' | 'write',
  transfer: (pfn: number, offset: number, length: number, done: number) => void,
): Seen | Fault {
  if (world.copy === undefined) {
    world.trespass = undefined;
    if (stream === 'module' && !reachModule(world, process.mm)) return oopsIn(world, process);
  }
  world.copy ??= beginning(move);
  const state = world.copy;
  const { triesAgain, countsPart, faultsIn } = world.rules.streams[stream];
  while (state.done < wanted) {
    if (state.stuck) return { kind: 'asleep' };
    const chunk = chunkOf(state.done, phase);
    if (world.fixup) {
      world.fixup = false;
      if (faultsIn && !state.touching) {
        state.touching = true;
        state.checked = state.done;
        continue;
      }
      const copied = state.done - Math.max(chunk, state.attempt);
      if (copied === 0 || !triesAgain) {
        world.copy = undefined;
        return cutShort(countsPart ? state.done : chunk);
      }
      state.attempt = state.done;
      state.checked = state.done;
    }
    prepare?.(state.done);
    const { page, offset } = placeOf(move, state.done);
    const fault = kind === 'write' ? verifyWrite(world, process, state) : undefined;
    if (fault !== undefined) return fault;
    const reached = kernelAccess(world, process, page, offset, kind);
    if (typeof reached !== 'number') return reached;
    if (state.touching) {
      state.touching = false;
      continue;
    }
    const length = Math.min(
      PAGE_SIZE - offset,
      chunkEnd(state.done, phase) - state.done,
      wanted - state.done,
    );
    transfer(reached, offset, length, state.done);
    state.done += length;
  }
  world.copy = undefined;
  return { kind: 'count', count: wanted, bytes: [] };
}

/** The kernel faults in its own memory, and the process that it worked for does not outlive that. */
function oopsIn(world: World, process: Process): Seen {
  exit(world, process);
  return { kind: 'signal', signal: 'KILL', code: 'OOPS', address: 0 };
}

export function beginning(move: MoveOf<'rsys'> | MoveOf<'wsys'>): UserCopy {
  const { process, page, offset, length } = move;
  const [stream, other] =
    move.op === 'wsys' ? (['nothing', move.target] as const) : ([move.source, move.source] as const);
  const file = other.startsWith('file') ? other : undefined;
  const stores = stream === 'nothing' || stream === 'zero' ? stream : file === undefined ? 'value' : 'file';
  const how = isDriver(other) ? driverCopies[other] : mainCopy;
  return { process, page, offset, length, stores, ...how, ...(file && { file }), ...START };
}

/** Where every copy begins. */
export const START = { done: 0, attempt: 0, checked: 0, touching: false, stuck: false };

const cutShort = (count: number): Seen =>
  count === 0 ? { kind: 'error', errno: 'EFAULT' } : { kind: 'count', count, bytes: [] };

/**
 * A buffered write: each piece, up to the end of a page of the file, is copied with page faults disabled;
 * only where that gets nowhere the pages are faulted in, the first byte of each, and it tries again.
 * Source: generic_perform_write, mm/filemap.c (6.18); fault_in_readable, mm/gup.c; addendum A2.
 */
function writeToFile(
  world: World,
  process: Process,
  move: MoveOf<'wsys'>,
  { file, offset }: FilePlace,
): Seen | Fault {
  if (world.copy === undefined) world.trespass = undefined;
  world.copy ??= beginning(move);
  const state = world.copy;
  while (state.done < move.length) {
    const end = Math.min(move.length, chunkEnd(state.done, offset % PAGE_SIZE));
    const touched = state.attempt > state.done ? state.attempt - 1 : state.done;
    if (state.attempt <= state.done) {
      const copied = copyAtomic(world, process, move, file, offset, state.done, end);
      state.done += copied;
      if (copied > 0) continue;
    }
    if (world.fixup) {
      world.fixup = false;
      if (touched === state.done) {
        world.copy = undefined;
        return cutShort(state.done);
      }
      state.attempt = 0;
    } else {
      const fault = faultIn(world, process, move, touched, end);
      if (fault !== undefined) return fault;
    }
    state.attempt = 0;
    const copied = copyAtomic(world, process, move, file, offset, state.done, end);
    state.done += copied;
  }
  world.copy = undefined;
  return { kind: 'count', count: move.length, bytes: [] };
}

/** Touches the first byte of a piece, and of each further page of it; `attempt` keeps how far it came, plus one. */
function faultIn(
  world: World,
  process: Process,
  move: MoveOf<'wsys'>,
  from: number,
  end: number,
): Fault | undefined {
  const state = world.copy!;
  for (let at = from; at < end; ) {
    const { page, offset } = placeOf(move, at);
    state.attempt = at + 1;
    const reached = kernelAccess(world, process, page, offset, 'read');
    if (typeof reached !== 'number') return reached;
    at += PAGE_SIZE - offset;
  }
  return undefined;
}

/**
 * Copies what can be copied without a fault; answers how many bytes. A write behind the end makes the file
 * larger up to where it begins, even if nothing is copied.
 * Source: copy_folio_from_iter_atomic; ext4_write_end, fs/ext4/inode.c; shmem_write_end, mm/shmem.c.
 */
function copyAtomic(
  world: World,
  process: Process,
  move: MoveOf<'wsys'>,
  file: AddressSpace,
  offset: number,
  from: number,
  end: number,
): number {
  const { table } = world.mms[process.mm]!;
  let at = from;
  while (at < end) {
    const { page, offset: inPage } = placeOf(move, at);
    if (!isPresent(world.setup.arch.walked(table.low(page)))) break;
    const reached = kernelAccess(world, process, page, inPage, 'read');
    if (typeof reached !== 'number') break;
    const length = Math.min(PAGE_SIZE - inPage, end - at);
    storeToFile(world, file, offset + at, reached, inPage, length);
    at += length;
  }
  if (at === from) beginWrite(world, file, offset + from, end - from);
  file.size = Math.max(file.size, offset + at);
  return at - from;
}

/** An entry that is there and read-only. */
export const verifiedEntry = (low: number): boolean => isPresent(low) && !isWritable(low);

/**
 * Where read-only entries do not hold for the kernel's stores, it looks itself before it stores to a page: an entry
 * that is there and read-only is served as if the processor had trapped. What an absent one lacks, the processor still
 * says. Nobody looks again after that. Source: __verify_write, arch/i386/mm/fault.c (2.4), page by page.
 */
export function verifyWrite(world: World, process: Process, state: UserCopy): Fault | undefined {
  if (world.wp !== 'checked' || state.checked > state.done) return undefined;
  const { page, offset } = placeOf(state, state.done);
  state.checked = state.done + PAGE_SIZE - offset;
  world.counts[COUNT.audits]!++;
  const low = world.mms[process.mm]!.table.low(page);
  if (!world.rules.verify(low)) return undefined;
  const status = world.setup.arch.status({ access: 'write', present: true, user: false, table: true });
  world.cpu.mode = 'kernel';
  const fault = new Fault(world, process, page, offset, 'write', status, undefined, 'check');
  world.cpu.mode = 'user';
  return fault;
}

/** An access with U = 0: entries' user bits do not matter, and read-only ones hold if CR0.WP is set. */
function kernelAccess(
  world: World,
  process: Process,
  page: number,
  offset: number,
  kind: Access,
): number | Fault {
  const earlier = world.trespass;
  world.cpu.mode = 'kernel';
  const reached = access(world, process, page, offset, kind);
  world.cpu.mode = 'user';
  world.trespass = earlier ?? world.trespass;
  return reached;
}

/** A driver's function pointer leads to a user page, and the kernel jumps: what is there would run with all its rights. */
export function kernelFetch(world: World, process: Process, { page }: MoveOf<'kfetch'>): Seen | Fault {
  if (world.fixup) {
    world.fixup = false;
    return cutShort(0);
  }
  const reached = kernelAccess(world, process, page, 0, 'fetch');
  if (typeof reached !== 'number') return reached;
  world.trespass ??= 'hijack';
  return { kind: 'done' };
}

/** A byte of the page where a copy stands that it will not store to; undefined if there is none. */
export function sparedOffset({ offset, length, done }: UserCopy): number | undefined {
  const from = (offset + done) % PAGE_SIZE;
  if (from > 0) return done === 0 ? 0 : undefined;
  return length - done < PAGE_SIZE ? PAGE_SIZE - 1 : undefined;
}

/** The parts of a copy's buffer that were stored to already, one for each page; `done` counts from its start. */
function* storedParts({ page, offset, done }: UserCopy) {
  for (let index = 0; index < done; ) {
    const at = placeOf({ page, offset }, index);
    const length = Math.min(PAGE_SIZE - at.offset, done - index);
    yield { ...at, length, index };
    index += length;
  }
}

/** The file that an interrupted write goes to: what it will hold depends on what it held before. */
export function fileBeingWritten(world: World): AddressSpace | undefined {
  const { copy: state } = world;
  if (state?.stores !== 'nothing' || state.file === undefined || state.done === 0) return undefined;
  return filePlace(world, state.file)?.file;
}

/**
 * Stores anew what an interrupted copy has stored already, after contents were replaced: the value that it
 * stores, or what the file, or of a write the memory, holds now.
 */
export function storeAgain(world: World, value: number): void {
  const { copy: state, frames } = world;
  if (state === undefined) return;
  const { contents } = frames;
  const { table } = world.mmOf(state.process);
  const place = state.file === undefined ? undefined : filePlace(world, state.file);
  for (const { page, offset, length, index } of storedParts(state)) {
    const pfn = pfnOf(table.low(page), table.high(page));
    if (state.stores === 'value') contents[pfn] = withBytes(contents[pfn]!, offset, length, value);
    if (state.stores === 'zero') contents[pfn] = withBytes(contents[pfn]!, offset, length, 0);
    for (let i = 0; i < length && place !== undefined; ) {
      const { page: filePage, offset: inFile } = placeOf({ page: 0, offset: place.offset }, index + i);
      const piece = Math.min(PAGE_SIZE - inFile, length - i);
      const cached = place.file.pages.get(filePage);
      const buffer = contents[pfn]!;
      if (state.stores === 'file') {
        const source = contentOf(world, place.file, filePage);
        contents[pfn] = withCopied(buffer, offset + i, source, inFile, piece, cached === pfn);
      } else if (cached !== pfn)
        contents[cached!] = withCopied(contents[cached!]!, inFile, buffer, offset + i, piece, false);
      i += piece;
    }
  }
}
