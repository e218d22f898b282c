import { type Move, PAGE_SIZE, type Seen } from '../../../language/moves.ts';
import { oddErrorCode } from '../calls/odd-address.ts';
import type { Fault } from '../fault/fault.ts';
import type { Operation } from './format.ts';
import { label, type Touched } from './label.ts';
import type { ProcessState, SlotOrigins, Snapshot } from './snapshot.ts';

/** The result of an operation: what a system call returned, what was read, or the signal. */
export function resultOf(move: Move, seen: Seen, faults: readonly Fault[]): Partial<Operation> {
  switch (seen.kind) {
    case 'done':
    case 'asleep':
      return {};
    case 'value':
      return { v: move.op === 'read8' ? [seen.bytes[0]!, seen.bytes.at(-1)!] : seen.bytes };
    case 'count':
      return {
        ...(seen.count > 0 && { ret: seen.count }),
        ...(seen.bytes.length > 0 && { v: seen.bytes }),
      };
    case 'reached':
      throw new RangeError('no process of Linux is shown a frame');
    case 'error':
      return { ret: -1, err: seen.errno };
    case 'signal': {
      const { signal, code } = seen;
      if (isRaw(move)) {
        const address = code === 'SI_KERNEL' ? 0n : move.address;
        return { sig: [signal, code, `0x${address.toString(16)}`, 0, oddErrorCode(move)] };
      }
      const { page, offset, errorCode } = faults.at(-1)!;
      return { sig: [signal, code, page, offset, errorCode] };
    }
  }
}

/** A fault as the CPU raised it, and whether it was major. */
export interface Taken {
  readonly fault: Fault;
  readonly major: boolean;
}

/** Page faults in order, by process, page, offset and mode, and those of them that were major. */
export function faultsOf(taken: readonly Taken[]): Partial<Operation> {
  const majors = taken.filter(({ major }) => major);
  return {
    ...(taken.length > 0 && {
      flt: taken.map(({ fault: { process, page, offset, user } }) => [
        process,
        page,
        offset,
        user ? 'u' : 'k',
      ]),
    }),
    ...(majors.length > 0 && { maj: majors.map(({ fault: { process, page } }) => [process, page]) }),
  };
}

/**
 * What came of each page that was touched, and where the call was cut short. Only accesses have an
 * outcome; of other operations the result says all. `around` are the pages that faults mapped besides.
 */
export function outcomeOf(
  move: Move,
  seen: Seen,
  taken: readonly Taken[],
  before: Snapshot,
  after: Snapshot,
  origins: SlotOrigins,
): Partial<Operation> {
  if (isRaw(move)) return { out: [[null, signalOf(seen) ?? errnoOf(seen) ?? 'no fault']] };
  const access = accessOf(move);
  const now = access === undefined ? undefined : after.processes.get(access.process);
  if (access === undefined || now === undefined) return {};
  const { process, pages, kind, by, wanted } = access;
  const then = before.processes.get(process) ?? NEWBORN;
  const faults = taken.filter(({ fault }) => fault.process === process);
  const moved = seen.kind === 'count' ? seen.count : 0;
  const short = wanted !== undefined && moved !== wanted;
  const errno = errnoOf(seen);
  const cutAt = errno === 'EFAULT' || moved > 0 ? cutPage(faults, then, now) : null;
  const signalled = seen.kind === 'signal' ? faults.at(-1)?.fault.page : undefined;
  const out: [number | null, string][] = [];
  for (const page of pages) {
    const had = then.pte.get(page);
    const has = now.pte.get(page);
    const touched: Touched = {
      before: had,
      after: has,
      kind,
      by,
      faulted: faults.some(({ fault }) => fault.page === page),
      signal: by === 'user' && (pages.length === 1 || signalled === page) ? signalOf(seen) : undefined,
      short,
      failed: errno !== undefined,
      cut: page === cutAt,
      wasExclusive: isExclusive(before, has),
      isExclusive: isExclusive(after, has),
      hasObject: hasObject(now, page),
      grown: covers(now, page) && !covers(then, page),
      sameFrame:
        after.cacheHits.has(`${process} ${page}`) ||
        (has !== undefined && before.frames.has(has)) ||
        (had !== undefined && origins.get(had)?.name === has),
      major: taken.some(({ fault, major }) => major && fault.process === process && fault.page === page),
      othersNameSlot:
        had !== undefined && [...after.processes.values()].some(({ pte }) => [...pte.values()].includes(had)),
      isDirty: has !== undefined && after.frames.get(has)?.fl.includes('d') === true,
    };
    const outcome = label(touched);
    if (outcome !== undefined) out.push([page, outcome]);
  }
  if (errno !== undefined) out.push([cutAt, errno]);
  else if (short) out.push([cutAt, `partial ${moved} of ${wanted}`]);
  const around =
    by === 'gup' && !['madv', 'mlock', 'vpin', 'rpin'].includes(move.op)
      ? []
      : [...now.pte.keys()].filter(page => !pages.includes(page) && now.pte.get(page) !== then.pte.get(page));
  return { out, ...(around.length > 0 && { around }) };
}

