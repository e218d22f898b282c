import type { Move, Seen } from '../../language/moves.ts';
import { addressText, ENTRY, flagsOf, frameOf, guestAddress, WORDS } from '../../language/xen.ts';
import { here, type IdealGuest, type IdealHost, open, setWord } from './ideal-isolation.ts';

/**
 * Fully virtualized guests on memory of their own: page n of a guest is page n, whatever others hold, and a store
 * changes this guest's page alone. Nothing is shared, and nothing comes later.
 */
export const isWhole = (kind: string): boolean => kind === 'shadow' || kind === 'hap';

type Access = Extract<Move, { va: number; index: number }>;

/** What a guest's tables say of an address. */
interface Led {
  readonly page: number;
  readonly rw: boolean;
}

function lead({ frames }: IdealHost, guest: IdealGuest, va: number, user: boolean): Led | 'none' | 'odd' {
  const slot = Math.floor(va / WORDS);
  if (slot === WORDS - 1 || (user && slot === 1)) return 'none';
  let rw = true;
  let word = frames[guest.top]!.words[slot]!;
  for (const level of [2, 1]) {
    if (!here(word)) return 'none';
    if ((flagsOf(word) & ENTRY.reserved) !== 0) return 'odd';
    rw &&= open(word);
    if (level === 1) break;
    if ((flagsOf(word) & ENTRY.superpage) !== 0) return { page: frameOf(word) + (va % WORDS), rw };
    word = (frames[frameOf(word)]?.owner === guest.name ? frames[frameOf(word)]!.words : [])[va % WORDS] ?? 0;
  }
  return { page: frameOf(word), rw };
}

/** What an access shows: a page fault that is the guest's own, or what its page holds. */
export function expectWhole(host: IdealHost, guest: IdealGuest, move: Move): Seen {
  switch (move.op) {
    case 'kread':
    case 'uread':
    case 'kwrite':
    case 'kpush':
    case 'khigh':
    case 'uwrite':
      return shown(host, guest, move);
    default:
      return NO_CALLS.has(move.op) ? { kind: 'error', errno: 'ENOSYS' } : { kind: 'done' };
  }
}
/** Hypercalls of paravirtual guests, which this kind has no use for. */
const NO_CALLS: ReadonlySet<string> = new Set(
  'update vamap pin unpin base release setldt exchange assist grant gntmap gntunmap'.split(' '),
);

function shown(host: IdealHost, guest: IdealGuest, move: Access): Seen {
  const user = move.op.startsWith('u');
  const write = 'word' in move;
  const led = lead(host, guest, move.va, user);
  if (typeof led === 'string' || (write && !led.rw && (user || guest.wp))) {
    const code = (led === 'none' ? 0 : 1) + (write ? 2 : 0) + (user ? 4 : 0) + (led === 'odd' ? 8 : 0);
    return {
      kind: 'signal',
      signal: 'PF',
      code: `${code} at ${addressText(move.va, move.index)}`,
      address: guestAddress(move.va, move.index),
    };
  }
  if (write) return { kind: 'done' };
  const page = host.frames[led.page];
  return { kind: 'value', bytes: [page?.owner === guest.name ? page.words[move.index]! : 255] };
}

export function advanceWhole(host: IdealHost, guest: IdealGuest, move: Move): void {
  if (move.op === 'cr0' && move.bit === 'wp') guest.wp = !guest.wp;
  if (!('word' in move) || !('index' in move)) return;
  const led = lead(host, guest, move.va, move.op.startsWith('u'));
  if (typeof led !== 'string' && host.frames[led.page]?.owner === guest.name)
    setWord(host, led.page, move.index, move.word);
}
