import fc from 'fast-check';
import type { Move, Perm, Program } from '../../../src/language/moves.ts';

/** Pages that a generated program uses: few, so that ranges overlap and frames are shared often. */
export const PAGES = 5;
const OFFSETS = [0, 1024, 4095];
/** Offsets and lengths of eight-byte accesses and of copies: within a page, over its end, over two ends. */
const WIDE = [0, 4080, 4092];
const LENGTHS = [0, 1, 16, 4096, 4112, 8192];
const PERMS: Perm[] = ['rw-', 'rw-', 'r--', '---', 'r-x', '-w-', 'rwx'];

interface Raw {
  readonly what: number;
  readonly who: number;
  readonly page: number;
  readonly pages: number;
  readonly perm: number;
  readonly value: number;
  readonly offset: number;
}

/**
 * Programs of one to `processes` processes that map, protect, unmap, drop, load, store, fetch, fork, exec
 * and exit, and have stacks. Unless `copies` is false, they also touch several pages at once, and the kernel
 * copies to and from their memory. With `values` 1 all stores write the same byte, so that only symbols can
 * tell contents apart. With several `cpus` there are threads, and processes move between CPUs.
 */
export function programs({
  processes,
  length,
  values = 255,
  copies = true,
  cpus = 1,
}: {
  processes: number;
  length: number;
  values?: number;
  copies?: boolean;
  cpus?: number;
}): fc.Arbitrary<Program> {
  const raw: fc.Arbitrary<Raw> = fc.record({
    what: fc.nat(99),
    who: fc.nat(processes - 1),
    page: fc.nat(PAGES - 1),
    pages: fc.integer({ min: 1, max: PAGES }),
    perm: fc.nat(PERMS.length - 1),
    value: fc.integer({ min: 1, max: values }),
    offset: fc.nat(OFFSETS.length - 1),
  });
  return fc
    .array(raw, { minLength: 1, maxLength: length, size: 'max' })
    .map(list => decode(list, processes, copies, cpus));
}

/** An access that may touch several pages, and fault at each. */
function wide(what: number, pages: number, value: number) {
  const length = LENGTHS[(what + pages) % LENGTHS.length]!;
  if (what < 3) return { op: 'write8', value };
  if (what < 5) return { op: 'read8' };
  if (what < 8) return { op: 'rsys', source: 'pipe', length, value };
  return what < 10 ? { op: 'rsys', source: 'zero', length, value } : { op: 'wsys', target: 'pipe', length };
}

/** A stack on the upper pages, room below it, and sometimes below that what no gap is kept to. */
function stack(process: string, page: number, pages: number, perm: number): Move[] {
  const top = Math.max(2, page);
  const room = Math.min(pages, top);
  const below = top - room - 1;
  const map = { process, op: 'map', pages: 1, kind: 'anon', flags: ['gd'] } as const;
  return [
    { ...map, page: top, perm: PERMS[perm]! },
    { process, op: 'unmap', page: top - room, pages: room },
    ...(below < 0 || perm % 3 === 0
      ? []
      : [
          perm % 3 === 1
            ? ({ process, op: 'prot', page: below, pages: 1, perm: '---' } as const)
            : { ...map, page: below, perm: 'rw-' },
        ]),
  ];
}

/** Each raw command becomes a legal move of a living process; so any sublist is a program too. */
function decode(list: readonly Raw[], most: number, copies: boolean, cpus: number): Program {
  const names = ['p0'];
  const alive = new Set(names);
  const moves: Move[] = [
    { process: 'p0', op: 'map', page: 0, pages: PAGES - 1, perm: 'rw-', kind: 'anon', flags: [] },
  ];
  for (const { what, who, page, pages, perm, value, offset } of list) {
    const living = [...alive];
    const process = living[who % living.length]!;
    const range = { page, pages: Math.min(pages, PAGES - page) };
    if (what < 12 && copies)
      moves.push({ process, page, offset: WIDE[offset]!, ...wide(what, pages, value) } as Move);
    else if (what < 34) moves.push({ process, op: 'write', page, value, offset: OFFSETS[offset]! });
    else if (what < 54) moves.push({ process, op: 'read', page, offset: OFFSETS[offset]! });
    else if (what < 58) moves.push({ process, op: 'fetch', page });
    else if (what < 62)
      moves.push({
        process,
        op: 'map',
        ...range,
        perm: PERMS[perm]!,
        kind: value % 3 === 0 ? 'sanon' : 'anon',
        flags: [],
      });
    else if (what < 64) moves.push(...stack(process, page, pages, perm));
    else if (what < 68) moves.push({ process, op: 'unmap', ...range });
    else if (what < 69) moves.push({ process, op: 'rlimstack', pages: value % 2 === 0 ? 1 : 100 });
    else if (what < 73 && cpus > 1) moves.push({ process, op: 'cpu', cpu: value % cpus });
    else if (what < 79) moves.push({ process, op: 'prot', ...range, perm: PERMS[perm]! });
    else if (what < 84) moves.push({ process, op: 'madv', ...range, advice: 'dontneed' });
    else if (what < 95) {
      if (alive.size >= most || names.length >= 2 * most) continue;
      const child = `p${names.length}`;
      names.push(child);
      alive.add(child);
      moves.push({ process, op: cpus > 1 && value % 2 === 0 ? 'thread' : 'fork', child });
    } else if (what < 98) {
      if (alive.size === 1) continue;
      alive.delete(process);
      moves.push({ process, op: 'exit' });
    } else moves.push({ process, op: 'execve' });
  }
  return { files: [], regions: [], processes: names, moves };
}
