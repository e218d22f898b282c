import { complete } from '../judge/judge.ts';
import { parseProgram } from '../language/parse.ts';
import { costBetween } from '../machines/machine.ts';
import { xen } from '../machines/xen/xen.ts';

/** What a number of stores to one table costs in each of the ways that Xen has known, in cycles of the game. */
export interface Point {
  readonly stores: number;
  /** Each store carried out by Xen: 3.0.3 and later. */
  readonly emulate: number;
  /** Asked for in batches of 32, as Linux does. */
  readonly batch: number;
  /** The table unhooked, written to freely, looked through at the next use: 3.0.2. */
  readonly unhook: number;
}

/** Requests in a hypercall, and what each costs besides its audit: choices of the game. */
const BATCH = 32;
const REQUEST = 50;
const ENTRIES = 8;

/** The stores go round the eight entries of a table; the page of the last one is used at the end. */
export function tableCosts(cpus: number, most: number): Point[] {
  const opening = [
    'xen: domain alice pv64 8',
    'alice: assist on',
    ...(cpus > 1 ? [`alice: cpu ${cpus - 1}`, 'alice: cpu 0'] : []),
    // In 3.0.2 the store after a batch that changed nothing is carried out by itself.
    'alice: kwrite @1.2[7] f5:r-',
  ];
  const entry = (i: number) => `f${5 + (i % 5)}:r-`;
  const spent = (moves: readonly string[], rules: string): number => {
    const program = parseProgram([...opening, ...moves, 'alice: uread @0.0'].join('\n'), 'costs');
    const world = xen.boot(program, rules);
    for (const move of program.moves.slice(0, opening.length)) complete(xen, world, move);
    const before = xen.cost(world);
    for (const move of program.moves.slice(opening.length)) complete(xen, world, move);
    return xen.price!(costBetween(before, xen.cost(world)));
  };
  return Array.from({ length: most }, (_, n) => {
    const stores = Array.from({ length: n + 1 }, (_, i) => `alice: kwrite @1.2[${i % ENTRIES}] ${entry(i)}`);
    const requests = stores.map((_, i) => `f4[${i % ENTRIES}]=${entry(i)}`);
    const calls: string[] = [];
    for (let i = 0; i < requests.length; i += BATCH)
      calls.push(`alice: update ${requests.slice(i, i + BATCH).join(' ')}`);
    return {
      stores: n + 1,
      emulate: spent(stores, '3.0.3'),
      batch: spent(calls, '3.0.3') + REQUEST * requests.length,
      unhook: spent(stores, '3.0.2'),
    };
  });
}

/** The first number of stores from which on one way is cheaper than another; undefined if it is not up to the end. */
export function beatsFrom(
  points: readonly Point[],
  way: keyof Point,
  other: keyof Point,
): number | undefined {
  const last = points.findLastIndex(point => point[way] >= point[other]);
  return points[last + 1]?.stores;
}
