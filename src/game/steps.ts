import type { Consequence, ConsequenceStep, Verdict } from '../judge/verdict.ts';
import type { Death, Move, Region, Seen } from '../language/moves.ts';
import type { Facts, Row, View } from '../machines/machine.ts';
import { microText } from './micro-words.ts';
import { fill, listed } from './template.ts';
import { entryOf, general, textsOf } from './texts.ts';
import type { StepText } from './types.ts';

const { steps: texts } = general;

/** A consequence move by move: who does what, and what it shows where that is not what it should. */
export function stepTexts(
  system: string,
  regions: readonly Region[],
  verdict: Verdict,
  consequence: Consequence,
): StepText[] {
  const last = consequence.steps.length - 1;
  return consequence.steps.map((step, i) => ({
    who: step.move.process,
    operation: microText({ system, regions, move: step.move }, step.micro),
    shows: shownBy(system, step) || (i === last ? spoilt(verdict) : ''),
  }));
}

/** Where an access went says more than that it was not where it should: whose the frame is. */
function shownBy(system: string, step: ConsequenceStep): string {
  const texts = [difference(step), trespass(system, step)].filter(text => text !== '');
  return (step.seen.kind === 'reached' ? texts.at(-1) : texts[0]) ?? '';
}

/** What is wrong at the end although everybody was shown what they should be. */
const spoilt = (verdict: Verdict): string =>
  verdict === 'leak' ? texts.leak : verdict === 'miscount' ? texts.miscount : '';

/** 'sees 9, should see 7'; '' where it shows what it should. */
const difference = ({ move, seen, ideal }: ConsequenceStep): string =>
  outcomeOf(seen) === outcomeOf(ideal) ? '' : `${shownWords(seen)}, ${wantedWords(move, ideal)}`;

/** What is wrong although every process was shown what it should be. */
const trespass = (system: string, { trespass }: ConsequenceStep): string =>
  trespass === undefined ? '' : entryOf(textsOf(system).trespasses, trespass, 'trespass');

/**
 * One short form of each result, the same for equal ones: '9', 'done', 'SIGSEGV ACCERR', 'fault', 'asleep', 'done, sh
 * killed'.
 */
export function outcomeOf(seen: ConsequenceStep['seen']): string {
  const dead = deadIn(seen);
  return dead.length === 0
    ? resultOf(seen)
    : `${resultOf(seen)}, ${listed(dead.map(({ process }) => process))} killed`;
}

/** Who has died for it. */
export const deadIn = (seen: ConsequenceStep['seen']): readonly Death[] =>
  'deaths' in seen && typeof seen.deaths === 'object' ? seen.deaths : [];

function resultOf(seen: ConsequenceStep['seen']): string {
  switch (seen.kind) {
    case 'done':
    case 'fault':
    case 'asleep':
      return seen.kind;
    case 'value':
      return seen.bytes.join(' ');
    case 'count':
      return `${seen.count}${endsOf(seen.bytes)}`;
    case 'error':
      return `${seen.errno}${doneOf(seen.done)}`;
    case 'reached':
      return `f${seen.frame}`;
    case 'signal':
      return `${general.signals[seen.signal]} ${seen.code}`;
  }
}

/** 'sees 9', 'gets SIGSEGV ACCERR', 'faults again ...', 'gets away with it, and sh is killed for want of memory'. */
export function shownWords(seen: ConsequenceStep['seen']): string {
  const shown = fill(texts[seen.kind], factsOf(seen));
  const dead = deadIn(seen);
  if (dead.length === 0) return shown;
  return fill(texts.killed, {
    shown,
    who: dead.map(({ process }) => process),
    code: codeText(dead[0]!.code),
  });
}

/** What the kernel says of a signal, or in words where it says nothing. */
export const codeText = (code: string): string =>
  (texts.codes as Readonly<Record<string, string>>)[code] ?? code;

function wantedWords(move: Move, ideal: Seen): string {
  switch (ideal.kind) {
    case 'value':
      return fill(texts.shouldValue, factsOf(ideal));
    case 'signal':
      return fill(texts.shouldSignal, factsOf(ideal));
    case 'error':
      return fill(texts.shouldError, factsOf(ideal));
    case 'count':
      return fill(texts.shouldCount, factsOf(ideal));
    case 'reached':
      return fill(texts.shouldReach, factsOf(ideal));
    case 'done':
    case 'asleep':
      return move.op === 'write' ? fill(texts.shouldStore, { value: move.value }) : texts.shouldDone;
  }
}

/** ', from 5 to 7' where the first and last of the bytes are known, ', the first 5' where only that is. */
function endsOf([first, last]: readonly number[]): string {
  if (first === undefined) return '';
  return last === undefined ? `, the first ${first}` : `, from ${first} to ${last}`;
}

/** ' after 2' of a batch that ended early. */
const doneOf = (done: number | undefined): string => (done === undefined ? '' : ` after ${done}`);

function factsOf(seen: ConsequenceStep['seen']): Facts {
  switch (seen.kind) {
    case 'value':
      return { bytes: seen.bytes.join(' ') };
    case 'signal':
      return { signal: general.signals[seen.signal], code: codeText(seen.code) };
    case 'error':
      return { errno: seen.errno, done: doneOf(seen.done) };
    case 'reached':
      return { frame: seen.frame };
    case 'count':
      return { count: seen.count, bytes: endsOf(seen.bytes) };
    default:
      return {};
  }
}

/** What a decision made of the entry at fault: 'child heap+0: f3 r-- A - → f3 rw- A D'. */
export function entryText(process: string, page: string, before: View, decided: View): string {
  const facts = {
    process,
    page,
    before: entryCells(before, before),
    after: entryCells(before, decided),
  };
  return fill(facts.before === facts.after ? texts.sameEntry : texts.entry, facts);
}

const rowsOf = (view: View): Row[] => view.panels.flatMap(panel => panel.rows);
const rowAtFault = (view: View): Row | undefined => rowsOf(view).find(row => row.marks.includes('fault'));

/** The cells of the row that is marked as the fault's in `marked`, as they are in `view`. */
function entryCells(marked: View, view: View): string {
  const key = rowAtFault(marked)?.key;
  const row = rowsOf(view).find(candidate => candidate.key === key);
  return row === undefined ? texts.noEntry : row.cells.slice(1).join(' ');
}
