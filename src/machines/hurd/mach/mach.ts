import { createHash } from 'node:crypto';
import { CELL_SIZE, type Move, SYMBOL } from '../../../language/moves.ts';
import { pageName } from '../../../language/names.ts';
import {
  type Choice,
  type Facts,
  isTrap,
  type Machine,
  type Panel,
  type Row,
  type Trap,
  type View,
  withFacts,
} from '../../machine.ts';
import { type Content, cellsOf, fileContent, mapContent, sameContent, ZEROS } from '../content.ts';
import {
  contentOf,
  hurdIdeal,
  type IdealMemory,
  mapContents,
  namesOf,
  pagesOf,
  setContent,
} from '../ideal.ts';
import { type Found, vmFault } from './fault.ts';
import { boot, handle, knows, step } from './step.ts';
import type { MachFault, VmObject, World } from './world.ts';

const ANSWER: Choice = Object.freeze({ do: 'vm-fault' });

/**
 * GNU Mach beside the Hurd on L4: map entries, objects that shadow each other, and copy objects, in a small
 * running model. Its kernel decides every fault alone, so it is there to be foretold, not to be answered for.
 */
export const mach: Machine<World, MachFault, Choice, IdealMemory> = {
  system: 'mach',
  rules: ['gnumach'],
  decisions: [ANSWER.do],
  fields: [
    { id: 'fault', options: ['none', 'fault'] },
    { id: 'class', options: ['first', 'below', 'pager', 'nowhere', 'refused'], when: { fault: ['fault'] } },
    {
      id: 'copies',
      options: ['0', '1', '2'],
      when: { class: ['first', 'below', 'pager', 'nowhere'], fault: ['fault'] },
    },
  ],
  ideal: hurdIdeal,
  knows,
  boot,
  step,
  trespass: () => undefined,
  offers: () => [ANSWER],
  best: () => ANSWER,
  why: (world, fault) => {
    const { rule, facts } = foreseen(world, fault);
    return { rule, function: 'vm_fault', facts };
  },
  facts: (world, move) => factsAt(world, move.process, 'page' in move ? move.page : -1, move.op),
  routine: (_world, fault) => [{ step: 'vm_fault', fault } as { step: string }],
  perform: (world, micro) => handle(world, (micro as unknown as { fault: MachFault }).fault),
  apply: (world, fault) => handle(world, fault),
  entry: (world, { process, page }) => JSON.stringify(world.task(process).pmap.get(page) ?? null),
  broken: () => [],
  cost: world => ({ ...world.counts }),
  eager: world => ({ ...world.eager }),
  view,
  clone: world => world.clone(),
  key: (world, ideal) => JSON.stringify([plain(world), plainIdeal(ideal)]),
  digest: world =>
    createHash('sha256')
      .update(JSON.stringify([plain(world), world.counts]))
      .digest('hex')
      .slice(0, 16),
  parse: () => ANSWER,
  format: () => ANSWER.do,
  uncoupled(world, ideal) {
    const alive = world.tasks.filter(task => task.alive);
    if (alive.length !== namesOf(ideal).length) return { what: 'the living tasks differ', rows: [] };
    for (const { name, map } of alive)
      for (const [page, held] of pagesOf(ideal, name)!)
        if (
          map.get(page)?.perm !== held.perm ||
          !sameContent(contentAt(world, name, page), contentOf(ideal, held))
        )
          return { what: 'wrong content', rows: [] };
    return undefined;
  },
  symbolize,
  mapValues(world, ideal, value) {
    for (const { pages } of world.objects.values())
      for (const [page, content] of pages) pages.set(page, mapContent(content, value));
    mapContents(ideal, value);
  },
  scope: (_world, { process, page, offset }) => ({ places: [{ process, page }], offset }),
  moves: (world, { places, offset }) =>
    world.tasks
      .filter(({ alive }) => alive)
      .flatMap(({ name: process }) =>
        places.flatMap(({ page }): Move[] => [
          { process, op: 'read', page, offset },
          { process, op: 'read', page, offset: (offset + CELL_SIZE) % 4096 },
          { process, op: 'write', page, offset, value: world.nextSymbol },
        ]),
      ),
  exits: world =>
    world.tasks.filter(({ alive }) => alive).map(({ name }): Move => ({ process: name, op: 'exit' })),
  outcome(world, move) {
    const fault = step(world.clone(), move);
    if (!isTrap(fault)) return { fault: 'none' };
    const { rule, found } = foreseen(world, fault);
    return rule === 'refused'
      ? { fault: 'fault', class: 'refused' }
      : { fault: 'fault', class: found!.where, copies: String(found!.copies) };
  },
};

/** What the kernel will do about a fault, and by which rule. */
function foreseen(
  world: World,
  { process, page, write }: MachFault,
): { rule: string; facts: Facts; found?: Found } {
  const facts = factsAt(world, process, page, write ? 'write' : 'read');
  const entry = world.task(process).map.get(page);
  if (entry === undefined || !entry.perm.includes(write ? 'w' : 'r')) return { rule: 'refused', facts };
  const ahead = world.clone();
  const found = vmFault(ahead, ahead.task(process), page, write);
  return {
    rule: found.copies === 2 ? 'pushed' : found.where,
    facts: withFacts(facts, { copies: found.copies }),
    found,
  };
}

