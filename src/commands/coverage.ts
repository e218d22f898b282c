import { readdirSync, readFileSync } from 'node:fs';
import path from 'node:path';
import { parseArgs } from 'node:util';
import mechanisms from '../../assets/mechanisms.json' with { type: 'json' };
import { library } from '../levels/library.ts';
import { parseRecordings } from '../machines/linux/recording/format.ts';
import { isRecording, readText } from './files.ts';
import type { Io } from './io.ts';

/** Something that one of the five source texts names, and what tells that it is treated. */
export interface Mechanism {
  /** Number of the source text. */
  readonly text: string;
  readonly id: string;
  readonly title: string;
  readonly systems: readonly string[];
  /** A level treats it that teaches or uses one of these. */
  readonly concepts: readonly string[];
  /** A recorded program treats it that has one of these operations and, where there are outcomes below, one of these. */
  readonly operations: readonly string[];
  readonly labels: readonly string[];
  /** Why no recording can tell of it; then there are neither operations nor outcomes. */
  readonly unrecorded?: string;
  /** A file of tests of its system treats it whose code has a match for this. */
  readonly marks: string;
}

/** What treats a mechanism: levels and tests by name, recordings by file with the number of programs in it. */
export interface Covered {
  readonly text: string;
  readonly id: string;
  readonly title: string;
  readonly levels: readonly string[];
  readonly tests: readonly string[];
  readonly recordings: Readonly<Record<string, number>>;
  /** Why there are none. */
  readonly unrecorded?: string;
}

/**
 * `cowhand coverage [--tests DIR] [--json]`: for each mechanism of the source texts its levels, tests and
 * recordings, found by what they contain.
 * @returns 0, or 1 if a mechanism is treated by no level or no test
 */
export async function coverage(args: string[], io: Io): Promise<number> {
  const { values } = parseArgs({
    args,
    options: { json: { type: 'boolean', default: false }, tests: { type: 'string', default: 'test' } },
  });
  const covered = coverageIn(path.resolve(io.cwd, values.tests));
  io.stdout.write(values.json ? `${JSON.stringify(covered, null, 2)}\n` : table(covered));
  return covered.every(({ levels, tests }) => levels.length > 0 && tests.length > 0) ? 0 : 1;
}

/** @param folder of the tests; without it there are only levels */
export function coverageIn(folder: string, of: readonly Mechanism[] = mechanisms): Covered[] {
  const files = filesOf(folder);
  const tests = files
    .filter(file => /\.test\.tsx?$/.test(file))
    .map(file => ({ file, code: readFileSync(path.join(folder, file), 'utf8') }));
  const recorded = files
    .filter(file => file.startsWith(RECORDINGS) && isRecording(file))
    .flatMap(file =>
      parseRecordings(readText(path.join(folder, file), folder), file).map(({ ops }) => ({
        file: file.slice(RECORDINGS.length),
        operations: new Set(ops.map(({ op }) => op.split(' ')[1] ?? op)),
        labels: new Set(ops.flatMap(({ out }) => (out ?? []).map(([, label]) => label))),
      })),
    );
  return of.map(({ text, id, title, systems, concepts, operations, labels, unrecorded, marks }) => {
    const mark = new RegExp(marks);
    const recordings: Record<string, number> = {};
    for (const each of operations.length + labels.length > 0 ? recorded : [])
      if (hasOne(each.operations, operations) && hasOne(each.labels, labels))
        recordings[each.file] = (recordings[each.file] ?? 0) + 1;
    return {
      text,
      id,
      title,
      levels: library.levels
        .filter(
          ({ system, teaches, uses }) =>
            systems.includes(system) &&
            concepts.some(concept => teaches.includes(concept) || uses.includes(concept)),
        )
        .map(level => level.id),
      tests: tests
        .filter(each => systems.some(system => runs(each, system)) && mark.test(each.code))
        .map(({ file }) => file),
      recordings,
      ...(unrecorded === undefined ? {} : { unrecorded }),
    };
  });
}

/** Is one of these there, if any are asked for? */
const hasOne = (there: ReadonlySet<string>, asked: readonly string[]): boolean =>
  asked.length === 0 || asked.some(each => there.has(each));

/** Is a test about a system? Its path or its imports say so. */
const runs = ({ file, code }: { readonly file: string; readonly code: string }, system: string): boolean =>
  new RegExp(`\\b${system}\\b`).test(file) || new RegExp(`from '.*\\b${system}\\b`).test(code);

const RECORDINGS = 'conformance/data/';

/** Paths below a folder, with '/', in order; none if there is no such folder. */
function filesOf(folder: string): string[] {
  try {
    const found = readdirSync(folder, { recursive: true, encoding: 'utf8' });
    return found.map(file => file.replaceAll('\\', '/')).sort();
  } catch {
    return [];
  }
}

function table(covered: readonly Covered[]): string {
  const lines = covered.flatMap(({ text, title, levels, tests, recordings, unrecorded }) => {
    const programs = Object.values(recordings).reduce((sum, each) => sum + each, 0);
    const line = `${text}  ${count(levels.length)} ${count(tests.length)} ${count(programs)}  ${title}`;
    return unrecorded === undefined ? [line] : [line, `${' '.repeat(27)}(not recorded: ${unrecorded})`];
  });
  return ['text levels tests recordings', ...lines, ''].join('\n');
}

const count = (n: number): string => (n === 0 ? '-' : String(n)).padStart(6);
