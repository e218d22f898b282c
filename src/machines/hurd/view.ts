import { pageName } from '../../language/names.ts';
import type { Panel, Row, View } from '../machine.ts';
import { cellsOf } from './content.ts';
import type { Frame } from './frames.ts';
import { frameRow, mappingRow, pageRow, taskRow } from './names.ts';
import { logicalOf } from './pager.ts';
import { type Mapping, rightsName } from './space.ts';
import type { HurdFault, Logical, Task, World } from './world.ts';

/**
 * The pagers' databases beside what the MMU has, physmem's frames with their rings, and who has mapped the
 * frame of the message to whom.
 */
export function view(world: World, fault?: HurdFault): View {
  return Object.freeze({
    panels: Object.freeze([
      taskPanel(world, fault),
      framePanel(world, fault),
      treePanel(world, fault),
      swapPanel(world),
    ]),
  });
}

function taskPanel(world: World, fault: HurdFault | undefined): Panel {
  const rows: Row[] = [];
  for (const task of world.tasks) {
    const { name, alive } = task;
    const quota = `${world.physmem.allocated(name)} of ${world.limitOf(task)} frames`;
    rows.push(row(taskRow(name), 'task', 0, alive ? [name, quota] : [name, 'gone']));
    const pages = [...task.logical.keys()].sort((a, b) => a - b);
    const at = fault?.page;
    if (fault?.process === name && at !== undefined && !pages.includes(at) && fault.about !== 'demand')
      pages.push(at);
    for (const page of pages) {
      const isAtFault =
        fault !== undefined && fault.process === name && fault.page === page && fault.about !== 'demand';
      const cells = [pageName(world.regions, page), ...pageCells(world, task, page)];
      const entry = world.entryOf(task, page);
      rows.push({
        ...row(pageRow(name, page), 'page', 1, cells, isAtFault ? ['fault'] : []),
        ...(entry !== undefined && { maps: [frameName(world.physmem.frameOf(entry))] }),
      });
    }
  }
  return panel('tasks', 0, "pagers' databases and MMU", [], rows);
}

/** What should be there, where its data is, and what the MMU has. */
function pageCells(world: World, task: Task, page: number): string[] {
  const mapping = world.physmem.mmu.at(task.name, page);
  const mmu = mapping === undefined ? 'mmu -' : `mmu ${rightsName(mapping.rights)}`;
  const logical = task.logical.get(page);
  return logical === undefined
    ? ['no map', '', '-', mmu]
    : [logical.perm, kindOf(logical), placeOf(task, page), mmu];
}

const kindOf = ({ own, file, dead, shared }: Logical): string =>
  own ? 'own' : dead ? 'dead' : shared ? 'shm' : file === undefined ? 'anon' : 'file';

function placeOf(task: Task, page: number): string {
  const state = task.data.get(page);
  if (state === undefined) return logicalOf(task, page).file === undefined ? 'untouched' : 'in file';
  switch (state.kind) {
    case 'resident':
      return `at ${state.index} ${state.dirty ? 'dirty' : 'clean'}`;
    case 'swapped':
      return `slot ${state.slot}`;
    case 'soft':
      return `at ${state.index} soft`;
    case 'transit':
      return `at ${state.index} coming`;
  }
}

function framePanel(world: World, fault: HurdFault | undefined): Panel {
  const { physmem } = world;
  const atFault = frameAtFault(world, fault)?.id;
  const rows = physmem.frames.flatMap(frame => {
    const marks: Row['marks'] = frame.id === atFault ? ['frame'] : [];
    return Array.from({ length: frame.pages }, (_, i) => {
      const content = frame.base < 0 ? 'unbound' : cellsOf(physmem.contentOf(frame.base + i));
      return i === 0
        ? row(
            frameRow(frame.id),
            'frame',
            0,
            [frameName(frame), String(frame.cow), ringsInWords(world, frame), content],
            marks,
          )
        : row(`${frameRow(frame.id)}+${i}`, 'frame', 0, [` +${i}`, '', '', content]);
    });
  });
  const free = Math.max(0, physmem.memory - physmem.usedFrames());
  return panel(
    'frames',
    0,
    `physmem: frames, rings, ${free} free`,
    ['frame', 'cow', 'container:index', 'content'],
    rows,
  );
}

const frameName = ({ id }: Frame): string => `f${id}`;

/** '{sh:0 a:2}{fs:1~}': rings in braces, `~` for a soft reference. */
function ringsInWords(world: World, frame: Frame): string {
  const entries = world.physmem.entriesOf(frame);
  return [...new Set(entries.map(({ ring }) => ring))]
    .map(ring => {
      const members = entries.filter(entry => entry.ring === ring);
      const names = members.map(({ container, start, soft }) => `${container}:${start}${soft ? '~' : ''}`);
      return `{${names.join(' ')}}`;
    })
    .join('');
}

function frameAtFault(world: World, fault: HurdFault | undefined): Frame | undefined {
  const entry = fault && world.entryAt(fault);
  return entry && world.physmem.frameOf(entry);
}

/** The derivation tree: sigma0 to physmem, as the title says, to tasks, and on to whom they have mapped it. */
function treePanel(world: World, fault: HurdFault | undefined): Panel {
  const frame = frameAtFault(world, fault);
  const rows: Row[] = [];
  const visit = (mapping: Mapping, indent: number): void => {
    const { space, page, rights } = mapping;
    rows.push(
      row(mappingRow(space, page), 'mapping', indent, [
        `${space} ${pageName(world.regions, page)}`,
        rightsName(rights),
      ]),
    );
    for (const child of world.physmem.mmu.childrenOf(mapping.id)) visit(child, indent + 1);
  };
  if (frame === undefined) return panel('tree', 0, '', [], []);
  for (let i = 0; frame.base >= 0 && i < frame.pages; i++)
    for (const mapping of world.physmem.mmu.madeOf(frame.base + i)) visit(mapping, 0);
  const nobody = frame.base < 0 ? 'no memory yet' : 'nobody';
  if (rows.length === 0) rows.push(row('tree', 'mapping', 0, [nobody]));
  return panel('tree', 0, `${frameName(frame)}: sigma0 → physmem →`, [], rows);
}

function swapPanel({ physmem }: World): Panel {
  const rows = physmem.slots.map(({ id, content, refs }) =>
    row(`slot ${id}`, 'slot', 0, [String(id), String(refs), cellsOf(content)]),
  );
  return panel('swap', 2, 'swap', ['slot', 'refs', 'content'], rows);
}

const row = (key: string, role: string, indent: number, cells: string[], marks: Row['marks'] = []): Row =>
  Object.freeze({ key, role, indent, cells: Object.freeze(cells), marks });

const panel = (id: string, rank: number, title: string, columns: string[], rows: Row[]): Panel =>
  Object.freeze({ id, rank, title, columns, rows: Object.freeze(rows) });
