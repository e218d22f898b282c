import { addressText, ENTRY, flagsOf, frameOf, WORDS, wordText } from '../../language/xen.ts';
import type { Panel, Row, View } from '../machine.ts';
import { frameOfPage, isFull, ON_DEMAND, walkGuest, wordsOfPage } from './full.ts';
import { entryRow, frameRow } from './invariants.ts';
import { walk } from './tlb.ts';
import { isPresent, isWritable } from './word.ts';
import {
  COW,
  type Domain,
  type Fault,
  FREE,
  type Frame,
  IO,
  isTable,
  KEPT,
  PRIVILEGED,
  vcpuOf,
  type World,
  XEN_SLOT,
} from './world.ts';

/**
 * All that decides a request, among facts that do not: frames by owner and type with both counts and pins,
 * tables with their entries and which of them is a writable alias, roots and slots, and what CPUs remember.
 */
export function view(world: World, fault?: Fault): View {
  return Object.freeze({
    panels: Object.freeze([tablePanel(world, fault), framePanel(world, fault)]),
  });
}

function tablePanel(world: World, fault: Fault | undefined): Panel {
  const rows: Row[] = [];
  for (const domain of world.domains) {
    const offers = [...domain.grants].map(([mfn, { to, rw }]) => `f${mfn}:${rw ? 'rw' : 'r-'} to ${to}`);
    if (offers.length > 0)
      rows.push(row(`grants ${domain.name}`, 'domain', 0, [domain.name, `lends ${offers.join(', ')}`]));
    if (domain.kind === 'idle') continue;
    rows.push(row(`domain ${domain.name}`, 'domain', 0, domainCells(domain)));
    if (isFull(domain)) {
      rows.push(...pageRows(world, domain, fault));
      continue;
    }
    for (const [mfn, frame] of world.frames.entries()) {
      if (frame.owner !== domain.name || !holdsEntries(world, mfn, fault)) continue;
      rows.push(row(`table ${mfn}`, 'table', 1, tableCells(world, domain, mfn)));
      for (const index of shownSlots(world, mfn, fault))
        rows.push(entryLine(world, domain, mfn, index, fault));
    }
    rows.push(...memoryRows(world, domain));
  }
  return panel('tables', 0, 'domains and tables', [], rows);
}

function domainCells(domain: Domain): string[] {
  const state = domain.alive ? domain.kind : 'crashed';
  const slots = (['active', 'inactive'] as const).flatMap(name => {
    const slot = domain.slots[name];
    return slot === undefined ? [] : [`${name.toUpperCase()} f${slot.l1}`];
  });
  const cpus = domain.vcpus.length > 1 ? [`vCPU ${domain.current} of ${domain.vcpus.length}`] : [];
  const setting = isFull(domain)
    ? `CR0.WP ${domain.wp ? 'set' : 'clear'}`
    : domain.assist
      ? 'assist on'
      : 'assist off';
  return [domain.name, [state, setting, ...cpus, ...slots].join(', ')];
}

/** The tables of a fully virtualized guest, by its own page numbers, and where p2m leads elsewhere. */
function pageRows(world: World, domain: Domain, fault: Fault | undefined): Row[] {
  const at = fault?.process === domain.name && fault.cause.kind === 'access' ? fault.cause.va : undefined;
  const directory = wordsOfPage(world, domain, domain.root);
  const tables = [...domain.p2m.keys()].filter(
    page => page === domain.root || directory.some(word => isPresent(word) && frameOf(word) === page),
  );
  return tables.flatMap(page => {
    const use = page === domain.root ? 'root' : 'table';
    const words = wordsOfPage(world, domain, page);
    const faults = (index: number) =>
      at !== undefined &&
      at % WORDS === index &&
      frameOf(directory[Math.floor(at / WORDS)] ?? 0) === page &&
      page !== domain.root;
    return [
      row(`table ${page}`, 'table', 1, [`f${page}`, domain.shadowed.has(page) ? `${use}, shadowed` : use]),
      ...words.flatMap((word, index) =>
        isPresent(word) || faults(index)
          ? [
              row(
                entryRow(page, index),
                'entry',
                2,
                [
                  `[${index}]`,
                  word === 0 ? 'none' : wordText(word),
                  ...placeOf(world, domain, frameOf(word)),
                ],
                faults(index) ? ['fault'] : [],
              ),
            ]
          : [],
      ),
    ];
  });
}

