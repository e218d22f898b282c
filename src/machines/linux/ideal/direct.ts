import { type MoveOf, PAGE_SIZE } from '../../../language/moves.ts';
import { areaOf } from './areas.ts';
import { changeMemory, counted, errno, type Memory, type Outcome } from './memory.ts';
import { contentsOf, refusal, storeAt } from './pages.ts';
import { mayPass } from './pin.ts';

/** O_DIRECT: a device reads and writes user memory, one block of 4096 bytes. */

const efault = (after: Memory): Outcome => ({ seen: errno('EFAULT'), after });

export function readDirect(memory: Memory, { page }: MoveOf<'dread'>, mm: number): Outcome[] {
  if (refusal(memory, memory.spaces[mm]!, page, 'write') !== undefined) return [efault(memory)];
  const span = { page, offset: 0, length: PAGE_SIZE };
  return [{ seen: counted(PAGE_SIZE), after: storeAt(memory, mm, span, memory.block, 0) }];
}

export function writeDirect(memory: Memory, move: MoveOf<'dwrite'>, mm: number): Outcome[] {
  const space = memory.spaces[mm]!;
  const passes = mayPass(memory, space, move.page);
  const written = (): Outcome => ({
    seen: counted(PAGE_SIZE),
    after: changeMemory(memory, { block: contentsOf(memory, space, areaOf(space, move.page)!, move.page) }),
  });
  return [...(passes === 'never' ? [] : [written()]), ...(passes === 'surely' ? [] : [efault(memory)])];
}
