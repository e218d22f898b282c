import { complete, Findings, judge, type Situation } from '../../judge/judge.ts';
import { type Judgement, VERDICTS, type Verdict } from '../../judge/verdict.ts';
import type { Seen } from '../../language/moves.ts';
import { parseProgram } from '../../language/parse.ts';
import { describe } from '../../language/print.ts';
import { linux } from '../../machines/linux/linux.ts';
import { COUNTS, costBetween, isTrap } from '../../machines/machine.ts';

interface State {
  readonly name: string;
  /** The process that touches the page. */
  readonly by: string;
  readonly program: string;
  /** Lines before the first operation: files, swap. */
  readonly header?: string;
  /** The page that gets $RIGHTS, if it is not the one that is touched. */
  readonly protects?: number;
  /** VMA rights, if not all are tried. */
  readonly rights?: readonly string[];
}

/**
 * The verdict matrix: every decision against every state of an entry, by access and VMA rights. All of it
 * is computed; nothing is written by hand but how each state comes about.
 */

const FILE = 'file 0 1 ext4';
const SWAP = 'swap file';
const PRIVATE = 'p0 map 0 1 rw- priv 0 0';
const SHARED = 'p0 map 0 1 rw- shared 0 0';
const FILLED = `p0 map 0 1 rw- anon\n${fill('p0')}`;
const PAGED_OUT = `${FILLED}\np0 madv 0 1 pageout`;
const MERGED = 'p0 map 0 2 rw- anon\np0 write 0 5\np0 write 1 5\np0 madv 0 2 mergeable\nk ksm';
const THREADS = `${FILLED}\np0 thread p1\np1 cpu 1`;

/** A state of p0's page 0 that is tried with the two rights which tell most. */
const further = (name: string, program: string, header = ''): State => ({
  name,
  by: 'p0',
  program,
  header,
  rights: ['rw-', 'r--'],
});

