import type { Move } from '../../../src/language/moves.ts';
import { ENTRY, entryWord, type Request, WORDS } from '../../../src/language/xen.ts';
import { drawsFrom } from '../../../src/study/random.ts';

/** A guest that knows its frames and asks for anything at all: most of it is nearly legal. */

const RW = ENTRY.present | ENTRY.rw;
const RO = ENTRY.present;
/** Frames of a host with alice (f2 to f9), bob (f10, f11) and dom0 (f12 to f15). */
const LAST = 15;
const ROOT = 2;
const KERNEL = 3;
const USER = 4;

/** How a guest begins: alice and dom0 are paravirtual, bob only holds memory. */
export const opening = (kind: 'pv64' | 'pv32', assist: boolean): Move[] => [
  { process: 'xen', op: 'domain', child: 'alice', kind, frames: 8 },
  { process: 'xen', op: 'domain', child: 'bob', kind: 'idle', frames: 2 },
  { process: 'xen', op: 'domain', child: 'dom0', kind: 'pv64', frames: 4 },
  { process: 'alice', op: 'assist', on: assist },
];

/**
 * Moves of one guest from a seed. In the era of unhooking it gives no frame back: when such a frame is nobody's
 * depends on when the table that named it is looked through, which no guest is promised; nor does it borrow.
 */
