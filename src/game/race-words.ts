import { NONE } from '../judge/order.ts';
import type { Judgement } from '../judge/verdict.ts';
import { parseAnswer } from '../levels/form.ts';
import { costBetween, type Prediction } from '../machines/machine.ts';
import { microLabel } from './micro-words.ts';
import { stepTexts } from './steps.ts';
import { fill, listed } from './template.ts';
import { general, textsOf } from './texts.ts';
import type { AnswerText, FormField } from './types.ts';
import { costText, invariantText, type Scene } from './words.ts';

/** The words of order, break and evidence. */

const texts = general.race;

const EMPTY: AnswerText = {
  headline: '',
  rule: '',
  function: '',
  waste: '',
  decided: '',
  steps: [],
  broken: [],
  note: '',
};

/** What is said of an order or a schedule once it was judged. */
export function raceText(
  { system, regions }: Pick<Scene, 'system' | 'regions'>,
  depth: 'order' | 'break',
  judged: Judgement,
): AnswerText {
  const { verdict, consequence, reason, tried = 0 } = judged;
  const rule = textsOf(system).races?.[reason.rule];
  const steps = consequence === undefined ? [] : stepTexts(system, regions, verdict, consequence);
  return {
    ...EMPTY,
    headline: fill(headlineOf(depth, judged), {
      tried,
      steps: steps.length || judged.decision.split(' ').length,
    }),
    rule: rule === undefined ? '' : fill(rule, reason.facts),
    function: reason.function,
    waste: wasteText(system, depth, judged),
    steps,
    broken: [...new Set(consequence?.broken.map(({ invariant }) => invariant))].map(id =>
      invariantText(system, id),
    ),
    note: consequence?.relabelled === true ? general.answer.relabelled : '',
  };
}

function headlineOf(depth: 'order' | 'break', { verdict, decision, reference }: Judgement): string {
  if (depth === 'order')
    return verdict === 'optimal' || verdict === 'wasteful' ? texts.orderRight : texts.orderWrong;
  if (verdict === 'overlooked') return texts.overlooked;
  if (verdict === 'mispredicted') return reference === NONE ? texts.nothingShown : texts.notShown;
  return decision === NONE ? texts.noneRight : texts.caught;
}

function wasteText(system: string, depth: 'order' | 'break', judged: Judgement): string {
  const { verdict, cost, bestCost, better, longer = 0 } = judged;
  if (verdict !== 'wasteful' || better === undefined) return '';
  if (depth === 'break') return fill(texts.longer, { longer, better: better.replaceAll(' ', ', ') });
  const steps = Object.values(parseAnswer(better)).filter(step => step !== 'end');
  return fill(texts.dearer, {
    more: costText(costBetween(bestCost, cost)),
    better: steps.map(step => microLabel(system, step).toLowerCase()).join(', '),
  });
}

/** What decided, and what was said did. */
export function evidenceText(form: readonly FormField[], given: Prediction, truth: Prediction): AnswerText {
  const named = (answer: Prediction): string => {
    const facts = form.filter(({ id }) => answer[id] === 'yes').map(({ label }) => label);
    return facts.length === 0 ? texts.nothing : listed(facts);
  };
  const right = form.every(({ id }) => given[id] === truth[id]);
  return {
    ...EMPTY,
    headline: fill(right ? texts.evidenceRight : texts.evidenceWrong, {
      truth: named(truth),
      given: named(given),
    }),
    rule: texts.evidenceRule,
  };
}

/** The third hint of a break question: how a shortest schedule begins, or that there is none. */
export function scheduleHint({ reference }: Judgement): string {
  if (reference === NONE) return texts.hintNone;
  const picks = reference.split(' ');
  return fill(texts.hintSchedule, {
    n: picks.length,
    begin: picks.slice(0, Math.ceil(picks.length / 2)).join(', '),
  });
}

/** The third hint of an order: what goes wrong with one that is wrong. */
export function orderHint(scene: Scene, form: readonly FormField[], judged: Judgement): string {
  const given = parseAnswer(judged.decision);
  const order = form.flatMap(({ id, labels }) => labels[given[id] ?? ''] ?? []);
  const { steps } = raceText(scene, 'order', judged);
  const last = steps.at(-1);
  return fill(texts.hintOrder, {
    order: order.join(', '),
    end:
      last === undefined
        ? ''
        : `${last.who} ${last.operation}${last.shows === '' ? '' : ` and ${last.shows}`}`,
  });
}