/** What is touched is page 0; page 8 was never touched. $RIGHTS is put in force last. */
const STATES: readonly State[] = [
  { name: 'none', by: 'p0', program: 'p0 map 0 1 rw- anon' },
  {
    name: 'none, its page dropped, shared with nobody',
    by: 'p0',
    program: `p0 map 0 1 rw- anon\n${fill('p0')}\np0 madv 0 1 dontneed`,
  },
  { name: 'zero page', by: 'p0', program: 'p0 map 0 1 rw- anon\np0 read 0' },
  {
    name: 'zero page, in parent and child',
    by: 'p1',
    program: 'p0 map 0 2 rw- anon\np0 read 0\np0 write 1 9\np0 fork p1',
  },
  { name: 'anonymous, exclusive', by: 'p0', program: `p0 map 0 1 rw- anon\n${fill('p0')}` },
  {
    name: 'anonymous, sole (child gone)',
    by: 'p0',
    program: `p0 map 0 1 rw- anon\n${fill('p0')}\np0 fork p1\np1 exit`,
  },
  {
    name: 'anonymous, sole (child wrote its own)',
    by: 'p0',
    program: `p0 map 0 1 rw- anon\n${fill('p0')}\np0 fork p1\np1 write 0 6`,
  },
  {
    name: 'anonymous, shared with the child',
    by: 'p0',
    program: `p0 map 0 1 rw- anon\n${fill('p0')}\np0 fork p1`,
  },
  {
    name: 'anonymous, shared with the parent',
    by: 'p1',
    program: `p0 map 0 1 rw- anon\n${fill('p0')}\np0 fork p1`,
  },
  {
    name: 'anonymous, shared by three',
    by: 'p1',
    program: `p0 map 0 1 rw- anon\n${fill('p0')}\np0 fork p1\np1 fork p2`,
  },
  {
    name: 'anonymous, shared, all bytes zero',
    by: 'p0',
    program: 'p0 map 0 1 rw- anon\np0 write 0 0\np0 fork p1',
  },
  {
    name: 'shared object, page not there',
    by: 'p0',
    program: 'p0 map 0 1 rw- sanon\np0 fork p1',
  },
  {
    name: 'shared object, page there, not mapped here',
    by: 'p1',
    program: `p0 map 0 1 rw- sanon\n${fill('p0')}\np0 fork p1`,
  },
  {
    name: 'shared object, mapped',
    by: 'p0',
    program: `p0 map 0 1 rw- sanon\n${fill('p0')}\np0 fork p1\np1 read 0`,
  },
  {
    name: 'below a stack',
    by: 'p0',
    program: 'p0 map 2 1 rw- anon gd\np0 write 2 5',
    protects: 2,
  },
  {
    name: 'below a stack at its limit',
    by: 'p0',
    program: 'p0 map 2 1 rw- anon gd\np0 write 2 5\np0 rlimstack 2',
    protects: 2,
  },
  further('private file, page not read yet', PRIVATE, 'file 0 1 ext4 cold'),
  further('private file, page of the file mapped', `${PRIVATE}\np0 read 0`, FILE),
  further('private file, behind its end', `${PRIVATE}\np0 ftrunc 0 0`, FILE),
  further('shared file, mapped and never written to', `${SHARED}\np0 fork p1\np0 read 0`, FILE),
  further('shared file, written back', `${SHARED}\n${fill('p0')}\np0 fsync 0`, FILE),
  further('swapped out, its owner alone', PAGED_OUT, SWAP),
  further('swapped out, shared with the child', `${PAGED_OUT}\np0 fork p1`, SWAP),
  further('swapped in by the child, not here', `${PAGED_OUT}\np0 fork p1\np1 read 0`, SWAP),
  further('swapped in, still in the swap cache', `${PAGED_OUT}\np0 fork p1\np0 read 0\np1 exit`, SWAP),
  further('pinned, and copied for the child at fork', `${FILLED}\np0 iopin 0 0 1\np0 fork p1`),
  further('exclusive since a pin that only read', `${FILLED}\np0 fork p1\np1 exit\np0 dwrite 0`),
  further('held by a pipe, the child gone', `${FILLED}\np0 fork p1\np1 vpin 0 0 1\np1 exit`),
  further('locked, shared with the child', `${FILLED}\np0 mlock 0 1\np0 fork p1`),
  further('merged by KSM, mapped once', `${MERGED}\np0 unmap 1 1`),
  further('guard region', `${FILLED}\np0 madv 0 1 guard`),
  further('shared with the child, a thread on another CPU', `${THREADS}\np1 read 0\np0 fork p2`),
  further(
    'made writable by a thread on another CPU',
    `${THREADS}\np0 fork p2\np0 read 0\np2 exit\np1 write 0 6`,
  ),
];
const RIGHTS = ['rw-', 'r--', '-w-', 'rwx', 'r-x', '--x', '---'];
/** By name; the operation without its process. The kernel's own come from read(2) and write(2). */
const ACCESSES: Readonly<Record<string, (page: number) => string>> = {
  read: page => `read ${page}`,
  write: page => `write ${page} 9`,
  fetch: page => `fetch ${page}`,
  'kernel read': page => `wsys pipe ${page} 0 16`,
  'kernel write': page => `rsys pipe ${page} 0 16 9`,
};

function fill(process: string): string {
  return `${process} write 0 5\n${process} write 0 7 1024`;
}

/** One fault of the matrix, and what each decision is worth there. */
export interface MatrixRow {
  readonly state: string;
  readonly rights: string;
  readonly access: string;
  readonly errorCode: number;
  readonly judgements: readonly Judgement[];
}

/** Every fault that a state, an access and rights bring about; accesses that do not fault are left out. */
export function matrix(): MatrixRow[] {
  const rows: MatrixRow[] = [];
  const add = (name: string, rights: string, by: string, program: string, page = 0, header = '') => {
    for (const [access, operation] of Object.entries(ACCESSES)) {
      const row = fault(header, `${program}\n${by} ${operation(page)}`);
      if (row !== undefined) rows.push({ state: name, rights, access, ...row });
    }
  };
  for (const { name, by, program, header, protects = 0, rights: tried = RIGHTS } of STATES)
    for (const rights of tried) {
      const protectedBy = rights === 'rw-' ? '' : `\n${by} prot ${protects} 1 ${rights}`;
      add(name, rights, by, program + protectedBy, 0, header);
    }
  add('in the guard gap of a stack', 'rw-', 'p0', 'p0 map 0 1 rw- anon\np0 map 2 1 rw- anon gd', 1);
  add('no VMA', 'none', 'p0', 'p0 map 1 1 rw- anon');
  return rows;
}

