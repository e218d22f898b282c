import { pageName } from '../../../language/names.ts';
import type { Panel, Row, View } from '../../machine.ts';
import type { Fault } from '../fault/fault.ts';
import { entryRights } from '../fault/why.ts';
import { ANON, EXCLUSIVE, KSM, LAZYFREE, ZERO_PFN } from '../hardware/frames.ts';
import {
  isAccessed,
  isDirty,
  isExclusiveSwap,
  isGuard,
  isNone,
  isSwap,
  mapsFrame,
  pfnOf,
  slotOf,
} from '../hardware/pte.ts';
import { commitLimit, committed } from '../memory/commit.ts';
import type { Mm } from '../memory/mm.ts';
import { framesLeft, isFull } from '../memory/shortage.ts';
import { slotCachedBy } from '../memory/swap.ts';
import {
  DONTCOPY,
  GROWSDOWN,
  isShared,
  LOCKED,
  MERGEABLE,
  permOf,
  type Vma,
  WIPEONFORK,
} from '../memory/vma.ts';
import { entryRow, frameName, frameRow, processRow, slotName, vmaRow } from '../names.ts';
import type { Process } from '../process.ts';
import type { RuleSet } from '../rules.ts';
import type { World } from '../world.ts';
import { cellsOf, panel, row } from './panel.ts';
import { storePanels } from './stores.ts';

/**
 * All that decides a fault, among facts that do not: processes with VMAs and entries, frames and how many
 * there are, where else pages are kept, the TLB.
 */
export function view(world: World, fault?: Fault): View {
  return Object.freeze({
    panels: Object.freeze([
      processPanel(world, fault),
      framePanel(world, fault),
      ...storePanels(world),
      tlbPanel(world),
    ]),
  });
}

function processPanel(world: World, fault: Fault | undefined): Panel {
  const rows: Row[] = [];
  for (const process of world.processes) {
    const { name, mm: index } = process;
    const mm = world.mms[index];
    const leader = leaderOf(world, process);
    const here = fault?.mm === index ? fault : undefined;
    rows.push(row(processRow(name), 'process', 0, [name, stateOf(world, process, leader)]));
    if (leader !== process) continue;
    for (const vma of mm?.vmas ?? []) {
      rows.push(row(vmaRow(name, vma.start), 'vma', 1, vmaCells(world, vma)));
      rows.push(...entriesOf(world, mm!, name, vma, here));
    }
    if (mm === undefined) continue;
    const strays = mm.table.pages().filter(page => mm.vmas.every(vma => page < vma.start || page >= vma.end));
    if (here !== undefined && mm.vmas.every(vma => here.page < vma.start || here.page >= vma.end))
      if (!strays.includes(here.page)) strays.push(here.page);
    for (const page of strays) {
      rows.push(row(vmaRow(name, page), 'vma', 1, [pageName(world.setup.regions, page), 'no VMA']));
      rows.push(entry(world, mm, name, page, '', here));
    }
  }
  return panel('processes', 0, 'processes', [], rows);
}

/** The first process that lives in the same memory: the others are its threads. */
const leaderOf = (world: World, process: Process): Process =>
  world.processes.find(({ mm }) => mm === process.mm && mm >= 0) ?? process;

/** 'running', or where there are several CPUs or threads: 'thread of sh, CPU 1'. */
function stateOf(world: World, process: Process, leader: Process): string {
  if (world.mms[process.mm] === undefined) return 'exited';
  const state = leader === process ? 'running' : `thread of ${leader.name}`;
  return world.cpus.length > 1 ? `${state}, CPU ${process.cpu}` : state;
}

/** What the row of a page is called: by its place in the region that it lies in, also after a split, or by its number. */
function pageLabel(world: World, page: number): string {
  const region = world.setup.regions.find(each => page >= each.page && page < each.page + each.pages);
  return region === undefined ? String(page) : `+${page - region.page}`;
}

function vmaCells(world: World, vma: Vma): string[] {
  const name = pageName(world.setup.regions, vma.start);
  const pages = vma.end - vma.start;
  return [
    name.endsWith('+0') ? name.slice(0, -2) : name,
    `${permOf(vma.rights)}${isShared(vma) ? 's' : 'p'}`,
    [`${pages} ${pages === 1 ? 'page' : 'pages'}`, ...particulars(world, vma)].join(', '),
  ];
}

/** What a VMA shows, and what was asked of it. */
function particulars(world: World, vma: Vma): string[] {
  const file = world.objects[vma.object]?.file;
  const flags = FLAGS.flatMap(([flag, word]) => ((vma.flags & flag) === 0 ? [] : [word]));
  return [...(file === undefined ? [] : [`file ${file}.${vma.pgoff}`]), ...flags];
}
const FLAGS = [
  [GROWSDOWN, 'grows down'],
  [LOCKED, 'locked'],
  [DONTCOPY, 'not for children'],
  [WIPEONFORK, 'wiped for children'],
  [MERGEABLE, 'mergeable'],
] as const;

/** A row for each page of a VMA; a long run of empty entries, as a stack leaves behind that grew far, is one row. */
function entriesOf(world: World, mm: Mm, process: string, vma: Vma, fault: Fault | undefined): Row[] {
  const label = (page: number) => pageLabel(world, page);
  const isEmpty = (page: number) => page < vma.end && isNone(mm.table.low(page)) && page !== fault?.page;
  const rows: Row[] = [];
  for (let page = vma.start; page < vma.end; page++) {
    let next = page;
    while (isEmpty(next)) next++;
    const isLong = next - page > LONG;
    const named = isLong ? `${label(page)} to ${label(next - 1)}` : label(page);
    rows.push(entry(world, mm, process, page, named, fault));
    if (isLong) page = next - 1;
  }
  return rows;
}
/** More empty entries than this in a row are not told apart. */
const LONG = 4;

