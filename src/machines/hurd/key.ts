import { createHash } from 'node:crypto';
import type { Content } from './content.ts';
import { contentOf, type IdealContent, type IdealMemory, namesOf, pagesOf } from './ideal.ts';
import type { World } from './world.ts';

/** Numbers things in the order in which they are met. */
function naming(): (thing: unknown) => number {
  const names = new Map<unknown, number>();
  return thing => {
    if (!names.has(thing)) names.set(thing, names.size + 1);
    return names.get(thing)!;
  };
}

/**
 * The joint state of world and ideal as text, the same for two states that differ only in the numbers of
 * frames, page frames, rings and slots and in which values pages hold; costs are left out.
 */
export function key(world: World, ideal: IdealMemory): string {
  const { physmem } = world;
  const frameOf = naming();
  const ringOf = naming();
  const slotOf = naming();
  const pfnOf = naming();
  const cellOf = naming();
  const nameOf = naming();
  const symbolOf = (value: number): number => (value === 0 ? 0 : nameOf(value));
  const textOf = ({ fill, bytes }: Content | IdealContent): string =>
    `${symbolOf(fill)}:${[...bytes]
      .sort(([a], [b]) => a - b)
      .map(([offset, value]) => `${offset}=${symbolOf(value)}`)
      .join()}`;
  const out: string[] = [];
  for (const { name, alive, guaranteed, extra, logical, data } of world.tasks) {
    out.push(`task ${name} ${alive} ${guaranteed} ${extra}`);
    for (const [page, { perm, file, dead, own, shared }] of [...logical].sort(([a], [b]) => a - b)) {
      const state = data.get(page);
      const where =
        state === undefined
          ? ''
          : state.kind === 'swapped'
            ? `swapped ${slotOf(state.slot)}`
            : `${state.kind} ${state.index} ${'dirty' in state && state.dirty}`;
      out.push(`${page} ${perm} ${file?.id} ${file?.page} ${dead} ${own} ${shared} ${where}`);
    }
    for (const { page, pfn, generation, rights } of physmem.mmu.of(name))
      out.push(`m ${page} ${pfnOf(pfn)} ${generation === physmem.pageFrames[pfn]!.generation} ${rights}`);
  }
  const entries = [...physmem.entries].sort(
    (a, b) => a.container.localeCompare(b.container) || a.start - b.start,
  );
  for (const { container, start, pages, frame, offset, ring, soft } of entries)
    out.push(`e ${container} ${start} ${pages} ${frameOf(frame)} ${offset} ${ringOf(ring)} ${soft}`);
  for (const { id, pages, base, cow, refs, handed } of [...physmem.frames].sort(
    (a, b) => frameOf(a.id) - frameOf(b.id),
  )) {
    out.push(`f ${frameOf(id)} ${pages} ${cow} ${refs} ${handed} ${base < 0}`);
    for (let i = 0; base >= 0 && i < pages; i++)
      out.push(`${pfnOf(base + i)} ${physmem.isUsed(base + i)} ${textOf(physmem.contentOf(base + i))}`);
  }
  for (const { id, content, refs } of [...physmem.slots].sort((a, b) => slotOf(a.id) - slotOf(b.id)))
    out.push(`s ${slotOf(id)} ${refs} ${textOf(content)}`);
  for (const [name, id] of world.cached) {
    const entry = physmem.entry(id);
    if (entry !== undefined) out.push(`c ${name} ${entry.start}`);
  }
  for (const [name, content] of world.files) out.push(`file ${name} ${textOf(content)}`);
  out.push(JSON.stringify(pendingOf(world)));
  for (const name of namesOf(ideal))
    for (const [page, held] of [...pagesOf(ideal, name)!].sort(([a], [b]) => a - b)) {
      const { perm, cell, shared, dead } = held;
      out.push(
        `i ${name} ${page} ${perm} ${shared} ${dead} ${cellOf(cell)} ${textOf(contentOf(ideal, held))}`,
      );
    }
  out.push(`${physmem.memory} ${physmem.usedFrames()}`);
  return out.join('\n');
}

/** What is under way: messages that wait for an answer, and what was answered last. */
const pendingOf = ({
  request,
  refused,
  signal,
  asleep,
  answered,
  copyIndex,
  demanded,
  overdrawn,
}: World) => ({
  request,
  refused,
  signal,
  asleep,
  answered,
  copyIndex,
  demanded,
  overdrawn,
});

/** A hash of the whole state, costs included: equal for equal runs, for transcripts. */
export function digest(world: World): string {
  const { physmem } = world;
  const plain = ({ fill, bytes }: Content): unknown => [fill, [...bytes].sort(([a], [b]) => a - b)];
  const state = {
    tasks: world.tasks.map(task => ({
      ...task,
      logical: [...task.logical].sort(([a], [b]) => a - b),
      data: [...task.data].sort(([a], [b]) => a - b),
    })),
    frames: physmem.frames,
    entries: physmem.entries,
    slots: physmem.slots.map(({ id, refs, content }) => [id, refs, plain(content)]),
    contents: physmem.pageFrames.map(held => held && plain(held.content)),
    used: physmem.pageFrames.map(held => held?.used),
    generations: physmem.pageFrames.map(held => held?.generation),
    mappings: physmem.mmu.all(),
    cached: [...world.cached],
    pending: pendingOf(world),
    counts: world.counts,
  };
  return createHash('sha256').update(JSON.stringify(state)).digest('hex').slice(0, 16);
}
