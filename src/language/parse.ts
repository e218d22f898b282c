import { Cursor, endOf, type Word, wordsOf } from './cursor.ts';
import { LanguageError, type Place } from './errors.ts';
import { type Draft, grammar, OPS, SPELLINGS } from './grammar.ts';
import { LIMITS } from './limits.ts';
import {
  contradiction,
  type FileHeader,
  isSetting,
  type Move,
  type Op,
  type Program,
  SETTINGS,
  type Settings,
  type SwapDevice,
} from './moves.ts';
import { nearest } from './nearest.ts';
import { isHeader, isProcessName, KERNEL, type Names, noNames } from './scope.ts';
import { grow } from './size.ts';

export type { Names } from './scope.ts';

/**
 * A program: headers (`file`, `swap`, settings), then one operation a line, `p0 write 3 7` or `sh: write heap+0 7`; `#` begins a
 * comment. `file` is what messages call the text. Throws a LanguageError at the first word that does not fit.
 */
export function parseProgram(text: string, file: string): Program {
  const names = noNames();
  const moves: Move[] = [];
  for (const { words, place } of linesOf(text, file)) {
    const [first, ...rest] = words;
    if (isHeader(first.text)) header(first.text, rest, place, names, moves.length > 0, endOf(first));
    else moves.push(operation(first.text.replace(/:$/, ''), first, rest, names, place));
  }
  return program(names, moves);
}

