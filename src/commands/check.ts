import { statSync } from 'node:fs';
import os from 'node:os';
import path from 'node:path';
import { fileURLToPath } from 'node:url';
import { parseArgs } from 'node:util';
import { apart, coverageOf, type LevelReport, proveLevels, unproved } from '../levels/check.ts';
import { isLevelFile, readSources, type Sources } from '../levels/compile.ts';
import type { Library } from '../levels/level.ts';
import { library } from '../levels/library.ts';
import { formatProblem } from '../levels/problem.ts';
import { smallest } from '../ui/fits.ts';
import { isIn, proveInShares, type Share } from './check-shares.ts';
import { filesBelow, readText } from './files.ts';
import { type Io, UsageError } from './io.ts';
import { progressBar } from './progress-bar.ts';
import { seedFrom } from './seed.ts';

/** The level files that come with the game: `levels/` beside `src/`, and beside `dist/` in a package. */
const bundled = fileURLToPath(new URL('../../levels', import.meta.url));

/**
 * `cowhand check [FILE|DIR ...] [--json] [--jobs N] [--watch]`: proves levels.
 * @returns 0 all proved; 1 a level has a problem; 70 our own machine or judge failed
 * @throws UsageError for a path that holds no level
 */
export async function check(args: string[], io: Io): Promise<number> {
  const { values, positionals } = parseArgs({
    args,
    allowPositionals: true,
    options: {
      json: { type: 'boolean', default: false },
      problems: { type: 'string' },
      seed: { type: 'string', default: '1' },
      watch: { type: 'boolean', default: false },
      jobs: { type: 'string' },
      share: { type: 'string' },
    },
  });
  if (values.problems !== undefined) {
    const { checkProblems, proveProblems } = await import('./check-problems.ts');
    const [count, seed] = [seedFrom(values.problems), seedFrom(values.seed)];
    if (values.share === undefined)
      return checkProblems(count, seed, values.jobs === undefined ? 1 : jobsFrom(values.jobs), io);
    const share = shareFrom(values.share);
    for (const proved of proveProblems(count, seed, n => isIn(share, n)))
      io.stdout.write(`${JSON.stringify(proved)}\n`);
    return 0;
  }
  if (values.watch) {
    const [file = '', ...others] = positionals;
    if (!isYaml(file) || others.length > 0) throw new UsageError('--watch needs one level file, *.yaml');
    filesOf(file, io.cwd);
    const { onEachChange } = await import('./check-watch.ts');
    return onEachChange(path.resolve(io.cwd, file), () => check([file], io));
  }
  const started = io.now().getTime();
  const own = positionals.length === 0;
  const files = own ? levelFiles(bundled) : positionals.flatMap(given => filesOf(given, io.cwd));
  const names = [...new Set(files.map(file => nameOf(file, io.cwd)))];
  const sources = readSources(names, name => readText(name, io.cwd));
  // Where no file could be read there is nothing to compare with the levels of the game.
  const base = own || sources.levels.length === 0 ? { chapters: [], levels: [] } : library;
  const ids = sources.levels.map(({ level }) => level.id);
  const problems = [...sources.problems, ...(own ? unproved(library, ids) : [])];

  if (values.share !== undefined) {
    const share = shareFrom(values.share);
    for (const report of proveLevels(sources, base, index => isIn(share, index), smallest))
      io.stdout.write(`${JSON.stringify(report)}\n`);
    return 0;
  }
  // What is given by name is proved here: the files may be gone a moment later.
  if (values.jobs !== undefined && !own)
    throw new UsageError('--jobs is for the levels of the game; expected no FILE');
  const jobs = values.jobs === undefined ? (own ? os.availableParallelism() : 1) : jobsFrom(values.jobs);
  if (!values.json) io.stdout.write(`${HEADING}\n`);
  const told = (report: LevelReport): void => {
    if (!values.json) io.stdout.write(lines(report));
  };
  const levels = await proved(sources, base, jobs, told, io);
  const ms = io.now().getTime() - started;
  const failed = levels.filter(({ ok }) => !ok).length;
  if (values.json) {
    const coverage = coverageOf(sources.levels.map(({ level }) => level));
    io.stdout.write(`${JSON.stringify({ levels, coverage, problems, ms }, null, 2)}\n`);
  } else {
    for (const problem of problems) io.stdout.write(`${formatProblem(problem)}\n`);
    io.stdout.write(
      `\n${levels.length - failed} of ${levels.length} levels proved, in ${(ms / 1000).toFixed(1)} s. ${tagged(levels)}\n`,
    );
  }
  const ours = levels.filter(({ problems }) => problems.some(({ check }) => check === 'our-fault'));
  if (ours.length > 0) {
    io.stderr.write(
      `cowhand: our own model failed on ${ours.map(({ id }) => id).join(', ')}. This is our fault, not the level's: please report it with the level file.\n`,
    );
    return 70;
  }
  return failed > 0 || problems.length > 0 ? 1 : 0;
}