export function guestMoves(seed: number, length: number, rules: string): Move[] {
  const releases = rules !== '3.0.2';
  const { below, oneOf: pick } = drawsFrom(seed);
  const chance = (p: number): boolean => below(1000) < 1000 * p;
  const own = () => (chance(0.3) ? pick([ROOT, KERNEL, USER]) : 2 + below(8));
  const frame = () => (chance(0.9) ? own() : below(LAST + 3));
  const flags = () => {
    const extra = chance(0.85)
      ? 0
      : pick([ENTRY.accessed, ENTRY.dirty, ENTRY.superpage, ENTRY.nx, ENTRY.global, ENTRY.cache]);
    return (chance(0.5) ? RW : RO) | extra;
  };
  const word = () => (chance(0.2) ? below(200) : entryWord(frame(), flags()));
  const slot = () => below(WORDS);
  const va = () => (chance(0.7) ? WORDS + slot() : below(WORDS * WORDS));
  const request = (): Request => {
    if (chance(0.03)) return { kind: 'iret' };
    if (chance(0.03)) return { kind: 'm2p', frame: frame(), value: below(8) };
    return { kind: 'set', frame: frame(), index: slot(), word: word(), keep: chance(0.1) };
  };
  /** The kernel's alias of a frame that may then become a table. */
  const alias = (mfn: number): Move => ({
    process: 'alice',
    op: 'update',
    requests: [
      {
        kind: 'set',
        frame: KERNEL,
        index: mfn - 2,
        word: entryWord(mfn, chance(0.7) ? RO : RW),
        keep: false,
      },
    ],
  });
  /** A table of an own frame, made as a kernel makes one: entries, then the alias read-only, then the pin. */
  const table = (): Move[] => {
    const mfn = 5 + below(5);
    const entries = Array.from({ length: 1 + below(3) }, (_, index): Request => {
      const good = entryWord(5 + below(5), chance(0.5) ? RW : RO);
      return { kind: 'set', frame: mfn, index, word: chance(0.85) ? good : word(), keep: false };
    });
    const process = 'alice';
    const watched: Move[] = chance(0.3)
      ? [
          { process, op: 'race', va: WORDS + mfn - 2, vcpu: 0 },
          { process, op: 'kwrite', va: WORDS + mfn - 2, index: 7, word: 0 },
        ]
      : [];
    return [
      { process, op: 'update', requests: entries },
      ...watched,
      alias(mfn),
      { process, op: 'pin', mfn, level: 1 },
    ];
  };
  /** An entry that is there from the start, with one bit changed. */
  const changed = (): Move => {
    const [of, index, to] = pick([
      [ROOT, 0, USER],
      [ROOT, 1, KERNEL],
      [KERNEL, 3, 5],
      [KERNEL, 4, 6],
    ] as const);
    const bit = pick([ENTRY.rw, ENTRY.superpage, ENTRY.accessed, ENTRY.dirty, ENTRY.nx]);
    return {
      process: 'alice',
      op: 'update',
      requests: [{ kind: 'set', frame: of, index, word: entryWord(to, RW ^ bit), keep: false }],
    };
  };
  /** A table that the kernel shows to its programs, read-only, and a program that tries to write to it. */
  const shown = (): Move[] => {
    const index = slot();
    const process = 'alice';
    return [
      {
        process,
        op: 'update',
        requests: [{ kind: 'set', frame: USER, index, word: entryWord(own(), RO), keep: false }],
      },
      { process, op: 'uwrite', va: index, index: slot(), word: word() },
    ];
  };
  /** bob's frames f10 and f11, lent to alice, borrowed, given back, and made a table of meanwhile. */
  const lent = (): Move => {
    const process = 'alice';
    const mfn = chance(0.9) ? 10 + below(2) : frame();
    const at = { process, va: chance(0.8) ? below(3) : va(), mfn, rw: chance(0.6) };
    const kind = below(10);
    if (kind < 3)
      return { process: 'bob', op: 'grant', mfn, to: 'alice', right: pick(['rw', 'rw', 'r-', 'none']) };
    if (kind < 6) return { ...at, op: 'gntmap' };
    if (kind < 7) return { ...at, op: 'gntunmap' };
    if (kind < 8) return { process, op: pick(['kread', 'uread'] as const), va: below(3), index: slot() };
    if (kind < 9)
      return { process, op: pick(['kwrite', 'uwrite'] as const), va: below(3), index: slot(), word: word() };
    return pick<Move>([
      { process: 'bob', op: 'pin', mfn, level: 1 },
      { process: 'bob', op: 'pin', mfn, level: 1 },
      { process: 'bob', op: 'unpin', mfn },
      { process: 'bob', op: 'unpin', mfn },
      ...(releases ? ([{ process: 'bob', op: 'release', mfn }] as const) : []),
    ]);
  };
  /** A frame that is offered, borrowed, used and given back, perhaps not quite as it was. */
  const borrowed = (): Move[] => {
    const at = { va: below(3), mfn: 10 + below(2) };
    const rw = chance(0.5);
    return [
      { process: 'bob', op: 'grant', mfn: at.mfn, to: 'alice', right: chance(0.9) ? 'rw' : 'r-' },
      { process: 'alice', op: 'gntmap', ...at, rw },
      { process: 'alice', op: rw ? 'kwrite' : 'kread', va: at.va, index: slot(), word: below(9) } as Move,
      { process: 'alice', op: 'gntunmap', ...at, rw: chance(0.7) === rw },
    ];
  };
  /** A page that a program uses while its kernel stores to the table that maps it, as a fork does. */
  const rewritten = (): Move[] => {
    const process = 'alice';
    const at = slot();
    const store = (): Move => {
      const word = entryWord(5 + below(5), chance(0.5) ? RW : RO);
      return { process, op: 'kwrite', va: WORDS + USER - 2, index: slot(), word };
    };
    const use: Move = { process, op: 'uread', va: at, index: 0 };
    const map = { ...entry(USER), index: at, word: entryWord(5 + below(5), RO) };
    return [{ process, op: 'update', requests: [map] }, store(), use, store(), store(), use];
  };
  /** A table whose pin or unpin is interrupted, and what the guest does about it meanwhile. */
  const interrupted = (): Move[] => {
    const process = 'alice';
    const stop: Move = { process: 'xen', op: 'preempt', entries: 1 + below(3) };
    const built = table();
    const pinned = built.at(-1)!;
    const mfn = 'mfn' in pinned ? pinned.mfn : USER;
    const meddling = (): Move =>
      pick<Move>([
        { process, op: 'cpu', cpu: below(2) },
        { process, op: 'pin', mfn, level: chance(0.8) ? 1 : 2 },
        { process, op: 'update', requests: [request()] },
        { process, op: 'update', requests: [{ ...entry(mfn), index: slot() }] },
        { process, op: 'update', requests: [{ ...entry(KERNEL), index: mfn - 2, word: entryWord(mfn, RW) }] },
        { process, op: 'update', requests: [{ ...entry(ROOT), index: 2, word: entryWord(mfn, RW) }] },
        { process, op: 'kwrite', va: WORDS + mfn - 2, index: slot(), word: word() },
      ]);
    const between = Array.from({ length: below(4) }, meddling);
    const bad: Move[] = chance(0.3)
      ? [{ process, op: 'update', requests: [{ ...entry(mfn), index: 4 }] }]
      : [];
    return chance(0.5)
      ? [...bad, ...built.slice(0, -1), stop, pinned, ...between, { process, op: 'resume' }]
      : [...built, stop, { process, op: 'unpin', mfn }, ...between, { process, op: 'resume' }];
  };
  const entry = (frame: number): Extract<Request, { kind: 'set' }> => ({
    kind: 'set',
    frame,
    index: 0,
    word: word(),
    keep: false,
  });
  const move = (): Move => {
    const process = 'alice';
    const kind = below(100);
    if (kind < 22) return { process, op: 'update', requests: Array.from({ length: 1 + below(4) }, request) };
    if (kind < 32) return alias(own());
    if (kind < 40) return { process, op: 'pin', mfn: frame(), level: chance(0.6) ? 1 : 2 };
    if (kind < 46) return { process, op: 'unpin', mfn: frame() };
    if (kind < 50) return { process, op: 'base', mfn: own() };
    if (kind < 53) return { process, op: 'vamap', va: va(), word: word() };
    if (kind < 75)
      return {
        process,
        op: pick(['kwrite', 'kwrite', 'kpush', 'khigh', 'uwrite'] as const),
        va: va(),
        index: slot(),
        word: word(),
      };
    if (kind < 84) return { process, op: chance(0.5) ? 'kread' : 'uread', va: va(), index: slot() };
    if (kind < 88) return chance(0.5) ? { process, op: 'flushtlb' } : { process, op: 'invlpg', va: va() };
    if (kind < 90) return releases ? { process, op: 'release', mfn: frame() } : { process, op: 'settle' };
    if (kind < 92) return { process, op: 'cpu', cpu: below(2) };
    if (kind < 94)
      return chance(0.4)
        ? { process, op: 'setldt', mfn: own() }
        : { process, op: 'segload', table: chance(0.7) ? 'ldt' : 'gdt' };
    if (kind < 95) return { process, op: 'cr0', bit: chance(0.5) ? 'wp' : 'ts' };
    if (kind < 97)
      return { process, op: 'exchange', va: chance(0.5) ? 54 + below(2) : va(), skip: below(30) };
    if (kind < 98) return { process, op: 'settle' };
    return { process, op: 'assist', on: chance(0.8) };
  };
  const moves: Move[] = [];
  while (moves.length < length) {
    const kind = below(100);
    moves.push(
      ...(kind >= 94 && releases
        ? [lent()]
        : kind >= 92 && releases
          ? borrowed()
          : kind < 6
            ? table()
            : kind < 9
              ? releases
                ? interrupted()
                : rewritten()
              : kind < 10
                ? [changed()]
                : kind < 12
                  ? shown()
                  : [move()]),
    );
  }
  return moves;
}
