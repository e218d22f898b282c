import { type MoveOf, PAGE_SIZE } from '../../../language/moves.ts';
import { byteAt, filledWith } from './content.ts';
import { counted, done, errno, type Memory, type Outcome } from './memory.ts';
import { objectContents, punch, resize, storeInObject } from './objects.ts';

/** System calls on files, without user memory. */

export const truncate = (memory: Memory, { file, pages }: MoveOf<'ftrunc'>): Outcome[] => [
  { seen: done, after: resize(memory, file, pages * PAGE_SIZE) },
];

export const writePage = (memory: Memory, { file, page, value }: MoveOf<'fwrite'>): Outcome[] => [
  {
    seen: counted(PAGE_SIZE),
    after: storeInObject(memory, file, page * PAGE_SIZE, PAGE_SIZE, [filledWith(value)], 0),
  },
];

/** Shows the first and the last byte that the page has before the end of the file. */
export function readPage(memory: Memory, { file, page }: MoveOf<'fread'>): Outcome[] {
  const count = Math.max(0, Math.min(PAGE_SIZE, memory.objects.get(file)!.size - page * PAGE_SIZE));
  if (count === 0) return [{ seen: counted(0), after: memory }];
  return objectContents(memory, file, page).map(content => ({
    seen: counted(count, [byteAt(content, 0), byteAt(content, count - 1)]),
    after: memory,
  }));
}

export const punchHole = (memory: Memory, { file, page, pages }: MoveOf<'punch'>): Outcome[] => [
  pages === 0
    ? { seen: errno('EINVAL'), after: memory }
    : { seen: done, after: punch(memory, file, page, pages) },
];

export const sync = (memory: Memory, _: MoveOf<'fsync'>): Outcome[] => [{ seen: done, after: memory }];
