import type { Move, Program, Seen } from '../../../language/moves.ts';
import { printMove } from '../../../language/print.ts';
import { isTrap } from '../../machine.ts';
import type { Decision } from '../decision.ts';
import { linux } from '../linux.ts';
import type { Fault, World } from '../world.ts';
import type { FrameState, Operation } from './format.ts';
import { label } from './label.ts';
import { Names } from './names.ts';
import { type ProcessState, type Snapshot, snapshot } from './snapshot.ts';

/** Answers a fault of the operation with this index; `best` is what the machine's kernel would do. */
export type Handler = (index: number, best: Decision) => Decision;

/**
 * Runs a program on the machine and says of each operation what the recorder would: up to the first one
 * that the machine does not know.
 * @param program with the recorder's names of processes: `p0`, `p1` ...
 * @param rules a rule set, or a mutation of one
 */
export function record(
  program: Program,
  handler: Handler = (_, best) => best,
  rules: string = linux.rules.at(-1)!,
): Operation[] {
  const world = linux.boot(program, rules);
  const names = new Names();
  const operations: Operation[] = [];
  let before: Snapshot = { processes: new Map(), frames: new Map() };
  for (const [i, move] of program.moves.entries()) {
    if (!linux.knows(move)) break;
    const { seen, faults } = complete(world, move, best => handler(i, best));
    const after = snapshot(world, names);
    operations.push({
      i,
      op: printMove(move, program),
      ...resultOf(seen, faults),
      ...faultsOf(move.process, faults),
      ...outcomeOf(move, seen, faults, before, after),
      ...changes(before, after),
    });
    before = after;
  }
  return operations;
}

/** Runs a move to its end; answers what was shown and the faults on the way. */
function complete(
  world: World,
  move: Move,
  decide: (best: Decision) => Decision,
): { seen: Seen; faults: Fault[] } {
  const faults: Fault[] = [];
  let entry = '';
  for (;;) {
    const result = linux.step(world, move);
    if (!isTrap(result)) return { seen: result, faults };
    faults.push(result);
    if (entry === linux.entry(world, result)) throw new Error(`${move.op} makes no progress`);
    entry = linux.entry(world, result);
    linux.apply(world, result, decide(linux.best(world, result)));
  }
}

function resultOf(seen: Seen, faults: readonly Fault[]): Partial<Operation> {
  switch (seen.kind) {
    case 'done':
      return {};
    case 'value':
      return { v: seen.bytes };
    case 'error':
      return { ret: -1, err: seen.errno };
    case 'signal': {
      const { page, offset, errorCode } = faults.at(-1)!;
      return { sig: [seen.signal, seen.code, page, offset, errorCode] };
    }
  }
}

const PF_USER = 4;

const faultsOf = (process: string, faults: readonly Fault[]): Partial<Operation> =>
  faults.length === 0
    ? {}
    : {
        flt: faults.map(({ page, offset, errorCode }) => [
          process,
          page,
          offset,
          errorCode & PF_USER ? 'u' : 'k',
        ]),
      };

/**
 * Only accesses have an outcome; of other operations the result says all. `around` are the pages that the
 * fault mapped besides.
 */
function outcomeOf(
  move: Move,
  seen: Seen,
  faults: readonly Fault[],
  before: Snapshot,
  after: Snapshot,
): Partial<Operation> {
  if (move.op !== 'read' && move.op !== 'write' && move.op !== 'fetch') return {};
  const { process, page } = move;
  const then = before.processes.get(process)?.pte;
  const { pte: now, vma } = after.processes.get(process)!;
  const signal = seen.kind === 'signal' ? `SIG${seen.signal} ${seen.code}` : undefined;
  const outcome = label(then?.get(page), now.get(page), move.op === 'write', faults.length > 0, signal);
  const stackGrew = covers(vma, page) && !covers(before.processes.get(process)!.vma, page);
  const around = [...now.keys()].filter(other => other !== page && now.get(other) !== then?.get(other));
  return {
    out: [[page, stackGrew ? `stack grown; ${outcome}` : outcome]],
    ...(around.length > 0 && { around }),
  };
}

const covers = (vmas: ProcessState['vma'], page: number): boolean =>
  vmas.some(([start, pages]) => start <= page && page < start + pages);

function changes(before: Snapshot, after: Snapshot): Partial<Operation> {
  const pte: Record<string, Record<string, string | null>> = {};
  const vma: Record<string, ProcessState['vma']> = {};
  for (const [name, now] of after.processes) {
    const then = before.processes.get(name);
    const entries = changedKeys(then?.pte ?? new Map(), now.pte);
    if (entries.length > 0)
      pte[name] = Object.fromEntries(entries.map(page => [page, now.pte.get(page) ?? null]));
    if (!isSame(then?.vma, now.vma)) vma[name] = now.vma;
  }
  const fr: Record<string, FrameState | null> = {};
  for (const name of changedKeys(before.frames, after.frames).sort())
    fr[name] = after.frames.get(name) ?? null;
  return { ...unlessEmpty('pte', pte), ...unlessEmpty('fr', fr), ...unlessEmpty('vma', vma) };
}

function changedKeys<K>(before: ReadonlyMap<K, unknown>, after: ReadonlyMap<K, unknown>): K[] {
  return [...new Set([...before.keys(), ...after.keys()])].filter(
    key => !isSame(before.get(key), after.get(key)),
  );
}

const isSame = (a: unknown, b: unknown): boolean => JSON.stringify(a) === JSON.stringify(b);

const unlessEmpty = <K extends string, V extends object>(name: K, value: V) =>
  Object.keys(value).length === 0 ? {} : ({ [name]: value } as Record<K, V>);
