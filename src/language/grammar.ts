import { bootRows } from './boot.ts';
import type { Cursor } from './cursor.ts';
import { hurdRows } from './hurd.ts';
import { LIMITS } from './limits.ts';
import type { Op, Region } from './moves.ts';
import { DRIVERS, PAGE_SIZE, REGION_PAGES } from './moves.ts';
import { byteName, pageName } from './names.ts';
import { xenGrammar } from './xen.ts';

/**
 * The operations as a table: one row a verb, its arguments in order. Parser, printer and the table of
 * docs/language.md all work from it, so a new operation is one row.
 */

/** A move being put together, or taken apart: argument names to values. */
export type Draft = Record<string, unknown>;

/** How a move is written: the recorder's bare numbers, or names of regions. */
export interface Style {
  readonly regions: readonly Region[];
  /** The recorder's name of a process. */
  readonly process: (name: string) => string;
}

export interface Argument {
  /** In the table of operations: `PAGE`, `[OFF]`. */
  readonly usage: string;
  /** Takes its words and sets its fields. Throws a LanguageError at the word that does not fit. */
  readonly read: (words: Cursor, draft: Draft) => void;
  /** The words that `read` would take back; none where the field has its default. */
  readonly print: (draft: Draft, style: Style) => readonly string[];
}

const number = (draft: Draft, field: string): number => draft[field] as number;
const text = (draft: Draft, field: string): string => draft[field] as string;

/** A page: `3`, or `heap+1` of a region. */
const page = (field = 'page', usage = 'PAGE'): Argument => ({
  usage,
  read: (words, draft) => {
    draft[field] = words.page().page;
  },
  print: (draft, style) => [pageName(style.regions, number(draft, field))],
});

/** A byte of a page: `3 17`, `heap+1`, `heap+1.2` (cell 2) or `heap+1:17`; its offset may also follow later. */
const place: Argument = {
  usage: 'PAGE',
  read: (words, draft) => {
    const at = words.byte();
    draft['page'] = at.page;
    if (at.offset !== undefined) draft['offset'] = at.offset;
  },
  print: (draft, style) => {
    const { page: number_, offset } = draft as { page: number; offset: number };
    const name = pageName(style.regions, number_);
    return [/^\d/.test(name) ? name : byteName(style.regions, number_, offset)];
  },
};

/** The byte in the page, where `place` has not named it; the first where nothing does. */
const offset: Argument = {
  usage: '[OFF]',
  read: (words, draft) => {
    if (draft['offset'] === undefined)
      draft['offset'] = words.optionalNumber('an offset', 0, PAGE_SIZE - 1) ?? 0;
  },
  print: (draft, style) => {
    const named = !/^\d/.test(pageName(style.regions, number(draft, 'page')));
    return named || draft['offset'] === 0 ? [] : [String(draft['offset'])];
  },
};

const requiredOffset: Argument = {
  usage: 'OFF',
  read: (words, draft) => {
    draft['offset'] ??= words.number('an offset', 0, PAGE_SIZE - 1);
  },
  print: (draft, style) => {
    const named = !/^\d/.test(pageName(style.regions, number(draft, 'page')));
    return named && draft['offset'] !== 0 ? [] : [String(draft['offset'])];
  },
};

/** `PAGE N`, or a region for all of it, or `heap+1` for that page alone. */
const range: Argument = {
  usage: 'PAGE N',
  read: (words, draft) => {
    const at = words.page();
    draft['page'] = at.page;
    const most = REGION_PAGES - at.page;
    draft['pages'] =
      at.pages === undefined
        ? words.number('a number of pages', 1, most)
        : (words.optionalPages(most) ?? at.pages);
  },
  print: (draft, style) => {
    const { page: first, pages } = draft as { page: number; pages: number };
    const region = style.regions.find(r => r.page === first && r.pages === pages);
    return region === undefined ? [pageName(style.regions, first), String(pages)] : [region.name];
  },
};