/** Lines that say something, word by word. What the recorder is to pass over stands behind `#!`: `#! swap file`. */
function* linesOf(
  text: string,
  file: string,
): Generator<{ readonly words: readonly [Word, ...Word[]]; readonly place: Place }> {
  for (const [i, line] of text.split('\n').entries()) {
    const place: Place = { file, line: i + 1, column: 1 };
    const [first, ...rest] = wordsOf(line.replace(/\r$/, '').replace(/^#!(?= *swap )/, '  '), place);
    if (first !== undefined) yield { words: [first, ...rest], place };
  }
}

/** Where the parts of a program begin. */
export interface Places {
  /** By what they declare: 'memory', 'arch', 'file 0'. */
  readonly headers: ReadonlyMap<string, Place>;
  /** In the order of its moves. */
  readonly operations: readonly Place[];
}

/** The places of a program that `parseProgram` takes. */
export function placesOf(text: string, file: string): Places {
  const headers = new Map<string, Place>();
  const operations: Place[] = [];
  for (const { words, place } of linesOf(text, file)) {
    const [{ text: kind, at }, name] = words;
    const begins = { ...place, column: at + 1 };
    if (isHeader(kind)) headers.set(kind === 'file' ? fileHeader(name!.text) : kind, begins);
    else operations.push(begins);
  }
  return { headers, operations };
}

/** What the header of a file is called among the places. */
export const fileHeader = (id: string): string => `file ${id}`;

/**
 * One operation of a process, without its name: 'write heap+0 9'. `names` grows by what the operation
 * declares; `place` is where the text begins.
 */
export const parseOperation = (process: string, text: string, names: Names, place: Place): Move =>
  operation(process, undefined, wordsOf(text, place), names, place);

/**
 * A program from the steps of a level; those of `file`, `swap` and `memory` are headers. Throws a LanguageError at the
 * step's place.
 */
export function programOf(
  steps: readonly { readonly process: string; readonly text: string; readonly place: Place }[],
  settings: Settings = {},
): Program {
  const names = noNames();
  Object.assign(names.settings, settings);
  const moves: Move[] = [];
  for (const { process, text, place } of steps)
    if (isHeader(process)) header(process, wordsOf(text, place), place, names, moves.length > 0);
    else moves.push(parseOperation(process, text, names, place));
  return program(names, moves);
}

/** Counts an operation, unless the program has become too large by it. */
function count(move: Move, { size }: Names, place: Place): void {
  grow(size, move);
  if (size.operations > LIMITS.operations)
    throw new LanguageError(place, 'one operation too many', `at most ${LIMITS.operations}`);
  if (size.work > LIMITS.work)
    throw new LanguageError(
      place,
      `too much to go through: the pages of all processes, added up over all operations, are ${size.work}`,
      `at most ${LIMITS.work}`,
    );
}

const program = (
  { files, swap, memory, settings, regions, processes }: Names,
  moves: readonly Move[],
): Program => ({
  files,
  ...(swap !== 'none' && { swap }),
  ...(memory > 0 && { memory }),
  ...(Object.keys(settings).length > 0 && { settings: settings as Settings }),
  regions,
  processes: processes.length === 0 ? ['p0'] : processes,
  moves,
});

/** `file FID NPAGES ext4|tmpfs [cold]`, `swap file|zram`, `memory N`, `arch x86|arm` and the other settings. */
function header(
  kind: string,
  words: readonly Word[],
  place: Place,
  names: Names,
  late: boolean,
  start = 0,
): void {
  const cursor = new Cursor(words, place, names, start);
  if (late) throw new LanguageError(place, `the ${kind} header after an operation`, 'headers first');
  if (kind === 'swap') {
    names.swap = cursor.oneOf(['file', 'zram'], 'a swap device') as SwapDevice;
    cursor.end();
    return;
  }
  if (kind === 'memory') {
    names.memory = cursor.number('a number of frames', 1, 1 << 20);
    cursor.end();
    return;
  }
  if (isSetting(kind)) {
    names.settings[kind] = cursor.oneOf([...SETTINGS[kind]], `a kind of ${kind}`);
    cursor.end();
    const why = contradiction(names.settings as Settings);
    if (why !== undefined) throw new LanguageError(place, why.message, why.expected);
    return;
  }
  const id = cursor.matching(/^\d+$/, 'the number of the file');
  if (names.files.some(known => known.id === id))
    cursor.refuse(`file ${id} is declared twice`, 'another number');
  if (names.files.length === LIMITS.files)
    cursor.refuse(`file ${id} is one file too many`, `at most ${LIMITS.files}`);
  const left = names.files.reduce<number>((sum, each) => sum - each.pages, LIMITS.filePages);
  const pages = cursor.number(`a number of pages, ${LIMITS.filePages} for all files together`, 0, left);
  const fs = cursor.oneOf(['ext4', 'tmpfs'], 'a file system') as FileHeader['fs'];
  const cold = cursor.more() && cursor.oneOf(['cold'], 'a flag') === 'cold';
  cursor.end();
  names.files.push({ id, pages, fs, cold });
}

function operation(
  process: string,
  word: Word | undefined,
  words: readonly Word[],
  names: Names,
  place: Place,
): Move {
  const fail = (at: Word | undefined, message: string, expected: string): never => {
    throw new LanguageError({ ...place, column: place.column + (at?.at ?? 0) }, message, expected);
  };
  const [verb, ...rest] = words;
  if (verb === undefined) return fail(word, `${process} does nothing`, 'an operation, like read or write');
  const spelling = Object.hasOwn(SPELLINGS, verb.text) ? SPELLINGS[verb.text] : undefined;
  const op = (spelling?.op ?? verb.text) as Op;
  if (!OPS.includes(op)) {
    const likely = nearest(verb.text, [...OPS, ...Object.keys(SPELLINGS)]);
    return fail(
      verb,
      `no operation '${verb.text}'`,
      likely === undefined ? 'one of docs/language.md, such as map, write or fork' : `perhaps '${likely}'`,
    );
  }
  if ((op === 'ksm') !== (process === KERNEL))
    return fail(word ?? verb, `${process} cannot ${op}`, `'${KERNEL} ksm'`);
  if (process !== KERNEL) begin(process, names, (message, expected) => fail(word, message, expected));

  const cursor = new Cursor(rest, place, names, endOf(verb));
  const draft: Draft = {};
  for (const argument of grammar[op].arguments.slice(0, spelling?.takes)) argument.read(cursor, draft);
  cursor.end();
  const move = { process, op, ...draft, ...spelling?.preset } as unknown as Move;
  sleepAndWake(move, names);
  count(move, names, place);
  return move;
}

/** Who runs after an operation: an exit ends a process, vfork lets the parent sleep until its child is gone. */
function sleepAndWake(move: Move, { alive, asleep }: Names): void {
  const { process, op } = move;
  if (op === 'exit') alive.delete(process);
  if (op === 'vfork') {
    alive.delete(process);
    asleep.set(move.child, process);
  }
  const parent = asleep.get(process);
  if (parent === undefined || (op !== 'exit' && op !== 'execve')) return;
  asleep.delete(process);
  alive.add(parent);
}

/** The process of a line must run; the first one of a program does, and is p0 where it has a recorder's name. */
function begin(process: string, names: Names, fail: (message: string, expected: string) => never): void {
  if (names.alive.has(process)) return;
  if (names.processes.length === 0) {
    if (!isProcessName(process)) fail(`'${process}' is no name for a process`, 'a name like sh or p0');
    if (/^p\d+$/.test(process) && process !== 'p0')
      fail(`no process '${process}' runs`, 'p0, which runs at the start');
    names.processes.push(process);
    names.alive.add(process);
  } else if ([...names.asleep.values()].includes(process))
    fail(`${process} sleeps until its child exits or starts another program`, 'a process that runs');
  else if (names.processes.includes(process)) fail(`${process} has exited`, 'a process that runs');
  else fail(`no process '${process}' runs`, `one of ${[...names.alive].join(', ')}, or fork it first`);
}
