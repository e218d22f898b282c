import { createHash } from 'node:crypto';
import { hex } from '../../language/boot.ts';
import type { Access, Move, Program, Seen } from '../../language/moves.ts';
import {
  type Choice,
  type Facts,
  isTrap,
  type Machine,
  type Panel,
  type Row,
  type View,
} from '../machine.ts';
import { bootIdeal, type IdealBoot } from './ideal.ts';
import { mutations } from './mutations.ts';
import { i386, KERNEL_ENTRY, PAGE_OFFSET } from './rules.ts';
import { type BootFault, faultAt, fillTables, NOTHING, RAM, translate, World, zapLow } from './world.ts';

/** What becomes of a fault: no handler is there, nor one for that, and the processor resets itself. */
const RESET: Choice = Object.freeze({ do: 'triple-fault' });

const done: Seen = { kind: 'done' };
const reset = (address: number): Seen => ({ kind: 'signal', signal: 'CRASH', code: 'TRIPLE', address });

/**
 * A 32-bit machine before paging and just after: addresses reach memory as they are, then by tables that were filled
 * by hand. Nobody handles a fault yet, so it is there to be foretold.
 */
export const starting: Machine<World, BootFault, Choice, { state: IdealBoot }> = {
  system: 'boot',
  rules: [i386.name],
  decisions: [RESET.do],
  fields: [
    { id: 'fault', options: ['none', 'fault'] },
    { id: 'reaches', options: ['same', 'offset', 'nowhere', 'gone'], when: { fault: ['none'] } },
  ],
  ideal: bootIdeal,
  knows: move => move.op in operations,
  boot,
  step,
  trespass: () => undefined,
  offers: () => [RESET],
  best: () => RESET,
  why: (world, fault) => ({
    rule: 'beyond',
    function: 'startup_32',
    facts: factsAt(world, fault.address, fault.access),
  }),
  facts: (world, move) => factsAt(world, 'at' in move ? move.at : world.eip, accessOf(move)),
  routine: (_world, { address }) => [{ step: 'reset', address } as { step: string }],
  perform: (world, micro) => tripleFault(world, (micro as unknown as { address: number }).address),
  apply: (world, { address }) => tripleFault(world, address),
  entry: (_world, fault) => hex(fault.address),
  broken: () => [],
  cost: world => ({ ...world.counts }),
  eager: () => ({ frames: 0, bytesRead: 0, bytesWritten: 0 }),
  view,
  clone: world => world.clone(),
  key: (world, ideal) => JSON.stringify([plain(world), [...ideal.state.bytes], ideal.state]),
  digest: world =>
    createHash('sha256')
      .update(JSON.stringify(plain(world)))
      .digest('hex')
      .slice(0, 16),
  parse: () => RESET,
  format: () => RESET.do,
  uncoupled(world, { state }) {
    const same =
      world.gone === state.gone &&
      world.paging === state.paging &&
      world.memory.size === state.bytes.size &&
      [...state.bytes].every(([place, byte]) => world.memory.get(place) === byte);
    return same ? undefined : { what: 'wrong content', rows: [] };
  },
  symbolize(world, ideal) {
    const legend = new Map<number, number>();
    const symbols = new Map<number, number>();
    for (const [place, byte] of world.memory) {
      symbols.set(place, world.nextSymbol);
      legend.set(world.nextSymbol++, byte);
    }
    world.memory = symbols;
    ideal.state = { ...ideal.state, bytes: new Map(symbols) };
    return legend;
  },
  mapValues(world, ideal, value) {
    const mapped = (bytes: ReadonlyMap<number, number>) =>
      new Map([...bytes].map(([place, byte]) => [place, value(byte)]));
    world.memory = mapped(world.memory);
    ideal.state = { ...ideal.state, bytes: mapped(ideal.state.bytes) };
  },
  scope: (_world, { process }) => ({ places: [{ process, page: 0 }], offset: 0 }),
  moves: ({ process, memory, nextSymbol }) =>
    [...memory.keys()].flatMap((at): Move[] => [
      { process, op: 'peek', at },
      { process, op: 'peek', at: at + PAGE_OFFSET },
      { process, op: 'poke', at: at + PAGE_OFFSET, value: nextSymbol },
    ]),
  exits: () => [],
  outcome(world, move) {
    const at = 'at' in move ? move.at : world.eip;
    if (world.gone) return { fault: 'none', reaches: 'gone' };
    if (isTrap(step(world.clone(), move))) return { fault: 'fault' };
    const place = translate(world, at)!;
    return { fault: 'none', reaches: place >= RAM ? 'nowhere' : place === at ? 'same' : 'offset' };
  },
};