/** As `range` for `map`: a new name declares a region, placed where nothing is. */
const mapRange: Argument = {
  usage: 'PAGE N',
  read: (words, draft) => {
    const declared = words.declaration();
    if (declared === undefined) {
      range.read(words, draft);
      words.mapped(number(draft, 'page'), number(draft, 'pages'));
    } else Object.assign(draft, declared);
  },
  print: (draft, style) => {
    const { page: first, pages } = draft as { page: number; pages: number };
    const region = style.regions.find(r => r.page === first);
    const name = region?.pages === pages ? region.name : pageName(style.regions, first);
    return [name, String(pages)];
  },
};

const perm: Argument = {
  usage: 'PERM',
  read: (words, draft) => {
    draft['perm'] = words.matching(/^[r-][w-][x-]$/, "rights like 'rw-': r or -, w or -, x or -");
  },
  print: draft => [text(draft, 'perm')],
};

const KINDS: Readonly<Record<string, string>> = {
  anon: 'anon',
  sanon: 'sanon',
  priv: 'priv',
  shared: 'shared',
  'shared-anon': 'sanon',
};
const FLAGS = ['gd', 'iso', 'pop'];

const mapping: Argument = {
  usage: 'KIND [FID FPG] [gd] [iso] [pop]',
  read: (words, draft) => {
    const kind = KINDS[words.oneOf(Object.keys(KINDS), 'a kind of mapping')]!;
    draft['kind'] = kind;
    if (kind === 'priv' || kind === 'shared')
      draft['file'] = {
        id: words.file(),
        page: words.number('a page of the file', 0, LIMITS.filePages),
      };
    const flags: string[] = [];
    while (words.more()) flags.push(words.oneOf(FLAGS, 'a flag'));
    draft['flags'] = flags;
  },
  print: draft => {
    const file = draft['file'] as { id: string; page: number } | undefined;
    return [
      text(draft, 'kind'),
      ...(file === undefined ? [] : [file.id, String(file.page)]),
      ...(draft['flags'] as string[]),
    ];
  },
};

export const ADVICE = [
  'dontneed',
  'free',
  'pageout',
  'cold',
  'populate_read',
  'populate_write',
  'dontfork',
  'dofork',
  'wipeonfork',
  'keeponfork',
  'mergeable',
  'unmergeable',
  'remove',
  'guard',
  'unguard',
  'willneed',
  'random',
  'nohuge',
];

const advice: Argument = {
  usage: 'A',
  read: (words, draft) => {
    draft['advice'] = words.oneOf(ADVICE, 'an advice');
  },
  print: draft => [text(draft, 'advice')],
};

const count = (field: string, usage: string, what: string, most: number): Argument => ({
  usage,
  read: (words, draft) => {
    draft[field] = words.number(what, 0, most);
  },
  print: draft => [String(draft[field])],
});

const value = count('value', 'TAG', 'a byte', 255);
const length = count('length', 'LEN', 'a length in bytes', REGION_PAGES * PAGE_SIZE);

const optionalValue: Argument = {
  usage: '[TAG]',
  read: (words, draft) => {
    draft['value'] = words.optionalNumber('a byte', 0, 255) ?? 0;
  },
  print: draft => (draft['value'] === 0 ? [] : [String(draft['value'])]),
};

const address: Argument = {
  usage: 'HEXADDR',
  read: (words, draft) => {
    const word = words.matching(/^(0x)?[0-9a-f]{1,16}$/i, 'an address in at most 16 hexadecimal digits');
    draft['address'] = BigInt(`0x${word.replace(/^0x/i, '')}`);
  },
  print: draft => {
    const digits = (draft['address'] as bigint).toString(16);
    return [digits.length > 8 ? digits.padStart(16, '0') : digits];
  },
};

const DRIVER_NAMES = DRIVERS.map(name => `'${name}'`).join(', ');

