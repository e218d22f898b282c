import { END, type Graph, type Node } from './explore.ts';

/** What a rote player looks at: one thing, by which it always decides. */
const FEATURES: Readonly<Record<string, (node: Node, previous: string) => string>> = {
  nothing: () => '',
  'the access': ({ question }) => question.move.op,
  'the error code': ({ question }) => ('trap' in question ? String(question.trap?.errorCode) : ''),
  'the kind of entry': ({ facts }) => String(facts['entryKind']),
  'the mapcount': ({ facts }) => String(facts['maps']),
  'the previous answer': (_, previous) => previous,
};

/** What a player must do, by the value of its feature, to earn three stars in a variant. */
type Rule = ReadonlyMap<string, string>;

export interface Rote {
  /** Largest sets of variants (counted from 0) that one rote player passes. */
  readonly passable: readonly (readonly number[])[];
  /** A smallest set of variants that no rote player passes together; null if one passes all. */
  readonly smallest: readonly number[] | null;
  /** What the player looks at who passes all variants, and how it answers: 'the access (read: zero-page, write: copy)'. */
  readonly player: string | null;
  /** How likely a player who draws lots earns three stars in a variant drawn by chance. */
  readonly randomThreeStars: number;
}

export function roteOf(graphs: readonly Graph[]): Rote {
  const byFeature = Object.entries(FEATURES).map(([name, feature]) => ({
    name,
    sets: passableBy(graphs, feature),
  }));
  const passable = largest(byFeature.flatMap(({ sets }) => sets.map(({ variants }) => variants)));
  const chances = graphs.map(randomThreeStars);
  return {
    passable,
    smallest: smallestBeyond(passable, graphs.length),
    player: byFeature.flatMap(({ name, sets }) => playerOf(name, sets, graphs.length))[0] ?? null,
    randomThreeStars: chances.reduce((sum, chance) => sum + chance, 0) / Math.max(chances.length, 1),
  };
}

/** Variants that one player passes, and how it answers to what it sees. */
interface Passed {
  readonly variants: number[];
  readonly rule: Rule;
}

/** The player among these who passes all variants, with its rule, which anybody can try. */
function playerOf(name: string, sets: readonly Passed[], variants: number): string[] {
  const all = sets.find(set => set.variants.length === variants);
  if (all === undefined) return [];
  const answers = [...all.rule].map(([value, decision]) =>
    value === '' ? decision : `${value}: ${decision}`,
  );
  return [`${name} (${answers.join(', ')})`];
}

/** The sets of variants that players of one feature pass, the largest among them. */
function passableBy(graphs: readonly Graph[], feature: (node: Node, previous: string) => string): Passed[] {
  const rules = new Map<string, { rule: Rule; variants: Set<number> }>();
  for (const graph of graphs)
    for (const rule of winningRules(graph, feature)) {
      const name = JSON.stringify([...rule].sort());
      const known = rules.get(name) ?? { rule, variants: new Set<number>() };
      known.variants.add(graph.variant);
      rules.set(name, known);
    }
  const all = [...rules.values()];
  const friends = all.map(
    (a, i) => new Set(all.flatMap((b, k) => (k !== i && agree(a.rule, b.rule) ? [k] : []))),
  );
  return cliques(friends).map(clique => ({
    variants: [...new Set(clique.flatMap(i => [...all[i]!.variants]))].sort((a, b) => a - b),
    rule: new Map(clique.flatMap(i => [...all[i]!.rule])),
  }));
}

/** The rules that earn three stars: backtracking, since a player's own answers fix what it meets. */
function winningRules({ nodes, root }: Graph, feature: (node: Node, previous: string) => string): Rule[] {
  const found = new Map<string, Rule>();
  const play = (key: string, previous: string, rule: Rule): void => {
    const node = nodes.get(key);
    if (node === undefined) {
      if (key === END) found.set(JSON.stringify([...rule].sort()), rule);
      return;
    }
    const value = feature(node, previous);
    const fixed = rule.get(value);
    for (const { decision, verdict, next } of node.options)
      if (verdict === 'optimal' && next !== undefined && (fixed ?? decision) === decision)
        play(next, decision, fixed === undefined ? new Map([...rule, [value, decision]]) : rule);
  };
  play(root, '', new Map());
  return [...found.values()];
}

const agree = (a: Rule, b: Rule): boolean =>
  [...a].every(([value, decision]) => (b.get(value) ?? decision) === decision);

/**
 * All maximal sets of which each two are friends.
 * Source: Bron and Kerbosch, algorithm 457, with Tomita's pivot.
 */
function cliques(friends: readonly ReadonlySet<number>[]): number[][] {
  const found: number[][] = [];
  const grow = (clique: number[], candidates: Set<number>, excluded: Set<number>): void => {
    if (candidates.size === 0 && excluded.size === 0) found.push(clique);
    const common = (i: number): number => [...candidates].filter(k => friends[i]!.has(k)).length;
    const pivot = [...candidates, ...excluded].sort((a, b) => common(b) - common(a))[0];
    for (const i of [...candidates]) {
      if (pivot !== undefined && friends[pivot]!.has(i)) continue;
      const near = (set: Set<number>) => new Set([...set].filter(k => friends[i]!.has(k)));
      grow([...clique, i], near(candidates), near(excluded));
      candidates.delete(i);
      excluded.add(i);
    }
  };
  if (friends.length > 0) grow([], new Set(friends.keys()), new Set());
  return found;
}

/** Without those that are part of another, in a fixed order. */
function largest(sets: readonly number[][]): number[][] {
  const unique = [...new Map(sets.map(set => [set.join(), set])).values()];
  return unique
    .filter(set => !unique.some(other => other.length > set.length && set.every(v => other.includes(v))))
    .sort((a, b) => b.length - a.length || compare(a, b));
}
const compare = (a: readonly number[], b: readonly number[]): number => {
  const at = a.findIndex((v, i) => v !== b[i]);
  return at < 0 ? 0 : a[at]! - b[at]!;
};

/** A smallest set of variants that is part of none of the given sets; null if one of them holds all. */
export function smallestBeyond(passable: readonly (readonly number[])[], variants: number): number[] | null {
  const within = (chosen: readonly number[], left: number): number[] | undefined => {
    const around = passable.find(set => chosen.every(v => set.includes(v)));
    if (around === undefined) return [...chosen].sort((a, b) => a - b);
    if (left === 0) return undefined;
    for (let v = 0; v < variants; v++) {
      const found = around.includes(v) ? undefined : within([...chosen, v], left - 1);
      if (found !== undefined) return found;
    }
    return undefined;
  };
  for (let size = 1; size <= variants; size++) {
    const found = within([], size);
    if (found !== undefined) return found.length > 0 ? found : [0];
  }
  return null;
}

/** The chance of an optimal answer at every question of a variant, each offer being as likely. */
function randomThreeStars({ nodes, root }: Graph): number {
  const known = new Map<string, number>([[END, 1]]);
  const chance = (key: string): number => {
    const before = known.get(key);
    if (before !== undefined) return before;
    const { options } = nodes.get(key) ?? { options: [] };
    known.set(key, 0);
    const sum = options.reduce((total, { verdict, next, chance: own = 1 / options.length }) => {
      return total + (verdict === 'optimal' && next !== undefined ? own * chance(next) : 0);
    }, 0);
    known.set(key, sum);
    return known.get(key)!;
  };
  return chance(root);
}
