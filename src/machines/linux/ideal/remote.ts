import type { MoveOf } from '../../../language/moves.ts';
import { areaOf } from './areas.ts';
import { filledWith } from './content.ts';
import { type Area, counted, errno, type Memory, type Outcome, type Process } from './memory.ts';
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
  const isMem = move.op === 'memr' || move.op === 'memw';
  return (isMem ? joints(memory, move.target, spans) : (['apart'] as const)).flatMap(joined => {
    let after = memory;
    let count = 0;
    for (const span of spans) {
      if (isMem) after = grown(after, move.target, span.page, joined);
      if (!isReachable(after, after.processes.get(move.target)!, span, rights[move.op])) break;
      if ('value' in move) after = storeAt(after, move.target, span, [filledWith(move.value)], 0);
      count += span.length;
    }
    if (count === 0 && move.length > 0) return [{ seen: errno(isMem ? 'EIO' : 'EFAULT'), after }];
    if ('value' in move || count === 0) return [{ seen: counted(count), after }];
    return readings(after, move.target, ends(move, count)).map(reading => ({
      seen: counted(count, reading.bytes),
      after: reading.after,
    }));
  });
}

function isReachable(memory: Memory, process: Process, { page }: Span, allows: Right): boolean {
  const area = areaOf(process, page);
  return area !== undefined && allows(area) && absence(memory, process, area, page) === undefined;
}
