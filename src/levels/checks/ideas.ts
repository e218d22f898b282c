import { NONE } from '../../judge/order.ts';
import { isRight, type Verdict } from '../../judge/verdict.ts';
import { concepts, misconceptions } from '../catalogue.ts';
import type { LoadedLevel } from '../compile.ts';
import type { Graph, Node } from '../explore.ts';
import { parseAnswer } from '../form.ts';
import { type Problem, problemAt, tidy } from '../problem.ts';

export const conceptIds: readonly string[] = Object.keys(concepts);
export const misconceptionIds: readonly string[] = Object.keys(misconceptions);

/** Which misconceptions show themselves by a decision where a rule decides: 'wp-copy reuse'. */
const revealed = new Map<string, string[]>();
for (const [id, { reveals }] of Object.entries(misconceptions))
  for (const { rule, decision } of reveals)
    revealed.set(`${rule} ${decision}`, [...(revealed.get(`${rule} ${decision}`) ?? []), id]);

/** Concepts and misconceptions are known, and what a level uses was taught before. */
export function conceptProblems({ level, placeOf }: LoadedLevel, taught: ReadonlySet<string>): Problem[] {
  const problems: Problem[] = [];
  for (const part of ['teaches', 'uses'] as const)
    for (const [i, id] of level[part].entries())
      if (!conceptIds.includes(id))
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
    if (!misconceptionIds.includes(id))
      problems.push(
        problemAt(
          placeOf('treats', i),
          'misconceptions',
          `no misconception '${id}'; expected an id of assets/SYSTEM/misconceptions.json`,
        ),
      );
  return problems;
}

/** Each wrong choice tells of a misconception, and each treated misconception can be told. */
export function revealProblems({ level, placeOf }: LoadedLevel, graphs: readonly Graph[]): Problem[] {
  const problems: Problem[] = [];
  const told = new Set<string>();
  for (const node of graphs.flatMap(({ nodes }) => [...nodes.values()]))
    for (const { decision, verdict } of node.options) {
      if (verdict === 'optimal') continue;
      for (const act of actsOf(node, decision, verdict)) {
        const ids = revealed.get(`${bare(node.rule)} ${bare(act)}`) ?? [];
        for (const id of ids) told.add(id);
        if (ids.length === 0 && !isRight(verdict))
          problems.push(
            problemAt(
              node.place,
              'tags',
              `no misconception tells itself by \`${act}\` where ${node.rule} decides; expected one in assets/SYSTEM/misconceptions.json`,
            ),
          );
      }
    }
  for (const [i, id] of level.treats.entries())
    if (misconceptionIds.includes(id) && !told.has(id))
      problems.push(
        problemAt(
          placeOf('treats', i),
          'treats',
          `no answer on offer comes of ${id}; expected one whose rule and decision it \`reveals\``,
        ),
      );
  return tidy(problems);
}

/**
 * What somebody who answers so thinks would be done: the decision itself, or the one field of it that is not as
 * the kernel has it; what comes of an order; that no schedule shows anything; of a prediction, its class, or
 * `none`, or `fault` where there is none. Nothing where only details differ from the right answer.
 */
function actsOf(node: Node, answer: string, verdict: Verdict): readonly string[] {
  const { depth } = node.question;
  if (depth === 'decide') return [answer];
  if (depth === 'detail') return detailActs(answer, node.reference);
  if (depth === 'order') return [verdict];
  if (depth === 'break') return answer === NONE ? [NONE] : [];
  if (depth === 'evidence') return [];
  const act = (text: string): string => {
    const fields = Object.fromEntries(text.split(',').map(field => field.split('=') as [string, string]));
    if (fields['fault'] === 'none') return 'none';
    if (node.rule === 'no-fault') return 'fault';
    if (fields['class'] !== 'refused') return fields['class'] ?? '';
    if (fields['code'] === undefined) return '';
    return fields['code'] === 'MAPERR' ? 'refuse-unmapped' : 'refuse-access';
  };
  const told = act(answer);
  return told === '' || told === act(node.reference) ? [] : [told];
}

function detailActs(answer: string, reference: string): readonly string[] {
  const { do: given = '', ...fields } = parseAnswer(answer);
  const { do: best, ...own } = parseAnswer(reference);
  if (given !== best) return [given];
  const differing = Object.entries(fields).filter(([id, value]) => own[id] !== value);
  return differing.length === 1 ? differing.map(([id, value]) => `${id}=${value}`) : [];
}

/** Without the name of the system, where several run side by side: 'linux:copy'. */
const bare = (name: string): string => name.slice(name.indexOf(':') + 1);