/** The other end of a read(2) or write(2): a pipe, a device, or a byte of a file. */
const stream = (field: 'source' | 'target', usage: string, pattern: RegExp, expected: string): Argument => ({
  usage,
  read: (words, draft) => {
    const word = words.matching(pattern, expected);
    const file = /^file:(\w+):/.exec(word);
    if (file !== null) words.declared(file[1]!);
    draft[field] = word;
  },
  print: draft => [text(draft, field)],
});
const source = stream(
  'source',
  'SRC',
  new RegExp(`^(pipe|zero|${DRIVERS.join('|')}|file:\\w+:\\d+)$`),
  `'pipe', 'zero', ${DRIVER_NAMES} or a byte of a file: 'file:FID:OFF'`,
);
const sink = stream(
  'target',
  'DST',
  new RegExp(`^(pipe|${DRIVERS.join('|')}|file:\\w+:\\d+)$`),
  `'pipe', ${DRIVER_NAMES} or a byte of a file: 'file:FID:OFF'`,
);

const target: Argument = {
  usage: 'Q',
  read: (words, draft) => {
    draft['target'] = words.living();
  },
  print: (draft, style) => [style.process(text(draft, 'target'))],
};

const child: Argument = {
  usage: 'pY',
  read: (words, draft) => {
    draft['child'] = words.newProcess();
  },
  print: (draft, style) => [style.process(text(draft, 'child'))],
};

const id: Argument = {
  usage: 'ID',
  read: (words, draft) => {
    draft['id'] = words.matching(/^\w+$/, 'the number of a pipe or buffer');
  },
  print: draft => [text(draft, 'id')],
};

const file: Argument = {
  usage: 'FID',
  read: (words, draft) => {
    draft['file'] = words.file();
  },
  print: draft => [text(draft, 'file')],
};

const filePage = count('page', 'FPG', 'a page of the file', LIMITS.filePages);
const filePages = count('pages', 'N', 'a number of pages', LIMITS.filePages);

const moved: Argument = {
  usage: 'NEW NN [keep]',
  read: (words, draft) => {
    const to = words.page().page;
    draft['to'] = to;
    draft['toPages'] = words.number('a number of pages', 1, REGION_PAGES - to);
    draft['keep'] = words.more();
    if (words.more()) words.oneOf(['keep'], 'a flag');
  },
  print: (draft, style) => [
    pageName(style.regions, number(draft, 'to')),
    String(draft['toPages']),
    ...(draft['keep'] ? ['keep'] : []),
  ],
};

/** As `range`, but N is always written: the number after it would pass for it. */
const plainRange: Argument = {
  usage: 'PAGE N',
  read: (words, draft) => {
    const first = words.page().page;
    draft['page'] = first;
    draft['pages'] = words.number('a number of pages', 1, REGION_PAGES - first);
  },
  print: (draft, style) => [pageName(style.regions, number(draft, 'page')), String(draft['pages'])],
};

interface Row {
  readonly arguments: readonly Argument[];
  /** What it does, for the table. */
  readonly meaning: string;
}

