import type { Cursor } from './cursor.ts';
import type { Argument, Draft } from './grammar.ts';

/**
 * The operations of paravirtual guests: what a guest kernel or its programs do to memory, and what the
 * kernel asks of the hypervisor. Frames are machine frames (`f7`), addresses are the two indices of a walk
 * (`@1.3`: slot 1 of the root, slot 3 of the table below), `[2]` is a word of a page. A page holds eight
 * words, so a table has eight entries (a choice of the game; real ones have 512 or 1024).
 */

export const WORDS = 8;
/** Frames and pages that an operation can name. */
export const MOST_FRAMES = 64;

/** The bits of an entry. */
export const ENTRY = {
  present: 1,
  rw: 2,
  accessed: 4,
  dirty: 8,
  global: 16,
  superpage: 32,
  nx: 64,
  cache: 128,
  reserved: 256,
} as const;
const SHIFT = 512;
/** Words from here on are entries; below is data, which as an entry is not present. */
export const FIRST_ENTRY = 1 << 20;

export const entryWord = (frame: number, flags: number): number => FIRST_ENTRY + frame * SHIFT + flags;
/** The bits of a word, taken as an entry; 0 for data. */
export const flagsOf = (word: number): number => (word < FIRST_ENTRY ? 0 : word % SHIFT);
/** The frame that a word names, taken as an entry; -1 for data. */
export const frameOf = (word: number): number =>
  word < FIRST_ENTRY ? -1 : Math.floor((word - FIRST_ENTRY) / SHIFT);

/** One request of mmu_update, or the iret that a multicall may hold between them. */
export type Request =
  | {
      readonly kind: 'set';
      readonly frame: number;
      readonly index: number;
      readonly word: number;
      /** PT_UPDATE_PRESERVE_AD: the accessed and dirty bits of the live entry are kept. */
      readonly keep: boolean;
    }
  /** MACHPHYS_UPDATE. */
  | { readonly kind: 'm2p'; readonly frame: number; readonly value: number }
  | { readonly kind: 'iret' };

/** Slot of the root and slot of the table below it, as one number. */
interface At {
  readonly va: number;
}
interface Named {
  readonly mfn: number;
}
type Each<Verb, Args> = Verb extends string ? Args & { readonly op: Verb } : never;

/**
 * What a domain can be: a 64-bit or 32-bit paravirtual guest, a fully virtualized one under shadow or under
 * hardware-assisted paging, or one that only holds memory.
 */
export const KINDS = ['pv64', 'pv32', 'shadow', 'hap', 'idle'] as const;
export type Kind = (typeof KINDS)[number];

export type XenMove =
  | { readonly op: 'domain'; readonly child: string; readonly kind: Kind; readonly frames: number }
  | Each<'kread' | 'uread', At & { readonly index: number }>
  | Each<'kwrite' | 'uwrite' | 'kpush' | 'khigh', At & { readonly index: number; readonly word: number }>
  | { readonly op: 'update'; readonly requests: readonly Request[] }
  | (At & { readonly op: 'vamap'; readonly word: number })
  | (Named & { readonly op: 'pin'; readonly level: number })
  | Each<'unpin' | 'base' | 'release' | 'setldt', Named>
  | (At & { readonly op: 'invlpg' })
  | Each<'flushtlb' | 'settle' | 'resume', unknown>
  | { readonly op: 'preempt'; readonly entries: number }
  | { readonly op: 'assist'; readonly on: boolean }
  | { readonly op: 'segload'; readonly table: 'ldt' | 'gdt' }
  | { readonly op: 'cr0'; readonly bit: 'wp' | 'ts' }
  | (At & { readonly op: 'exchange'; readonly skip: number })
  | (At & { readonly op: 'race'; readonly vcpu: number })
  | { readonly op: 'flip'; readonly frame: number; readonly index: number }
  | (Named & { readonly op: 'dedup'; readonly other: number })
  | (Named & { readonly op: 'pod' })
  | (Named & { readonly op: 'grant'; readonly to: string; readonly right: 'r-' | 'rw' | 'none' })
  | Each<'gntmap' | 'gntunmap', At & Named & { readonly rw: boolean }>;

/** The byte address of a word, as registers show it. */
export const guestAddress = (va: number, index: number): number => va * 4096 + index * 8;

const FLAG_NAMES: readonly (readonly [string, number])[] = [
  ['a', ENTRY.accessed],
  ['d', ENTRY.dirty],
  ['g', ENTRY.global],
  ['ps', ENTRY.superpage],
  ['nx', ENTRY.nx],
  ['nc', ENTRY.cache],
  ['rsv', ENTRY.reserved],
];

