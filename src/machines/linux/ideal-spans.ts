import { type Move, type MoveOf, PAGE_SIZE } from '../../language/moves.ts';

/** A move that touches bytes of memory. */
export type Touching = MoveOf<'read' | 'write' | 'fetch' | 'read8' | 'write8' | 'rsys' | 'wsys'>;

/** The part of an access that lies in one page. Bytes. */
export interface Span {
  readonly page: number;
  readonly offset: number;
  readonly length: number;
}

export function isTouching(move: Move): move is Touching {
  switch (move.op) {
    case 'read':
    case 'write':
    case 'fetch':
    case 'read8':
    case 'write8':
    case 'rsys':
    case 'wsys':
      return true;
    default:
      return false;
  }
}

/** What a move touches, page by page upwards: the order in which it is refused. */
export function spansOf(move: Touching): Span[] {
  let { page } = move;
  let offset = move.op === 'fetch' ? 0 : move.offset;
  let left = lengthOf(move);
  const spans: Span[] = [];
  while (left > 0) {
    const length = Math.min(left, PAGE_SIZE - offset);
    spans.push({ page, offset, length });
    left -= length;
    page++;
    offset = 0;
  }
  return spans;
}

function lengthOf(move: Touching): number {
  switch (move.op) {
    case 'read8':
    case 'write8':
      return 8;
    case 'rsys':
    case 'wsys':
      return move.length;
    default:
      return 1;
  }
}

/** The right that a move needs. */
export function needOf({ op }: Touching): 'read' | 'write' | 'fetch' {
  if (op === 'fetch') return 'fetch';
  return op === 'write' || op === 'write8' || op === 'rsys' ? 'write' : 'read';
}

/**
 * What read(2) or write(2) says when only the first bytes could be copied: a pipe counts whole pieces of
 * 4096 bytes, whatever it stored of the next; /dev/zero all; and nothing at all is EFAULT (here 0).
 */
export function countOf(move: MoveOf<'rsys' | 'wsys'>, copied: number): number {
  const stream = move.op === 'rsys' ? move.source : move.target;
  return copied === move.length || stream === 'zero' ? copied : copied - (copied % PAGE_SIZE);
}
