import type { Move } from '../../../src/language/moves.ts';
import { ENTRY, entryWord, WORDS } from '../../../src/language/xen.ts';
import { drawsFrom } from '../../../src/study/random.ts';

/**
 * Moves of two fully virtualized guests from a seed, carol (f2 to f7) and dave (f8 to f13), with whatever entries
 * and settings they like, while pages that hold the same are merged and others are left out until they are used.
 */
export function fullGuests(seed: number, length: number): Move[] {
  const { below, oneOf } = drawsFrom(seed);
  const kind = () => oneOf(['shadow', 'hap'] as const);
  const first = { carol: 2, dave: 8 } as const;
  const data = (name: 'carol' | 'dave') => first[name] + 3 + below(3);
  const word = (name: 'carol' | 'dave') => {
    if (below(4) === 0) return below(3);
    const flags = ENTRY.present | oneOf([0, ENTRY.rw, ENTRY.rw]) | oneOf([0, 0, 0, ENTRY.reserved]);
    return entryWord(below(8) === 0 ? below(20) : first[name] + below(6), flags);
  };
  const move = (): Move => {
    const process = oneOf(['carol', 'dave'] as const);
    const at = { process, va: oneOf([WORDS, 0]) + below(7), index: below(WORDS) };
    const kind = below(100);
    if (kind < 35) return { ...at, op: oneOf(['kread', 'uread'] as const) };
    if (kind < 70) return { ...at, op: oneOf(['kwrite', 'uwrite'] as const), word: below(3) };
    if (kind < 80) return { process, op: 'kwrite', va: WORDS + 2, index: below(WORDS), word: word(process) };
    if (kind < 86) return { process, op: 'cr0', bit: oneOf(['wp', 'wp', 'ts'] as const) };
    if (kind < 94) return { process: 'xen', op: 'dedup', mfn: data('carol'), other: data('dave') };
    return oneOf<Move>([
      { process: 'xen', op: 'pod', mfn: data(process) },
      { process, op: 'flushtlb' },
      { process, op: 'cpu', cpu: below(2) },
      { process, op: 'pin', mfn: data(process), level: 1 },
      { process, op: 'segload', table: 'ldt' },
    ]);
  };
  /** A page that is used, left out, and used again. */
  const leftOut = (): Move[] => {
    const process = oneOf(['carol', 'dave'] as const);
    const nth = 3 + below(3);
    const at = { process, va: WORDS + nth, index: below(WORDS) };
    return [
      { ...at, op: 'kwrite', word: 1 + below(2) },
      { process: 'xen', op: 'pod', mfn: first[process] + nth },
      { ...at, op: 'kread' },
    ];
  };
  /** A read-only page that the kernel stores to, with either CR0.WP. */
  const readOnly = (): Move[] => {
    const process = oneOf(['carol', 'dave'] as const);
    const word = entryWord(data(process), ENTRY.present);
    return [
      { process, op: 'kwrite', va: WORDS + 2, index: 0, word },
      { process, op: 'cr0', bit: 'wp' },
      { process, op: 'kwrite', va: 0, index: below(WORDS), word: below(3) },
    ];
  };
  return [
    { process: 'xen', op: 'domain', child: 'carol', kind: kind(), frames: 6 },
    { process: 'xen', op: 'domain', child: 'dave', kind: kind(), frames: 6 },
    ...Array.from({ length }, () => [leftOut, readOnly][below(20)]?.() ?? [move()]).flat(),
    { process: 'carol', op: 'exit' },
    { process: 'dave', op: 'uread', va: 0, index: 0 },
  ];
}