function factsAt(world: World, process: string, page: number, access: string): Facts {
  const entry = world.task(process).map.get(page);
  const first = entry && world.objects.get(entry.object);
  return {
    process,
    page: pageName(world.regions, page),
    access,
    rights: entry?.perm ?? 'none',
    first: first === undefined ? 'nothing' : `o${first.id}`,
    entryKind: first === undefined ? 'none' : first.pages.has(entry!.offset) ? 'here' : 'elsewhere',
    maps: chainOf(world, first).length,
    copies: 0,
  };
}

/** An object and all that it shadows. */
function chainOf(world: World, first: VmObject | undefined): VmObject[] {
  const chain: VmObject[] = [];
  for (
    let at = first;
    at !== undefined;
    at = at.shadow === undefined ? undefined : world.objects.get(at.shadow)
  )
    chain.push(at);
  return chain;
}

/** What a task would find at a page. */
function contentAt(world: World, process: string, page: number): Content {
  const entry = world.task(process).map.get(page);
  if (entry === undefined) return ZEROS;
  for (const { pages, file } of chainOf(world, world.objects.get(entry.object))) {
    const content =
      pages.get(entry.offset) ?? (file === undefined ? undefined : fileContent(file, entry.offset));
    if (content !== undefined) return content;
  }
  return ZEROS;
}

/** Distinct symbols for all that was written; files keep their bytes. */
function symbolize(world: World, ideal: IdealMemory): Map<number, number> {
  const legend = new Map<number, number>();
  world.nextSymbol = Math.max(world.nextSymbol, SYMBOL);
  for (const { pages, file } of world.objects.values())
    if (file === undefined)
      for (const [page, { fill, bytes }] of pages) {
        const changed = [...bytes].map(([offset, byte]): [number, number] => {
          legend.set(world.nextSymbol, byte);
          return [offset, world.nextSymbol++];
        });
        pages.set(page, { fill, bytes: new Map(changed) });
      }
  for (const { name, map, alive } of world.tasks)
    if (alive) for (const page of map.keys()) setContent(ideal, name, page, contentAt(world, name, page));
  return legend;
}

const plainContent = ({ fill, bytes }: Content): unknown => [fill, [...bytes].sort(([a], [b]) => a - b)];
const plain = (world: World): unknown => [
  world.tasks.map(({ name, alive, map, pmap }) => [name, alive, [...map], [...pmap]]),
  [...world.objects.values()].map(({ id, pages, shadow, copy, file }) => [
    id,
    [...pages].map(([page, content]) => [page, plainContent(content)]),
    shadow,
    copy,
    file,
  ]),
  world.signal,
];
const plainIdeal = (ideal: IdealMemory): unknown =>
  namesOf(ideal).map(name => [
    name,
    [...pagesOf(ideal, name)!].map(([page, held]) => [page, held.perm, plainContent(contentOf(ideal, held))]),
  ]);

function view(world: World, fault?: Trap): View {
  const rows: Row[] = [];
  for (const { name, alive, map, pmap } of world.tasks) {
    rows.push(row(`task ${name}`, 'task', 0, [name, alive ? 'running' : 'gone']));
    for (const [page, { perm, object, offset, needsCopy }] of [...map].sort(([a], [b]) => a - b)) {
      const mapping = pmap.get(page);
      const mmu = mapping === undefined ? 'mmu -' : mapping.writable ? 'mmu rw-' : 'mmu r--';
      const isAtFault = fault?.process === name && fault.page === page;
      const cells = [
        pageName(world.regions, page),
        perm,
        `o${object}:${offset}${needsCopy ? ' needs copy' : ''}`,
        mmu,
      ];
      rows.push(row(`entry ${name} ${page}`, 'entry', 1, cells, isAtFault ? ['fault'] : []));
    }
  }
  const objects = [...world.objects.values()].flatMap(({ id, pages, shadow, copy, file }) => {
    const held = [...pages]
      .sort(([a], [b]) => a - b)
      .map(([page, content]) => `${page}: ${cellsOf(content)}`);
    const name = (other: number | undefined): string => (other === undefined ? '-' : `o${other}`);
    return [
      row(`object ${id}`, 'object', 0, [
        `o${id}`,
        file === undefined ? 'anon' : 'file',
        name(shadow),
        name(copy),
        held[0] ?? 'empty',
      ]),
      ...held.slice(1).map((text, i) => row(`object ${id} ${i}`, 'object', 0, ['', '', '', '', text])),
    ];
  });
  return Object.freeze({
    panels: [
      panel('tasks', 'map entries, and the MMU', [], rows),
      panel('objects', 'VM objects', ['object', 'kind', 'shadow', 'copy', 'pages'], objects),
    ],
  });
}

const row = (key: string, role: string, indent: number, cells: string[], marks: Row['marks'] = []): Row =>
  Object.freeze({ key, role, indent, cells: Object.freeze(cells), marks });
const panel = (id: string, title: string, columns: string[], rows: Row[]): Panel =>
  Object.freeze({ id, rank: 0, title, columns, rows: Object.freeze(rows) });