/** A word as it is written: '9', or 'f7:rw', 'f7:r-,ps'. */
export function wordText(word: number): string {
  if (word < FIRST_ENTRY) return String(word);
  const flags = flagsOf(word);
  const rights = (flags & ENTRY.present) === 0 ? '--' : (flags & ENTRY.rw) === 0 ? 'r-' : 'rw';
  const extra = FLAG_NAMES.filter(([, bit]) => (flags & bit) !== 0).map(([name]) => `,${name}`);
  return `f${frameOf(word)}:${rights}${extra.join('')}`;
}

/** '@1.3', or '@1.3[2]' for a word of the page. */
export const addressText = (va: number, index?: number): string =>
  `@${Math.floor(va / WORDS)}.${va % WORDS}${index === undefined ? '' : `[${index}]`}`;

export function requestText(request: Request): string {
  switch (request.kind) {
    case 'iret':
      return 'iret';
    case 'm2p':
      return `m2p:f${request.frame}=${request.value}`;
    case 'set':
      return `${request.keep ? 'ad:' : ''}f${request.frame}[${request.index}]=${wordText(request.word)}`;
  }
}

const ENTRY_FORM = /^f(\d{1,2}):(rw|r-|--)((?:,(?:a|d|g|ps|nx|nc|rsv))*)$/;
const ENTRY_EXPECTED = "a byte, or an entry like 'f7:rw' or 'f7:r-' (then ',a,d,g,ps,nx,nc' as needed)";

/** The word of a text; undefined where it is none. */
function parseWord(text: string): number | undefined {
  if (/^\d{1,3}$/.test(text)) return Number(text) <= 255 ? Number(text) : undefined;
  const match = ENTRY_FORM.exec(text);
  if (match === null || Number(match[1]) >= MOST_FRAMES) return undefined;
  const rights = match[2] === '--' ? 0 : ENTRY.present | (match[2] === 'rw' ? ENTRY.rw : 0);
  const named = match[3]!.split(',').filter(name => name !== '');
  const flags = FLAG_NAMES.filter(([name]) => named.includes(name)).reduce((sum, [, bit]) => sum | bit, 0);
  return entryWord(Number(match[1]), rights | flags);
}

function parseRequest(text: string): Request | undefined {
  if (text === 'iret') return { kind: 'iret' };
  const m2p = /^m2p:f(\d{1,2})=(\d{1,3})$/.exec(text);
  if (m2p !== null) return { kind: 'm2p', frame: Number(m2p[1]), value: Number(m2p[2]) };
  const set = /^(ad:)?f(\d{1,2})\[([0-7])\]=(\S+)$/.exec(text);
  const word = set === null ? undefined : parseWord(set[4]!);
  if (set === null || word === undefined || Number(set[2]) >= MOST_FRAMES) return undefined;
  return { kind: 'set', frame: Number(set[2]), index: Number(set[3]), word, keep: set[1] !== undefined };
}

const VA_FORM = /^@([0-7])\.([0-7])$/;
const vaOf = (words: Cursor): number => {
  const [, slot, below] = VA_FORM.exec(words.matching(VA_FORM, "an address like '@1.3': two slots, 0 to 7"))!;
  return Number(slot) * WORDS + Number(below);
};

const va: Argument = {
  usage: '@A.B',
  read: (words, draft) => {
    draft['va'] = vaOf(words);
  },
  print: draft => [addressText(draft['va'] as number)],
};

const WORD_FORM = /^@([0-7])\.([0-7])(?:\[([0-7])\])?$/;
const wordPlace: Argument = {
  usage: '@A.B[W]',
  read: (words, draft) => {
    const text = words.matching(WORD_FORM, "a word like '@1.3[2]': two slots and a word, 0 to 7");
    const [, slot, below, index] = WORD_FORM.exec(text)!;
    draft['va'] = Number(slot) * WORDS + Number(below);
    draft['index'] = Number(index ?? 0);
  },
  print: draft => [addressText(draft['va'] as number, draft['index'] as number)],
};

const word: Argument = {
  usage: 'WORD',
  read: (words, draft) => {
    const text = words.matching(/^\S+$/, ENTRY_EXPECTED);
    draft['word'] = parseWord(text) ?? words.refuse(`'${text}' does not fit`, ENTRY_EXPECTED);
  },
  print: draft => [wordText(draft['word'] as number)],
};