/** A process of which nothing was seen yet. */
const NEWBORN: ProcessState = { pte: new Map(), vma: [] };

const isRaw = (move: Move): move is Extract<Move, { readonly address: bigint }> => 'address' in move;

const signalOf = (seen: Seen): string | undefined =>
  seen.kind === 'signal' ? `SIG${seen.signal} ${seen.code}` : undefined;
const errnoOf = (seen: Seen): string | undefined => (seen.kind === 'error' ? seen.errno : undefined);

/** Whose pages a move touches, how, and the count that a system call should return. */
interface Access extends Pick<Touched, 'kind' | 'by'> {
  readonly process: string;
  readonly pages: readonly number[];
  readonly wanted?: number;
}

function accessOf(move: Move): Access | undefined {
  const { process } = move;
  switch (move.op) {
    case 'read':
    case 'write':
    case 'fetch':
      return { process, pages: [move.page], kind: move.op, by: 'user' };
    case 'read8':
    case 'write8':
      return {
        process,
        pages: pagesOf({ ...move, length: 8 }),
        kind: move.op === 'write8' ? 'write' : 'read',
        by: 'user',
      };
    case 'rsys':
    case 'wsys':
      return {
        process,
        pages: pagesOf(move),
        kind: move.op === 'rsys' ? 'write' : 'read',
        by: 'kernel',
        wanted: move.length,
      };
    case 'pvw':
    case 'memw':
    case 'pvr':
    case 'memr':
      return {
        process: move.target,
        pages: pagesOf(move),
        kind: move.op.endsWith('w') ? 'write' : 'read',
        by: 'gup',
        wanted: move.length,
      };
    case 'vpin':
      return { process, pages: rangeOf(move), kind: 'read', by: 'gup', wanted: move.pages * PAGE_SIZE };
    case 'iopin':
    case 'rpin':
      return { process, pages: rangeOf(move), kind: move.op === 'iopin' ? 'write' : 'read', by: 'gup' };
    case 'dread':
    case 'dwrite':
      return {
        process,
        pages: [move.page],
        kind: move.op === 'dread' ? 'write' : 'read',
        by: 'gup',
        wanted: PAGE_SIZE,
      };
    case 'mlock':
      return { process, pages: rangeOf(move), kind: 'mlock', by: 'gup' };
    case 'madv':
      if (move.advice !== 'populate_read' && move.advice !== 'populate_write') return undefined;
      return {
        process,
        pages: rangeOf(move),
        kind: move.advice.endsWith('read') ? 'read' : 'write',
        by: 'gup',
      };
    default:
      return undefined;
  }
}

const rangeOf = ({ page, pages }: { page: number; pages: number }): number[] =>
  Array.from({ length: pages }, (_, i) => page + i);

const pagesOf = ({ page, offset, length }: { page: number; offset: number; length: number }): number[] =>
  rangeOf({ page, pages: Math.floor((offset + Math.max(length, 1) - 1) / PAGE_SIZE) + 1 });

/** The page of the last fault that the kernel took, unless its entry changed: where a copy was cut short. */
function cutPage(faults: readonly Taken[], then: ProcessState, now: ProcessState): number | null {
  const page = faults.findLast(({ fault }) => !fault.user)?.fault.page;
  return page === undefined || then.pte.get(page) !== now.pte.get(page) ? null : page;
}

const isExclusive = ({ frames }: Snapshot, name: string | undefined): boolean =>
  name !== undefined && (frames.get(name)?.fl.includes('x') ?? false);

const areaOf = ({ vma }: ProcessState, page: number) =>
  vma.find(([start, pages]) => start <= page && page < start + pages);
const covers = (state: ProcessState, page: number): boolean => areaOf(state, page) !== undefined;
const hasObject = (state: ProcessState, page: number): boolean => {
  const area = areaOf(state, page);
  return area !== undefined && area[3] !== 'anon';
};
