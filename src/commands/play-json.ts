import { isRefused, play, type Run, start, table } from '../game/run.ts';
import { outcomeOf } from '../game/steps.ts';
import { type Transcript, transcriptOf } from '../game/transcript.ts';
import type { Answer, Question, QuestionDepth, Table } from '../game/types.ts';
import { verdictName } from '../game/words.ts';
import type { Verdict } from '../judge/verdict.ts';
import type { Level } from '../levels/level.ts';
import { parOf } from '../levels/par.ts';
import { variantsOf } from '../levels/variants.ts';
import type { Cost } from '../machines/machine.ts';
import type { Io } from './io.ts';

export interface WithoutTerminal {
  /** Counts from 1, as players count. */
  readonly variant: number;
  /** By which the variant was drawn; null where it was chosen. */
  readonly seed: number | null;
  /** Answers to the questions, in order; after a wrong one the same fault is asked again. */
  readonly decide: readonly string[];
  /** Print the transcript as JSON. */
  readonly json: boolean;
  /** Print the accepted forms for the question that is open after the answers. */
  readonly offers: boolean;
}

/**
 * Plays a level without a terminal and prints what came of it.
 * @returns 0 if the level was finished (with `offers`: if a question is open), 1 if not, 2 if an answer is
 * not on offer, there are too many, or there is no such variant
 */
export async function playWithoutTerminal(level: Level, options: WithoutTerminal, io: Io): Promise<number> {
  const refuse = (message: string): number => {
    io.stderr.write(`cowhand: ${message}\n`);
    return 2;
  };
  const variants = variantsOf(level).length;
  if (!Number.isInteger(options.variant) || options.variant < 1 || options.variant > variants)
    return refuse(`no variant ${options.variant} of ${level.id}; expected 1 to ${variants}`);
  let run: Run = start(level, options.variant - 1);
  for (const [i, decision] of options.decide.entries()) {
    const { question } = table(run);
    const next = play(run, { type: 'decide', decision });
    if (!isRefused(next)) run = next;
    else if (question === undefined)
      return refuse(
        `${level.id} is finished after ${i} of ${options.decide.length} decisions; nothing is on offer any more`,
      );
    else return refuse(notOnOffer(decision, i, question));
  }
  return options.offers ? printOffers(table(run), options.json, io) : print(run, options, io);
}

const notOnOffer = (decision: string, i: number, { n, operation, offers }: Question): string =>
  [
    `decision ${i + 1}, '${decision}', is not on offer at question ${n} (${operation}); expected one of`,
    ...offers.map(({ id }) => `  ${id}`),
  ].join('\n');

function printOffers({ question, level }: Table, json: boolean, io: Io): number {
  if (question === undefined) {
    io.stderr.write(`cowhand: ${level.id} is finished; no question is open\n`);
    return 1;
  }
  const forms = question.offers.map(({ id }) => id);
  io.stdout.write(json ? `${JSON.stringify(forms)}\n` : `${forms.join('\n')}\n`);
  return 0;
}

function print(run: Run, { json, seed, variant }: WithoutTerminal, io: Io): number {
  const played = table(run);
  const report = reportOf(run, transcriptOf(run, variant - 1, seed));
  io.stdout.write(json ? `${JSON.stringify(report, undefined, 2)}\n` : inWords(played));
  return report.finished ? 0 : 1;
}

/** What `cowhand play LEVEL --decide ... --json` prints: the transcript, and what came of each decision. */
export interface PlayReport extends Transcript {
  readonly rules: string;
  /** The answers, in order. */
  readonly questions: readonly TranscriptAnswer[];
  /** The question that waits for an answer; null once finished. */
  readonly open: TranscriptQuestion | null;
  /** 0 until finished. */
  readonly stars: number;
  readonly par: Cost;
  /** Of what was done up to now. */
  readonly cost: Cost;
  readonly finished: boolean;
}

export interface TranscriptQuestion {
  /** Number of the fault or prediction; the same again after a wrong decision. */
  readonly n: number;
  readonly depth: QuestionDepth;
  readonly process: string;
  /** In words: 'stores 9 to heap+0'. */
  readonly operation: string;
  readonly address: number;
  /** null for a prediction. */
  readonly errorCode: number | null;
  readonly offers: readonly string[];
}

export interface TranscriptAnswer extends TranscriptQuestion {
  readonly decision: string;
  readonly verdict: Verdict;
  /** Move by move; empty for what is right, and for a prediction. */
  readonly consequence: readonly TranscriptStep[];
  /** Invariants: 'I1'. */
  readonly broken: readonly string[];
  readonly cost: Cost;
  readonly bestCost: Cost;
  /** The kernel's own decision; the right prediction. */
  readonly reference: string;
  readonly reason: { readonly rule: string; readonly function: string; readonly text: string };
}

export interface TranscriptStep {
  readonly who: string;
  readonly operation: string;
  /** '9', 'done', 'SIGSEGV ACCERR', 'ENOMEM', 'fault'; behind a colon what no process is shown. */
  readonly seen: string;
  readonly ideal: string;
}

/** A run as plain data, for programs. */
export function reportOf(run: Run, transcript: Transcript): PlayReport {
  const { variant, question, answers, summary, cost } = table(run);
  const { level } = run;
  return {
    ...transcript,
    rules: level.rules,
    questions: answers.map(answered),
    open:
      question === undefined
        ? null
        : asked({
            ...question,
            errorCode: question.trap?.errorCode ?? null,
            offers: question.offers.map(({ id }) => id),
          }),
    stars: summary?.stars ?? 0,
    par: parOf(level, variant),
    cost,
    finished: question === undefined,
  };
}

const asked = (question: TranscriptQuestion): TranscriptQuestion => {
  const { n, depth, process, operation, address, errorCode, offers } = question;
  return { n, depth, process, operation: operation.slice(process.length + 1), address, errorCode, offers };
};

function answered(answer: Answer): TranscriptAnswer {
  const { decision, verdict, judgement, text, cost } = answer;
  const steps = judgement?.consequence?.steps ?? [];
  return {
    ...asked(answer),
    decision,
    verdict,
    consequence: steps.map((step, i) => {
      const { who, operation, shows } = text.steps[i]!;
      const [seen, ideal] = [outcomeOf(step.seen), outcomeOf(step.ideal)];
      return { who, operation, seen: seen === ideal && shows !== '' ? `${seen}: ${shows}` : seen, ideal };
    }),
    broken: [...new Set(judgement?.consequence?.broken.map(({ invariant }) => invariant))],
    cost,
    bestCost: judgement?.bestCost ?? cost,
    reference: judgement?.reference ?? answer.expected ?? '',
    reason: {
      rule: (judgement?.reason ?? answer.reason)?.rule ?? 'no-fault',
      function: text.function,
      text: text.rule,
    },
  };
}

/** One line an answer, then how it stands. */
function inWords({ answers, question, summary }: Table): string {
  const lines = answers.map(
    ({ n, operation, decision, verdict, text }) =>
      `${n}  ${operation}: ${decision}. ${verdictName(verdict)}. ${text.headline}`,
  );
  if (summary !== undefined) lines.push(`Finished, ${summary.stars} of 3 stars.`);
  if (question !== undefined)
    lines.push(
      `${question.n}  ${question.operation}: open. On offer: ${question.offers.map(({ id }) => id).join(', ')}`,
    );
  return `${lines.join('\n')}\n`;
}
