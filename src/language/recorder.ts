import { DRIVERS, isUnusual, type Move, type Op, type Program, type Setting } from './moves.ts';
import { fileHeader } from './parse.ts';

/** What of the language the recorder of a live kernel has (docs/recordings.md): it runs on the machine that there is. */

const OPERATIONS = [
  'map',
  'unmap',
  'prot',
  'mremap',
  'mlock',
  'munlock',
  'madv',
  'read',
  'write',
  'fetch',
  'read8',
  'write8',
  'rawread',
  'rawwrite',
  'rawsys',
  'rsys',
  'wsys',
  'pvw',
  'pvr',
  'memw',
  'memr',
  'dread',
  'dwrite',
  'vpin',
  'vread',
  'iopin',
  'ioread',
  'iowrite',
  'iounpin',
  'fork',
  'exit',
  'execve',
  'ftrunc',
  'fwrite',
  'fread',
  'punch',
  'fsync',
  'cpu',
  'rlimstack',
  'ksm',
] as const satisfies readonly Op[];

/** Files, pipes and buffers are numbered from 0. */
const MOST = { processes: 24, files: 4, pipes: 4 };

/** A part of a program that the recorder does not take. */
export interface Unrecordable {
  /** The header, as `Places` has it, or the index of the move. */
  readonly at: string | number;
  readonly message: string;
  readonly expected: string;
}
type Lack = Omit<Unrecordable, 'at'>;

/** The first part of a program that the recorder does not take; undefined where it takes all. */
export function unrecordable(program: Program): Unrecordable | undefined {
  for (const name of Object.keys(program.settings ?? {}) as Setting[])
    if (isUnusual(program.settings!, name)) return otherMachine(name);
  if (program.memory !== undefined) return otherMachine('memory');
  for (const { id } of program.files)
    if (Number(id) >= MOST.files)
      return { at: fileHeader(id), message: `the recorder has no file ${id}`, expected: numbers(MOST.files) };
  const late = program.processes[MOST.processes];
  for (const [at, move] of program.moves.entries()) {
    const lack =
      'child' in move && move.child === late
        ? { message: `the recorder has no room for ${late}`, expected: `at most ${MOST.processes} processes` }
        : lackOf(move);
    if (lack !== undefined) return { at, ...lack };
  }
  return undefined;
}

/** Has the recorder this operation? */
export const isRecordable = (move: Move): boolean => lackOf(move) === undefined;

function lackOf(move: Move): Lack | undefined {
  if (!(OPERATIONS as readonly Op[]).includes(move.op))
    return {
      message: `the recorder has no operation '${move.op}'`,
      expected: `one of ${OPERATIONS.join(', ')}`,
    };
  const stream = move.op === 'rsys' ? move.source : move.op === 'wsys' ? move.target : '';
  if (DRIVERS.some(driver => driver === stream))
    return {
      message: `the recorder has no device '${stream}'`,
      expected: `${move.op === 'rsys' ? "'pipe', 'zero'" : "'pipe'"} or a byte of a file: 'file:FID:OFF'`,
    };
  if ('id' in move && !(/^\d+$/.test(move.id) && Number(move.id) < MOST.pipes))
    return { message: `the recorder has no pipe or buffer '${move.id}'`, expected: numbers(MOST.pipes) };
  return undefined;
}

const otherMachine = (name: string): Unrecordable => ({
  at: name,
  message: `the recorder cannot set '${name}': it has the machine that it runs on`,
  expected: `no '${name}'`,
});

const numbers = (most: number): string => `a number from 0 to ${most - 1}`;
