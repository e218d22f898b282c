import { addressOf, BARE, type Move, type MoveOf, PAGE_SIZE } from '../../../language/moves.ts';
import { areaOf } from './areas.ts';
import { distinct, filledWith, paste, pasteUpwards } from './content.ts';
import { resolve } from './loose.ts';
import { counted, errno, type Memory, type ObjectId, type Outcome, type Space } from './memory.ts';
import { objectContents, resize, setObjectPage } from './objects.ts';
import { contentsOf, indexOf, readings, refusal, type Span, spansOf, storeAt } from './pages.ts';
import { exit } from './processes.ts';
import { joints, type Reach, reach, reaches } from './stack.ts';

/** read(2) and write(2): the kernel copies to and from user memory, and counts what it copied. */

/** The place in a file that a stream names; undefined for a pipe or a device. */
function fileOf(stream: string): { id: string; at: number } | undefined {
  const [kind, id, at] = stream.split(':');
  return kind === 'file' ? { id: id!, at: Number(at) } : undefined;
}

const efault = (after: Memory): Outcome => ({ seen: errno('EFAULT'), after });

/** What the kernel does wrong itself kills the process, in the middle of the call; or it dies for want of memory. */
export function killed(
  memory: Memory,
  process: string,
  place: Pick<Span, 'page' | 'offset'>,
  code: 'OOPS' | 'OOM' = 'OOPS',
): Outcome {
  const address = addressOf(place.page, place.offset, memory.base);
  const [{ after }] = exit(memory, { process, op: 'exit' }) as [Outcome];
  return { seen: { kind: 'signal', signal: 'KILL', code, address }, after };
}

/** The kernel jumps into the memory of a program, which is never right. */
export const kernelFetch = (memory: Memory, { process, page }: MoveOf<'kfetch'>): Outcome[] => [
  killed(memory, process, { page, offset: 0 }),
];

/** Drivers for which nothing is brought in while they copy. */
const TAKES_WHAT_IS_THERE = ['nofault', 'rash'];

/**
 * A copy that takes what is there, and nobody is promised what that is: it may end before any page. Where it does, a
 * bare pointer kills.
 */
function asFarAsItGets(
  memory: Memory,
  { process }: Move,
  stream: string,
  spans: readonly Span[],
  mm: number,
  access: 'read' | 'write',
  store: (to: Memory, span: Span) => Memory,
): { after: Memory; count: number; killed?: Outcome }[] {
  const ends: { after: Memory; count: number; killed?: Outcome }[] = [];
  let after = memory;
  let count = 0;
  for (const span of spans) {
    ends.unshift({ after, count, ...(stream === 'rash' && { killed: killed(after, process, span) }) });
    if (refusal(after, after.spaces[mm]!, span.page, access) !== undefined) return ends;
    after = store(after, span);
    count += span.length;
  }
  return [{ after, count }, ...ends];
}

export function readSystemCall(memory: Memory, move: MoveOf<'rsys'>, mm: number): Outcome[] {
  const file = fileOf(move.source);
  const size = file === undefined ? Number.POSITIVE_INFINITY : memory.objects.get(file.id)!.size;
  const length = Math.min(move.length, Math.max(0, size - (file?.at ?? 0)));
  const spans = spansOf({ ...move, length });
  const isBare = BARE.includes(move.source);
  if (isBare && memory.smap && length > 0) return [killed(memory, move.process, move)];
  if (TAKES_WHAT_IS_THERE.includes(move.source))
    return asFarAsItGets(memory, move, move.source, spans, mm, 'write', (to, span) =>
      storeAt(to, mm, span, [filledWith(move.value)], 0),
    ).map(end => end.killed ?? cutShort(end.after, end.count, length));
  return reaches(memory, mm, spans, 'write').flatMap(reach => {
    let after = reach.memory;
    let at = file?.at ?? 0;
    const deaths: Outcome[] = [];
    for (const span of reach.served) {
      if (memory.finite) deaths.push(killed(after, move.process, span, 'OOM'));
      after =
        file === undefined
          ? storeAt(after, mm, span, [filledWith(move.source === 'zero' ? 0 : move.value)], 0)
          : storeFromFile(after, mm, span, file.id, at);
      at += span.length;
    }
    if (isBare && reach.refused !== undefined)
      return [killed(after, move.process, reach.refused.span), ...deaths];
    const count = move.source === 'pipe' ? wholePieces(reach, length) : reach.bytes;
    return [cutShort(after, count, length), ...deaths];
  });
}

const cutShort = (after: Memory, count: number, wanted: number): Outcome =>
  count === 0 && wanted > 0 ? efault(after) : { seen: counted(count), after };

/** A pipe gives and takes pieces of 4096 bytes: one that could not be copied whole does not count. */
const wholePieces = ({ bytes }: Reach, length: number): number =>
  bytes === length ? length : bytes - (bytes % PAGE_SIZE);

