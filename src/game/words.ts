import type { Judgement, Verdict } from '../judge/verdict.ts';
import { isRight } from '../judge/verdict.ts';
import { accessOf, type Move, type Region } from '../language/moves.ts';
import { describe } from '../language/print.ts';
import { parseAnswer } from '../levels/form.ts';
import type { Cost, Facts, Field, Prediction, Reason, Trap, View } from '../machines/machine.ts';
import { costBetween } from '../machines/machine.ts';
import { evidenceForm, orderForm } from './micro-words.ts';
import { entryText, stepTexts } from './steps.ts';
import { fill, listed } from './template.ts';
import { entryOf, general, textsOf } from './texts.ts';
import type { AnswerText, FormField, QuestionDepth } from './types.ts';

/** Everything that the game says, composed from facts and assets/texts.json. Words decide nothing. */

const { answer: texts, hint: hints } = general;

/** Where something is said about: the move in question and the names of its pages. */
export interface Scene {
  readonly system: string;
  readonly regions: readonly Region[];
  readonly move: Move;
}

/** 'Corruption' */
export const verdictName = (verdict: Verdict): string => general.verdicts[verdict];

/** A decision as the menu words it. */
export const decisionLabel = (system: string, decision: string): string =>
  decisionTexts(system, decision).label;

/** The kernel's own decision in words, where this rule made it. */
export const servedLabel = (system: string, decision: string, reason: Reason): string =>
  ruleTexts(system, reason).label ?? decisionLabel(system, decision);

/** The texts of a decision; the fields behind its name say how, not what. */
const decisionTexts = (system: string, decision: string) =>
  entryOf(textsOf(system).decisions, parseAnswer(decision)['do'] ?? decision.split(' ')[0]!, 'decision');

function ruleTexts(system: string, { rule, facts }: Reason) {
  const { kernels, ...texts } = entryOf(textsOf(system).rules, rule, 'rule');
  return kernels?.[String(facts['kernel'])] ?? texts;
}

/** 'The entry is read-only, the VMA is rw-, private, and f3 has 2 mappers, sh and child: copy on write.' */
export const ruleText = (system: string, reason: Reason): string =>
  fill(ruleTexts(system, reason).text, reason.facts);

/** 'I4: the zero frame holds zeros, and no entry may write to it' */
export const invariantText = (system: string, id: string): string =>
  `${id}: ${entryOf(textsOf(system).invariants, id, 'invariant')}`;

/** What is said of a decision once it was judged. `before` shows the fault. */
export function decisionText({ system, regions, move }: Scene, judged: Judgement, before: View): AnswerText {
  const { verdict, reason, consequence, kernelBeaten } = judged;
  const { state } = ruleTexts(system, reason);
  // Not every event is about an entry.
  const { page } = reason.facts;
  const facts: Facts = {
    ...reason.facts,
    did: didText(system, judged),
    state: fill(state, reason.facts),
    reference: decisionTexts(system, judged.reference).verb,
  };
  const headline = verdict === 'wasteful' ? texts.wasteful : isRight(verdict) ? texts.right : texts.wrong;
  const rule = ruleText(system, reason);
  return {
    headline: fill(headline, facts),
    rule: kernelBeaten ? `${rule} ${fill(texts.kernelBeaten, facts)}` : rule,
    function: reason.function,
    waste: wasteText(system, judged),
    decided:
      consequence === undefined || page === undefined
        ? ''
        : entryText(move.process, String(page), before, consequence.decided),
    steps: consequence === undefined ? [] : stepTexts(system, regions, verdict, consequence),
    broken: [...new Set(consequence?.broken.map(({ invariant }) => invariant))].map(id =>
      invariantText(system, id),
    ),
    note: consequence?.relabelled === true ? texts.relabelled : '',
  };
}

/** 'let child write in place' */
export const didText = (system: string, { decision, reason }: Judgement): string =>
  fill(decisionTexts(system, decision).did, reason.facts);

function wasteText(system: string, { verdict, cost, bestCost, better }: Judgement): string {
  if (verdict !== 'wasteful' || better === undefined) return '';
  return fill(texts.waste, {
    more: costText(costBetween(bestCost, cost)),
    better: decisionTexts(system, better).verb,
  });
}

/** '1 frame, 4096 bytes copied and 1 local flush'; counts of 0 are left out. */
export function costText(cost: Cost): string {
  const copied = Math.min(cost.bytesRead, cost.bytesWritten);
  const counts: Readonly<Record<keyof typeof general.costs, number>> = {
    io: cost.io,
    frames: cost.frames,
    bytesCopied: copied,
    bytesRead: cost.bytesRead - copied,
    bytesWritten: cost.bytesWritten - copied,
    remoteFlushes: cost.remoteFlushes,
    localFlushes: cost.localFlushes,
    emulations: cost.emulations,
    audits: cost.audits,
    messages: cost.messages,
    faults: cost.faults,
  };
  const parts = Object.entries(general.costs).flatMap(([name, template]) => {
    const count = counts[name as keyof typeof counts];
    return count > 0 ? [fill(template, { count })] : [];
  });
  return parts.length === 0 ? 'nothing' : listed(parts);
}

