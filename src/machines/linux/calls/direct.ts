import { type MoveOf, PAGE_SIZE, type Seen } from '../../../language/moves.ts';
import { COUNT } from '../counts.ts';
import type { Fault } from '../fault/fault.ts';
import { FOLIO_DIRTY } from '../hardware/frames.ts';
import type { Process } from '../process.ts';
import type { World } from '../world.ts';
import { hunt, type Reach } from './gup.ts';
import { failed } from './range.ts';

/** O_DIRECT: a disk reads and writes user pages itself, which are pinned meanwhile. */

const reach = (write: boolean): Reach => ({
  write,
  force: false,
  pin: true,
  longterm: false,
  fast: true,
  retries: true,
});

/** A read: the disk's block comes into the page. Source: bio_iov_iter_get_pages, block/bio.c. */
export function directRead(world: World, process: Process, move: MoveOf<'dread'>): Seen | Fault {
  return transfer(world, process, move.page, true, pfn => {
    world.frames.contents[pfn] = world.block;
    world.frames.mark(pfn, FOLIO_DIRTY);
  });
}

/** A write: the page goes to the disk's block. */
export function directWrite(world: World, process: Process, move: MoveOf<'dwrite'>): Seen | Fault {
  return transfer(world, process, move.page, false, pfn => {
    world.block = world.frames.contents[pfn]!;
  });
}

function transfer(
  world: World,
  process: Process,
  page: number,
  write: boolean,
  move: (pfn: number) => void,
): Seen | Fault {
  const held = hunt(world, process, page, 1, reach(write));
  if (held.kind === 'trap') return held;
  const [pfn] = held.pages;
  if (pfn === undefined) return failed('EFAULT');
  move(pfn);
  world.counts[COUNT.io]!++;
  world.frames.unpin(pfn);
  return { kind: 'count', count: PAGE_SIZE, bytes: [] };
}
