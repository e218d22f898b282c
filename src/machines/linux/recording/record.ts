import type { Move, Program, Seen } from '../../../language/moves.ts';
import { printMove } from '../../../language/print.ts';
import { isTrap } from '../../machine.ts';
import type { Decision } from '../fault/decision.ts';
import { linux } from '../linux.ts';
import type { World } from '../world.ts';
import type { FrameState, Operation } from './format.ts';
import { Names } from './names.ts';
import { faultsOf, outcomeOf, resultOf, type Taken } from './outcome.ts';
import {
  NOTHING,
  noteSwapIns,
  type ProcessState,
  type SlotOrigins,
  type Snapshot,
  snapshot,
} from './snapshot.ts';

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
  const origins: SlotOrigins = new Map();
  let before: Snapshot = NOTHING;
  for (const [i, move] of program.moves.entries()) {
    if (!linux.knows(move)) break;
    if (move.op !== 'ksm') freshTlb(world, move.process);
    const { seen, taken } = complete(world, move, best => handler(i, best));
    const major = new Set(
      taken.flatMap(({ fault, major }) => (major ? [`${fault.process} ${fault.page}`] : [])),
    );
    const after = snapshot(world, names, before, major, origins);
    operations.push({
      i,
      op: printMove(move, program),
      ...resultOf(
        move,
        seen,
        taken.map(({ fault }) => fault),
      ),
      ...faultsOf(taken),
      ...outcomeOf(move, seen, taken, before, after, origins),
      ...changes(before, after),
    });
    noteSwapIns(before, after, origins);
    before = after;
  }
  return operations;
}

/** The recorder has a process flush its own TLB before it acts; a user's flush costs nothing here. */
function freshTlb(world: World, process: string): void {
  const { mm, cpu } = world.process(process);
  world.cpus[cpu]?.tlbs[mm]?.clearAll();
}

/** Runs a move to its end; answers what was shown and the faults that the CPU has raised on the way. */
function complete(
  world: World,
  move: Move,
  decide: (best: Decision) => Decision,
): { seen: Seen; taken: Taken[] } {
  const taken: Taken[] = [];
  let entry = '';
  for (;;) {
    const result = linux.step(world, move);
    if (!isTrap(result)) return { seen: result, taken };
    if (entry === linux.entry(world, result)) throw new Error(`${move.op} makes no progress`);
    entry = linux.entry(world, result);
    linux.apply(world, result, decide(linux.best(world, result)));
    if (result.gup === undefined) taken.push({ fault: result, major: world.cpu.handler?.major === true });
  }
}

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
