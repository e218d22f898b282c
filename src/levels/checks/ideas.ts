import { isRight } from '../../judge/verdict.ts';
import { conceptsOf, misconceptionsOf } from '../catalogue.ts';
import type { LoadedLevel } from '../compile.ts';
import type { Graph, Node } from '../explore.ts';
import { type Problem, problemAt, tidy } from '../problem.ts';
import { type Asked, actsOf, revealedBy } from '../revealed.ts';

/** Concepts and misconceptions are known, and what a level uses was taught before. */
export function conceptProblems({ level, placeOf }: LoadedLevel, taught: ReadonlySet<string>): Problem[] {
  const problems: Problem[] = [];
  const concepts = conceptsOf(level.system);
  const misconceptions = misconceptionsOf(level.system);
  for (const part of ['teaches', 'uses'] as const)
    for (const [i, id] of level[part].entries())
      if (!Object.hasOwn(concepts, id))
        problems.push(
          problemAt(
            placeOf(part, i),
            'concepts',
            `no concept '${id}'; expected an id of assets/SYSTEM/concepts.json`,
          ),
        );
      else if (part === 'uses' && !taught.has(id))
        problems.push(
          problemAt(
            placeOf(part, i),
            'taught-before',
            `'${id}' is used, but no earlier level teaches it; expected it among an earlier level's \`teaches\``,
          ),
        );
  for (const [i, id] of level.treats.entries())
    if (!Object.hasOwn(misconceptions, id))
      problems.push(
        problemAt(
          placeOf('treats', i),
          'misconceptions',
          `no misconception '${id}'; expected an id of assets/SYSTEM/misconceptions.json`,
        ),
      );
  return problems;
}

/** What a question of the proof was about. */
const askedIn = (system: string, { question, rule, reference }: Node): Asked => ({
  system,
  depth: question.depth,
  rule,
  reference,
  ...('decided' in question && { decided: question.decided }),
});

/** Wrong answers on offer, and of these those that tell of a misconception; looking back at what decided has none. */
export interface WrongChoices {
  readonly all: number;
  readonly tagged: number;
}

export function wrongChoices(system: string, graphs: readonly Graph[]): WrongChoices {
  const nodes = graphs.flatMap(graph => [...graph.nodes.values()]);
  const told = nodes
    .filter(({ question }) => question.depth !== 'evidence')
    .flatMap(node =>
      node.options
        .filter(({ verdict }) => !isRight(verdict))
        .map(({ decision, verdict }) =>
          actsOf(askedIn(system, node), decision, verdict).some(
            act => revealedBy(system, node.rule, act).length > 0,
          ),
        ),
    );
  return { all: told.length, tagged: told.filter(Boolean).length };
}

/** Each wrong choice tells of a misconception, and each treated misconception can be told. */
export function revealProblems({ level, placeOf }: LoadedLevel, graphs: readonly Graph[]): Problem[] {
  const problems: Problem[] = [];
  const { system } = level;
  const misconceptions = misconceptionsOf(system);
  const told = new Set<string>();
  for (const node of graphs.flatMap(({ nodes }) => [...nodes.values()]))
    for (const { decision, verdict } of node.options) {
      if (verdict === 'optimal') continue;
      const acts = actsOf(askedIn(system, node), decision, verdict);
      const ids = acts.flatMap(act => revealedBy(system, node.rule, act));
      for (const id of ids) told.add(id);
      if (acts.length > 0 && ids.length === 0 && !isRight(verdict))
        problems.push(
          problemAt(
            node.place,
            'tags',
            `no misconception tells itself by \`${acts.join('`, `')}\` where ${node.rule} decides; expected one in assets/SYSTEM/misconceptions.json`,
          ),
        );
    }
  for (const [i, id] of level.treats.entries())
    if (Object.hasOwn(misconceptions, id) && !told.has(id))
      problems.push(
        problemAt(
          placeOf('treats', i),
          'treats',
          `no answer on offer comes of ${id}; expected one whose rule and decision it \`reveals\``,
        ),
      );
  return tidy(problems);
}