/** The form of a predict question with its words. */
export function formOf(system: string, fields: readonly Field[], depth: QuestionDepth): FormField[] {
  if (depth === 'order') return orderForm(system, fields);
  if (depth === 'evidence') return evidenceForm(system, fields);
  const known = depth === 'detail' ? (textsOf(system).details ?? {}) : textsOf(system).fields;
  return fields.map(field => {
    if (depth === 'detail' && field.id === 'do') return choiceField(system, field);
    const { label, options } = entryOf(known, field.id, 'field');
    return {
      ...field,
      label,
      labels: Object.fromEntries(
        field.options.map(option => [option, entryOf(options, option, `option of ${field.id}`)]),
      ),
    };
  });
}

const choiceField = (system: string, field: Field): FormField => ({
  ...field,
  label: general.detail.choice,
  labels: Object.fromEntries(field.options.map(name => [name, decisionLabel(system, name)])),
});

/** 'a page fault, a copy, a new frame' */
export const predictionLabel = (form: readonly FormField[], answer: Prediction): string =>
  form.flatMap(({ id, labels }) => labels[answer[id] ?? ''] ?? []).join(', ');

/**
 * What is said of a prediction: both, where they differ, and the rule that made it so.
 * @param reason why the last fault of the move is answered as it is; undefined where there was none
 */
export function predictionText(
  { system, move }: Scene,
  form: readonly FormField[],
  given: Prediction,
  truth: Prediction,
  reason: Reason | undefined,
): AnswerText {
  const wrong = form.filter(({ id }) => given[id] !== truth[id] && given[id] !== undefined);
  const facts = { given: predictionLabel(wrong, given), truth: predictionLabel(form, truth) };
  const right = form.every(({ id }) => given[id] === truth[id]);
  return {
    headline: fill(right ? texts.foretold : texts.misforetold, facts),
    rule: reason === undefined ? fill(texts.unasked, { access: accessOf(move) }) : ruleText(system, reason),
    function: reason?.function ?? '',
    waste: '',
    decided: '',
    steps: [],
    broken: [],
    note: '',
  };
}

/** The third hint where a wrong decision is on offer: what would come of it. */
export function wrongHint(scene: Scene, judged: Judgement): string {
  const { system, regions } = scene;
  const { verdict, consequence, decision } = judged;
  const steps = consequence === undefined ? [] : stepTexts(system, regions, verdict, consequence);
  const told = steps.map(
    ({ who, operation, shows }) => `${who} ${operation}${shows === '' ? '' : ` and ${shows}`}`,
  );
  return fill(hints.wrong, { decision: decisionTexts(system, decision).verb, steps: told.join('; ') });
}

/** The third hint where everything on offer is right: what is too dear, if anything is. */
export const rightHint = (system: string, judged: Judgement | undefined, depth: QuestionDepth): string =>
  judged === undefined
    ? hints.free
    : fill(hints.wasteful, {
        decision: depth === 'order' ? general.race.likeThis : decisionTexts(system, judged.decision).verb,
        more: costText(costBetween(judged.bestCost, judged.cost)),
      });

/** The third hint of a prediction: the truth of one field. */
export const fieldHint = ({ id, label, labels }: FormField, truth: Prediction): string =>
  fill(hints.field, { field: label, option: sentence(entryOf(labels, truth[id] ?? '', `option of ${id}`)) });

/** The same of the evidence: what one fact has to do with it. */
export const factHint = ({ id, label, labels }: FormField, truth: Prediction): string =>
  fill(hints.fact, { field: label, option: entryOf(labels, truth[id] ?? '', `option of ${id}`) });

const sentence = (text: string): string => `${text.charAt(0).toUpperCase()}${text.slice(1)}`;

/** 'sh stores 9 to heap+0' */
export const operationText = ({ regions, move }: Scene): string =>
  `${move.process} ${describe(move, regions)}`;

/** 'page fault', or what else has trapped. */
export const eventName = ({ event }: Trap): string => general.moments.events[event ?? 'fault'];

/** Captions of the timeline: what happened just before the picture. */
export const caption = {
  start: general.moments.start,
  evidence: general.moments.evidence,
  wentOn: general.moments.wentOn,
  /** `shows` as from shownWords; '' where there is nothing to see. */
  completed: (scene: Scene, shows: string): string =>
    fill(shows === '' ? general.moments.done : general.moments.shown, { ...actOf(scene), shows }),
  trap: (scene: Scene, trap: Trap): string =>
    fill(general.moments.trap, { ...actOf(scene), event: eventName(trap) }),
  decided: (system: string, judged: Judgement): string =>
    fill(general.moments.decided, { did: didText(system, judged) }),
} as const;

const actOf = ({ regions, move }: Scene) => ({ process: move.process, operation: describe(move, regions) });
