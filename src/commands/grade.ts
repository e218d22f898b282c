import { statSync } from 'node:fs';
import os from 'node:os';
import path from 'node:path';
import { parseArgs } from 'node:util';
import type { Library } from '../levels/level.ts';
import { provedOf } from '../levels/proved.ts';
import { variantsOf } from '../levels/variants.ts';
import { starsOnMap } from '../progress/stars.ts';
import { journalSubmission } from '../progress/submission.ts';
import {
  type Graded,
  grade as gradeSubmission,
  placeNumber,
  requiredLevels,
  type Scheme,
} from '../study/grade.ts';
import { FORMATS, type Format, written } from '../study/grade-formats.ts';
import { isJournal, type Submission, transcriptSubmission } from '../study/submission.ts';
import { fill, texts } from '../study/texts.ts';
import { readText } from './files.ts';
import { type Io, UsageError } from './io.ts';
import { libraryWith } from './library.ts';
import { inParallel } from './parallel.ts';

/** A submission that is larger is nobody's: it is not read. */
const MOST_BYTES = 8 * 2 ** 20;
/** Fewer files are not worth a process of their own. */
const FILES_A_JOB = 8;

/**
 * `cowhand grade FILE ... [--require IDS] [--min N] [--format F] [--jobs N]`: plays again what students handed in.
 * @returns 0 if every file passes, 1 if one does not, 2 for bad usage
 * @throws UsageError
 */
export async function grade(args: string[], io: Io): Promise<number> {
  const { values, positionals: files } = parseArgs({
    args,
    allowPositionals: true,
    options: {
      require: { type: 'string', multiple: true },
      min: { type: 'string', default: '0' },
      format: { type: 'string', default: 'text' },
      jobs: { type: 'string' },
      levels: { type: 'string' },
    },
  });
  if (files.length === 0) throw new UsageError('grade needs at least one file. See: cowhand grade --help');
  const format = FORMATS.find(each => each === values.format);
  if (format === undefined)
    throw new UsageError(`there is no format '${values.format}'; expected ${FORMATS.join(', ')}`);
  const required = (values.require ?? []).flatMap(list => list.split(',')).filter(name => name !== '');
  const scheme = schemeOf(await libraryWith(values.levels, io), required, number(values.min, '--min', 0));
  const jobs =
    values.jobs === undefined
      ? Math.min(os.availableParallelism(), Math.ceil(files.length / FILES_A_JOB))
      : number(values.jobs, '--jobs', 1);

  const pack = values.levels === undefined ? [] : ['--levels', values.levels];
  const options = ['--require', required.join(), '--min', values.min, ...pack];
  const one = (file: string): Graded => gradeFile(file, scheme, io);
  const all =
    jobs === 1 ? await inTurn(files, one, format, io) : await inParallel(files, jobs, options, one, io);
  if (format !== 'jsonl' || jobs > 1) io.stdout.write(written(format, all));
  return all.every(({ passed }) => passed) ? 0 : 1;
}

function number(text: string, option: string, least: number): number {
  if (!/^\d+$/.test(text) || Number(text) < least)
    throw new UsageError(`${option} is '${text}'; expected a number from ${least}`);
  return Number(text);
}

/** `--require fork,first-ring`: chapters and levels; all levels where nothing is required. */
function schemeOf(from: Library, required: readonly string[], least: number): Scheme {
  const levels = requiredLevels(from, required);
  if ('unknown' in levels)
    throw new UsageError(`there is no level or chapter '${levels.unknown}'. See: cowhand levels`);
  return {
    levels,
    least,
    numberOf: level => placeNumber(from, level),
    starsOf: (level, best) => starsOnMap(best, variantsOf(level).length, provedOf(level.id)?.passable ?? []),
  };
}

/** Grades a file. What is wrong with it is part of the answer: it never throws for it. */
function gradeFile(file: string, scheme: Scheme, io: Io): Graded {
  const student = path.basename(file).replace(/\.\w+$/, '');
  return gradeSubmission(submissionOf(file, io), { file, student }, scheme);
}

function submissionOf(file: string, io: Io): Submission {
  const none = (problem: string): Submission => ({ runs: [], problems: [problem] });
  try {
    const bytes = statSync(path.resolve(io.cwd, file), { throwIfNoEntry: false })?.size ?? 0;
    if (bytes > MOST_BYTES) return none(fill(texts.grade.large, { bytes, most: MOST_BYTES }));
    const text = readText(file, io.cwd);
    return isJournal(file) ? journalSubmission(text, file) : transcriptSubmission(text, file);
  } catch (error) {
    return none(error instanceof Error ? error.message : String(error));
  }
}

/** One after the other; as lines of JSON each is printed at once. */
async function inTurn(
  files: readonly string[],
  one: (file: string) => Graded,
  format: Format,
  io: Io,
): Promise<Graded[]> {
  return files.map(file => {
    const graded = one(file);
    if (format === 'jsonl') io.stdout.write(written(format, [graded]));
    return graded;
  });
}
