import { type Move, type Seen, sameSeen } from '../../../language/moves.ts';
import { findVma, isShared } from '../memory/vma.ts';
import type { World } from '../world.ts';

/** What an operation has shown, and all that the ideal memory allows it to show. */
export interface Shown {
  /** Before the operation. */
  readonly before: World;
  readonly move: Move;
  readonly seen: Seen;
  readonly allowed: readonly Seen[];
}

/** Invariants of what is shown. Numbers are those of the specification's section 10. */
export interface ShownInvariant {
  readonly id: string;
  readonly broken: (shown: Shown) => boolean;
}

const isSignal = (seen: Seen, signal: string): boolean => seen.kind === 'signal' && seen.signal === signal;
const isRefused = (seen: Seen): boolean =>
  seen.kind === 'signal' || (seen.kind === 'error' && seen.errno === 'EFAULT');
const isDone = ({ kind }: Seen): boolean => kind === 'done' || kind === 'value' || kind === 'count';

/** By a driver in a module, whose code lies in memory that the kernel itself has mapped. */
const isThroughModule = (move: Move): boolean =>
  (move.op === 'rsys' && move.source === 'module') || (move.op === 'wsys' && move.target === 'module');

export const shownInvariants: readonly ShownInvariant[] = [
  {
    id: 'I2',
    broken({ before, move, seen, allowed }) {
      if (seen.kind !== 'value' || !('page' in move) || !allowed.some(({ kind }) => kind === 'value'))
        return false;
      const vma = findVma(before.mmOf('target' in move ? move.target : move.process).vmas, move.page);
      return vma !== undefined && !isShared(vma) && !allowed.some(other => sameSeen(other, seen));
    },
  },
  {
    id: 'I19',
    broken: ({ seen, allowed }) => isSignal(seen, 'SEGV') && !allowed.some(other => isSignal(other, 'SEGV')),
  },
  {
    id: 'I20',
    broken: ({ seen, allowed }) => isDone(seen) && allowed.every(isRefused),
  },
  {
    id: 'I32',
    broken: ({ move, seen }) => isThroughModule(move) && seen.kind === 'signal' && seen.code === 'OOPS',
  },
  {
    id: 'I22',
    broken({ seen, allowed }) {
      const deaths = allowed.filter(other => isSignal(other, 'KILL')).length;
      return isSignal(seen, 'KILL') ? deaths === 0 : deaths === allowed.length;
    },
  },
  {
    id: 'I23',
    broken: ({ seen, allowed }) =>
      seen.kind === 'count' && allowed.every(other => other.kind === 'count' && other.count !== seen.count),
  },
];
