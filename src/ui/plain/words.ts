import { titleBefore } from '../../game/execution.ts';
import { general } from '../../game/texts.ts';
import type { Answer, Question, Table } from '../../game/types.ts';
import { costText } from '../../game/words.ts';
import { NO_COST, type Panel, type Row, type Trap, type View } from '../../machines/machine.ts';
import { parsePrediction } from '../prediction.ts';
import { eventOf, fill, starWords, texts } from '../texts.ts';

const words = texts.plain;

export const capital = (text: string): string => `${text.charAt(0).toUpperCase()}${text.slice(1)}`;
/** 'Page fault', 'Hypercall': what has trapped. */
export const eventTitle = (trap: Trap): string => capital(eventOf(trap).toLowerCase());
/** A register's name at the beginning of a sentence; one that is no word, like vCPU and vm_assist, stays as it is. */
export const registerName = (name: string): string => (/^[a-z ]+$/.test(name) ? capital(name) : name);
/** The text as a sentence that ends. */
export const full = (text: string): string => (/[.!?]$/.test(text) ? text : `${text}.`);

/** A row as it is read aloud: 'frame f3, kind anon, refs 1', or 'heap, rw-p, 2 pages'. */
function rowWords(panel: Panel, row: Row): string {
  const cells = row.cells
    .map((cell, i) => ({ name: panel.columns[i], cell }))
    .filter(({ cell }) => cell !== '' && cell !== '-');
  return cells.map(({ name, cell }) => (name === undefined ? cell : `${name} ${cell}`)).join(', ');
}

/** Each row of a panel with those that it stands under, itself the last. */
function placesOf({ rows }: Panel): readonly (readonly Row[])[] {
  const above: Row[] = [];
  return rows.map(row => {
    while (above.length > 0 && above.at(-1)!.indent >= row.indent) above.pop();
    above.push(row);
    return [...above];
  });
}

/** 'sh, running. heap, rw-p, 2 pages. +0, none'. */
const placeWords = (panel: Panel, place: readonly Row[]): string =>
  place.map(row => rowWords(panel, row)).join('. ');

/** 'sh heap +0', 'frame f3' or 'process sh, page heap+0': what tells a row from the others, in few words. */
function namesOf({ columns, rows }: Panel): (place: readonly Row[]) => string {
  if (columns.length === 0)
    return place => place.flatMap(({ cells }) => (cells[0] ? [cells[0]] : [])).join(' ');
  const beginning = (cells: readonly string[], n: number) => cells.slice(0, n).join('\n');
  const alike = new Map<string, number>();
  for (const { cells } of rows)
    for (const n of cells.keys()) {
      const begins = beginning(cells, n + 1);
      alike.set(begins, (alike.get(begins) ?? 0) + 1);
    }
  return place => {
    const { cells } = place.at(-1)!;
    const last = cells.findIndex((_, i) => alike.get(beginning(cells, i + 1)) === 1);
    return cells
      .slice(0, last < 0 ? 1 : last + 1)
      .map((cell, i) => `${columns[i]} ${cell}`)
      .join(', ');
  };
}

/** Every row of every panel, one a line. */
export const pictureLines = (view: View): string[] =>
  view.panels
    .filter(({ rows }) => rows.length > 0)
    .flatMap(panel => [
      `${capital(panel.title)}.`,
      ...panel.rows.map(row => `${'  '.repeat(row.indent)}${rowWords(panel, row)}.`),
    ]);

/** The rows at fault, one a line. */
export const faultLines = (view: View): string[] =>
  view.panels.flatMap(panel =>
    placesOf(panel).flatMap(place =>
      place.at(-1)!.marks.length === 0
        ? []
        : [fill(words.row, { panel: capital(panel.title), rows: placeWords(panel, place) })],
    ),
  );

/** Of a table: 'maps 1, was 2; content 7 0 0 0'. */
const cellChanges = ({ columns }: Panel, row: Row, was: Row): string =>
  columns
    .map((name, i) => ({ name, after: row.cells[i] ?? '', before: was.cells[i] ?? '' }))
    .filter(({ after, before }) => after !== before)
    .map(({ name, after, before }) =>
      before === ''
        ? `${name} ${after}`
        : fill(words.change, { name, after: after || words.nothing, before }),
    )
    .join('; ');

/** Of a tree: 'f1, rw-, A D; was none', with what it was called if that has changed: 'none; was 2 to 7, none'. */
function rowChange(row: Row, was: Row): string {
  const rest = (cells: readonly string[]) => cells.slice(1).join(', ') || words.nothing;
  const before = row.cells[0] === was.cells[0] ? rest(was.cells) : was.cells.join(', ');
  return fill(words.rowChange, { after: rest(row.cells), before });
}

/** 'Memory: 1 of 4 free; was memory: 2 of 4 free.' of a panel whose title says something else. */
function titleChange(view: View, panel: Panel): string[] {
  const before = titleBefore(view, panel);
  const said = fill(words.rowChange, { after: panel.title, before });
  return before === panel.title ? [] : [`${capital(said)}.`];
}

const showsTheSame = (row: Row, was: Row): boolean =>
  row.cells.length === was.cells.length && row.cells.every((cell, i) => cell === was.cells[i]);

