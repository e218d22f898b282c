import type { MoveOf } from '../../../language/moves.ts';
import { areaOf } from './areas.ts';
import { filledWith } from './content.ts';
import { type Area, counted, errno, type Memory, type Outcome, type Space, spaceOf } from './memory.ts';
import { absence, readings, type Span, spansOf, storeAt } from './pages.ts';
import { grown, joints } from './stack.ts';
import { ends } from './streams.ts';

/** Access to another process's memory: process_vm_readv and _writev, /proc/PID/mem. */

type Remote = MoveOf<'pvr' | 'pvw' | 'memr' | 'memw'>;
type Right = (area: Area) => boolean;

/** Each call needs other rights. /proc/PID/mem overrides those of private memory (FOLL_FORCE). */
const rights: Readonly<Record<Remote['op'], Right>> = {
  pvr: area => area.perm[0] === 'r',
  pvw: area => area.perm[1] === 'w',
  memr: () => true,
  memw: area => area.perm[1] === 'w' || !area.shared,
};

/** Goes page by page up to the first that cannot be had; nothing at all is an error of each call's own. */
export function remote(memory: Memory, move: Remote): Outcome[] {
  const spans = spansOf(move);
  const mm = spaceOf(memory, move.target);
  const isMem = move.op === 'memr' || move.op === 'memw';
  return (isMem ? joints(memory, mm, spans) : (['apart'] as const)).flatMap(joined => {
    let after = memory;
    let count = 0;
    for (const span of spans) {
      if (isMem) after = grown(after, mm, span.page, joined);
      if (!isReachable(after, after.spaces[mm]!, span, rights[move.op])) break;
      if ('value' in move) after = storeAt(after, mm, span, [filledWith(move.value)], 0);
      count += span.length;
    }
    if (count === 0 && move.length > 0) return [{ seen: errno(isMem ? 'EIO' : 'EFAULT'), after }];
    if ('value' in move || count === 0) return [{ seen: counted(count), after }];
    return readings(after, mm, ends(move, count)).map(reading => ({
      seen: counted(count, reading.bytes),
      after: reading.after,
    }));
  });
}

function isReachable(memory: Memory, space: Space, { page }: Span, allows: Right): boolean {
  const area = areaOf(space, page);
  return area !== undefined && allows(area) && absence(memory, space, area, page) === undefined;
}
