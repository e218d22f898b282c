import type { Violation } from '../machine.ts';
import { sameContent } from './content.ts';
import { entryRow, frameRow, mappingRow, pageRow } from './names.ts';
import { PHYSMEM, WRITE } from './space.ts';
import { CACHE, type World } from './world.ts';

export interface Invariant {
  /** As specification section 10 numbers them. */
  readonly id: string;
  readonly broken: (world: World) => Iterable<Omit<Violation, 'invariant'>>;
}

const isPowerOfTwo = (n: number): boolean => n > 0 && (n & (n - 1)) === 0;

/** What holds after every operation and every right decision, as predicates over a world. */
export const invariants: readonly Invariant[] = [
  {
    id: 'H1',
    *broken({ physmem }) {
      for (const frame of physmem.frames) {
        const rings = physmem.ringsOf(frame).length;
        if (rings > 0 && frame.cow !== rings - 1) yield { what: 'cow', rows: [frameRow(frame.id)] };
      }
    },
  },
  {
    id: 'H2',
    *broken({ physmem }) {
      for (const frame of physmem.frames)
        if (physmem.ringsOf(frame).length > 1 && frame.handed & WRITE)
          yield { what: 'write right handed out', rows: [frameRow(frame.id)] };
      for (const mapping of physmem.mmu.all())
        if (mapping.rights & WRITE)
          for (const frame of physmem.frames)
            if (covers(frame, mapping.pfn) && physmem.ringsOf(frame).length > 1)
              yield { what: 'mapped writable', rows: [mappingRow(mapping.space, mapping.page)] };
    },
  },
  {
    id: 'H3',
    *broken({ physmem }) {
      for (const frame of physmem.frames) {
        const entries = physmem.entriesOf(frame).length;
        if (entries === 0) yield { what: 'no entry', rows: [frameRow(frame.id)], leak: true };
        else if (frame.refs !== entries) yield { what: 'refs', rows: [frameRow(frame.id)] };
      }
      for (const entry of physmem.entries)
        if (physmem.frame(entry.frame) === undefined) yield { what: 'no frame', rows: [entryRow(entry.id)] };
    },
  },
  {
    id: 'H4',
    *broken({ physmem }) {
      for (const mapping of physmem.mmu.all())
        if (!physmem.isCurrent(mapping))
          yield { what: 'freed and still mapped', rows: [mappingRow(mapping.space, mapping.page)] };
      const held = new Set<number>();
      for (const frame of physmem.frames)
        for (let i = 0; frame.base >= 0 && i < frame.pages; i++) {
          const pfn = frame.base + i;
          if (!physmem.isUsed(pfn) || held.has(pfn))
            yield { what: 'freed and still named', rows: [frameRow(frame.id)] };
          held.add(pfn);
        }
      if (physmem.pageFrames.filter(page => page?.used).length > held.size)
        yield { what: 'lost page frame', rows: [], leak: true };
    },
  },
  {
    id: 'H6',
    *broken({ physmem }) {
      const { entries } = physmem;
      for (const entry of entries) {
        if (!isPowerOfTwo(entry.pages) || entry.offset % entry.pages !== 0)
          yield { what: 'size or place', rows: [entryRow(entry.id)] };
        if (
          entries.some(
            other =>
              other !== entry &&
              other.container === entry.container &&
              other.start < entry.start + entry.pages &&
              entry.start < other.start + other.pages,
          )
        )
          yield { what: 'overlap', rows: [entryRow(entry.id)] };
      }
    },
  },
  {
    id: 'H7',
    *broken({ physmem }) {
      for (const frame of physmem.frames) {
        const entries = physmem.entriesOf(frame);
        if (entries.length > 0 && !entries.some(({ pages }) => pages === frame.pages))
          yield { what: 'covered by no entry', rows: [frameRow(frame.id)] };
      }
    },
  },
  {
    id: 'H8',
    *broken({ physmem }) {
      const frames = new Map<number, number>();
      for (const entry of physmem.entries) {
        if ((frames.get(entry.ring) ?? entry.frame) !== entry.frame)
          yield { what: 'ring over two frames', rows: [entryRow(entry.id)] };
        frames.set(entry.ring, entry.frame);
      }
    },
  },
  {
    id: 'H9',
    *broken({ physmem }) {
      for (const mapping of physmem.mmu.all()) {
        const parent = physmem.mmu.parentOf(mapping);
        if (mapping.parent !== PHYSMEM && parent === undefined)
          yield { what: 'no ancestor', rows: [mappingRow(mapping.space, mapping.page)] };
        if (parent !== undefined && (parent.pfn !== mapping.pfn || mapping.rights & ~parent.rights))
          yield { what: 'more than its parent', rows: [mappingRow(mapping.space, mapping.page)] };
      }
    },
  },
  {
    id: 'H10',
    *broken({ tasks, physmem }) {
      for (const mapping of physmem.mmu.all()) {
        const task = tasks.find(({ name }) => name === mapping.space);
        const logical = task?.logical.get(mapping.page);
        const rows = [mappingRow(mapping.space, mapping.page)];
        if (logical === undefined) yield { what: 'mapped, not in the database', rows };
        else if (mapping.rights & WRITE && !logical.perm.includes('w'))
          yield { what: 'more than the database allows', rows };
        else if (logical.perm === '---') yield { what: 'more than the database allows', rows };
        else if (mapping.rights & 1 && !logical.perm.includes('x'))
          yield { what: 'more than the database allows', rows };
        else {
          const state = task!.data.get(mapping.page);
          const entry = state?.kind === 'resident' ? physmem.entryAt(mapping.space, state.index) : undefined;
          const index = state?.kind === 'resident' ? state.index : 0;
          if (entry === undefined || physmem.pfnAt(entry, index) !== mapping.pfn)
            yield { what: 'maps what the database does not name', rows };
        }
      }
    },
  },
  {
    id: 'H11',
    *broken(world) {
      for (const task of world.tasks)
        for (const [page, state] of task.data) {
          if (state.kind !== 'soft' && (state.kind !== 'resident' || state.dirty)) continue;
          const file = task.logical.get(page)?.file;
          const rows = [pageRow(task.name, page)];
          if (state.kind === 'soft' && file === undefined) yield { what: 'cannot be rebuilt', rows };
          else if (file !== undefined && !sameContent(world.contentAt(task, page)!, world.fileAt(file)))
            yield { what: 'differs from its file', rows };
        }
      for (const [name, id] of world.cached) {
        const entry = world.physmem.entry(id);
        const pfn = entry === undefined ? -1 : world.physmem.pfnAt(entry, entry.start);
        if (pfn >= 0 && !sameContent(world.physmem.contentOf(pfn), world.files.get(name)!))
          yield { what: 'a cache that differs from its file', rows: [entryRow(id)] };
      }
    },
  },
  {
    id: 'H12',
    *broken({ physmem }) {
      for (const entry of physmem.entriesIn(CACHE))
        if (!entry.soft) yield { what: 'a cache that holds firmly', rows: [entryRow(entry.id)] };
    },
  },
  {
    id: 'H13',
    *broken({ tasks, physmem }) {
      const sum = tasks.reduce((total, task) => total + (task.alive ? task.guaranteed : 0), 0);
      if (sum > physmem.memory) yield { what: 'more guaranteed than there is', rows: [] };
    },
  },
  {
    id: 'H14',
    *broken({ tasks, physmem }) {
      for (const task of tasks) {
        const named = new Set<number>();
        for (const [page, state] of task.data) {
          const rows = [pageRow(task.name, page)];
          if (!task.logical.has(page)) yield { what: 'data of nothing', rows };
          if (state.kind === 'swapped') {
            if (physmem.slot(state.slot) === undefined) yield { what: 'no such slot', rows };
            continue;
          }
          if (named.has(state.index)) yield { what: 'one index twice', rows };
          named.add(state.index);
          if (state.kind !== 'soft' && physmem.entryAt(task.name, state.index) === undefined)
            yield { what: 'not in the container', rows };
        }
      }
      const refs = new Map<number, number>();
      for (const task of tasks)
        for (const state of task.data.values())
          if (state.kind === 'swapped') refs.set(state.slot, (refs.get(state.slot) ?? 0) + 1);
      for (const slot of physmem.slots)
        if (slot.refs !== (refs.get(slot.id) ?? 0))
          yield { what: 'slot', rows: [], leak: !refs.has(slot.id) };
    },
  },
  {
    id: 'H15',
    *broken({ asleep }) {
      if (asleep !== undefined) yield { what: 'a thread that nobody answers', rows: [] };
    },
  },
  {
    id: 'H17',
    *broken({ tasks }) {
      for (const task of tasks)
        for (const [page, { own }] of task.logical)
          if (own && task.data.get(page)?.kind !== 'resident')
            yield { what: "the pager's own page is gone", rows: [pageRow(task.name, page)] };
    },
  },
];

const covers = (frame: { base: number; pages: number }, pfn: number): boolean =>
  frame.base >= 0 && pfn >= frame.base && pfn < frame.base + frame.pages;

export function broken(world: World): Violation[] {
  const found: Violation[] = [];
  for (const { id, broken: check } of invariants)
    for (const violation of check(world)) found.push({ invariant: id, ...violation });
  return found;
}
