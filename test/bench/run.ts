import { performance } from 'node:perf_hooks';
import { complete, judge } from '../../src/judge/judge.ts';
import type { Move } from '../../src/language/moves.ts';
import { parseProgram } from '../../src/language/parse.ts';
import { linux } from '../../src/machines/linux/linux.ts';
import { Fault, type World } from '../../src/machines/linux/world.ts';
import { isTrap } from '../../src/machines/machine.ts';

/**
 * What the model costs: faults decided by `best` and carried out by `apply`, cloning, keys and verdicts.
 * Each figure is the median of several rounds, beside a loop of plain typed-array work in the same run, for
 * machines are noisy. `--json` prints {name: {ns, ratio}}; ratio 1 is the plain loop's step.
 */
const PAGES = 65_536;
const ROUNDS = 7;

const median = (numbers: number[]): number => numbers.sort((a, b) => a - b)[numbers.length >> 1]!;

function measure(times: number, prepare: () => () => void): number {
  const rounds = Array.from({ length: ROUNDS }, () => {
    const work = prepare();
    const start = performance.now();
    work();
    return ((performance.now() - start) * 1e6) / times;
  });
  return median(rounds);
}

const emptyWorld = (): World => {
  const world = linux.boot({ files: [], regions: [], processes: ['p0'], moves: [] }, '6.x');
  const map: Move = { process: 'p0', op: 'map', page: 0, pages: PAGES, perm: 'rw-', kind: 'anon', flags: [] };
  linux.step(world, map);
  return world;
};

/** One fault a page of the first process; none of them retries, as in a kernel that only serves faults. */
function serve(world: World, access: 'read' | 'write', errorCode: number): void {
  for (let page = 0; page < PAGES; page++) {
    const fault = new Fault('p0', 0, page, 0, access, errorCode, true);
    linux.apply(world, fault, linux.best(world, fault));
  }
}

const faults = (prepare: (world: World) => void, access: 'read' | 'write', errorCode: number): number =>
  measure(PAGES, () => {
    const world = emptyWorld();
    prepare(world);
    return () => serve(world, access, errorCode);
  });

const fork = (world: World): void => void linux.step(world, { process: 'p0', op: 'fork', child: 'p1' });
const write = (world: World): void => serve(world, 'write', 6);

function situation() {
  const program = parseProgram(
    'p0 map 0 2 rw- anon\np0 write 0 5\np0 write 0 7 1024\np0 write 1 3\np0 fork p1\np1 write 0 9',
    'bench',
  );
  const world = linux.boot(program, '6.x');
  const ideal = linux.ideal.boot(program);
  const move = program.moves.at(-1)!;
  for (const before of program.moves.slice(0, -1))
    linux.ideal.advance(ideal, before, complete(linux, world, before));
  const fault = linux.step(world, move);
  if (!isTrap(fault)) throw new Error('the bench program must end with a fault');
  return { world, ideal, move, fault };
}

const level = situation();
const offers = linux.offers(level.world, level.fault, linux.decisions);
const verdict = (name: string, times: number): number =>
  measure(times, () => () => {
    for (let i = 0; i < times; i++) judge(linux, level, linux.parse(name), offers);
  });

const plain = new Int32Array(PAGES * 4);
const results: Record<string, number> = {
  'plain typed-array step': measure(PAGES, () => () => {
    for (let i = 0; i < PAGES; i++) plain[i * 2] = plain[i]! + (plain[i * 4] ?? 0);
  }),
  'zero page on a read': faults(() => {}, 'read', 4),
  'first write': faults(() => {}, 'write', 6),
  'copy on write': faults(
    world => {
      write(world);
      fork(world);
    },
    'write',
    7,
  ),
  'reuse in place': faults(
    world => {
      write(world);
      fork(world);
      linux.step(world, { process: 'p1', op: 'exit' });
    },
    'write',
    7,
  ),
  'fork, per page': measure(PAGES, () => {
    const world = emptyWorld();
    write(world);
    return () => fork(world);
  }),
  'clone of a level world': measure(2000, () => () => {
    for (let i = 0; i < 2000; i++) linux.clone(level.world);
  }),
  'key of a level world': measure(2000, () => () => {
    for (let i = 0; i < 2000; i++) linux.key(level.world, level.ideal);
  }),
  'verdict, right (all offers tried)': verdict('copy', 100),
  'verdict, wrong with its consequence': verdict('reuse', 20),
};

const base = results['plain typed-array step']!;
if (process.argv.includes('--json')) {
  const rows = Object.entries(results).map(([name, ns]) => [name, { ns, ratio: ns / base }]);
  console.log(JSON.stringify(Object.fromEntries(rows), null, 2));
} else
  for (const [name, ns] of Object.entries(results))
    console.log(
      `${name.padEnd(38)} ${ns.toFixed(0).padStart(10)} ns ${(ns / base).toFixed(1).padStart(10)} x`,
    );
