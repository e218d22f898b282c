import type { Move } from '../../language/moves.ts';
import { type Content, sameContent, ZEROS } from './content.ts';
import type { Decision } from './decision.ts';
import { best } from './reference.ts';
import { apply } from './routines.ts';
import { MappingDatabase } from './space.ts';
import { CACHE, type HurdFault, rightsFor, type World } from './world.ts';

/** What happened between two worlds: a move was carried out, as far as it came, or a message was answered. */
export interface Happened {
  readonly move: Move;
  readonly answer?: { readonly fault: HurdFault; readonly decision: Decision };
}

/**
 * Invariants that say what a step may change: predicates over the world before it and after it.
 * Section 10, H5, H16 and H18 to H20.
 */
export interface Transition {
  readonly id: string;
  /** What was broken; undefined where the invariant holds. */
  readonly broken: (before: World, happened: Happened, after: World) => string | undefined;
}

export const transitions: readonly Transition[] = [
  {
    id: 'H5',
    broken(before, { move }, after) {
      const { physmem } = after;
      for (const frame of physmem.frames)
        for (let pfn = frame.base; frame.base >= 0 && pfn < frame.base + frame.pages; pfn++) {
          const was = before.physmem.pageFrames[pfn];
          const { content, generation } = physmem.pageFrames[pfn]!;
          if (was?.used && was.generation === generation) continue;
          if (sameContent(content, ZEROS)) continue;
          const holders = physmem.entriesOf(frame).map(({ container }) => container);
          if (!readableBy(before, [...holders, move.process]).some(known => sameContent(known, content)))
            return "holds what was another's";
        }
      return undefined;
    },
  },
  {
    id: 'H16',
    broken(before, { answer }, after) {
      // A message that comes late is answered once: the thread has gone on.
      if (answer?.fault.about !== 'fault') return undefined;
      const { fault, decision } = answer;
      const { request, refused, signal, asleep } = after;
      // Room that was made is no answer yet: the same message comes again.
      if (decision.do === 'evict' || request || refused || signal || asleep) return undefined;
      const databaseOf = (world: World) => JSON.stringify([...world.task(fault.process).data]);
      const needed = rightsFor(fault.access);
      const { rights } = after.physmem.mmu.at(fault.process, fault.page) ?? { rights: 0 };
      return (rights & needed) !== needed && databaseOf(before) === databaseOf(after)
        ? 'the thread goes on, and nothing was mapped'
        : undefined;
    },
  },
  {
    id: 'H18',
    broken(before, { answer }, after) {
      const { request } = answer?.fault ?? {};
      if (request?.about !== 'reuse') return undefined;
      const entry = before.physmem.entryAt(request.task, request.index);
      const isAlone = entry !== undefined && before.physmem.otherRings(entry, true).length === 0;
      const isDue = isAlone || answer?.decision.do === 'release';
      return isDue && after.counts.bytesRead > before.counts.bytesRead
        ? 'copied what nobody wants'
        : undefined;
    },
  },
  {
    id: 'H19',
    broken(before, { answer }, after) {
      if (answer?.fault.handler !== 'physmem') return undefined;
      const { fault, decision } = answer;
      const blind = before.clone();
      blind.physmem.mmu = new MappingDatabase();
      if (best(blind, fault).do !== best(before, fault).do) return 'decides by who has it mapped';
      apply(blind, fault, decision);
      return stateOf(blind) === stateOf(after) ? undefined : 'depends on who has it mapped';
    },
  },
  {
    id: 'H20',
    broken(before, { answer }, after) {
      if (after.physmem.mmu.of(CACHE).length > 0) return 'a server has kept a mapping';
      if (answer?.fault.about !== 'call') return undefined;
      return stateOf(before) === stateOf(after) ? undefined : 'a weak capability changes frames';
    },
  },
];

/** All that tasks can read, mapped or not: what their pages show, and the files behind them. */
const readableBy = (world: World, tasks: readonly string[]): Content[] => [
  ...world.tasks
    .filter(({ name }) => tasks.includes(name))
    .flatMap(task => [...task.logical.keys()].map(page => world.contentAt(task, page)!)),
  ...world.files.values(),
];

/** What physmem has and names, without what is mapped. */
const stateOf = ({ physmem: { frames, entries, pageFrames } }: World): string =>
  JSON.stringify([
    frames,
    entries,
    pageFrames.map(held => held && [held.content.fill, [...held.content.bytes], held.used]),
  ]);
