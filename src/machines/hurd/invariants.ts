import type { Violation } from '../machine.ts';
import { sameContent } from './content.ts';
import type { Entry, Frame } from './frames.ts';
import { entryRow, frameRow, mappingRow, pageRow } from './names.ts';
import { PHYSMEM, RUN, WRITE } from './space.ts';
import { CACHE, type Task, type World } from './world.ts';

/** Takes note of what is broken. */
type Tell = (what: string, rows: readonly string[], leak?: boolean) => void;

export interface Invariant {
  /** As specification section 10 numbers them. */
  readonly id: string;
  readonly check: (world: World, tell: Tell) => void;
}

const isPowerOfTwo = (n: number): boolean => n > 0 && (n & (n - 1)) === 0;

/** What holds after every operation and every right decision, as predicates over a world. */
export const invariants: readonly Invariant[] = [
  {
    id: 'H1',
    check({ physmem }, tell) {
      for (const frame of physmem.frames) {
        const rings = physmem.ringsOf(frame).length;
        if (rings > 0 && frame.cow !== rings - 1) tell('cow', [frameRow(frame.id)]);
      }
    },
  },
  {
    id: 'H2',
    check({ physmem }, tell) {
      for (const frame of physmem.frames)
        if (frame.handed & WRITE && physmem.ringsOf(frame).length > 1)
          tell('write right handed out', [frameRow(frame.id)]);
      for (const mapping of physmem.mmu.all())
        if (mapping.rights & WRITE)
          for (const frame of physmem.frames)
            if (covers(frame, mapping.pfn) && physmem.ringsOf(frame).length > 1)
              tell('mapped writable', [mappingRow(mapping.space, mapping.page)]);
    },
  },
  {
    id: 'H3',
    check({ physmem }, tell) {
      for (const frame of physmem.frames) {
        let entries = 0;
        for (const entry of physmem.entries) if (entry.frame === frame.id) entries++;
        if (entries === 0) tell('no entry', [frameRow(frame.id)], true);
        else if (frame.refs !== entries) tell('refs', [frameRow(frame.id)]);
      }
      for (const entry of physmem.entries)
        if (physmem.frame(entry.frame) === undefined) tell('no frame', [entryRow(entry.id)]);
    },
  },
  {
    id: 'H4',
    check({ physmem }, tell) {
      for (const mapping of physmem.mmu.all())
        if (!physmem.isCurrent(mapping))
          tell('freed and still mapped', [mappingRow(mapping.space, mapping.page)]);
      const held: boolean[] = [];
      for (const frame of physmem.frames)
        for (let i = 0; frame.base >= 0 && i < frame.pages; i++) {
          const pfn = frame.base + i;
          if (!physmem.isUsed(pfn) || held[pfn]) tell('freed and still named', [frameRow(frame.id)]);
          held[pfn] = true;
        }
      let lost = 0;
      for (let pfn = 0; pfn < physmem.pageFrames.length; pfn++) {
        if (physmem.isUsed(pfn)) lost++;
        if (held[pfn]) lost--;
      }
      if (lost > 0) tell('lost page frame', [], true);
    },
  },
  {
    id: 'H6',
    check({ physmem }, tell) {
      for (const entry of physmem.entries) {
        if (!isPowerOfTwo(entry.pages) || entry.offset % entry.pages !== 0)
          tell('size or place', [entryRow(entry.id)]);
        for (const other of physmem.entries)
          if (overlaps(entry, other)) {
            tell('overlap', [entryRow(entry.id)]);
            break;
          }
      }
    },
  },
  {
    id: 'H7',
    check({ physmem }, tell) {
      for (const frame of physmem.frames) {
        const entries = physmem.entriesOf(frame);
        if (entries.length > 0 && !entries.some(({ pages }) => pages === frame.pages))
          tell('covered by no entry', [frameRow(frame.id)]);
      }
    },
  },
  {
    id: 'H8',
    check({ physmem: { entries } }, tell) {
      for (let i = 0; i < entries.length; i++) {
        const entry = entries[i]!;
        let before = i - 1;
        while (before >= 0 && entries[before]!.ring !== entry.ring) before--;
        if (before >= 0 && entries[before]!.frame !== entry.frame)
          tell('ring over two frames', [entryRow(entry.id)]);
      }
    },
  },
  {
    id: 'H9',
    check({ physmem: { mmu } }, tell) {
      for (const mapping of mmu.all()) {
        const parent = mmu.parentOf(mapping);
        if (mapping.parent !== PHYSMEM && parent === undefined)
          tell('no ancestor', [mappingRow(mapping.space, mapping.page)]);
        if (parent !== undefined && (parent.pfn !== mapping.pfn || mapping.rights & ~parent.rights))
          tell('more than its parent', [mappingRow(mapping.space, mapping.page)]);
      }
    },
  },
  {
    id: 'H10',
    check({ tasks, physmem }, tell) {
      for (const mapping of physmem.mmu.all()) {
        const { space, page, rights } = mapping;
        const task = tasks.find(({ name }) => name === space);
        const perm = task?.logical.get(page)?.perm;
        if (perm === undefined) tell('mapped, not in the database', [mappingRow(space, page)]);
        else if (
          (rights & WRITE && !perm.includes('w')) ||
          perm === '---' ||
          (rights & RUN && !perm.includes('x'))
        )
          tell('more than the database allows', [mappingRow(space, page)]);
        else {
          const state = task!.data.get(page);
          const entry = state?.kind === 'resident' ? physmem.entryAt(space, state.index) : undefined;
          const index = state?.kind === 'resident' ? state.index : 0;
          if (entry === undefined || physmem.pfnAt(entry, index) !== mapping.pfn)
            tell('maps what the database does not name', [mappingRow(space, page)]);
        }
      }
    },
  },
  {
    id: 'H11',
    check(world, tell) {
      for (const task of world.tasks)
        for (const [page, state] of task.data) {
          if (state.kind !== 'soft' && (state.kind !== 'resident' || state.dirty)) continue;
          const file = task.logical.get(page)?.file;
          if (state.kind === 'soft' && file === undefined)
            tell('cannot be rebuilt', [pageRow(task.name, page)]);
          else if (file !== undefined && !sameContent(world.contentAt(task, page)!, world.fileAt(file)))
            tell('differs from its file', [pageRow(task.name, page)]);
        }
      for (const [name, id] of world.cached) {
        const entry = world.physmem.entry(id);
        const pfn = entry === undefined ? -1 : world.physmem.pfnAt(entry, entry.start);
        if (pfn >= 0 && !sameContent(world.physmem.contentOf(pfn), world.files.get(name)!))
          tell('a cache that differs from its file', [entryRow(id)]);
      }
    },
  },
  {
    id: 'H12',
    check({ physmem }, tell) {
      for (const entry of physmem.entriesIn(CACHE))
        if (!entry.soft) tell('a cache that holds firmly', [entryRow(entry.id)]);
    },
  },
  {
    id: 'H13',
    check({ tasks, physmem }, tell) {
      let sum = 0;
      for (const task of tasks) if (task.alive) sum += task.guaranteed;
      if (sum > physmem.memory) tell('more guaranteed than there is', []);
    },
  },
  {
    id: 'H14',
    check({ tasks, physmem }, tell) {
      for (const task of tasks) {
        const named: number[] = [];
        for (const [page, state] of task.data) {
          if (!task.logical.has(page)) tell('data of nothing', [pageRow(task.name, page)]);
          if (state.kind === 'swapped') {
            if (physmem.slot(state.slot) === undefined) tell('no such slot', [pageRow(task.name, page)]);
            continue;
          }
          if (named.includes(state.index)) tell('one index twice', [pageRow(task.name, page)]);
          named.push(state.index);
          if (state.kind !== 'soft' && physmem.entryAt(task.name, state.index) === undefined)
            tell('not in the container', [pageRow(task.name, page)]);
        }
      }
      for (const slot of physmem.slots) {
        const refs = holders(tasks, slot.id);
        if (slot.refs !== refs) tell('slot', [], refs === 0);
      }
    },
  },
  {
    id: 'H15',
    check({ asleep }, tell) {
      if (asleep !== undefined) tell('a thread that nobody answers', []);
    },
  },
  {
    id: 'H17',
    check({ tasks }, tell) {
      for (const task of tasks)
        for (const [page, { own }] of task.logical)
          if (own && task.data.get(page)?.kind !== 'resident')
            tell("the pager's own page is gone", [pageRow(task.name, page)]);
    },
  },
];

const covers = ({ base, pages }: Frame, pfn: number): boolean =>
  base >= 0 && pfn >= base && pfn < base + pages;

/** Do two entries of one container cover the same index? */
const overlaps = (a: Entry, b: Entry): boolean =>
  a !== b && a.container === b.container && b.start < a.start + a.pages && a.start < b.start + b.pages;

/** Pages whose data is in the slot. */
function holders(tasks: readonly Task[], slot: number): number {
  let pages = 0;
  for (const { data } of tasks)
    for (const state of data.values()) if (state.kind === 'swapped' && state.slot === slot) pages++;
  return pages;
}

export function broken(world: World): Violation[] {
  const found: Violation[] = [];
  for (const { id, check } of invariants)
    check(world, (what, rows, leak) => {
      found.push({ invariant: id, what, rows, ...(leak !== undefined && { leak }) });
    });
  return found;
}
