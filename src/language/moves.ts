import type { BootMove } from './boot.ts';
import type { HurdMove } from './hurd.ts';
import type { XenMove } from './xen.ts';

/**
 * The operations of a program as plain data. Verbs and arguments are the recorder's (docs/language.md);
 * pages are numbers of 4096-byte pages counted from BASE, offsets are bytes in a page, values are bytes
 * (0 to 255) or, inside the judge, symbols (SYMBOL and above).
 */

/** Address of page 0 of the region that every program lives in, on x86-64 and where addresses have 32 bits. */
export const BASE = 0x1000_0000_0000;
export const BASE_32 = 0x1000_0000;
export const PAGE_SIZE = 4096;
/** Pages that a program may name: 0 to REGION_PAGES - 1. */
export const REGION_PAGES = 1024;
/** A level shows four cells of a page; cell n is the byte at offset n * CELL_SIZE. */
export const CELLS = 4;
export const CELL_SIZE = PAGE_SIZE / CELLS;
/** Values from here on stand for "any byte": the judge's symbols. Below are bytes. */
export const SYMBOL = 1000;
/** What the operation under judgement stores, whatever byte it names: told apart from all others. */
export const STORED = SYMBOL - 1;

export type Access = 'read' | 'write' | 'fetch';
/** Three letters, `r w x` or `-` each: 'rw-'. */
export type Perm = string;
export type MapKind = 'anon' | 'sanon' | 'priv' | 'shared';

interface By {
  /** The process that acts, by its name in the program. */
  readonly process: string;
}
interface Range {
  readonly page: number;
  readonly pages: number;
}
interface Span {
  readonly page: number;
  readonly offset: number;
  readonly length: number;
}

/** One variant for each verb of a group that takes the same arguments. */
type Each<Verb, Args> = Verb extends string ? Args & { readonly op: Verb } : never;

export type Move = By &
  (
    | (Range & {
        readonly op: 'map';
        readonly perm: Perm;
        readonly kind: MapKind;
        /** For `priv` and `shared`: the file and the page of it that the mapping starts with. */
        readonly file?: { readonly id: string; readonly page: number };
        readonly flags: readonly ('gd' | 'iso' | 'pop')[];
      })
    | Each<'unmap' | 'mlock' | 'munlock', Range>
    | (Range & { readonly op: 'prot'; readonly perm: Perm })
    | (Range & {
        readonly op: 'mremap';
        readonly to: number;
        readonly toPages: number;
        readonly keep: boolean;
      })
    | (Range & { readonly op: 'madv'; readonly advice: string })
    | { readonly op: 'read'; readonly page: number; readonly offset: number }
    | { readonly op: 'write'; readonly page: number; readonly value: number; readonly offset: number }
    | Each<'fetch' | 'kfetch', { readonly page: number }>
    | { readonly op: 'read8'; readonly page: number; readonly offset: number }
    | { readonly op: 'write8'; readonly page: number; readonly offset: number; readonly value: number }
    | Each<'rawread' | 'rawsys', { readonly address: bigint }>
    | { readonly op: 'rawwrite'; readonly address: bigint; readonly value: number }
    | (Span & { readonly op: 'rsys'; readonly source: string; readonly value: number })
    | (Span & { readonly op: 'wsys'; readonly target: string })
    | Each<'pvw' | 'memw', Span & { readonly target: string; readonly value: number }>
    | Each<'pvr' | 'memr', Span & { readonly target: string }>
    | Each<'dread' | 'dwrite', { readonly page: number }>
    | Each<'vpin' | 'iopin' | 'rpin', Range & { readonly id: string }>
    | Each<'vread' | 'iounpin', { readonly id: string }>
    | { readonly op: 'ioread'; readonly id: string; readonly index: number }
    | { readonly op: 'iowrite'; readonly id: string; readonly index: number; readonly value: number }
    | Each<'fork' | 'thread' | 'vfork', { readonly child: string }>
    | Each<'exit' | 'execve', unknown>
    | { readonly op: 'ftrunc'; readonly file: string; readonly pages: number }
    | { readonly op: 'fwrite'; readonly file: string; readonly page: number; readonly value: number }
    | { readonly op: 'fread'; readonly file: string; readonly page: number }
    | { readonly op: 'punch'; readonly file: string; readonly page: number; readonly pages: number }
    | { readonly op: 'fsync'; readonly file: string }
    | { readonly op: 'cpu'; readonly cpu: number }
    | { readonly op: 'rlimstack'; readonly pages: number }
    | { readonly op: 'ksm' }
    | HurdMove
    | XenMove
    | BootMove
  );

