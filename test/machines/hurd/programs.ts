import fc from 'fast-check';
import { MISTAKES } from '../../../src/language/hurd.ts';
import type { Move, Program } from '../../../src/language/moves.ts';

/** Pages that a program uses: few, so that ranges overlap and frames are shared often. */
export const PAGES = 5;
const OFFSETS = [0, 1024, 2048];
const PERMS = ['rw-', 'rw-', 'rw-', 'r--', '---', 'r-x', 'rwx'];

interface Raw {
  readonly what: number;
  readonly who: number;
  readonly page: number;
  readonly pages: number;
  readonly pick: number;
  readonly value: number;
}

/** Programs of one to `tasks` tasks that do all that the machine knows. */
export function programs({
  tasks,
  length,
  values = 255,
}: {
  tasks: number;
  length: number;
  values?: number;
}): fc.Arbitrary<Program> {
  const raw: fc.Arbitrary<Raw> = fc.record({
    what: fc.nat(99),
    who: fc.nat(tasks - 1),
    page: fc.nat(PAGES - 1),
    pages: fc.integer({ min: 1, max: PAGES }),
    pick: fc.nat(20),
    value: fc.integer({ min: 1, max: values }),
  });
  return fc.array(raw, { minLength: 1, maxLength: length, size: 'max' }).map(list => decode(list, tasks));
}

/** A program of that many steps from a seed, for long runs. */
export function seeded(seed: number, length: number): Program {
  let state = seed * 2654435761 + 1;
  const draw = (most: number): number => {
    state = (Math.imul(state, 1664525) + 1013904223) >>> 0;
    return (state >>> 8) % (most + 1);
  };
  const list = Array.from({ length }, () => ({
    what: draw(99),
    who: draw(3),
    page: draw(PAGES - 1),
    pages: 1 + draw(PAGES - 1),
    pick: draw(20),
    value: 1 + draw(254),
  }));
  return decode(list, 4);
}

function decode(list: readonly Raw[], tasks: number): Program {
  const names = ['p0'];
  const alive = ['p0'];
  const moves: Move[] = [];
  for (const { what, who, page, pages: wanted, pick, value } of list) {
    const process = alive[who % alive.length]!;
    const pages = Math.min(wanted, PAGES - page);
    const range = { process, page, pages };
    const offset = OFFSETS[pick % OFFSETS.length]!;
    const others = alive.filter(name => name !== process);
    const target = others[pick % Math.max(1, others.length)];
    const perm = PERMS[pick % PERMS.length]!;
    if (what < 10) moves.push({ ...range, op: 'map', perm, kind: 'anon', flags: [] });
    else if (what < 16)
      moves.push({ ...range, op: 'serve', perm, served: 40 + (pick % 2), dead: pick === 20 });
    else if (what < 18) moves.push({ ...range, op: 'own', perm: 'rw-' });
    else if (what < 33) moves.push({ process, op: 'read', page, offset });
    else if (what < 56) moves.push({ process, op: 'write', page, offset, value });
    else if (what < 58) moves.push({ process, op: 'fetch', page });
    else if (what < 61) moves.push({ ...range, op: 'prot', perm });
    else if (what < 64) moves.push({ ...range, op: 'unmap' });
    else if (what < 67) moves.push({ ...range, op: 'alloc' });
    else if (what < 71 && target !== undefined) moves.push({ ...range, op: 'share', target });
    else if (what < 75 && target !== undefined) moves.push({ ...range, op: 'copyto', target });
    else if (what < 77) moves.push({ ...range, op: 'soften' });
    else if (what < 80) moves.push({ ...range, op: 'swapout' });
    else if (what < 81) moves.push({ ...range, op: 'prefetch' });
    else if (what < 84) {
      const into = (page + 1 + (pick % (PAGES - 1))) % PAGES;
      moves.push({ process, op: 'serve', page: into, pages: 1, perm, served: 50 + into, dead: false });
      moves.push({ process, op: 'reuse', page, into });
    } else if (what < 85) moves.push({ ...range, op: 'revoke' });
    else if (what < 86) moves.push({ process, op: 'press', frames: 1 + (pick % 3) });
    else if (what < 87) moves.push({ process, op: 'late', page, offset });
    else if (what < 89) moves.push({ process, op: 'quota', frames: 1 + (pick % 6) });
    else if (what < 90) moves.push({ process, op: 'extra', frames: pick % 4 });
    else if (what < 91) moves.push({ process, op: 'memory', frames: 4 + pick });
    else if (what < 92) moves.push({ process, op: 'demand', frames: 1 + (pick % 3) });
    else if (what < 93 && target !== undefined) moves.push({ process, op: 'forge', page, target });
    else if (what < 94) moves.push({ process, op: 'miscall', page, what: MISTAKES[pick % MISTAKES.length]! });
    else if (what < 98 && names.length < tasks) {
      const child = `p${names.length}`;
      names.push(child);
      alive.push(child);
      moves.push({ process, op: 'fork', child });
    } else if (alive.length > 1 && what >= 98) {
      alive.splice(alive.indexOf(process), 1);
      moves.push({ process, op: 'exit' });
    }
  }
  return { files: [], regions: [], processes: names, moves };
}
