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
import { readSystemCall } from './streams.ts';

/** What a program does by itself: loads, stores, jumps. */

const WORD = 8;

export const read = (memory: Memory, { process, page, offset }: MoveOf<'read'>): Outcome[] =>
  load(memory, process, { page, offset, length: 1 });

export const read8 = (memory: Memory, { process, page, offset }: MoveOf<'read8'>): Outcome[] =>
  load(memory, process, { page, offset, length: WORD });

export const write = (memory: Memory, { process, page, offset, value }: MoveOf<'write'>): Outcome[] =>
  store(memory, process, { page, offset, length: 1 }, value);

export const write8 = (memory: Memory, { process, page, offset, value }: MoveOf<'write8'>): Outcome[] =>
  store(memory, process, { page, offset, length: WORD }, value);

export const fetch = (memory: Memory, { process, page }: MoveOf<'fetch'>): Outcome[] =>
  completed(memory, process, { page, offset: 0, length: 1 }, 'fetch', after => [{ seen: done, after }]);

const load = (memory: Memory, process: string, span: Span): Outcome[] =>
  completed(memory, process, span, 'read', (after, spans) =>
    readings(after, process, spans).map(reading => ({
      seen: { kind: 'value', bytes: reading.bytes },
      after: reading.after,
    })),
  );

const store = (memory: Memory, process: string, span: Span, value: number): Outcome[] =>
  completed(memory, process, span, 'write', (after, spans) => [
    {
      seen: done,
      after: spans.reduce((to, at) => storeAt(to, process, at, [filledWith(value)], 0), after),
    },
  ]);

/** An instruction completes as a whole, or its process is signalled. */
function completed(
  memory: Memory,
  process: string,
  whole: Span,
  access: Access,
  complete: (memory: Memory, spans: readonly Span[]) => Outcome[],
): Outcome[] {
  const spans = spansOf(whole);
  return reaches(memory, process, spans, access).flatMap(({ memory: after, refused }) => {
    if (refused === undefined) return complete(after, spans);
    const { why, span } = refused;
    return [
      { seen: signal(why === 'ADRERR' ? 'BUS' : 'SEGV', why, addressOf(span.page, span.offset)), after },
    ];
  });
}

const signal = (name: 'SEGV' | 'BUS', code: string, address: number): Seen => ({
  kind: 'signal',
  signal: name,
  code,
  address,
});

export function raw(memory: Memory, move: MoveOf<'rawread' | 'rawwrite'>): Outcome[] {
  const at = placeOf(move.address);
  if (at === undefined) return [{ seen: oddAddress(move.address), after: memory }];
  const span = { ...at, length: WORD };
  return move.op === 'rawwrite'
    ? store(memory, move.process, span, move.value)
    : load(memory, move.process, span);
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
export function rawSystemCall(memory: Memory, { process, address }: MoveOf<'rawsys'>): Outcome[] {
  const at = placeOf(address);
  if (at === undefined) return [{ seen: errno('EFAULT'), after: memory }];
  return readSystemCall(memory, {
    process,
    op: 'rsys',
    source: 'pipe',
    ...at,
    length: 16,
    value: 0,
  });
}