/** Copies from a file, page of it by page of it. */
function storeFromFile(memory: Memory, mm: number, whole: Span, id: ObjectId, from: number): Memory {
  let after = memory;
  for (const { page: index, offset: at, length } of spansOf(placeIn(from, whole.length))) {
    const offset = whole.offset + index * PAGE_SIZE + at - from;
    const span = { page: whole.page, offset, length };
    const space = after.spaces[mm]!;
    const isShared = areaOf(space, whole.page)!.shared;
    after =
      isShared && showsItself(after, space, whole.page, id, index)
        ? setObjectPage(
            after,
            id,
            index,
            distinct(
              objectContents(after, id, index).map(content => pasteUpwards(content, offset, length, at)),
            ),
          )
        : storeAt(after, mm, span, objectContents(after, id, index), at);
  }
  return after;
}

const placeIn = (at: number, length: number): Span => ({
  page: Math.floor(at / PAGE_SIZE),
  offset: at % PAGE_SIZE,
  length,
});

/**
 * Does a page of a process show this very page of an object? Then a copy between them sees its own bytes. A
 * private page that nobody wrote to may, too.
 */
function showsItself(memory: Memory, space: Space, page: number, id: ObjectId, index: number): boolean {
  const area = areaOf(space, page)!;
  if (area.object !== id || indexOf(area, page) !== index) return false;
  const own = space.pages.get(page);
  return (
    area.shared || own === undefined || (own.kind !== 'guard' && resolve(memory, own).kind === 'untouched')
  );
}

export function writeSystemCall(memory: Memory, move: MoveOf<'wsys'>, mm: number): Outcome[] {
  const file = fileOf(move.target);
  if (file !== undefined) return writeToFile(memory, move, mm, file.id, file.at);
  const isBare = BARE.includes(move.target);
  if (isBare && memory.smap && move.length > 0) return [killed(memory, move.process, move)];
  const arrived = (after: Memory, count: number): Outcome[] =>
    count === 0
      ? [cutShort(after, 0, move.length)]
      : readings(after, mm, ends(move, count)).map(reading => ({
          seen: counted(count, reading.bytes),
          after: reading.after,
        }));
  if (TAKES_WHAT_IS_THERE.includes(move.target))
    return asFarAsItGets(memory, move, move.target, spansOf(move), mm, 'read', to => to).flatMap(end =>
      end.killed === undefined ? arrived(end.after, end.count) : [end.killed],
    );
  return reaches(memory, mm, spansOf(move), 'read').flatMap(reach => [
    ...(isBare && reach.refused !== undefined
      ? [killed(reach.memory, move.process, reach.refused.span)]
      : arrived(reach.memory, move.target === 'pipe' ? wholePieces(reach, move.length) : reach.bytes)),
    ...(memory.finite ? reach.served.map(span => killed(reach.memory, move.process, span, 'OOM')) : []),
  ]);
}

/** The first and the last of so many bytes. */
export const ends = ({ page, offset }: Pick<Span, 'page' | 'offset'>, count: number): Span[] =>
  [0, count - 1].flatMap(at => {
    const place = placeIn(offset + at, 1);
    return [{ ...place, page: page + place.page }];
  });

/**
 * Goes by pieces that end where a page of either side does, because the file grows on the way: a page behind
 * its end may be there when its turn comes. A write behind the end that copies nothing makes the file larger
 * all the same, up to where it would have begun.
 */
function writeToFile(
  memory: Memory,
  move: MoveOf<'wsys'>,
  mm: number,
  id: ObjectId,
  start: number,
): Outcome[] {
  const spans = spansOf(move);
  return joints(memory, mm, spans).flatMap(joined => {
    let after = memory;
    let count = 0;
    const deaths: Outcome[] = [];
    for (const span of spans) {
      after = grownTo(after, id, start + count);
      const way = reach(after, mm, [span], 'read', joined);
      after = way.memory;
      if (way.refused !== undefined) break;
      if (memory.finite) deaths.push(killed(after, move.process, span, 'OOM'));
      after = storeToFile(after, mm, span, id, start + count);
      count += span.length;
    }
    return [cutShort(after, count, move.length), ...deaths];
  });
}

function storeToFile(memory: Memory, mm: number, whole: Span, id: ObjectId, to: number): Memory {
  let after = memory;
  for (const { page: index, offset: at, length } of spansOf(placeIn(to, whole.length))) {
    const offset = whole.offset + index * PAGE_SIZE + at - to;
    const space = after.spaces[mm]!;
    const area = areaOf(space, whole.page)!;
    const itself = showsItself(after, space, whole.page, id, index);
    const sources = itself && area.shared ? [] : contentsOf(after, space, area, whole.page);
    after = grownTo(after, id, index * PAGE_SIZE + at + length);
    const contents = objectContents(after, id, index).flatMap(content => [
      ...(itself ? [pasteUpwards(content, at, length, offset)] : []),
      ...sources.map(source => paste(content, at, length, source, offset)),
    ]);
    after = setObjectPage(after, id, index, distinct(contents));
  }
  return after;
}

const grownTo = (memory: Memory, id: ObjectId, size: number): Memory =>
  size > memory.objects.get(id)!.size ? resize(memory, id, size) : memory;
