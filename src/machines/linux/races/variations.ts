import type { Move } from '../../../language/moves.ts';
import type { Variation } from '../../machine.ts';
import { type Fault, vmaAt } from '../fault/fault.ts';
import { isNone, pfnOf } from '../hardware/pte.ts';
import { mayWrite } from '../memory/vma.ts';
import type { World } from '../world.ts';

/** Facts on the screen that may have decided a fault, or not. */
export const EVIDENCE = ['rights', 'others', 'entry', 'access', 'contents', 'elsewhere'] as const;

/** For each fact, how to come to a world in which it is different. */
export function variations(world: World, fault: Fault, move: Move): Variation[] {
  const { process, page } = fault;
  const { table } = world.mms[fault.mm]!;
  const vma = vmaAt(world, fault);
  const rights: Move =
    vma === undefined
      ? { process, op: 'map', page, pages: 1, perm: 'rw-', kind: 'anon', flags: [] }
      : { process, op: 'prot', page, pages: 1, perm: mayWrite(vma) ? 'r--' : 'rw-' };
  const entry: Move = isNone(table.low(page))
    ? { process, op: 'read', page, offset: fault.offset }
    : { process, op: 'madv', page, pages: 1, advice: 'dontneed' };
  const elsewhere = otherPages(world, fault);
  const access = otherAccess(move);
  return [
    { fact: 'rights', moves: [rights] },
    { fact: 'others', moves: othersGone(world, fault) },
    { fact: 'entry', moves: [entry] },
    ...(access === undefined ? [] : [{ fact: 'access', moves: [], access }]),
    { fact: 'contents', moves: [], values: true },
    { fact: 'elsewhere', moves: elsewhere },
  ];
}

function otherAccess(move: Move): Move | undefined {
  if (move.op === 'read') return { ...move, op: 'write', value: 1 };
  if (move.op !== 'write') return undefined;
  const { process, page, offset } = move;
  return { op: 'read', process, page, offset };
}

/** All others that map the frame unmap it; where nobody else does, a child comes to. */
function othersGone(world: World, fault: Fault): Move[] {
  const { table } = world.mms[fault.mm]!;
  const low = table.low(fault.page);
  if (isNone(low)) return [];
  const pfn = pfnOf(low, table.high(fault.page));
  const gone: Move[] = [];
  for (const { name, mm: index } of world.processes) {
    const mm = world.mms[index];
    if (mm === undefined || index === fault.mm) continue;
    for (const page of mm.table.pages())
      if (pfnOf(mm.table.low(page), mm.table.high(page)) === pfn)
        gone.push({ process: name, op: 'unmap', page, pages: 1 });
  }
  const child = 'evidence';
  return gone.length > 0 || pfn === 0 ? gone : [{ process: fault.process, op: 'fork', child }];
}

/** The process drops what its other pages hold. */
function otherPages(world: World, { process, mm, page }: Fault): Move[] {
  return world.mms[mm]!.vmas.flatMap(vma =>
    Array.from({ length: vma.end - vma.start }, (_, i) => vma.start + i)
      .filter(each => each !== page)
      .map((each): Move => ({ process, op: 'madv', page: each, pages: 1, advice: 'dontneed' })),
  );
}
