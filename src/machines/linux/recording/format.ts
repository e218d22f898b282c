import { LanguageError } from '../../../language/errors.ts';
import type { FileHeader, Program, SwapDevice } from '../../../language/moves.ts';
import { parseOperation } from '../../../language/parse.ts';
import { noNames } from '../../../language/scope.ts';
import { type Located, parseJson } from './json.ts';

/**
 * The format of the recordings of a live kernel: a program, and for each of its operations what came of it.
 * docs/recordings.md explains every field.
 */

export type Mode = 'u' | 'k';

export interface FrameState {
  /** How many entries map it (/proc/kpagecount). */
  readonly mc: number;
  /** Its flags, a letter each. */
  readonly fl: string;
  /** Its bytes at 0, 2048 and 4095, one number if all are equal; null if no process can read it. */
  readonly c: number | readonly number[] | null;
}

/** [first page, pages, rights, kind, page of the file or object that it begins with]. */
export type VmaLine =
  | readonly [start: number, pages: number, perm: string, kind: string]
  | readonly [start: number, pages: number, perm: string, kind: string, pgoff: number];

/** What came of one operation; pte, fr and vma list only what changed. */
export interface Operation {
  readonly i: number;
  readonly op: string;
  readonly ret?: number;
  readonly err?: string;
  readonly v?: readonly number[];
  readonly sig?: readonly [
    signal: string,
    code: string,
    page: number | string,
    offset: number,
    errorCode: number,
  ];
  readonly flt?: readonly (readonly [process: string, page: number, offset: number, mode: Mode])[];
  readonly maj?: readonly (readonly [process: string, page: number])[];
  readonly out?: readonly (readonly [page: number | null, label: string])[];
  readonly around?: readonly number[];
  readonly pte?: Readonly<Record<string, Readonly<Record<string, string | null>>>>;
  readonly fr?: Readonly<Record<string, FrameState | null>>;
  readonly vma?: Readonly<Record<string, readonly VmaLine[]>>;
}

/** A program with what came of it. */
export interface Recording {
  readonly id: string;
  /** What pages were swapped out to. */
  readonly swap: SwapDevice;
  /** False where per-CPU batches of the LRU were left alone: they may hold a reference to any frame. */
  readonly drained: boolean;
  readonly files: readonly FileHeader[];
  readonly ops: readonly Operation[];
  /** The line, from 1, that an operation stands on, by its index in `ops`. */
  readonly lines: readonly number[];
}

type Is = (value: unknown) => boolean;
const isNumber: Is = value => Number.isInteger(value);
const isString: Is = value => typeof value === 'string';
const isNull: Is = value => value === null;
const isObject: Is = value => typeof value === 'object' && value !== null && !Array.isArray(value);
const either =
  (...choices: readonly Is[]): Is =>
  value =>
    choices.some(is => is(value));
const list =
  (item: Is): Is =>
  value =>
    Array.isArray(value) && value.every(item);
const tuple =
  (...items: readonly Is[]): Is =>
  value =>
    Array.isArray(value) && value.length === items.length && value.every((item, i) => items[i]!(item));
const map =
  (item: Is): Is =>
  value =>
    isObject(value) && Object.values(value as object).every(item);
const fields =
  (members: Readonly<Record<string, Is>>): Is =>
  value =>
    isObject(value) &&
    Object.entries(members).every(([name, is]) => is((value as Record<string, unknown>)[name]));

const isCount: Is = value => /^\d{1,9}$/.test(String(value));
const isFileSystem: Is = value => value === 'ext4' || value === 'tmpfs';
const isSwapDevice: Is = value => value === 'none' || value === 'file' || value === 'zram';
const fileHeader = either(
  tuple(isCount, isCount, isFileSystem),
  tuple(isCount, isCount, isFileSystem, value => value === 'cold'),
);
const frameState = fields({ mc: isNumber, fl: isString, c: either(isNumber, list(isNumber), isNull) });
const vmaLine = either(
  tuple(isNumber, isNumber, isString, isString),
  tuple(isNumber, isNumber, isString, isString, isNumber),
);

