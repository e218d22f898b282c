import { type Aside as Asked, asideAt } from '../levels/aside.ts';
import type { Course } from '../levels/course.ts';
import { parseAnswer } from '../levels/form.ts';
import { NO_COST } from '../machines/machine.ts';
import { type Attempt, presentOf, questionOf } from './attempt.ts';
import { evidenceText } from './race-words.ts';
import type { Answer, Aside } from './types.ts';
import { formOf, predictionLabel } from './words.ts';

/** What is asked in passing after the answer that was given last, and what was answered; undefined where nothing is. */
export function asideOf({ positions, answers, looks }: Attempt): Aside | undefined {
  const [before, here] = positions.slice(-2);
  const last = answers.at(-1);
  if (before === undefined || here === undefined || last === undefined) return undefined;
  if (last.n !== before.n || last.verdict !== 'optimal' || last.takenBack) return undefined;
  const asked = askedAt(before.course, before.n);
  if (asked === undefined) return undefined;
  const fields = formOf(before.course.level.system, asked.fields, 'evidence');
  const { n, move, operation, process, address } = questionOf(before)!;
  const answer = looks.find(look => look.n === n);
  return {
    question: {
      n,
      move,
      operation,
      process,
      address,
      depth: 'evidence',
      offers: asked.offers.map(id => ({ id, label: predictionLabel(fields, parseAnswer(id)) })),
      fields,
      inPassing: true,
    },
    ...(answer !== undefined && { answer }),
    view: presentOf(before),
  };
}

const known = new WeakMap<Course, { readonly asked: Asked | undefined }>();

/** It takes a few trials of every decision to find out, and a course never changes. */
function askedAt(course: Course, n: number): Asked | undefined {
  const found = known.get(course) ?? { asked: asideAt(course, n) };
  known.set(course, found);
  return found.asked;
}

/** The attempt with an answer, which is on offer, to what is asked in passing. */
export function lookBack(attempt: Attempt, { question, view }: Aside, decision: string): Attempt {
  const { course } = attempt.positions.at(-2)!;
  const { truth, expected } = askedAt(course, question.n)!;
  const { n, depth, operation, process, address, offers, fields = [] } = question;
  const look: Answer = {
    n,
    depth,
    operation,
    process,
    address,
    errorCode: null,
    offers: offers.map(({ id }) => id),
    decision,
    verdict: decision === expected ? 'optimal' : 'mispredicted',
    truth,
    expected,
    cost: NO_COST,
    wentOn: true,
    takenBack: false,
    text: evidenceText(fields, parseAnswer(decision), truth),
    before: view,
    after: view,
  };
  return { ...attempt, looks: [...attempt.looks, look] };
}