export const grammar: Readonly<Record<Op, Row>> = {
  map: { arguments: [mapRange, perm, mapping], meaning: 'maps N pages; what was mapped there goes' },
  unmap: { arguments: [range], meaning: 'unmaps pages' },
  prot: { arguments: [range, perm], meaning: 'gives pages other rights (mprotect)' },
  mremap: { arguments: [plainRange, moved], meaning: 'moves a mapping; `keep` leaves the old one, empty' },
  mlock: { arguments: [range], meaning: 'locks pages in memory' },
  munlock: { arguments: [range], meaning: 'unlocks them' },
  madv: { arguments: [range, advice], meaning: `madvise; A is ${ADVICE.join(', ')}` },
  read: { arguments: [place, offset], meaning: 'loads one byte' },
  write: { arguments: [place, value, offset], meaning: 'stores one byte' },
  fetch: { arguments: [page()], meaning: 'jumps to the page: one instruction fetch' },
  kfetch: { arguments: [page()], meaning: 'lets the kernel itself jump there, by a pointer of a driver' },
  read8: { arguments: [place, requiredOffset], meaning: 'loads eight bytes, over a page border too' },
  write8: { arguments: [place, requiredOffset, value], meaning: 'stores eight equal bytes' },
  rawread: { arguments: [address], meaning: 'loads from any address' },
  rawwrite: { arguments: [address, optionalValue], meaning: 'stores to any address' },
  rawsys: { arguments: [address], meaning: 'read(2) to any address' },
  rsys: {
    arguments: [source, place, requiredOffset, length, value],
    meaning: 'read(2) into memory',
  },
  wsys: { arguments: [sink, place, requiredOffset, length], meaning: 'write(2) from memory' },
  pvw: { arguments: [target, place, requiredOffset, length, value], meaning: 'process_vm_writev into Q' },
  pvr: { arguments: [target, place, requiredOffset, length], meaning: 'process_vm_readv from Q' },
  memw: { arguments: [target, place, requiredOffset, length, value], meaning: 'writes /proc/Q/mem' },
  memr: { arguments: [target, place, requiredOffset, length], meaning: 'reads /proc/Q/mem' },
  dread: { arguments: [page()], meaning: 'O_DIRECT read into the page' },
  dwrite: { arguments: [page()], meaning: 'O_DIRECT write from the page' },
  vpin: { arguments: [id, range], meaning: 'vmsplices pages into pipe ID, which holds them' },
  vread: { arguments: [id], meaning: 'reads the pipe back and lets the pages go' },
  iopin: { arguments: [id, range], meaning: 'registers a fixed buffer: a long-term pin' },
  rpin: {
    arguments: [id, range],
    meaning: 'the same for a device that only reads: it needs no right to write',
  },
  ioread: {
    arguments: [id, count('index', 'I', 'a page of the buffer', 1023)],
    meaning: 'reads through the pin',
  },
  iowrite: {
    arguments: [id, count('index', 'I', 'a page of the buffer', 1023), value],
    meaning: 'writes through the pin',
  },
  iounpin: { arguments: [id], meaning: 'lets the buffer go' },
  fork: { arguments: [child], meaning: 'forks a child' },
  thread: { arguments: [child], meaning: 'starts a thread: a process in the same memory' },
  vfork: {
    arguments: [child],
    meaning: 'the same, and sleeps until the child exits or starts another program',
  },
  exit: { arguments: [], meaning: 'ends the process' },
  execve: { arguments: [], meaning: 'starts another program: the region is empty' },
  ftrunc: { arguments: [file, filePages], meaning: 'sets the size of a file' },
  fwrite: { arguments: [file, filePage, value], meaning: 'fills a page of a file by write(2)' },
  fread: { arguments: [file, filePage], meaning: 'reads a page of a file by read(2)' },
  punch: { arguments: [file, filePage, filePages], meaning: 'punches a hole into a file' },
  fsync: { arguments: [file], meaning: 'writes a file back' },
  cpu: { arguments: [count('cpu', 'N', 'a CPU', 63)], meaning: 'moves the process to a CPU' },
  rlimstack: {
    arguments: [count('pages', 'PAGES', 'a number of pages', 1 << 30)],
    meaning: 'limits the stack',
  },
  ksm: { arguments: [], meaning: 'merges equal pages; its process is called k' },
  ...hurdRows({ page, place, offset, range, mapRange, perm, target, count }),
  ...xenGrammar,
  ...bootRows(value, count('count', 'N', 'a number of tables', 8)),
};

export const OPS = Object.keys(grammar) as Op[];

/** Readable spellings of verbs; some fill in an argument and take only the ones before it. */
export const SPELLINGS: Readonly<
  Record<string, { readonly op: Op; readonly takes?: number; readonly preset?: Draft }>
> = {
  load: { op: 'read' },
  store: { op: 'write' },
  jump: { op: 'fetch' },
  protect: { op: 'prot' },
  exec: { op: 'execve' },
  dontneed: { op: 'madv', takes: 1, preset: { advice: 'dontneed' } },
};

/** The table of operations, as Markdown. */
export function grammarTable(): string {
  const rows = OPS.map(op => {
    const usage = [op, ...grammar[op].arguments.map(argument => argument.usage)].join(' ');
    return `| \`${usage.replaceAll('|', '\\|')}\` | ${grammar[op].meaning} |`;
  });
  return ['| operation | what it does |', '| --- | --- |', ...rows].join('\n');
}