/** How many wrong answers on offer tell of a misconception. */
function tagged(levels: readonly LevelReport[]): string {
  const sum = (part: 'all' | 'tagged'): number =>
    levels.reduce((total, { choices }) => total + choices[part], 0);
  return `Of ${sum('all')} wrong choices ${sum('tagged')} tell of a misconception.`;
}

/**
 * Proves all levels, in several processes where there are several jobs.
 * @param told is given each report, in the order of the files
 */
async function proved(
  sources: Sources,
  base: Library,
  jobs: number,
  told: (report: LevelReport) => void,
  io: Io,
): Promise<LevelReport[]> {
  const files = [...sources.failed.map(({ file }) => file), ...sources.levels.map(({ level }) => level.file)];
  const toldApart = apart(sources, base);
  const known = new Map<string, LevelReport>();
  const reports: LevelReport[] = [];
  const bar = progressBar(files.length, io);
  const take = (report: LevelReport): void => {
    known.set(report.file, report);
    bar.done();
    for (;;) {
      const ready = known.get(files[reports.length]!);
      if (ready === undefined) break;
      const whole = toldApart(ready);
      reports.push(whole);
      told(whole);
    }
    bar.at(known.size);
  };
  bar.at(0);
  if (jobs > 1) await proveInShares(jobs, take, io);
  // Here are proved all, or those of a process that ended early.
  const isLeft = (index: number) => !known.has(files[index]!);
  for (const report of proveLevels(sources, base, isLeft, smallest)) take(report);
  bar.done();
  return reports;
}

/** 'I/N'. */
function shareFrom(text: string): Share {
  const [, part, of] = /^([1-9]\d?)\/([1-9]\d?)$/.exec(text) ?? [];
  if (part === undefined || Number(part) > Number(of))
    throw new UsageError(`--share is '${text}'; expected I/N, with I from 1 to N`);
  return { part: Number(part), of: Number(of) };
}

function jobsFrom(text: string): number {
  const jobs = /^\d{1,2}$/.test(text) ? Number(text) : 0;
  if (jobs < 1) throw new UsageError(`--jobs is '${text}'; expected a number from 1`);
  return jobs;
}

/** The level files and chapter lists that an argument names. */
function filesOf(given: string, cwd: string): string[] {
  const file = path.resolve(cwd, given);
  const stat = statSync(file, { throwIfNoEntry: false });
  if (stat === undefined) throw new UsageError(`there is no file or folder '${given}'`);
  if (stat.isDirectory()) {
    const found = levelFiles(file);
    if (!found.some(isLevelFile)) throw new UsageError(`'${given}' holds no level file; expected *.yaml`);
    return found;
  }
  if (!isYaml(file)) throw new UsageError(`'${given}' is no level file; expected *.yaml`);
  return [file];
}

const isYaml = (file: string): boolean => /\.ya?ml$/.test(file);

const levelFiles = (folder: string): string[] =>
  filesBelow(folder)
    .filter(file => isYaml(file) && !/(^|[\\/])(\.|node_modules[\\/])/.test(file))
    .map(file => path.join(folder, file));

/** As short as can be: below the working directory from there, else from the root. */
function nameOf(file: string, cwd: string): string {
  const relative = path.relative(cwd, file);
  const name = relative.startsWith('..') || relative === '' ? file : relative;
  return name.split(path.sep).join('/');
}

const COLUMNS = ['variants', 'states', 'sequences', 'winning', 'wasteful'] as const;
const HEADING = `${'level'.padEnd(36)}${COLUMNS.join('  ')}`;

function lines(report: LevelReport): string {
  const figures = COLUMNS.map((column, i) =>
    String(report[column]).padStart(column.length + (i === 0 ? 0 : 2)),
  );
  const mark = report.ok ? 'proved' : 'FAILED';
  const first = `${mark}  ${report.id.padEnd(28)}${figures.join('')}`;
  const problems = report.problems.map(
    problem => `  ${formatProblem({ ...problem, file: report.file })} [${problem.check}]`,
  );
  return `${[first, ...problems].join('\n')}\n`;
}
