import { statSync } from 'node:fs';
import path from 'node:path';
import { parseArgs } from 'node:util';
import type { SwapDevice } from '../language/moves.ts';
import { parseProgram } from '../language/parse.ts';
import { printProgram } from '../language/print.ts';
import { linux } from '../machines/linux/linux.ts';
import { compare, type Difference } from '../machines/linux/recording/compare.ts';
import { parseRecordings, type Recording } from '../machines/linux/recording/format.ts';
import { record } from '../machines/linux/recording/record.ts';
import { replay } from '../machines/linux/recording/replay.ts';
import { filesBelow, isRecording, readText } from './files.ts';
import { type Io, UsageError } from './io.ts';
import { readProgram } from './program.ts';

const SWAPS: readonly SwapDevice[] = ['none', 'file', 'zram'];

/**
 * `cowhand conform FILE|DIR ... [--json]`: replays recordings of a live kernel on the machine and compares.
 * `cowhand conform --record PROGRAM [--swap KIND]`: prints what the machine does as a recording.
 * @returns 0 if all agrees; 1 if anything differs, or is unknown to the machine
 * @throws UsageError or LanguageError for a file that is missing, damaged, or not to be recorded
 */
export async function conform(args: string[], io: Io): Promise<number> {
  const { values, positionals } = parseArgs({
    args,
    allowPositionals: true,
    options: {
      json: { type: 'boolean', default: false },
      record: { type: 'string' },
      swap: { type: 'string' },
    },
  });
  if (values.record !== undefined) {
    if (positionals.length > 0 || values.json)
      throw new UsageError('--record takes one program, and nothing but --swap beside it');
    const swap = SWAPS.find(name => name === values.swap);
    if (values.swap !== undefined && swap === undefined)
      throw new UsageError(`there is no swap '${values.swap}'; expected ${SWAPS.join(', ')}`);
    return printRecording(values.record, swap, io);
  }
  if (values.swap !== undefined) throw new UsageError('--swap goes with --record');
  if (positionals.length === 0)
    throw new UsageError('conform needs recordings: FILE or DIR. See: cowhand conform --help');

  const report = new Report();
  for (const file of positionals.flatMap(given => recordingsIn(given, io.cwd)))
    for (const recording of parseRecordings(readText(file, io.cwd), file)) report.add(file, recording);
  io.stdout.write(values.json ? `${JSON.stringify(report.plain(), null, 2)}\n` : report.text());
  return report.differences.length > 0 || report.unknown > 0 ? 1 : 0;
}

/**
 * Prints one record a line: all of the program or, where the machine does not know a part, nothing.
 * @param swap what pages are swapped out to; what the program says if left out
 */
async function printRecording(given: string, swap: SwapDevice | undefined, io: Io): Promise<number> {
  const said = await readProgram(given, io, { knows: linux.knows });
  const program = parseProgram(printProgram(said), given);
  for (const operation of record(swap === undefined ? program : { ...program, swap }))
    io.stdout.write(`${JSON.stringify(operation)}\n`);
  return 0;
}

/** The files of recordings that an argument names. */
function recordingsIn(given: string, cwd: string): string[] {
  const stat = statSync(path.resolve(cwd, given), { throwIfNoEntry: false });
  if (stat === undefined) throw new UsageError(`there is no file or folder '${given}'`);
  const found = stat.isDirectory()
    ? filesBelow(path.resolve(cwd, given))
        .filter(isRecording)
        .map(file => path.join(given, file))
    : [given].filter(isRecording);
  if (found.length === 0)
    throw new UsageError(`'${given}' is no recording; expected *.json or *.jsonl, or *.gz of them`);
  return found;
}

type Verdict = 'agreeing' | 'differing' | 'unknown';
const VERDICTS: readonly Verdict[] = ['agreeing', 'differing', 'unknown'];

/** How many operations of each name came out how. */
class Tally {
  private readonly counts = new Map<string, Record<Verdict, number>>();

  add(name: string, verdict: Verdict): void {
    const count = this.counts.get(name) ?? { agreeing: 0, differing: 0, unknown: 0 };
    count[verdict]++;
    this.counts.set(name, count);
  }

  table(heading: string): string {
    const rows = [...this.counts].sort(([a], [b]) => (a < b ? -1 : 1));
    const width = Math.max(heading.length, ...rows.map(([name]) => name.length));
    const line = (name: string, cells: readonly string[]): string =>
      `${name.padEnd(width)}${cells.map(cell => cell.padStart(11)).join('')}\n`;
    return (
      line(heading, VERDICTS) +
      rows
        .map(([name, count]) =>
          line(
            name,
            VERDICTS.map(verdict => String(count[verdict])),
          ),
        )
        .join('')
    );
  }
}

/** What came of all replays. */
class Report {
  programs = 0;
  operations = 0;
  agreeing = 0;
  unknown = 0;
  /** Of these the ones that were recorded without draining the LRU batches: there the kernel may do either. */
  readonly either = { programs: 0, operations: 0, agreeing: 0 };
  readonly differences: (Difference & { readonly file: string; readonly program: string })[] = [];
  private readonly kinds = new Tally();
  private readonly outcomes = new Tally();
  private readonly halts: string[] = [];

  add(file: string, recording: Recording): void {
    const { id, ops, drained } = recording;
    const replayed = replay(recording, file);
    const differences = compare(recording, replayed);
    const differing = new Set(differences.map(({ step }) => step));
    for (const { i, op, out = [] } of ops) {
      const verdict = i >= replayed.length ? 'unknown' : differing.has(i) ? 'differing' : 'agreeing';
      this.kinds.add(op.split(' ', 2)[1] ?? op, verdict);
      for (const label of new Set(out.map(([, label]) => label))) this.outcomes.add(label, verdict);
    }
    this.programs++;
    this.operations += ops.length;
    const agreeing = replayed.length - differing.size;
    this.agreeing += agreeing;
    if (!drained) {
      this.either.programs++;
      this.either.operations += ops.length;
      this.either.agreeing += agreeing;
    }
    this.unknown += ops.length - replayed.length;
    for (const { step, operation, what, expected, got } of differences)
      this.differences.push({ file, program: id, step, operation, what, expected, got });
    const halt = ops[replayed.length];
    if (halt !== undefined) {
      const after = ops.length - replayed.length - 1;
      const rest = after === 0 ? '' : `; so are the ${after} after it`;
      this.halts.push(`${file}: ${id}, step ${halt.i}: '${halt.op}' is unknown${rest}`);
    }
  }

  plain(): object {
    const { programs, operations, agreeing, unknown, either, differences } = this;
    return { programs, operations, agreeing, unknown, either, differences };
  }

  text(): string {
    const differing = this.operations - this.agreeing - this.unknown;
    const json = JSON.stringify;
    const { either } = this;
    const lines = [
      ...this.halts,
      ...this.differences.map(
        ({ file, program, step, operation, what, expected, got }) =>
          `${file}: ${program}, step ${step}: '${operation}': ${what}: expected ${json(expected)}, got ${json(got)}`,
      ),
    ];
    return [
      this.kinds.table('operation'),
      this.outcomes.table('outcome'),
      lines.map(line => `${line}\n`).join(''),
      `programs: ${this.programs}; operations: ${this.operations}, of which ${this.agreeing} agree, ${differing} differ, ${this.unknown} are unknown\n`,
      either.programs === 0
        ? ''
        : `among them without drained batches, where either outcome agrees: programs: ${either.programs}; operations: ${either.operations}, of which ${either.agreeing} agree\n`,
    ]
      .filter(part => part !== '')
      .join('\n');
  }
}
