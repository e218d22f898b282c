import { codeText, deadIn } from '../../game/steps.ts';
import { ruleText } from '../../game/words.ts';
import { type Judgement, VERDICTS, type Verdict } from '../../judge/verdict.ts';
import type { Seen } from '../../language/moves.ts';
import { describe } from '../../language/print.ts';
import { COUNTS, costBetween } from '../../machines/machine.ts';
import { type MatrixRow, matrix } from '../verdicts/matrix.ts';

/** The matrix as the page that readers of docs/ use. */
export function renderMatrix(rows: readonly MatrixRow[]): string {
  const lines = [
    '# The verdict matrix',
    '',
    'What each decision is worth in each state of an entry (Linux, rule set 6.x), computed by',
    '`npm run verdicts`. Each fault begins with the rule by which the kernel answers it and the function that does.',
    'A wrong decision shows its class and its shortest consequence; the retried instruction is move 1. `p0` is the',
    'parent, `p1` its child (or its thread, and `p2` the child), page 8 was never touched. A right one shows what it',
    'wastes against the best on offer. `*` marks the decision of the kernel. Accesses that do not fault are not',
    'listed: under SMAP no copy that says so, and without SMEP no jump to a page that may be executed.',
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
    lines.push(`${ruleText('linux', row.reason)} (\`${row.reason.function}\`)`, '');
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
  const dead = deadIn(seen);
  const killed = dead.map(({ process, code }) => `, and ${process} is killed ${codeText(code)}`);
  return `${resultOf(seen)}${killed.join('')}`;
}

function resultOf(seen: Seen | { kind: 'fault' }): string {
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
      return `gets SIG${seen.signal} ${codeText(seen.code)}`;
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