/** What two pictures differ in, a title or a row a line. */
export function changeLines(before: View, after: View): string[] {
  const old = new Map(before.panels.flatMap(panel => panel.rows.map(row => [row.key, row] as const)));
  const now = new Set(after.panels.flatMap(({ rows }) => rows.map(({ key }) => key)));
  const changed = after.panels.flatMap(panel => {
    const nameOf = namesOf(panel);
    const lines = placesOf(panel).flatMap(place => {
      const row = place.at(-1)!;
      const was = old.get(row.key);
      if (was === undefined) return [fill(words.new, { row: placeWords(panel, place) })];
      if (showsTheSame(row, was)) return [];
      const cell = panel.columns.length > 0 ? cellChanges(panel, row, was) : rowChange(row, was);
      return [fill(words.changed, { row: nameOf(place), cell })];
    });
    return [...titleChange(before, panel), ...lines];
  });
  const gone = before.panels.flatMap(panel =>
    placesOf(panel).flatMap(place =>
      now.has(place.at(-1)!.key) ? [] : [fill(words.gone, { row: placeWords(panel, place) })],
    ),
  );
  return [...changed, ...gone];
}

/** The question without its choices. */
export function questionLines(question: Question, view: View): string[] {
  const { n, operation, trap, kernel, steps } = question;
  if (kernel !== undefined) return [fill(words.kernel, { n, kernel }), texts.play.scheduleAsked];
  const task = steps === undefined ? [] : [texts.play.forms.order, ...orderLines(steps)];
  if (trap === undefined)
    return question.depth === 'predict'
      ? [fill(words.access, { n, operation })]
      : [fill(words.question, { n, operation }), ...(task.length > 0 ? task : [texts.play.forms.evidence])];
  const registers = trap.registers.map(([name, value]) =>
    fill(words.register, { name: registerName(name), value }),
  );
  const asked = fill(words.fault, { event: eventTitle(trap), n, operation });
  return [`${asked} ${registers.join(' ')}`, ...faultLines(view), ...task];
}

/** The micro-steps of a task, one a line; those that are asked for are left open. */
function orderLines(steps: NonNullable<Question['steps']>): string[] {
  const first = steps.findIndex(({ asked }) => asked);
  const last = steps.findLastIndex(({ asked }) => asked);
  const named = (some: typeof steps): string[] => some.map(({ text }) => full(text));
  return [...named(steps.slice(0, first)), words.open, ...named(steps.slice(last + 1))];
}

/** What is asked in passing, as one line. */
export const asideLine = ({ fields = [] }: Question): string =>
  fill(words.inPassing, {
    facts: fields.map(({ label }, i) => fill(words.fact, { n: i + 1, fact: label })).join(', '),
  });

export const choiceLines = (labels: readonly string[]): string[] =>
  labels.map((label, i) => fill(words.choice, { n: i + 1, label }));

/** What came of an answer, the most important word first. */
export function answerLines(asked: Question, answer: Answer): string[] {
  const { text, verdict, judgement } = answer;
  const lines = [
    fill(words.verdict, { verdict: general.verdicts[verdict], headline: text.headline }),
    ...(text.waste === '' ? [] : [full(text.waste)]),
    ...(answer.truth === undefined ? [] : fieldLines(asked, answer)),
  ];
  const consequence = judgement?.consequence;
  if (consequence !== undefined) {
    if (text.note !== '') lines.push(full(text.note));
    if (text.decided !== '') lines.push(fill(words.you, { decided: text.decided }));
    lines.push(...changeLines(answer.before, consequence.decided));
    for (const [i, { who, operation, shows }] of text.steps.entries()) {
      const last = text.steps.length;
      lines.push(
        fill(words.step, { n: i + 1, last, who, operation, shows: shows === '' ? '' : `: ${shows}` }),
      );
      lines.push(
        ...changeLines(consequence.steps[i - 1]?.view ?? consequence.decided, consequence.steps[i]!.view),
      );
    }
  }
  if (text.rule !== '') lines.push(full(fill(words.rule, { rule: text.rule })));
  if (text.function !== '') lines.push(fill(words.function, { function: text.function }));
  lines.push(...text.broken.map(broken => fill(words.broken, { broken })));
  if (consequence === undefined) {
    lines.push(fill(words.cost, { cost: costText(answer.cost) }));
    lines.push(...changeLines(answer.before, answer.after));
  }
  return lines;
}

function fieldLines(asked: Question, { decision, truth = {} }: Answer): string[] {
  const said = parsePrediction(decision);
  return (asked.fields ?? [])
    .filter(({ id }) => said[id] !== undefined || truth[id] !== undefined)
    .map(({ id, label, labels }) => {
      const word = (option: string | undefined) =>
        option === undefined ? texts.right.notAsked : (labels[option] ?? option);
      return said[id] === truth[id]
        ? fill(words.fieldRight, { field: label, truth: word(truth[id]) })
        : fill(words.fieldWrong, { field: label, said: word(said[id]), truth: word(truth[id]) });
    });
}

export function summaryLines(table: Table): string[] {
  const { summary } = table;
  if (summary === undefined) return [];
  const { stars, cost, par, eager, wasteful, belowPar, looks } = summary;
  return [
    fill(words.stars, { stars, words: starWords(table) }),
    fill(words.sums, { you: costText(cost), par: costText(par) }),
    fill(words.eager, { eager: costText({ ...NO_COST, ...eager }) }),
    ...(summary.comparison === undefined
      ? []
      : summary.comparison.rows.map(row => full(capital(rowWords(summary.comparison!, row))))),
    ...wasteful.map(({ n, operation, text }) =>
      fill(operation === '' ? words.wasteful : words.wastefulAt, { n, operation, text }),
    ),
    ...(belowPar ? [texts.summary.belowPar] : []),
    ...(looks.of > 0 ? [fill(texts.summary.looks, looks)] : []),
  ];
}
