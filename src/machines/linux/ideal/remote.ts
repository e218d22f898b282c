import type { MoveOf } from '../../../language/moves.ts';
import { areaOf } from './areas.ts';
import { filledWith } from './content.ts';
import { type Area, counted, errno, type Memory, type Outcome, type Space, spaceOf } from './memory.ts';
import { absence, readings, type Span, spansOf, storeAt } from './pages.ts';
import { grown, joints } from './stack.ts';
import { ends, killed } from './streams.ts';

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
  const ways = (isMem ? joints(memory, mm, spans) : (['apart'] as const)).flatMap((joined): Outcome[] => {
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
  return memory.finite ? [...ways, ...cutShort(memory, move, spans, mm)] : ways;
}

/**
 * Where memory has an end, whose memory it is may die at any page, and what was reached before counts; or who stores into
 * it page by page dies himself.
 */
function cutShort(memory: Memory, move: Remote, spans: readonly Span[], mm: number): Outcome[] {
  const ways: Outcome[] = [];
  let after = memory;
  let count = 0;
  for (const span of spans) {
    if (move.op === 'memw') ways.push(killed(after, move.process, span, 'OOM'));
    if (move.op === 'memr' || count === 0)
      ways.push({ seen: errno(move.op === 'memr' || move.op === 'memw' ? 'EIO' : 'EFAULT'), after });
    else if ('value' in move) ways.push({ seen: counted(count), after });
    else
      for (const { bytes } of readings(memory, mm, ends(move, count)))
        ways.push({ seen: counted(count, bytes), after: memory });
    if (move.op === 'memw') after = grown(after, mm, span.page, 'joined');
    if (!isReachable(after, after.spaces[mm]!, span, rights[move.op])) break;
    if ('value' in move) after = storeAt(after, mm, span, [filledWith(move.value)], 0);
    count += span.length;
  }
  return ways;
}

function isReachable(memory: Memory, space: Space, { page }: Span, allows: Right): boolean {
  const area = areaOf(space, page);
  return area !== undefined && allows(area) && absence(memory, space, area, page) === undefined;
}