export type Op = Move['op'];
export type MoveOf<O extends Op> = Extract<Move, { readonly op: O }>;

/** A file that exists before the program starts (`file FID NPAGES FS [cold]`). */
export interface FileHeader {
  readonly id: string;
  readonly pages: number;
  readonly fs: 'ext4' | 'tmpfs';
  readonly cold: boolean;
}

/** A file on a disk, or memory that holds pages compressed. */
export type SwapDevice = 'none' | 'file' | 'zram';

/**
 * How the machine of a program is made, each with its options, the usual one first: the processor, and whether
 * read-only entries hold for the kernel's own stores (CR0.WP): they do, they do not, or they do not and each page
 * is checked in software before the kernel stores to it; and whether fork shares the pages of stacks like all others,
 * or copies the top one of each at once; and whether the kernel reaches user memory only where it says so first
 * (CR4.SMAP), and whether it can jump there at all (CR4.SMEP); and how many pages may be promised
 * (vm.overcommit_memory): as long as no single promise is absurd, any number, or no more than there is room for.
 */
export const SETTINGS = {
  arch: ['x86', 'arm'],
  wp: ['on', 'off', 'checked'],
  stack: ['shared', 'eager'],
  smap: ['off', 'on'],
  smep: ['on', 'off'],
  overcommit: ['heuristic', 'always', 'never'],
} as const;
export type Setting = keyof typeof SETTINGS;
/** What is not as usual. */
export type Settings = { readonly [S in Setting]?: (typeof SETTINGS)[S][number] };

/** Is a setting other than usual? */
export const isUnusual = (settings: Settings, name: Setting): boolean =>
  (settings[name] ?? SETTINGS[name][0]) !== SETTINGS[name][0];

/** The bits of control registers that only x86 has, by their settings. */
const X86_BITS = { wp: 'CR0.WP', smap: 'CR4.SMAP', smep: 'CR4.SMEP' } as const;

/** The first setting that the processor has not, why, and what was expected; undefined where it has all. */
export function contradiction(
  settings: Settings,
): { readonly setting: Setting; readonly message: string; readonly expected: string } | undefined {
  if (settings.arch !== 'arm') return undefined;
  for (const setting of ['wp', 'smap', 'smep'] as const)
    if (isUnusual(settings, setting))
      return {
        setting,
        message: `${X86_BITS[setting]} is a bit of x86`,
        expected: `arch x86 or ${setting} ${SETTINGS[setting][0]}`,
      };
  return undefined;
}

/**
 * Devices whose drivers copy by themselves: with an entry in their module's exception table; through the bare pointer,
 * which no table lists; with page faults disabled, taking what is there; the same, but what is missing is brought in
 * later, and tried again; through the bare pointer with page faults disabled.
 */
export const DRIVERS = ['module', 'bare', 'nofault', 'atomic', 'rash'] as const;
export type Driver = (typeof DRIVERS)[number];

/** Those whose instruction no exception table lists. */
export const BARE: readonly string[] = ['bare', 'rash'] satisfies Driver[];

export const isSetting = (name: string): name is Setting => Object.hasOwn(SETTINGS, name);

/** A named region: `heap` is pages [page, page + pages). Names are sugar; machines only show them. */
export interface Region {
  readonly name: string;
  readonly page: number;
  readonly pages: number;
}

/** A parsed program. The first process of the list exists at the start; others come by fork. */
export interface Program {
  readonly files: readonly FileHeader[];
  /** Where pages are swapped out to; nowhere if left out (`swap file|zram`). */
  readonly swap?: SwapDevice;
  /** Frames of memory; as many as are needed if left out (`memory N`). */
  readonly memory?: number;
  /** Headers `arch arm`, `wp off` and the like. */
  readonly settings?: Settings;
  readonly regions: readonly Region[];
  /** All process names, in order of appearance; `pN` of the recorder's form is index N. */
  readonly processes: readonly string[];
  readonly moves: readonly Move[];
}