/** Where a page is, if not in a frame of its own with its number. */
function placeOf(world: World, domain: Domain, page: number): string[] {
  const mfn = frameOfPage(domain, page);
  if (mfn === undefined) return [];
  if (mfn === ON_DEMAND) return ['later'];
  if (mfn !== page) return [`in f${mfn}`];
  return world.frames[mfn]!.owner === COW ? ['shared'] : [];
}

/** Tables in use, and data that looks like a table or is asked to become one. */
const holdsEntries = (world: World, mfn: number, fault: Fault | undefined): boolean => {
  const frame = world.frames[mfn]!;
  return (isTable(frame.type) && frame.tc > 0) || frame.words.some(isPresent) || isAskedFor(mfn, fault);
};

const isAskedFor = (mfn: number, fault: Fault | undefined): boolean =>
  fault?.cause.kind === 'request' && 'mfn' in fault.cause.request && fault.cause.request.mfn === mfn;

function tableCells(world: World, domain: Domain, mfn: number): string[] {
  const { type, tc } = world.frames[mfn]!;
  const use = tc === 0 ? 'not in use' : type;
  return [`f${mfn}`, mfn === vcpuOf(domain).base ? `${use}, root` : use];
}

/** Entries that are there, and the one that is asked about. Xen's own slot is shown where it is not Xen's. */
function shownSlots(world: World, mfn: number, fault: Fault | undefined): number[] {
  const { words } = world.frames[mfn]!;
  const asked = askedSlot(world, fault);
  return words.flatMap((word, i) =>
    (isPresent(word) && !(i === XEN_SLOT && frameOf(word) === 0)) ||
    (word !== 0 && !(i === XEN_SLOT && frameOf(word) === 0)) ||
    (asked?.table === mfn && asked.index === i)
      ? [i]
      : [],
  );
}

/** The entry that a fault went through, or that a request names. */
function askedSlot(
  world: World,
  fault: Fault | undefined,
): { readonly table: number; readonly index: number } | undefined {
  if (fault === undefined) return undefined;
  const { cause } = fault;
  if (cause.kind === 'request' && cause.request.kind === 'set')
    return { table: cause.request.frame, index: cause.request.index };
  const va =
    cause.kind === 'access'
      ? cause.va
      : cause.kind === 'request' && 'va' in cause.request
        ? cause.request.va
        : undefined;
  const domain = world.domains.find(({ name }) => name === fault.process);
  if (va === undefined || domain === undefined) return undefined;
  const directory = world.frames[vcpuOf(domain).base]?.words[Math.floor(va / WORDS)] ?? 0;
  return isPresent(directory) && (flagsOf(directory) & ENTRY.superpage) === 0
    ? { table: frameOf(directory), index: va % WORDS }
    : { table: vcpuOf(domain).base, index: Math.floor(va / WORDS) };
}

function entryLine(world: World, domain: Domain, mfn: number, index: number, fault: Fault | undefined): Row {
  const word = world.frames[mfn]!.words[index]!;
  const asked = askedSlot(world, fault);
  const faults = asked?.table === mfn && asked.index === index;
  return row(
    entryRow(mfn, index),
    'entry',
    2,
    [`[${index}]`, word === 0 ? 'none' : wordText(word), ...noteOf(world, domain, mfn, index)],
    faults ? ['fault'] : [],
  );
}

