import {
  type Access,
  addressOf,
  BASE,
  type MoveOf,
  PAGE_SIZE,
  REGION_PAGES,
  type Seen,
} from '../../../language/moves.ts';
import { filledWith } from './content.ts';
import { done, errno, type Memory, type Outcome } from './memory.ts';
import { readings, type Span, spansOf, storeAt } from './pages.ts';
import { reaches } from './stack.ts';
import { killed, readSystemCall } from './streams.ts';

/** What a program does by itself: loads, stores, jumps. */

const WORD = 8;

export const read = (memory: Memory, move: MoveOf<'read'>, mm: number): Outcome[] =>
  load(memory, mm, by(move, 1));

export const read8 = (memory: Memory, move: MoveOf<'read8'>, mm: number): Outcome[] =>
  load(memory, mm, by(move, WORD));

export const write = (memory: Memory, move: MoveOf<'write'>, mm: number): Outcome[] =>
  store(memory, mm, by(move, 1), move.value);

export const write8 = (memory: Memory, move: MoveOf<'write8'>, mm: number): Outcome[] =>
  store(memory, mm, by(move, WORD), move.value);

export const fetch = (memory: Memory, { process, page }: MoveOf<'fetch'>, mm: number): Outcome[] =>
  completed(memory, mm, by({ process, page, offset: 0 }, 1), 'fetch', after => [{ seen: done, after }]);

/** What a process touches. */
interface Touch extends Span {
  readonly process: string;
}
const by = ({ process, page, offset }: Omit<Touch, 'length'>, length: number): Touch => ({
  process,
  page,
  offset,
  length,
});

const load = (memory: Memory, mm: number, span: Touch): Outcome[] =>
  completed(memory, mm, span, 'read', (after, spans) =>
    readings(after, mm, spans).map(reading => ({
      seen: { kind: 'value', bytes: reading.bytes },
      after: reading.after,
    })),
  );

const store = (memory: Memory, mm: number, span: Touch, value: number): Outcome[] =>
  completed(memory, mm, span, 'write', (after, spans) => [
    {
      seen: done,
      after: spans.reduce((to, at) => storeAt(to, mm, at, [filledWith(value)], 0), after),
    },
  ]);

/**
 * An instruction completes as a whole, or its process is signalled; or killed, where memory has an end and it may need
 * more of it.
 */
function completed(
  memory: Memory,
  mm: number,
  whole: Touch,
  access: Access,
  complete: (memory: Memory, spans: readonly Span[]) => Outcome[],
): Outcome[] {
  const spans = spansOf(whole);
  return reaches(memory, mm, spans, access).flatMap(({ memory: after, served, refused }) => {
    const deaths = memory.finite ? served.map(span => killed(memory, whole.process, span, 'OOM')) : [];
    if (refused === undefined) return [...complete(after, spans), ...deaths];
    const { why, span } = refused;
    if (memory.finite && memory.fetchesLate && access === 'fetch')
      deaths.push(killed(memory, whole.process, span, 'OOM'));
    const address = addressOf(span.page, span.offset, memory.base);
    return [{ seen: signal(why === 'ADRERR' ? 'BUS' : 'SEGV', why, address), after }, ...deaths];
  });
}

const signal = (name: 'SEGV' | 'BUS', code: string, address: number): Seen => ({
  kind: 'signal',
  signal: name,
  code,
  address,
});

export function raw(memory: Memory, move: MoveOf<'rawread' | 'rawwrite'>, mm: number): Outcome[] {
  const at = placeOf(move.address);
  if (at === undefined) return [{ seen: oddAddress(move.address), after: memory }];
  const span = by({ process: move.process, ...at }, WORD);
  return move.op === 'rawwrite' ? store(memory, mm, span, move.value) : load(memory, mm, span);
}

/** Where an address lies in the region; undefined if outside. */
function placeOf(address: bigint): { page: number; offset: number } | undefined {
  const at = address - BigInt(BASE);
  if (at < 0n || at >= BigInt(REGION_PAGES * PAGE_SIZE)) return undefined;
  return { page: Math.floor(Number(at) / PAGE_SIZE), offset: Number(at) % PAGE_SIZE };
}

/** Outside the region nothing is mapped; an address whose upper 17 bits differ is not even one. */
function oddAddress(address: bigint): Seen {
  const upper = address >> 47n;
  return upper === 0n || upper === 0x1ffffn
    ? signal('SEGV', 'MAPERR', Number(address))
    : signal('SEGV', 'SI_KERNEL', 0);
}

/** read(2) of 16 zeros to any address. */
export function rawSystemCall(memory: Memory, { process, address }: MoveOf<'rawsys'>, mm: number): Outcome[] {
  const at = placeOf(address);
  if (at === undefined) return [{ seen: errno('EFAULT'), after: memory }];
  return readSystemCall(memory, { process, op: 'rsys', source: 'pipe', ...at, length: 16, value: 0 }, mm);
}
