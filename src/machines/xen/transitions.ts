import type { Move, Seen } from '../../language/moves.ts';
import { frameOf } from '../../language/xen.ts';
import { census } from './census.ts';
import { dropUse, INTERRUPTED } from './references.ts';
import { onlyWhitelisted } from './update.ts';
import { type Frame, isTable, type World } from './world.ts';

/**
 * Invariants that say what a step may change: predicates over the world before a move and after it.
 * Section 12, I7, I15 to I17, I19 and I20.
 */
export interface Transition {
  readonly id: string;
  /** What was broken; undefined where the invariant holds. */
  readonly broken: (before: World, move: Move, seen: Seen, after: World) => string | undefined;
}

/** What each frame is in use as. */
export const usesIn = (world: World): readonly Pick<Frame, 'type' | 'tc'>[] =>
  world.frames.map(({ type, tc }) => ({ type, tc }));

/** I7: no single decision takes a frame from one type in use to another; the uses before it, the world after it. */
export function changesType(before: ReturnType<typeof usesIn>, after: World): string | undefined {
  const changed = after.frames.findIndex(({ type, tc }, mfn) => {
    const was = before[mfn];
    return was !== undefined && was.tc > 0 && tc > 0 && was.type !== type;
  });
  return changed < 0 ? undefined : `the type of f${changed} changed while it was in use`;
}

/** Counts, types and contents of all frames: what a refusal must leave alone. */
const state = (world: World): string =>
  JSON.stringify(
    world.frames.map(({ owner, tot, tc, validated, pinned, words }) => [
      owner,
      tot,
      tc,
      tc > 0 && validated,
      pinned,
      words,
    ]),
  );

/** The world with what was half done and is no longer undone: what a refusal of the rest leaves. */
function undone(before: World, after: World): World {
  const world = before.clone();
  for (const [mfn, { halfway }] of before.frames.entries())
    if (halfway !== undefined && after.frames[mfn]!.halfway === undefined) dropUse(world, mfn);
  return world;
}

/** Has a refused call changed anything? One that will go on later was not refused. */
const isChanged = (before: World, seen: Seen, after: World): boolean =>
  seen.kind === 'error' && seen.errno !== INTERRUPTED && state(undone(before, after)) !== state(after);

export const transitions: readonly Transition[] = [
  {
    id: 'I15',
    broken(before, move, seen, after) {
      if (move.op !== 'update' || seen.kind !== 'done') return undefined;
      for (const request of move.requests) {
        if (request.kind !== 'set' || onlyWhitelisted(before, request.frame, request.index, request.word))
          continue;
        const frame = after.frames[request.frame]!;
        const target = frameOf(frame.words[request.index]!);
        if (!isTable(frame.type) || frame.tc === 0 || target < 0) continue;
        if (after.frames[target] === undefined || after.frames[target]!.tot < census(after).tot[target]!)
          return 'changed without being looked at';
      }
      return undefined;
    },
  },
  {
    id: 'I16',
    broken(before, move, seen, after) {
      if (move.op !== 'update' || move.requests.length < 2 || seen.kind !== 'error') return undefined;
      const done = seen.done ?? -1;
      if (done < 0 || done >= move.requests.length) return 'done count';
      const slot = (request: (typeof move.requests)[number]) =>
        request.kind === 'set' ? `${request.frame} ${request.index}` : '';
      const applied = new Set(move.requests.slice(0, done).map(slot));
      for (const request of move.requests.slice(done)) {
        if (request.kind !== 'set' || applied.has(slot(request))) continue;
        const word = (world: World) => world.frames[request.frame]?.words[request.index];
        if (word(before) !== word(after)) return 'a later entry changed';
      }
      return undefined;
    },
  },
  {
    id: 'I17',
    broken(before, { op }, seen, after) {
      if (op !== 'pin' && op !== 'base' && op !== 'resume') return undefined;
      return isChanged(before, seen, after) ? 'counts after a refusal' : undefined;
    },
  },
  {
    id: 'I19',
    broken(_before, { op }, seen) {
      if (seen.kind !== 'signal' || seen.signal !== 'PF') return undefined;
      const code = Number(seen.code.split(' ')[0]);
      return ((code & 4) !== 0) === (op === 'uread' || op === 'uwrite') ? undefined : 'U bit';
    },
  },
  {
    id: 'I20',
    broken(before, move, seen, after) {
      if (move.op === 'update' && move.requests.length > 1) return undefined;
      return isChanged(before, seen, after) ? 'changed by a refused call' : undefined;
    },
  },
];