/** What each field of an operation must be, and how to say so. */
const operation: { readonly [K in keyof Operation]-?: readonly [is: Is, expected: string] } = {
  i: [isNumber, 'the index of the operation'],
  op: [isString, 'the text of the operation'],
  ret: [isNumber, 'a number'],
  err: [isString, 'the name of an errno'],
  v: [list(isNumber), 'a list of bytes'],
  sig: [
    tuple(isString, isString, either(isNumber, isString), isNumber, isNumber),
    '[signal, code, page, offset, error code]',
  ],
  flt: [list(tuple(isString, isNumber, isNumber, isString)), 'a list of [process, page, offset, "u" or "k"]'],
  maj: [list(tuple(isString, isNumber)), 'a list of [process, page]'],
  out: [list(tuple(either(isNumber, isNull), isString)), 'a list of [page or null, label]'],
  around: [list(isNumber), 'a list of pages'],
  pte: [map(map(either(isString, isNull))), '{process: {page: name or null}}'],
  fr: [map(either(frameState, isNull)), '{frame: {mc, fl, c} or null}'],
  vma: [map(list(vmaLine)), '{process: [[start, pages, rights, kind, offset], ...]}'],
};

/**
 * Reads a file of recordings: one object (*.json), or one on each line (*.jsonl).
 * Throws a LanguageError that names file and line where it is damaged.
 */
export function parseRecordings(text: string, file: string): Recording[] {
  if (!/\.jsonl(\.gz)?$/.test(file)) return [recordingOf(parseJson(text, file, 1), file)];
  return text
    .split('\n')
    .flatMap((line, i) => (line.trim() === '' ? [] : [recordingOf(parseJson(line, file, i + 1), file)]));
}

function recordingOf({ value, lineOf }: Located, file: string): Recording {
  const refuse = (part: unknown, message: string, expected: string): never => {
    const line = lineOf(typeof part === 'object' && part !== null ? part : {});
    throw new LanguageError({ file, line, column: 1 }, message, expected);
  };
  const program = value as Record<string, unknown>;
  if (!isObject(value) || !isString(program['id']) || !list(isObject)(program['ops']))
    refuse(value, 'this is no recording', 'an object with id and ops');
  const files = program['files'] ?? [];
  if (!list(fileHeader)(files))
    refuse(files, 'wrong files', 'a list of [id, pages, "ext4" or "tmpfs"], "cold" may follow');
  if (!isSwapDevice(program['swap'] ?? 'none')) refuse(value, 'wrong swap', '"none", "file" or "zram"');
  const ops = program['ops'] as Operation[];
  for (const [i, op] of ops.entries()) {
    for (const name of Object.keys(op)) {
      const [is, expected] = operation[name as keyof Operation] ?? [];
      if (is === undefined)
        refuse(op, `operation ${i} has a field '${name}'`, Object.keys(operation).join(', '));
      else if (!is(op[name as keyof Operation])) refuse(op, `wrong ${name} in operation ${i}`, expected!);
    }
    if (op.i !== i || op.op === undefined)
      refuse(op, `operation ${i} is not in its place`, `"i":${i} and "op"`);
  }
  return {
    id: program['id'] as string,
    swap: (program['swap'] ?? 'none') as SwapDevice,
    drained: program['drain'] !== 0,
    files: (files as [string, string, FileHeader['fs'], 'cold'?][]).map(([id, pages, fs, cold]) => ({
      id: String(id),
      pages: Number(pages),
      fs,
      cold: cold !== undefined,
    })),
    ops,
    lines: ops.map(lineOf),
  };
}

/**
 * The program of a recording.
 * @param file what messages call the file that it stands in
 * Throws a LanguageError with the line of an operation that the language does not have.
 */
export function programOf({ files, swap, ops, lines }: Recording, file: string): Program {
  const names = noNames();
  names.files.push(...files);
  const moves = ops.map(({ op }, i) => {
    const [process = ''] = op.split(' ', 1);
    return parseOperation(process, op.slice(process.length), names, {
      file,
      line: lines[i]!,
      column: 1 + process.length,
    });
  });
  return {
    files: names.files,
    ...(swap !== 'none' && { swap }),
    regions: names.regions,
    processes: names.processes,
    moves,
  };
}