/** The machine before its first move. `rules` names how it starts, or a mutation of that. Throws RangeError for another. */
function boot(program: Program, rules: string): World {
  const set = rules === i386.name ? i386 : mutations[rules];
  if (set === undefined) throw new RangeError(`no rule set ${rules}`);
  return new World(set, program.processes[0] ?? 'p0');
}

/** What each operation does; the address that the next instruction comes from must be mapped after it. */
const operations: Readonly<Record<string, (world: World, move: Move) => Seen | BootFault>> = {
  peek: (world, move) =>
    reach(world, move, place => ({
      kind: 'value',
      bytes: [place < RAM ? (world.memory.get(place) ?? 0) : NOTHING],
    })),
  poke: (world, move) =>
    reach(world, move, place => {
      if (place < RAM && move.op === 'poke') world.memory.set(place, move.value);
      return done;
    }),
  goto: (world, move) =>
    reach(world, move, () => {
      if (move.op === 'goto') world.eip = move.at;
      return done;
    }),
  tables: (world, move) => {
    if (move.op === 'tables') fillTables(world, move.count);
    return goOn(world);
  },
  paging: world => {
    world.paging = true;
    return goOn(world);
  },
  zaplow: world => {
    zapLow(world);
    return goOn(world);
  },
};

/** Runs a move until it completes or faults; after that the machine has been reset, and nothing runs any more. */
function step(world: World, move: Move): Seen | BootFault {
  const operation = operations[move.op];
  if (operation === undefined) throw new RangeError(`a machine that is starting has no ${move.op}`);
  if (!world.gone) return operation(world, move);
  const seen = reset(world.lastFault);
  world.lastFault = 0;
  return seen;
}

/** No interrupt table, so no handler for the fault, nor for the double fault that comes of that. */
function tripleFault(world: World, address: number): void {
  if (!world.rules.resets) return;
  world.gone = true;
  world.lastFault = address;
}

function reach(world: World, move: Move, then: (place: number) => Seen): Seen | BootFault {
  const at = 'at' in move ? move.at : world.eip;
  const place = translate(world, at);
  return place === undefined ? faultAt(world, at, accessOf(move)) : then(place);
}

function goOn(world: World): Seen | BootFault {
  return translate(world, world.eip) === undefined ? faultAt(world, world.eip, 'fetch') : done;
}

const accessOf = ({ op }: Move): Access => (op === 'peek' ? 'read' : op === 'poke' ? 'write' : 'fetch');

function factsAt(world: World, at: number, access: Access): Facts {
  const place = translate(world, at);
  return {
    process: world.process,
    address: `0x${hex(at)}`,
    access,
    paging: world.paging,
    mapped: megabytesOf(world),
    place: place === undefined ? 'nowhere' : `0x${hex(place)}`,
    entryKind: place === undefined ? 'none' : 'present',
    maps: 0,
  };
}

/** MiB that are mapped at PAGE_OFFSET. */
const megabytesOf = ({ directory }: World): number =>
  4 * [...directory.keys()].filter(number => number >= KERNEL_ENTRY).length;

const plain = ({ memory, directory, paging, eip, gone }: World): unknown => [
  [...memory],
  [...directory.keys()],
  paging,
  eip,
  gone,
];

function view(world: World): View {
  const { directory, memory } = world;
  const registers = [
    row('cr0', 'register', [
      'CR0.PG',
      world.paging ? '1: addresses go through tables' : '0: addresses are memory',
    ]),
    row('cr3', 'register', ['CR3', directory.size === 0 ? 'no directory' : 'the directory']),
    row('eip', 'register', ['EIP', `0x${hex(world.eip)}`]),
    row('idt', 'register', ['IDT', 'none: nobody handles a fault']),
    row('state', 'register', ['state', world.gone ? 'reset' : 'running']),
  ];
  const entries = [...directory].map(([number, table]) =>
    row(`entry ${number}`, 'directory', [
      String(number),
      `0x${hex((number << 22) >>> 0)}`,
      `0x${hex(table[0]! & ~1)}`,
    ]),
  );
  const bytes = [...memory].map(([place, byte]) =>
    row(`byte ${place}`, 'byte', [`0x${hex(place)}`, String(byte)]),
  );
  return Object.freeze({
    panels: [
      panel('registers', 'the processor', [], registers),
      panel('directory', 'page directory: 4 MiB an entry', ['entry', 'from', 'to memory'], entries),
      panel('memory', `memory: ${RAM >> 20} MiB from 0`, ['place', 'byte'], bytes),
    ],
  });
}

const row = (key: string, role: string, cells: string[]): Row =>
  Object.freeze({ key, role, indent: 0, cells: Object.freeze(cells), marks: [] });
const panel = (id: string, title: string, columns: string[], rows: Row[]): Panel =>
  Object.freeze({ id, rank: 0, title, columns, rows: Object.freeze(rows) });
