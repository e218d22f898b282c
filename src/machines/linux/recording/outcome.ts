import { type Move, PAGE_SIZE, type Seen } from '../../../language/moves.ts';
import { oddErrorCode } from '../odd-address.ts';
import type { Fault } from '../world.ts';
import type { Operation } from './format.ts';
import { label } from './label.ts';
import type { ProcessState, Snapshot } from './snapshot.ts';

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

/** Page faults in order, by process, page, offset and mode. */
export const faultsOf = (process: string, faults: readonly Fault[]): Partial<Operation> =>
  faults.length === 0
    ? {}
    : { flt: faults.map(({ page, offset, user }) => [process, page, offset, user ? 'u' : 'k']) };

/**
 * What came of each page that was touched, and where the call was cut short. Only accesses have an
 * outcome; of other operations the result says all. `around` are the pages that faults mapped besides.
 */
export function outcomeOf(
  move: Move,
  seen: Seen,
  faults: readonly Fault[],
  before: Snapshot,
  after: Snapshot,
): Partial<Operation> {
  if (isRaw(move)) return { out: [[null, signalOf(seen) ?? errnoOf(seen) ?? 'no fault']] };
  const access = accessOf(move);
  if (access === undefined) return {};
  const then = before.processes.get(move.process) ?? NEWBORN;
  const now = after.processes.get(move.process)!;
  const short = access.wanted !== undefined && (seen.kind !== 'count' || seen.count !== access.wanted);
  const cutAt = short ? cutPage(faults, then, now) : null;
  const out: [number | null, string][] = [];
  for (const page of access.pages) {
    const name = now.pte.get(page);
    const outcome = label({
      before: then.pte.get(page),
      after: name,
      write: access.write,
      faulted: faults.some(fault => fault.page === page),
      signal: faults.at(-1)?.page === page ? signalOf(seen) : undefined,
      short,
      failed: page === cutAt && !(isExclusive(after, name) && !isExclusive(before, name)),
      grown: covers(now, page) && !covers(then, page),
    });
    if (outcome !== undefined) out.push([page, outcome]);
  }
  const errno = errnoOf(seen);
  if (errno !== undefined) out.push([cutAt, errno]);
  else if (short && seen.kind === 'count') out.push([cutAt, `partial ${seen.count} of ${access.wanted}`]);
  const around = [...now.pte.keys()].filter(
    page => !access.pages.includes(page) && now.pte.get(page) !== then.pte.get(page),
  );
  return { out, ...(around.length > 0 && { around }) };
}

/** A process of which nothing was seen yet. */
const NEWBORN: ProcessState = { pte: new Map(), vma: [] };

const isRaw = (move: Move): move is Extract<Move, { readonly address: bigint }> => 'address' in move;

const signalOf = (seen: Seen): string | undefined =>
  seen.kind === 'signal' ? `SIG${seen.signal} ${seen.code}` : undefined;
const errnoOf = (seen: Seen): string | undefined => (seen.kind === 'error' ? seen.errno : undefined);

/** The pages that a move touches, whether it stores, and the count that a system call should return. */
interface Access {
  readonly pages: readonly number[];
  readonly write: boolean;
  readonly wanted?: number;
}

function accessOf(move: Move): Access | undefined {
  switch (move.op) {
    case 'read':
    case 'fetch':
      return { pages: [move.page], write: false };
    case 'write':
      return { pages: [move.page], write: true };
    case 'read8':
    case 'write8':
      return { pages: pagesOf({ ...move, length: 8 }), write: move.op === 'write8' };
    case 'rsys':
    case 'wsys':
      return { pages: pagesOf(move), write: move.op === 'rsys', wanted: move.length };
    default:
      return undefined;
  }
}

function pagesOf({ page, offset, length }: { page: number; offset: number; length: number }): number[] {
  const last = page + Math.floor((offset + Math.max(length, 1) - 1) / PAGE_SIZE);
  return Array.from({ length: last - page + 1 }, (_, i) => page + i);
}

/** The page of the last fault, unless its entry changed: where a copy was cut short. */
function cutPage(faults: readonly Fault[], then: ProcessState, now: ProcessState): number | null {
  const page = faults.at(-1)?.page;
  return page === undefined || then.pte.get(page) !== now.pte.get(page) ? null : page;
}

const isExclusive = ({ frames }: Snapshot, name: string | undefined): boolean =>
  name !== undefined && (frames.get(name)?.fl.includes('x') ?? false);

const covers = ({ vma }: ProcessState, page: number): boolean =>
  vma.some(([start, pages]) => start <= page && page < start + pages);
