import { complete, Findings, judge, type Situation } from '../../judge/judge.ts';
import type { Judgement } from '../../judge/verdict.ts';
import type { Seen } from '../../language/moves.ts';
import { parseProgram } from '../../language/parse.ts';
import { linux } from '../../machines/linux/linux.ts';
import { isTrap, type Reason } from '../../machines/machine.ts';
import { DRIVER_STATES } from './drivers.ts';
import { GUP_STATES } from './gup.ts';
import { SHORTAGE_STATES } from './shortage.ts';
import { type Accesses, STATES } from './states.ts';

/**
 * The verdict matrix: every decision against every state of an entry, by access and VMA rights. All of it
 * is computed; nothing is written by hand but how each state comes about.
 */

/** One fault of the matrix, by which rule the kernel answers it, and what each decision is worth there. */
export interface MatrixRow {
  readonly state: string;
  readonly rights: string;
  readonly access: string;
  readonly errorCode: number;
  readonly reason: Reason;
  readonly judgements: readonly Judgement[];
}

const RIGHTS = ['rw-', 'r--', '-w-', 'rwx', 'r-x', '--x', '---'];

/** The kernel's own come from read(2) and write(2). */
const ACCESSES: Accesses = {
  read: page => `read ${page}`,
  write: page => `write ${page} 9`,
  fetch: page => `fetch ${page}`,
  'kernel read': page => `wsys pipe ${page} 0 16`,
  'kernel write': page => `rsys pipe ${page} 0 16 9`,
};

/** Every fault that a state, an access and rights bring about; accesses that do not fault are left out. */
export function matrix(): MatrixRow[] {
  const rows: MatrixRow[] = [];
  for (const state of [...STATES, ...GUP_STATES, ...DRIVER_STATES, ...SHORTAGE_STATES]) {
    const { name, header = '', program, by = 'p0', page = 0, protects = page } = state;
    for (const rights of state.rights ?? RIGHTS) {
      const isMade = rights === 'rw-' || rights === 'none';
      const before = isMade ? program : `${program}\n${by} prot ${protects} 1 ${rights}`;
      for (const [access, operation] of Object.entries(state.accesses ?? ACCESSES)) {
        const found = fault(`${header}\np0 map 8 1 rw- anon\n${before}\n${by} ${operation(page)}`);
        if (found !== undefined) rows.push({ state: name, rights, access, ...found });
      }
    }
  }
  return rows;
}

function fault(text: string): Omit<MatrixRow, 'state' | 'rights' | 'access'> | undefined {
  const program = parseProgram(text, 'verdict matrix');
  const world = linux.boot(program, '6.x');
  const ideal = linux.ideal.boot(program);
  const move = program.moves.at(-1)!;
  for (const before of program.moves.slice(0, -1)) {
    const seen: Seen = complete(linux, world, before);
    linux.ideal.advance(ideal, before, seen);
  }
  const trapped = linux.step(world, move);
  if (!isTrap(trapped)) return undefined;
  const situation: Situation = { world, ideal, move, fault: trapped, findings: new Findings() };
  const offers = linux.offers(world, trapped, linux.decisions);
  return {
    errorCode: trapped.errorCode,
    reason: linux.why(world, trapped, linux.best(world, trapped)),
    judgements: offers.map(offer => judge(linux, situation, offer, offers)),
  };
}