const requests: Argument = {
  usage: 'REQ ...',
  read: (words, draft) => {
    const expected = "requests like 'f3[2]=f7:rw', 'ad:f3[2]=f7:rw', 'm2p:f5=3' or 'iret'";
    const read: Request[] = [];
    do {
      const text = words.matching(/^\S+$/, expected);
      read.push(parseRequest(text) ?? words.refuse(`'${text}' does not fit`, expected));
    } while (words.more());
    draft['requests'] = read;
  },
  print: draft => (draft['requests'] as readonly Request[]).map(requestText),
};

const frameIn = (field: string): Argument => ({
  usage: 'fN',
  read: (words, draft) => {
    draft[field] = Number(words.matching(/^f([0-9]|[1-5][0-9]|6[0-3])$/, "a frame like 'f7'").slice(1));
  },
  print: draft => [`f${draft[field]}`],
});
const frame = frameIn('mfn');

const slot: Argument = {
  usage: 'fN[I]',
  read: (words, draft) => {
    const form = /^f([0-9]|[1-5][0-9]|6[0-3])\[([0-7])\]$/;
    const [, of, index] = form.exec(words.matching(form, "an entry like 'f3[2]'"))!;
    draft['frame'] = Number(of);
    draft['index'] = Number(index);
  },
  print: draft => [`f${draft['frame']}[${draft['index']}]`],
};

const among = (field: string, usage: string, options: readonly string[], what: string): Argument => ({
  usage,
  read: (words, draft) => {
    draft[field] = words.oneOf([...options], what);
  },
  print: draft => [String(draft[field])],
});

const small = (field: string, usage: string, what: string, least: number, most: number): Argument => ({
  usage,
  read: (words, draft) => {
    draft[field] = words.number(what, least, most);
  },
  print: draft => [String(draft[field])],
});

const child: Argument = {
  usage: 'NAME',
  read: (words, draft) => {
    draft['child'] = words.newProcess();
  },
  print: (draft, style) => [style.process(String(draft['child']))],
};

const level: Argument = {
  usage: 'l1|l2',
  read: (words, draft) => {
    draft['level'] = words.oneOf(['l1', 'l2'], 'a level') === 'l1' ? 1 : 2;
  },
  print: draft => [`l${draft['level']}`],
};

const onOff: Argument = {
  usage: 'on|off',
  read: (words, draft) => {
    draft['on'] = words.oneOf(['on', 'off'], 'a state') === 'on';
  },
  print: (draft: Draft) => [draft['on'] === true ? 'on' : 'off'],
};

const process: Argument = {
  usage: 'NAME',
  read: (words, draft) => {
    draft['to'] = words.living();
  },
  print: (draft, style) => [style.process(String(draft['to']))],
};

const right: Argument = {
  usage: 'r-|rw',
  read: (words, draft) => {
    draft['rw'] = words.oneOf(['r-', 'rw'], 'a right') === 'rw';
  },
  print: (draft: Draft) => [draft['rw'] === true ? 'rw' : 'r-'],
};

