import { sumOf } from '../../language/sum.ts';
import { END, type Graph, type Node } from '../explore.ts';

/**
 * What a level asks over all its variants when it is played well: entry, counts of the frame, rights, access and
 * best answer of each question, in no order, as a checksum. Two levels that ask the same ask it twice.
 * @returns '' where nothing is asked
 */
export function asksOf(graphs: readonly Graph[]): string {
  const asked = graphs.flatMap(playedWell).map(inWords).sort();
  return asked.length === 0 ? '' : sumOf(asked.join('\n'));
}

/** The questions of a variant in which the reference answers, or an optimal answer where that is none. */
function playedWell({ root, nodes }: Graph): Node[] {
  const met: Node[] = [];
  for (let at = nodes.get(root); at !== undefined; ) {
    met.push(at);
    const { reference } = at;
    const ways = at.options.filter(({ verdict, next }) => verdict === 'optimal' && next !== undefined);
    const way = ways.find(({ decision }) => decision === reference) ?? ways[0];
    at = nodes.get(way?.next ?? END);
  }
  return met;
}

function inWords({ question, key, rule, facts, reference }: Node): string {
  const { entryKind, maps, refs, exclusive, rights } = facts;
  const { depth, move } = question;
  // A race is told apart by all that takes part in it.
  const race = depth === 'order' || depth === 'break' ? `${depth} ${key}` : '';
  return [rule, entryKind, maps, refs, exclusive, rights, move.op, reference, race].join(' ');
}
