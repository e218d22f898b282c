import fc from 'fast-check';
import { expect, test } from 'vitest';
import { type Move, type Perm, type Seen, sameSeen } from '../../../src/language/moves.ts';
import type { IdealMemory } from '../../../src/machines/linux/ideal/ideal.ts';
import { processesOf } from '../../../src/machines/linux/ideal/view.ts';
import { linux } from '../../../src/machines/linux/linux.ts';
import type { Fault, World } from '../../../src/machines/linux/world.ts';
import { isTrap } from '../../../src/machines/machine.ts';

/** The model is the ideal memory, the real thing the machine's world; a command is one operation on both. */
interface Model {
  readonly ideal: IdealMemory;
}
type Command = fc.Command<Model, World>;
type Operation = Move extends infer M ? (M extends Move ? Omit<M, 'process'> : never) : never;

const MOST_PROCESSES = 6;
const living = ({ ideal }: Model): string[] =>
  processesOf(ideal)
    .filter(({ alive }) => alive)
    .map(({ name }) => name);

/** Carries a move out on both sides and holds them against each other. */
function both(model: Model, world: World, move: Move): void {
  const expected = linux.ideal.expect(model.ideal, move);
  let result: Seen | Fault = linux.step(world, move);
  while (isTrap(result)) {
    linux.apply(world, result, linux.best(world, result));
    result = linux.step(world, move);
  }
  const seen = result;
  expect(expected.some(allowed => sameSeen(allowed, seen))).toBe(true);
  linux.ideal.advance(model.ideal, move, seen);
  expect(linux.uncoupled(world, model.ideal)).toBeUndefined();
  expect(linux.broken(world)).toEqual([]);
}

class Act implements Command {
  private readonly who: number;
  private readonly operation: Operation;

  constructor(who: number, operation: Operation) {
    this.who = who;
    this.operation = operation;
  }
  check(model: Readonly<Model>): boolean {
    return this.operation.op !== 'exit' || living(model).length > 1;
  }
  run(model: Model, world: World): void {
    const names = living(model);
    both(model, world, { process: names[this.who % names.length]!, ...this.operation } as Move);
  }
  toString(): string {
    return `${this.who}: ${JSON.stringify(this.operation)}`;
  }
}

class Fork implements Command {
  private readonly who: number;

  constructor(who: number) {
    this.who = who;
  }
  check(model: Readonly<Model>): boolean {
    return living(model).length < MOST_PROCESSES;
  }
  run(model: Model, world: World): void {
    const names = living(model);
    const child = `p${processesOf(model.ideal).length}`;
    both(model, world, { process: names[this.who % names.length]!, op: 'fork', child });
  }
  toString(): string {
    return `${this.who}: fork`;
  }
}

const who = fc.nat(MOST_PROCESSES - 1);
const page = fc.nat(3);
const offset = fc.constantFrom(0, 2048);
const perm: fc.Arbitrary<Perm> = fc.constantFrom('rw-', 'r--', '---', 'rwx');
const range = fc.record({ page, pages: fc.integer({ min: 1, max: 2 }) });
const act = (operation: fc.Arbitrary<Operation>): fc.Arbitrary<Command> =>
  fc.tuple(who, operation).map(([process, chosen]) => new Act(process, chosen));

const commands = fc.commands(
  [
    act(fc.record({ op: fc.constant('write'), page, offset, value: fc.integer({ min: 1, max: 255 }) })),
    act(fc.record({ op: fc.constant('read'), page, offset })),
    act(fc.record({ op: fc.constant('fetch'), page })),
    who.map(process => new Fork(process)),
    act(
      fc
        .tuple(range, perm, fc.constantFrom('anon', 'sanon'))
        .map(([r, p, kind]) => ({ op: 'map', ...r, perm: p, kind, flags: [] })),
    ),
    act(fc.tuple(range, perm).map(([r, p]) => ({ op: 'prot', ...r, perm: p }))),
    act(range.map(r => ({ op: 'unmap', ...r }))),
    act(range.map(r => ({ op: 'madv', ...r, advice: 'dontneed' }))),
    act(fc.constantFrom<Operation>({ op: 'exit' }, { op: 'execve' })),
  ],
  { maxCommands: 80, size: 'max' },
);

test('any sequence of operations of one to six processes leaves machine and ideal memory coupled', () => {
  fc.assert(
    fc.property(commands, sequence => {
      fc.modelRun(() => {
        const program = { files: [], regions: [], processes: ['p0'], moves: [] };
        const real = linux.boot(program, '6.x');
        const model = { ideal: linux.ideal.boot(program) };
        both(model, real, {
          process: 'p0',
          op: 'map',
          page: 0,
          pages: 3,
          perm: 'rw-',
          kind: 'anon',
          flags: [],
        });
        return { model, real };
      }, sequence);
    }),
    { numRuns: 1500 },
  );
});
