import { BARE, type Move, PAGE_SIZE, type Seen } from '../../../language/moves.ts';
import { sameContent, ZEROS } from '../hardware/content.ts';
import { commitLimit, committed } from '../memory/commit.ts';
import { endOfFile } from '../memory/page-cache.ts';
import { shownBy } from '../memory/shown.ts';
import { DONTCOPY, findVma, indexOf, WIPEONFORK } from '../memory/vma.ts';
import type { World } from '../world.ts';

/**
 * Invariants of one operation: predicates over the world before it, what was shown, and the world after it.
 * Numbers are those of the specification's section 10.
 */
export interface Transition {
  readonly id: string;
  /** What was broken; undefined where the invariant holds. */
  readonly broken: (before: World, move: Move, seen: Seen, after: World) => string | undefined;
}

/** What a program does by itself; all else is a system call. */
const INSTRUCTIONS: readonly string[] = ['read', 'write', 'fetch', 'read8', 'write8', 'rawread', 'rawwrite'];

/** By an instruction of the kernel that has no fixup. */
const isBare = (move: Move): boolean =>
  move.op === 'kfetch' ||
  (move.op === 'rsys' && BARE.includes(move.source)) ||
  (move.op === 'wsys' && BARE.includes(move.target));

export const transitions: readonly Transition[] = [
  {
    id: 'I21',
    broken(before, { process }, seen) {
      if (seen.kind !== 'signal' || seen.signal !== 'BUS') return undefined;
      const page = Math.floor((seen.address - before.setup.arch.base) / PAGE_SIZE);
      const vma = findVma(before.mmOf(process).vmas, page);
      const object = vma === undefined ? undefined : before.objects[vma.object];
      const isBehind = object !== undefined && indexOf(vma!, page) >= endOfFile(object);
      return isBehind ? undefined : `SIGBUS at page ${page}, which has something behind it`;
    },
  },
  {
    id: 'I22',
    broken(_before, move, seen) {
      if (seen.kind !== 'signal' || INSTRUCTIONS.includes(move.op)) return undefined;
      return seen.signal === 'KILL' && (isBare(move) || seen.code === 'OOM')
        ? undefined
        : `a signal for ${move.op}`;
    },
  },
  {
    id: 'I23',
    broken(_before, move, seen) {
      if (seen.kind !== 'count' || !('length' in move)) return undefined;
      return seen.count > move.length ? `${seen.count} bytes of ${move.length}` : undefined;
    },
  },
  {
    id: 'I36',
    broken(before, _move, _seen, after) {
      if (after.setup.overcommit !== 'never' || !Number.isFinite(after.setup.memory)) return undefined;
      const limit = commitLimit(after);
      return committed(after) > Math.max(limit - 1, committed(before))
        ? `${committed(after)} pages promised of ${limit}`
        : undefined;
    },
  },
  {
    id: 'I33',
    broken(_before, move, seen, after) {
      if (move.op !== 'fork' || seen.kind !== 'done') return undefined;
      const parent = after.mmOf(move.process);
      const child = after.mmOf(move.child);
      for (const vma of parent.vmas)
        for (let page = vma.start; page < vma.end; page++) {
          const copy = findVma(child.vmas, page);
          if ((copy === undefined) !== ((vma.flags & DONTCOPY) !== 0)) return `the child's VMA at ${page}`;
          if (copy === undefined) continue;
          const wanted = (vma.flags & WIPEONFORK) !== 0 ? ZEROS : shownBy(after, parent, vma, page);
          if (!sameContent(shownBy(after, child, copy, page), wanted)) return `the child's page ${page}`;
        }
      return undefined;
    },
  },
];
