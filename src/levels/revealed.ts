import { NONE } from '../judge/order.ts';
import type { Verdict } from '../judge/verdict.ts';
import type { Prediction } from '../machines/machine.ts';
import { misconceptionsOf } from './catalogue.ts';
import { parseAnswer } from './form.ts';
import { PASS } from './watch.ts';

/** Which misconceptions show themselves by a decision where a rule decides, and all that do where it decides. */
interface Shown {
  /** By 'wp-copy reuse'. */
  readonly byAct: ReadonlyMap<string, readonly string[]>;
  readonly byRule: ReadonlyMap<string, ReadonlySet<string>>;
}
const known = new Map<string, Shown>();

/** Made when it is first asked for: most commands read no misconceptions. */
function shownIn(system: string): Shown {
  const made = known.get(system);
  if (made !== undefined) return made;
  const byAct = new Map<string, string[]>();
  const byRule = new Map<string, Set<string>>();
  for (const [id, { reveals }] of Object.entries(misconceptionsOf(system)))
    for (const act of reveals) {
      const rule = act.slice(0, act.indexOf(' '));
      byAct.set(act, [...(byAct.get(act) ?? []), id]);
      byRule.set(rule, (byRule.get(rule) ?? new Set()).add(id));
    }
  const shown = { byAct, byRule };
  known.set(system, shown);
  return shown;
}

/** The misconceptions of which this decision may come where this rule of the system decides. */
export const revealedBy = (system: string, rule: string, act: string): readonly string[] =>
  shownIn(system).byAct.get(`${bare(rule)} ${bare(act)}`) ?? [];

const NOTHING: ReadonlySet<string> = new Set();

/** All misconceptions that some decision shows where this rule of the system decides. */
export const testedBy = (system: string, rule: string): ReadonlySet<string> =>
  shownIn(system).byRule.get(bare(rule)) ?? NOTHING;

/** What a question was about, as far as an answer to it tells what its author thinks. */
export interface Asked {
  readonly system: string;
  readonly depth: string;
  readonly rule: string;
  /** The kernel's own decision; of a prediction, the right answer. */
  readonly reference: string;
  /** What a broken kernel decided, that was let pass or stopped. */
  readonly decided?: string | undefined;
}

/**
 * What somebody who answers so thinks would be done: the decision itself, or the fields of it that are not as the kernel
 * has them; what comes of an order; that no schedule shows anything; of a prediction, its class or how it is refused, or
 * `none`, or `fault` where there is none. Where only its other fields are wrong, what they would come of, as far as that
 * tells anything. Who lets a wrong decision pass would decide so too.
 */
export function actsOf(
  { system, depth, rule, reference, decided }: Asked,
  answer: string,
  verdict: Verdict,
): readonly string[] {
  if (decided !== undefined) return answer === PASS ? [decided] : [];
  if (depth === 'decide') return [answer];
  if (depth === 'detail') return detailActs(answer, reference);
  if (depth === 'order') return [verdict];
  if (depth === 'break') return answer === NONE ? [NONE] : [];
  if (depth === 'evidence') return [];
  const act = (text: string): string => {
    const fields = Object.fromEntries(text.split(',').map(field => field.split('=') as [string, string]));
    if (fields['fault'] === 'none') return 'none';
    if (rule === 'no-fault') return 'fault';
    if (fields['class'] !== 'refused') return fields['class'] ?? '';
    const { refusal, code, end } = fields;
    if (refusal !== undefined && refusal !== 'signal') return refusal;
    if (refusal === undefined && end !== undefined) return end;
    if (code !== undefined) return REFUSALS[code] ?? 'refuse-access';
    return refusal === undefined ? '' : end === 'SIGBUS' ? end : 'SIGSEGV';
  };
  const told = act(answer);
  if (told !== '' && told !== act(reference)) return [told];
  return fieldActs(system, rule, parseAnswer(answer), parseAnswer(reference));
}

/** By the frame that is said to be mapped then: the decisions that would map it. */
const MAPPING: Readonly<Record<string, readonly string[]>> = {
  new: ['copy', 'zeroed'],
  same: ['reuse', 'spurious'],
  zero: ['zero-page'],
  other: ['map-cache', 'swap-in'],
};

/** A prediction of the right class, with another field wrong: what that field would come of, where it tells anything. */
function fieldActs(system: string, rule: string, given: Prediction, own: Prediction): readonly string[] {
  const acts = Object.entries(given)
    .filter(([id, value]) => own[id] !== value)
    .flatMap(([id, value]) => [
      `${id}=${value}`,
      ...(id === 'end' ? [value] : []),
      ...(id === 'frame' ? (rule === 'no-fault' ? ['fault'] : (MAPPING[value] ?? [])) : []),
    ]);
  return acts.filter(act => act !== own['class'] && revealedBy(system, rule, act).length > 0);
}

/** The decisions that end with a code. */
const REFUSALS: Readonly<Record<string, string>> = { MAPERR: 'refuse-unmapped', ADRERR: 'refuse-bus' };

function detailActs(answer: string, reference: string): readonly string[] {
  const { do: given = '', ...fields } = parseAnswer(answer);
  const { do: best, ...own } = parseAnswer(reference);
  if (given !== best) return [given];
  return Object.entries(fields)
    .filter(([id, value]) => own[id] !== value)
    .map(([id, value]) => `${id}=${value}`);
}

/** Without the name of the system, where several run side by side: 'linux:copy'. */
const bare = (name: string): string => name.slice(name.indexOf(':') + 1);
