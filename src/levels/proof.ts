import { OwnFault } from '../judge/judge.ts';
import { isRight } from '../judge/verdict.ts';
import { addCosts, type Cost, NO_COST } from '../machines/machine.ts';
import { END, explore, type Graph, type Node, wholeBudget } from './explore.ts';
import type { Level } from './level.ts';
import { lesserCost } from './par.ts';
import { type Rote, roteOf } from './rote.ts';
import { variantsOf } from './variants.ts';

/** How much there is to a level, over all its variants. */
export interface Counts {
  /** States in which a question is open. */
  readonly states: number;
  /** Sequences of decisions; a wrong decision ends one. winning + wrong + deadEnds. */
  readonly sequences: number;
  /** Sequences that reach the end of the script. */
  readonly winning: number;
  /** Of the winning ones, those with a wasteful decision. */
  readonly wasteful: number;
  /** Sequences that end with a wrong decision (or prediction). */
  readonly wrong: number;
  /** Sequences that come to a state where no decision on offer is right. */
  readonly deadEnds: number;
}

/** All that playing a level in every way has shown. */
export interface Proof {
  readonly level: Level;
  readonly graphs: readonly Graph[];
  readonly counts: Counts;
  /** By variant: how many winning sequences it has. */
  readonly winning: readonly number[];
  /** By variant; empty where our own machine or judge failed. */
  readonly par: readonly Cost[];
  readonly rote: Rote;
  /** States of decide and detail questions in which a decision on offer is right that is not the kernel's own. */
  readonly otherRight: number;
  /** States in which the kernel's own decision is not optimal. */
  readonly kernelBeaten: number;
}

/** Plays all sequences of decisions in all variants of a level. */
export function prove(level: Level): Proof {
  const left = wholeBudget();
  const graphs = variantsOf(level).map((_, variant) => explore(level, variant, left));
  const counted = graphs.map(count);
  const nodes = graphs.flatMap(graph => [...graph.nodes.values()]);
  return {
    level,
    graphs,
    counts: counted.reduce(add),
    winning: counted.map(({ winning }) => winning),
    par: graphs.some(({ faults }) => faults.length > 0) ? [] : graphs.map(leastCost),
    rote: roteOf(graphs),
    otherRight: nodes.filter(hasOtherRight).length,
    kernelBeaten: nodes.filter(({ kernelBeaten }) => kernelBeaten).length,
  };
}

/** The least that a run of a variant costs which is optimal at every fault. */
function leastCost({ root, start, nodes }: Graph): Cost {
  const known = new Map<string, Cost>();
  const rest = (key: string): Cost => {
    const least =
      known.get(key) ??
      (nodes.get(key)?.options ?? [])
        .filter(({ verdict, next }) => verdict === 'optimal' && next !== undefined)
        .map(({ next, cost }) => addCosts(cost!, rest(next!)))
        .reduce<Cost | undefined>((a, b) => (a === undefined ? b : lesserCost(a, b)), undefined) ??
      NO_COST;
    known.set(key, least);
    return least;
  };
  return addCosts(start, rest(root));
}

const hasOtherRight = ({ question, reference, options }: Node): boolean =>
  (question.depth === 'decide' || question.depth === 'detail') &&
  options.some(({ decision, verdict }) => isRight(verdict) && decision !== reference);

const NONE: Counts = { states: 0, sequences: 0, winning: 0, wasteful: 0, wrong: 0, deadEnds: 0 };

function add(a: Counts, b: Counts): Counts {
  const sum: Record<string, number> = {};
  for (const key of Object.keys(NONE) as (keyof Counts)[]) sum[key] = a[key] + b[key];
  return sum as unknown as Counts;
}

/** Counts the sequences of a variant on its graph: those from a state are those from where its answers lead. */
function count({ nodes, root }: Graph): Counts {
  interface Tally extends Counts {
    /** Winning sequences without a wasteful decision. */
    readonly clean: number;
  }
  const known = new Map<string, Tally | undefined>();
  const from = (key: string): Tally => {
    const before = known.get(key);
    if (before !== undefined) return before;
    if (key === END) return { ...NONE, sequences: 1, winning: 1, clean: 1 };
    const node = nodes.get(key);
    if (known.has(key)) throw new OwnFault('right decisions go round for ever');
    if (!node?.options.some(option => option.next !== undefined))
      return { ...NONE, sequences: 1, deadEnds: 1, clean: 0 };
    known.set(key, undefined);
    let tally: Tally = { ...NONE, clean: 0 };
    for (const { verdict, next } of node.options) {
      const rest = next === undefined ? { ...NONE, sequences: 1, wrong: 1, clean: 0 } : from(next);
      tally = { ...add(tally, rest), clean: tally.clean + (verdict === 'optimal' ? rest.clean : 0) };
    }
    known.set(key, tally);
    return tally;
  };
  const { clean, ...counts } = from(root);
  return { ...counts, states: nodes.size, wasteful: counts.winning - clean };
}

/** States of a variant in which no answer on offer is right. */
export const deadEnds = ({ nodes }: Graph): readonly Node[] =>
  [...nodes.values()].filter(({ options }) => options.every(({ next }) => next === undefined));