function fault(header: string, text: string): Omit<MatrixRow, 'state' | 'rights' | 'access'> | undefined {
  const program = parseProgram(`${header}\np0 map 8 1 rw- anon\n${text}`, 'verdict matrix');
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
    judgements: offers.map(offer => judge(linux, situation, offer, offers)),
  };
}

/** The matrix as the page that readers of docs/ use. */
export function renderMatrix(rows: readonly MatrixRow[]): string {
  const lines = [
    '# The verdict matrix',
    '',
    'What each decision is worth in each state of an entry (Linux, rule set 6.x), computed by',
    '`npm run verdicts`. A wrong decision shows its class and its shortest consequence; the retried',
    'instruction is move 1. `p0` is the parent, `p1` its child (or its thread, and `p2` the child), page 8 was',
    'never touched. A right one shows what it wastes against the best on offer. `*` marks the decision of the',
    'kernel. Accesses that do not fault are not listed.',
    '',
    summary(rows),
  ];
  let state = '';
  for (const row of rows) {
    if (row.state !== state) {
      state = row.state;
      lines.push('', `## ${state[0]!.toUpperCase()}${state.slice(1)}`);
    }
    lines.push('', `### ${row.access}, VMA ${row.rights}, error code ${row.errorCode}`, '');
    lines.push('| decision | verdict | moves | consequence |', '| --- | --- | --- | --- |');
    for (const judgement of row.judgements) lines.push(cells(judgement));
  }
  return `${lines.join('\n')}\n`;
}

function summary(rows: readonly MatrixRow[]): string {
  const all = rows.flatMap(row => row.judgements);
  const longest = Math.max(...all.map(j => j.consequence?.steps.length ?? 0));
  const count = (verdict: Verdict) => all.filter(j => j.verdict === verdict).length;
  const counts = VERDICTS.filter(verdict => count(verdict) > 0).map(
    verdict => `${count(verdict)} ${verdict}`,
  );
  return `${rows.length} faults, ${all.length} verdicts: ${counts.join(', ')}. Longest consequence: ${longest} moves.`;
}

function cells(judgement: Judgement): string {
  const name = `${judgement.decision}${judgement.decision === judgement.reference ? ' *' : ''}`;
  const moves = judgement.consequence?.steps.length ?? '';
  return `| ${name} | ${judgement.verdict} | ${moves} | ${consequence(judgement)} |`;
}

function consequence(judgement: Judgement): string {
  if (judgement.verdict === 'wasteful') {
    const spent = costBetween(judgement.bestCost, judgement.cost);
    const wasted = COUNTS.filter(count => spent[count] > 0).map(
      count => `${spent[count]} ${COUNT_NAMES[count]}`,
    );
    return `${wasted.join(', ')} more than ${judgement.better}`;
  }
  const { consequence: found } = judgement;
  if (found === undefined) return judgement.kernelBeaten ? 'the kernel itself costs more' : '';
  const steps = found.steps.map(({ move, seen, ideal }, i) => {
    const end = i === found.steps.length - 1 ? `: ${shown(seen)}, should ${promised(ideal)}` : '';
    return `${move.process} ${describe(move, [])}${end}`;
  });
  return `${steps.join('; ')}${found.relabelled ? ' (with other bytes in the pages)' : ''}`;
}

function shown(seen: Seen | { kind: 'fault' }): string {
  switch (seen.kind) {
    case 'done':
      return 'completes';
    case 'value':
      return `sees ${seen.bytes.join(' ')}`;
    case 'count':
      return `moves ${seen.count} bytes`;
    case 'error':
      return `fails with ${seen.errno}`;
    case 'reached':
      return `reaches f${seen.frame}`;
    case 'signal':
      return `gets SIG${seen.signal} ${seen.code}`;
    case 'fault':
      return 'faults again';
    case 'asleep':
      return 'sleeps for ever';
  }
}

function promised(seen: Seen): string {
  return shown(seen).replace(/^(\w+)s\b/, '$1');
}

const COUNT_NAMES: Readonly<Record<(typeof COUNTS)[number], string>> = {
  io: 'I/O',
  bytesRead: 'bytes read',
  bytesWritten: 'bytes written',
  frames: 'frame',
  remoteFlushes: 'remote flush',
  localFlushes: 'local flush',
  emulations: 'emulation',
  audits: 'audit',
  messages: 'message',
  faults: 'fault',
};

export const path = 'docs/verdicts.md';
export const generate = async (): Promise<string> => renderMatrix(matrix());
