import { answersOf, isRefused, play, start, table } from '../game/run.ts';
import type { Answer, Offer, Question } from '../game/types.ts';
import { eventName, verdictName } from '../game/words.ts';
import type { Verdict } from '../judge/verdict.ts';
import { parseAnswer } from '../levels/form.ts';
import type { View } from '../machines/machine.ts';
import { type Problem, problemOf } from './generate.ts';
import { GENERATOR, systemsOf } from './makers/makers.ts';
import { DIFFICULTIES, isFocus, type ProblemName } from './problem.ts';
import { seedAfter } from './series.ts';
import { fill, texts } from './texts.ts';

const words = texts.worksheet;

/** One question on paper, with its key. */
export interface Exercise {
  /** The problem's name: `cowhand play ID` plays it. */
  readonly id: string;
  readonly system: string;
  readonly story: string;
  readonly picture: View;
  /** What there is to decide about: 'page fault', 'hypercall'; empty where something is to be foretold. */
  readonly event: string;
  /** In words: 'sh stores 9 to heap+0'. */
  readonly operation: string;
  /** As the hardware reports the trap: 'address 0x..., error code 7: present, write, user'. */
  readonly report: string;
  readonly offers: readonly Offer[];
  /** The key: what each answer on offer is worth, and why; by the judge. */
  readonly key: readonly KeyEntry[];
  /** The rule that decides, and the kernel function that applies it. */
  readonly rule: string;
  readonly function: string;
  readonly concepts: readonly string[];
}
export interface KeyEntry {
  readonly id: string;
  readonly label: string;
  readonly verdict: Verdict;
  /** What comes of it, in a sentence or two. */
  readonly why: string;
}

/** The first question of a problem, in the variant that its seed draws. */
export function exerciseOf({ level, variant }: Problem): Exercise {
  const run = start(level, variant);
  const { question, view } = table(run);
  if (question === undefined) throw new RangeError(`${level.id} asks nothing`);
  const answered = (id: string): Answer => {
    const next = play(run, { type: 'decide', decision: id });
    if (isRefused(next)) throw new RangeError(`${id} is not on offer`);
    return answersOf(next).at(-1)!;
  };
  const choices = question.fields === undefined ? question.offers : choicesOf(question, answered);
  const answers = choices.map(({ id }) => answered(id));
  const { text } = answers[0]!;
  return {
    id: level.id,
    system: level.system,
    story: level.story,
    picture: view,
    event: eventOf(question),
    operation: question.operation,
    report: reportOf(question),
    offers: choices,
    key: answers.map((answer, i) => ({
      ...choices[i]!,
      verdict: answer.verdict,
      why: whyOf(answer),
    })),
    rule: text.rule,
    function: text.function,
    concepts: level.uses,
  };
}

/** What is foretold on paper: one choice stands for all answers that differ in other fields only. */
const ON_PAPER = ['fault', 'class', 'refusal', 'code'];

function choicesOf({ offers, fields = [] }: Question, answered: (id: string) => Answer): Offer[] {
  const told = (id: string) => Object.entries(parseAnswer(id)).filter(([field]) => ON_PAPER.includes(field));
  const right = answered(offers[0]!.id).expected ?? offers[0]!.id;
  const choices = new Map<string, string>();
  for (const { id } of offers) if (!choices.has(told(id).join())) choices.set(told(id).join(), id);
  choices.set(told(right).join(), right);
  const label = (id: string): string => {
    const [field, option] = told(id).at(-1)!;
    return fields.find(each => each.id === field)!.labels[option]!;
  };
  return [...choices.values()].map(id => ({ id, label: label(id) }));
}

const eventOf = ({ trap }: Question): string => (trap === undefined ? '' : eventName(trap));
const reportOf = ({ trap }: Question): string =>
  (trap?.registers ?? []).map(([name, value]) => `${name} ${value}`).join(', ');

/** 'Corruption. You let child write in place. ... Then sh loads heap+0: sees 9, should see 7.' */
function whyOf({ depth, verdict, text }: Answer): string {
  if (depth === 'predict') return `${verdictName(verdict)}. ${text.rule}`;
  const shown = text.steps.map(
    ({ who, operation, shows }) => `${who} ${operation}${shows === '' ? '' : `: ${shows}`}`,
  );
  const then = shown.length === 0 ? '' : fill(words.then, { steps: shown.join('; ') });
  return [`${verdictName(verdict)}.`, text.headline, text.waste, then].filter(part => part !== '').join(' ');
}

/** What a worksheet is made from. */
export interface Sheet {
  readonly seed: number;
  readonly count: number;
  readonly system?: string | undefined;
  /** Concepts or misconceptions, in turn. */
  readonly focuses: readonly string[];
}

/** The exercises of a sheet, the same for the same one; they get harder, the systems come in turn. */
export const exercisesOf = ({ seed, count, system, focuses }: Sheet): Exercise[] =>
  Array.from({ length: count }, (_, i) => {
    const focus = focuses[i % Math.max(1, focuses.length)];
    const possible = systemsOf().filter(
      each => (system ?? each) === each && (focus === undefined || isFocus(each, focus)),
    );
    const difficulty = DIFFICULTIES[Math.floor((i * DIFFICULTIES.length) / count)]!;
    const name: ProblemName = {
      generator: GENERATOR,
      system: possible[i % possible.length]!,
      difficulty,
      seed: seedAfter(seed, i),
    };
    return exerciseOf(problemOf(focus === undefined ? name : { ...name, focus }));
  });