/** The rows of the grammar, by verb. */
export const xenGrammar = {
  domain: {
    arguments: [
      child,
      among('kind', KINDS.join('|'), KINDS, 'a kind'),
      small('frames', 'N', 'a number of frames', 1, 8),
    ],
    meaning: 'Xen builds a domain with N frames: root, kernel table, user table, the rest data',
  },
  kread: { arguments: [wordPlace], meaning: 'the guest kernel loads a word' },
  kwrite: { arguments: [wordPlace, word], meaning: 'the guest kernel stores a word' },
  kpush: { arguments: [wordPlace, word], meaning: 'as kwrite, by an instruction that Xen does not emulate' },
  khigh: { arguments: [wordPlace, word], meaning: 'the kernel stores the upper half of a PAE entry' },
  uread: { arguments: [wordPlace], meaning: 'a program of the guest loads a word' },
  uwrite: { arguments: [wordPlace, word], meaning: 'a program of the guest stores a word' },
  update: { arguments: [requests], meaning: 'mmu_update; with iret between them a multicall' },
  vamap: { arguments: [va, word], meaning: 'update_va_mapping' },
  pin: { arguments: [level, frame], meaning: 'MMUEXT_PIN_L1_TABLE, MMUEXT_PIN_L2_TABLE' },
  unpin: { arguments: [frame], meaning: 'MMUEXT_UNPIN_TABLE' },
  base: { arguments: [frame], meaning: 'MMUEXT_NEW_BASEPTR: loads the root of the vCPU' },
  release: { arguments: [frame], meaning: 'XENMEM_decrease_reservation: gives a frame back' },
  invlpg: { arguments: [va], meaning: 'MMUEXT_INVLPG_ALL' },
  flushtlb: { arguments: [], meaning: 'MMUEXT_TLB_FLUSH_ALL' },
  preempt: {
    arguments: [small('entries', 'N', 'a number of entries', 1, 7)],
    meaning: 'the next audit of a pin, or teardown of an unpin, is interrupted after N entries (from 3.0.3)',
  },
  resume: { arguments: [], meaning: 'the vCPU goes on with its hypercall that was interrupted' },
  settle: { arguments: [], meaning: 'the domain is paused: what was unhooked is validated' },
  assist: { arguments: [onOff], meaning: 'vm_assist(writable_pagetables)' },
  setldt: { arguments: [frame], meaning: 'MMUEXT_SET_LDT' },
  segload: { arguments: [among('table', 'ldt|gdt', ['ldt', 'gdt'], 'a table')], meaning: 'loads a selector' },
  cr0: { arguments: [among('bit', 'wp|ts', ['wp', 'ts'], 'a bit')], meaning: 'flips a bit of CR0' },
  exchange: {
    arguments: [va, small('skip', 'N', 'words done', 0, 63)],
    meaning: 'memory_exchange: Xen writes a word to the array at @A.B, N words into it',
  },
  race: {
    arguments: [va, small('vcpu', 'V', 'a vCPU', 0, 3)],
    meaning: 'from now on vCPU V maps, writes and unmaps @A.B over and over',
  },
  flip: { arguments: [slot], meaning: 'a failing memory chip sets a reserved bit of an entry' },
  dedup: {
    arguments: [frame, frameIn('other')],
    meaning: 'Xen lets two pages that hold the same have one frame (fully virtualized or idle domains)',
  },
  grant: {
    arguments: [frame, process, among('right', 'r-|rw|none', ['r-', 'rw', 'none'], 'a right')],
    meaning: 'the domain offers a frame to another in its grant table, or no longer does',
  },
  gntmap: { arguments: [va, frame, right], meaning: 'GNTTABOP_map_grant_ref: Xen writes the entry of @A.B' },
  gntunmap: { arguments: [va, frame, right], meaning: 'GNTTABOP_unmap_grant_ref' },
  pod: { arguments: [frame], meaning: 'a page of such a domain is populated on demand only' },
} as const satisfies Record<XenMove['op'], { arguments: readonly Argument[]; meaning: string }>;

/** A move of a guest in words, without its domain; undefined for moves of other systems. */
export function describeGuest(move: { readonly op: string }): string | undefined {
  const it = move as XenMove;
  switch (it.op) {
    case 'kread':
      return `kernel loads ${addressText(it.va, it.index)}`;
    case 'uread':
      return `program loads ${addressText(it.va, it.index)}`;
    case 'kwrite':
      return `kernel stores ${wordText(it.word)} to ${addressText(it.va, it.index)}`;
    case 'kpush':
      return `kernel pushes ${wordText(it.word)} to ${addressText(it.va, it.index)}`;
    case 'khigh':
      return `kernel stores the upper half of ${wordText(it.word)} to ${addressText(it.va, it.index)}`;
    case 'uwrite':
      return `program stores ${wordText(it.word)} to ${addressText(it.va, it.index)}`;
    case 'update':
      return `asks mmu_update ${it.requests.map(requestText).join(', ')}`;
    case 'vamap':
      return `asks update_va_mapping ${addressText(it.va)} = ${wordText(it.word)}`;
    case 'pin':
      return `asks to pin f${it.mfn} as l${it.level}`;
    case 'unpin':
      return `asks to unpin f${it.mfn}`;
    case 'base':
      return `loads f${it.mfn} as its root`;
    case 'release':
      return `gives f${it.mfn} back`;
    case 'grant':
      return `offers f${it.mfn} to ${it.to}: ${it.right}`;
    case 'gntmap':
      return `asks to map the granted f${it.mfn}:${it.rw ? 'rw' : 'r-'} at ${addressText(it.va)}`;
    case 'gntunmap':
      return `asks to unmap f${it.mfn}:${it.rw ? 'rw' : 'r-'} from ${addressText(it.va)}`;
    case 'exchange':
      return `asks memory_exchange, array ${addressText(it.va)}, ${it.skip} done`;
    case 'segload':
      return `loads a selector of the ${it.table.toUpperCase()}`;
    case 'cr0':
      return `moves to CR0 another ${it.bit.toUpperCase()}`;
    case 'resume':
      return 'goes on with its hypercall';
    case 'flushtlb':
      return 'flushes all TLBs';
    case 'invlpg':
      return `flushes ${addressText(it.va)}`;
    default:
      return undefined;
  }
}