function entry(
  { setup: { arch }, rules }: World,
  mm: Mm,
  process: string,
  page: number,
  label: string,
  fault: Fault | undefined,
): Row {
  const low = mm.table.low(page);
  const high = mm.table.high(page);
  const cells = [label, ...entryCells(low, high, rules), ...(mapsFrame(low) ? arch.cells(low) : [])];
  const faults = fault?.page === page;
  const shown = row(entryRow(process, page), 'entry', 2, cells, faults ? ['fault'] : []);
  return faults ? Object.freeze({ ...shown, about: arch.bits(low, high) }) : shown;
}

function entryCells(low: number, high: number, { marksExclusive }: RuleSet): string[] {
  if (isNone(low)) return ['none'];
  if (isGuard(low)) return ['guard'];
  if (isSwap(low))
    return [slotName(slotOf(low)), marksExclusive && isExclusiveSwap(low) ? 'swapped, exclusive' : 'swapped'];
  return [
    frameName(pfnOf(low, high)),
    entryRights(low, high),
    `${isAccessed(low) ? 'A' : '-'} ${isDirty(low) ? 'D' : '-'}`,
  ];
}

function framePanel(world: World, fault: Fault | undefined): Panel {
  const { frames } = world;
  const table = fault === undefined ? undefined : world.mms[fault.mm]?.table;
  const low = table?.low(fault!.page) ?? 0;
  const atFault = table === undefined || !mapsFrame(low) ? -1 : pfnOf(low, table.high(fault!.page));
  const rows: Row[] = [];
  const names = fileNames(world);
  for (let pfn = 0; pfn < frames.count; pfn++) {
    const cells = inColumns(world, frameCells(world, pfn, names.get(pfn)));
    rows.push(row(frameRow(pfn), 'frame', 0, cells, pfn === atFault ? ['frame'] : []));
  }
  if (frames.free.length === 0 && !isFull(world))
    rows.push(row(frameRow(frames.count), 'frame', 0, inColumns(world, [frameName(frames.count), 'free'])));
  return panel('frames', 0, memoryTitle(world), inColumns(world, FRAME_COLUMNS), rows);
}

const FRAME_COLUMNS = ['frame', 'kind', 'refs', 'maps', 'excl', 'content'];

/** The cells of a frame, one for each column that this kernel has; what is left out is empty. */
const inColumns = ({ rules }: World, cells: readonly string[]): string[] =>
  FRAME_COLUMNS.flatMap((column, i) => (column === 'excl' && !rules.marksExclusive ? [] : [cells[i] ?? '']));

/**
 * Where memory has an end: how many frames are left, and how many pages are promised (Committed_AS), where
 * overcommitting is forbidden below which limit (CommitLimit).
 */
function memoryTitle(world: World): string {
  const { memory, overcommit } = world.setup;
  if (memory === Number.POSITIVE_INFINITY) return 'physical memory';
  const limit = overcommit === 'never' ? ` < ${commitLimit(world)}` : '';
  return `memory: ${framesLeft(world)} of ${memory} free, promised ${committed(world)}${limit}`;
}

/** By frame: which page of which file it caches. */
const fileNames = ({ objects }: World): ReadonlyMap<number, string> =>
  new Map(
    objects.flatMap(object =>
      object?.file === undefined
        ? []
        : Array.from(object.pages, ([index, pfn]) => [pfn, `file ${object.file}.${index}`] as const),
    ),
  );

function frameCells(world: World, pfn: number, file: string | undefined): string[] {
  const { frames } = world;
  if (pfn === ZERO_PFN) return [frameName(pfn), 'zero', '-', '-', '-', cellsOf(frames.contents[pfn]!)];
  if (frames.refcount[pfn]! <= 0) return [frameName(pfn), 'free'];
  return [
    frameName(pfn),
    kindOf(world, pfn, file),
    String(frames.refcount[pfn]),
    String(frames.mapcount[pfn]),
    frames.is(pfn, EXCLUSIVE) ? 'yes' : 'no',
    cellsOf(frames.contents[pfn]!),
  ];
}

/** What a frame holds: anonymous memory, also that of a slot whose cache it is, or which page of which file. */
function kindOf(world: World, pfn: number, file = 'shared'): string {
  const { frames } = world;
  const slot = slotCachedBy(world, pfn);
  const cached = slot < 0 ? '' : `, ${slotName(slot)}`;
  if (frames.is(pfn, KSM)) return `merged${cached}`;
  if (frames.is(pfn, LAZYFREE)) return 'anon, lazy';
  if (frames.is(pfn, ANON)) return `anon${cached}`;
  return file;
}

function tlbPanel(world: World): Panel {
  const rows: Row[] = [];
  const several = world.cpus.length > 1;
  for (const [cpu, { tlbs }] of world.cpus.entries())
    for (const process of world.processes) {
      const { name, mm: index } = process;
      if (world.mms[index] === undefined || leaderOf(world, process) !== process) continue;
      const tlb = tlbs[index];
      for (const page of tlb?.pages() ?? []) {
        const cells = [
          name,
          pageName(world.setup.regions, page),
          frameName(pfnOf(tlb!.low(page), tlb!.high(page))),
          entryRights(tlb!.low(page), tlb!.high(page)),
        ];
        const key = several ? `tlb ${cpu} ${name} ${page}` : `tlb ${name} ${page}`;
        rows.push(row(key, 'tlb', 0, several ? [String(cpu), ...cells] : cells));
      }
    }
  const columns = ['process', 'page', 'frame', 'rights'];
  return panel('tlb', several ? 1 : 2, 'TLB', several ? ['CPU', ...columns] : columns, rows);
}