/** SEGV and BUS end a process, and so does KILL, by which an oops does; a guest gets the exceptions PF and GP, or is crashed, or its host panics. */
export type SignalName = 'SEGV' | 'BUS' | 'KILL' | 'PF' | 'GP' | 'CRASH' | 'PANIC';

/** The moves that touch memory, which predictions can be asked of, and what they do there. */
const ACCESSES: Readonly<Partial<Record<Op, Access>>> = {
  read: 'read',
  write: 'write',
  fetch: 'fetch',
  kfetch: 'fetch',
  rsys: 'write',
  wsys: 'read',
  kread: 'read',
  kwrite: 'write',
  uread: 'read',
  uwrite: 'write',
  peek: 'read',
  poke: 'write',
  goto: 'fetch',
};
export const isAccess = ({ op }: Move): boolean => ACCESSES[op] !== undefined;
/** What a move that touches memory does there. */
export const accessOf = ({ op }: Move): Access => ACCESSES[op]!;

/**
 * What a process is shown of one operation: values, errno and counts, or a signal with code and address.
 * Frames, times and fault counts are not shown.
 */
export type Seen = Result & {
  /**
   * Who else has died meanwhile, for want of memory. Of what an ideal memory allows: the code with which anybody may have.
   */
  readonly deaths?: readonly Death[] | string;
};

/** A process that was killed for another. */
export interface Death {
  readonly process: string;
  readonly code: string;
}

export type Result =
  | { readonly kind: 'done' }
  | { readonly kind: 'value'; readonly bytes: readonly number[] }
  /**
   * A system call that moved bytes. `bytes`: of a write(2) to a pipe the first and the last that arrived,
   * else none.
   */
  | { readonly kind: 'count'; readonly count: number; readonly bytes: readonly number[] }
  /** `done`: of a batch, how many requests before the one that failed were carried out. */
  | { readonly kind: 'error'; readonly errno: string; readonly done?: number }
  /** An access of a guest, and the machine frame that it reached. */
  | { readonly kind: 'reached'; readonly frame: number }
  /** Nothing, ever: nobody answers the thread. No ideal memory allows it. */
  | { readonly kind: 'asleep' }
  | {
      readonly kind: 'signal';
      readonly signal: SignalName;
      readonly code: string;
      readonly address: number;
    };

/** Address of page 0 of the region of such a program. */
export const baseOf = (settings: Settings = {}): number => (settings.arch === 'arm' ? BASE_32 : BASE);

/** Address of a byte in the region. */
export const addressOf = (page: number, offset: number, base = BASE): number =>
  base + page * PAGE_SIZE + offset;

const sameBytes = (a: readonly number[], b: readonly number[]): boolean =>
  a.length === b.length && a.every((v, i) => v === b[i]);

export const sameSeen = (a: Seen, b: Seen): boolean => sameResult(a, b) && sameDeaths(a.deaths, b.deaths);

function sameDeaths(a: Seen['deaths'] = [], b: Seen['deaths'] = []): boolean {
  if (typeof a === 'string') return typeof b === 'string' ? a === b : b.every(({ code }) => code === a);
  if (typeof b === 'string') return sameDeaths(b, a);
  return (
    a.length === b.length &&
    a.every(({ process, code }, i) => process === b[i]!.process && code === b[i]!.code)
  );
}

/** The same, whoever has died meanwhile. */
export const sameResult = (a: Result, b: Result): boolean => {
  switch (a.kind) {
    case 'done':
    case 'asleep':
      return b.kind === a.kind;
    case 'value':
      return b.kind === 'value' && sameBytes(a.bytes, b.bytes);
    case 'count':
      return b.kind === 'count' && a.count === b.count && sameBytes(a.bytes, b.bytes);
    case 'error':
      return b.kind === 'error' && a.errno === b.errno && a.done === b.done;
    case 'reached':
      return b.kind === 'reached' && a.frame === b.frame;
    case 'signal':
      return b.kind === 'signal' && a.signal === b.signal && a.code === b.code && a.address === b.address;
  }
};