/** 'alias' where an entry maps a table, in capitals where the guest could write to it. */
function noteOf(world: World, domain: Domain, mfn: number, index: number): string[] {
  const word = world.frames[mfn]!.words[index]!;
  const { type, tc } = world.frames[mfn]!;
  const target = world.frames[frameOf(word)];
  if (!isPresent(word) || target === undefined) return [];
  if (target.owner !== domain.name) return [`${target.owner}'s`];
  if (type !== 'l1' || tc === 0 || !isTable(target.type) || target.tc === 0) return [];
  return [isWritable(word) ? 'ALIAS' : 'alias'];
}

function framePanel(world: World, fault: Fault | undefined): Panel {
  const named = namedFrame(world, fault);
  const rows = world.frames.flatMap((frame, mfn) => {
    if (frame.owner === IO && !world.domains.some(({ name }) => name === PRIVILEGED)) return [];
    return [row(frameRow(mfn), 'frame', 0, frameCells(mfn, frame), mfn === named ? ['frame'] : [])];
  });
  return panel('frames', 0, 'frames', ['frame', 'owner', 'type', 'uses', 'refs', 'pin'], rows);
}

/** The frame that is asked about. */
function namedFrame(world: World, fault: Fault | undefined): number {
  if (fault === undefined) return -1;
  const { cause } = fault;
  if (cause.kind === 'window') return vcpuOf(world.domain(fault.process)).ldt;
  if (cause.kind === 'cr0') return -1;
  if (cause.kind === 'request')
    return 'mfn' in cause.request
      ? cause.request.mfn
      : 'word' in cause.request
        ? frameOf(cause.request.word)
        : -1;
  const domain = world.domain(fault.process);
  if (isFull(domain)) {
    const led = walkGuest(world, domain, cause.va, fault.mode === 'user');
    return typeof led === 'string' ? -1 : (frameOfPage(domain, led.page) ?? -1);
  }
  const found = walk(world, vcpuOf(domain), cause.va, fault.mode === 'user');
  return typeof found === 'string' ? -1 : found.frame;
}

function frameCells(mfn: number, { owner, type, tc, tot, pinned, allocated, halfway }: Frame): string[] {
  if (owner === FREE || owner === KEPT) return [`f${mfn}`, 'free', '', '', '', ''];
  return [
    `f${mfn}`,
    allocated ? owner : `(${owner})`,
    type === 'none' ? '-' : halfway === undefined ? type : `${type} to ${halfway}`,
    String(tc),
    String(tot),
    pinned ? 'yes' : '-',
  ];
}

/** What each CPU of the domain remembers of its tables, and what Xen itself does of the way to its leaf tables. */
function memoryRows(world: World, { name, vcpus }: Domain): Row[] {
  const remembered = vcpus.flatMap(({ tlb }, cpu) =>
    [...tlb].map(([va, { frame, rw }]) => {
      const place = vcpus.length > 1 ? `${cpu}:${addressText(va)}` : addressText(va);
      return `${place} f${frame}:${rw ? 'rw' : 'r-'}`;
    }),
  );
  const ways = [...world.linear]
    .filter(([key]) => key.startsWith(`${name} `))
    .map(([key, table]) => `@${key.split(' ')[1]} f${table}`);
  return [...pairs(`tlb ${name}`, 'TLB', remembered), ...pairs(`map ${name}`, "Xen's map", ways)];
}

/** Two to a line, so that they fit a small screen. */
const pairs = (key: string, title: string, texts: readonly string[]): Row[] =>
  texts.flatMap((_, i) =>
    i % 2 === 1 ? [] : [row(`${key} ${i}`, 'memory', 1, [title, ...texts.slice(i, i + 2)])],
  );

const row = (key: string, role: string, indent: number, cells: string[], marks: Row['marks'] = []): Row =>
  Object.freeze({ key, role, indent, cells: Object.freeze(cells), marks });

const panel = (id: string, rank: number, title: string, columns: string[], rows: Row[]): Panel =>
  Object.freeze({ id, rank, title, columns, rows: Object.freeze(rows) });
