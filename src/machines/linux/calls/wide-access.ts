import { type MoveOf, PAGE_SIZE, type Seen } from '../../../language/moves.ts';
import type { Fault } from '../fault/fault.ts';
import { byteAt, withBytes } from '../hardware/content.ts';
import { access } from '../hardware/mmu.ts';
import type { Process } from '../process.ts';
import type { World } from '../world.ts';

/** Loads and stores of eight bytes, which may straddle two pages. */
const WIDTH = 8;

interface Part {
  readonly pfn: number;
  readonly offset: number;
  readonly length: number;
}

export function load8(world: World, process: Process, move: MoveOf<'read8'>): Seen | Fault {
  const parts = reach(world, process, move, 'read');
  if (!Array.isArray(parts)) return parts;
  const bytes = parts.flatMap(({ pfn, offset, length }) =>
    Array.from({ length }, (_, i) => byteAt(world.frames.contents[pfn]!, offset + i)),
  );
  return { kind: 'value', bytes };
}

/** All or nothing: before both pages can be written nothing is stored. */
export function store8(world: World, process: Process, move: MoveOf<'write8'>): Seen | Fault {
  const parts = reach(world, process, move, 'write');
  if (!Array.isArray(parts)) return parts;
  const { contents } = world.frames;
  for (const { pfn, offset, length } of parts)
    contents[pfn] = withBytes(contents[pfn]!, offset, length, move.value);
  return { kind: 'done' };
}

/** Translates both pages, the lower one first. After a fault the instruction begins anew. */
function reach(
  world: World,
  process: Process,
  { page, offset }: MoveOf<'read8'> | MoveOf<'write8'>,
  kind: 'read' | 'write',
): Part[] | Fault {
  const here = Math.min(WIDTH, PAGE_SIZE - offset);
  const places = [{ page, offset, length: here }];
  if (here < WIDTH) places.push({ page: page + 1, offset: 0, length: WIDTH - here });
  const parts: Part[] = [];
  let trespass: World['trespass'];
  for (const place of places) {
    const pfn = access(world, process, place.page, place.offset, kind);
    if (typeof pfn !== 'number') return pfn;
    trespass ??= world.trespass;
    parts.push({ pfn, offset: place.offset, length: place.length });
  }
  world.trespass = trespass;
  return parts;
}
