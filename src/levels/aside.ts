import { createHash } from 'node:crypto';
import { evidenceOf } from '../judge/evidence.ts';
import type { Field, Prediction } from '../machines/machine.ts';
import { chapterOf } from './chapters.ts';
import { INTRODUCTIONS } from './checks/rote.ts';
import type { Course } from './course.ts';
import { answersOf, formatAnswer } from './form.ts';

/** A question in passing after an optimal answer: which facts decided the fault? Nobody has to answer it. */
export interface Aside {
  readonly fields: readonly Field[];
  readonly offers: readonly string[];
  readonly truth: Prediction;
  /** The truth in its text form. */
  readonly expected: string;
}

/** Of so many faults one is drawn, if the one before was not. */
const ONE_OF = 2;
/** Of the facts that the machine names, the first ones: those that a screen always shows. */
const FACTS = 3;
/** Fewer leave nothing to choose between. */
const FEWEST = 2;

/**
 * The question that follows the answer to the nth question (from 1), whose fault is open in `course`; undefined where
 * none does. It follows now and then, always at the same places of a variant and never twice in a row; not in the
 * levels that open a chapter, nor where the level asks for evidence itself; and only where some facts decided and
 * others did not. A fact that nothing can change there is left out.
 */
export function asideAt(course: Course, n: number): Aside | undefined {
  const { level, machine, situation } = course;
  if (situation === undefined || !isOrdinary(course) || !isDrawn(course, n)) return undefined;
  const { world, fault, move } = situation;
  const changes = machine.variations?.(world, fault, move) ?? [];
  const facts = (machine.evidence ?? [])
    .slice(0, FACTS)
    .filter(id => changes.some(({ fact, moves, access }) => fact === id && (moves.length > 0 || access)));
  if (facts.length < FEWEST) return undefined;
  const decides = evidenceOf(machine, situation, machine.offers(world, fault, level.menu));
  const truth = Object.fromEntries(facts.map(id => [id, decides.get(id) === true ? 'yes' : 'no']));
  if (new Set(Object.values(truth)).size === 1) return undefined;
  const fields = facts.map((id): Field => ({ id, options: ['yes', 'no'] }));
  return {
    fields,
    offers: answersOf(fields).map(answer => formatAnswer(fields, answer)),
    truth,
    expected: formatAnswer(fields, truth),
  };
}

/** A level that asks for decisions only, and does not open its chapter. */
function isOrdinary({ level }: Course): boolean {
  if (level.exam !== undefined || level.evidence !== undefined) return false;
  if (level.depth !== 'decide' && level.depth !== 'detail') return false;
  const place = chapterOf(level)?.levels.indexOf(level.id) ?? -1;
  return place < 0 || place >= INTRODUCTIONS;
}

/** By lot, from the names alone; after a question that was drawn none is. */
function isDrawn(course: Course, n: number): boolean {
  if (n < 1) return false;
  const { level, variant } = course;
  const lot = createHash('sha256').update(`${level.id} ${variant} ${n}`).digest().readUInt32BE();
  return lot % ONE_OF === 0 && !isDrawn(course, n - 1);
}
