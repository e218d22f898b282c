import type { Answer, Question, Table } from '../../game/types.ts';
import { costText } from '../../game/words.ts';
import type { View } from '../../machines/machine.ts';
import { BLANK, type Line, line, lineWidth, paragraph, type Role, type Span, span } from '../lines.ts';
import type { Area, Page } from '../page.ts';
import { layoutView } from '../picture/arrange.ts';
import { beforeAndAfter } from '../picture/before-after.ts';
import { compare } from '../picture/compare.ts';
import type { Marking } from '../picture/rows.ts';
import { parsePrediction } from '../prediction.ts';
import { BEFORE } from '../state.ts';
import { pad, widthOf } from '../text.ts';
import { fill, texts, verdictWord } from '../texts.ts';
import { levelHeader } from './header.ts';

export const roleOf = (verdict: Answer['verdict']): Role =>
  verdict === 'optimal' ? 'right' : verdict === 'wasteful' ? 'wasteful' : 'wrong';

const LABEL = 14;
const label = (text: string): Span => span(` ${pad(text, LABEL - 1)}`, 'dim');

const headline = ({ verdict, text }: Answer, columns: number): Line[] => {
  const word = span(` ${verdictWord(verdict)}   `, roleOf(verdict));
  return paragraph(text.headline, columns - 1, word, 'strong');
};

/** 'The rule', with the kernel function that applies it. */
const ruleLines = ({ text }: Answer, columns: number): Line[] =>
  text.rule === ''
    ? []
    : paragraph(
        text.function === '' ? text.rule : `${text.rule}  ${text.function}`,
        columns - 1,
        label(texts.right.rule),
      );

/** A wrong decision: its consequence on the same picture, move by move. */
export function wrongPage(table: Table, asked: Question, answer: Answer, step: number, area: Area): Page {
  const { columns } = area;
  const { consequence } = answer.judgement!;
  const views = [consequence!.decided, ...consequence!.steps.map(({ view }) => view)];
  const view = views[step] ?? answer.before;
  const marking: Marking = {
    changes: compare(step === 0 ? answer.before : views[step - 1]!, view),
    broken: new Set(consequence!.broken.flatMap(({ rows }) => rows)),
  };
  const top = [levelHeader(table, columns, { asked }), ...headline(answer, columns)];
  const way = consequence!.steps.length === 1 ? texts.wrong.wayOne : texts.wrong.way;
  const steps = [
    line(` ${fill(way, { tried: consequence!.tried })}`, 'dim'),
    ...around(stepLines(asked, answer, step, columns), step, Math.ceil(area.lines / 3)),
  ];
  const rule = ruleLines(answer, columns);
  const broken = answer.text.broken.flatMap((text, i) =>
    paragraph(text, columns - 1, label(i === 0 ? texts.wrong.broken : '')),
  );
  const note = answer.text.note === '' ? [] : paragraph(answer.text.note, columns - 1, label(''), 'dim');
  // What does not fit is on the screen of `w`; the picture keeps at least half a dozen lines, and some more where its
  // panels stand below each other.
  const below: Line[] = [];
  const least = columns < 80 ? 11 : 8;
  for (const block of [rule, broken, note])
    if (top.length + steps.length + below.length + block.length + least < area.lines) below.push(...block);
  const room = area.lines - 1 - top.length - steps.length - below.length;
  const before = step === 0 ? answer.before : views[step - 1]!;
  // The same for all steps, so that nothing jumps from one to the next.
  const tallest = Math.max(...views.map(each => pictureOf(before, each, area, room, marking).length));
  const blank = room > tallest ? [BLANK] : [];
  const picture = pictureOf(before, view, area, room - blank.length, marking);
  return { above: [...top, ...blank, ...steps, ...picture, ...below], below: [], ...pairOf(area) };
}

/** What it was and what it is now beside each other where there is room, else what it is now. */
const pictureOf = (before: View, after: View, area: Area, height: number, marking: Marking): Line[] =>
  area.wide === undefined
    ? layoutView(after, area.columns, height, marking)
    : beforeAndAfter(before, after, area.wide, height, marking);

const pairOf = ({ wide }: Area): Pick<Page, 'columns'> => (wide === undefined ? {} : { columns: wide });

/** As many lines as there is room for, around those of a step. */
function around(steps: readonly (readonly Line[])[], at: number, room: number): Line[] {
  let from = at;
  let to = at + 1;
  const height = (): number => steps.slice(from, to).flat().length;
  for (let grew = true; grew; ) {
    grew = false;
    if (to < steps.length && height() + steps[to]!.length <= room) {
      to++;
      grew = true;
    }
    if (from > 0 && height() + steps[from - 1]!.length <= room) {
      from--;
      grew = true;
    }
  }
  return steps.slice(from, to).flat();
}

/** The decision and the moves after it, some lines each; those that are still to come are dim. */
function stepLines(asked: Question, { text, decision }: Answer, at: number, columns: number): Line[][] {
  const offer = asked.offers.find(({ id }) => id === decision);
  const you = text.decided === '' ? capital(offer?.label ?? decision) : text.decided;
  const who = Math.max(...[texts.wrong.you, ...text.steps.map(step => step.who)].map(widthOf));
  const act = Math.max(0, ...text.steps.map(({ operation }) => widthOf(operation)));
  const all = [{ who: texts.wrong.you, operation: you, shows: '' }, ...text.steps];
  return all.map((step, i) => {
    const lead = `${i === 0 ? ' ' : i}   ${pad(step.who, who)}  `;
    const room = columns - 3 - widthOf(lead);
    const told: Line = [span(step.shows === '' ? step.operation : `${pad(step.operation, act)}   `)];
    const shows = span(step.shows, 'wrong');
    const whole = [...told, shows];
    // What does not fit beside the operation stands below it.
    const lines: Line[] =
      lineWidth(whole) <= room
        ? [whole]
        : [
            ...paragraph(step.operation, room),
            ...(step.shows === '' ? [] : paragraph(step.shows, room - 2, span('  '), 'wrong')),
          ];
    return lines.map((spans, n) =>
      stepLine(i, at, [span(n === 0 ? lead : ' '.repeat(widthOf(lead))), ...spans], n === 0),
    );
  });
}

const stepLine = (index: number, at: number, spans: Line, isFirst: boolean): Line => [
  span(index === at && isFirst ? ' ▸ ' : '   ', 'fault'),
  ...spans.map(each => (index > at ? { ...each, role: 'dim' as const } : each)),
];

/**
 * A right decision, or a prediction: what came of it, until a key is pressed.
 * @param step BEFORE to look at the picture as it was
 */
export function rightPage(table: Table, asked: Question, answer: Answer, step: number, area: Area): Page {
  const { columns } = area;
  // Where both stand beside each other there is nothing to go back to.
  const isPast = step === BEFORE && area.wide === undefined;
  const top = [levelHeader(table, columns, { asked, isPast }), ...headline(answer, columns)];
  const facts: Line[] = [
    ...(answer.text.waste === '' ? [] : paragraph(answer.text.waste, columns - 1, label(''), 'wasteful')),
    ...(answer.truth === undefined ? [] : predictionLines(asked, answer, columns)),
    ...lookLines(table, columns),
  ];
  const below = [
    ...ruleLines(answer, columns),
    ...paragraph(costText(answer.cost), columns - 1, label(texts.right.cost)),
  ];
  const { before, after } = answer;
  const marking: Marking = { changes: compare(before, after), broken: new Set() };
  const room = area.lines - 1 - top.length - facts.length - below.length;
  const now = pictureOf(before, after, area, room, marking);
  const was = layoutView(before, columns, room);
  const picture = isPast ? was : now;
  const tallest = Math.max(now.length, was.length);
  const spare = room - tallest;
  return {
    above: [
      ...top,
      ...facts,
      ...(spare > 0 ? [BLANK] : []),
      ...picture,
      // Nothing jumps between what was and what is.
      ...Array.from({ length: tallest - picture.length + (spare > 1 ? 1 : 0) }, () => BLANK),
      ...below,
    ],
    below: [],
    ...pairOf(area),
  };
}

/** What was said in passing of what decided, and what did. */
function lookLines({ aside }: Table, columns: number): Line[] {
  if (aside?.answer === undefined) return [];
  const { verdict, text } = aside.answer;
  return paragraph(text.headline, columns - 1, label(texts.right.evidence), roleOf(verdict));
}

/** Field by field: what was said, and what it was. */
function predictionLines(asked: Question, { decision, truth = {} }: Answer, columns: number): Line[] {
  const given = parsePrediction(decision);
  const fields = asked.fields ?? [];
  const ids = [...new Set([...Object.keys(given), ...Object.keys(truth)])];
  const rows = ids.map(id => {
    const field = fields.find(each => each.id === id);
    const word = (option: string | undefined) =>
      option === undefined ? texts.right.notAsked : (field?.labels[option] ?? option);
    return {
      name: field?.label ?? id,
      said: word(given[id]),
      truth: word(truth[id]),
      right: given[id] === truth[id],
    };
  });
  const name = Math.max(...rows.map(each => widthOf(each.name)));
  const said = widthOf(texts.right.yours) + 1 + Math.max(...rows.map(each => widthOf(each.said)));
  const beside = name + 7 + said <= columns;
  return rows.flatMap(({ right, name: field, said: yours, truth: was }): Line[] => {
    if (right) return [[span('   ✓ ', 'right'), span(`${pad(field, name)}  ${was}`)]];
    const mark = span('   ✗ ', 'wrong');
    const blank = span(' '.repeat(beside ? name + 7 : 7));
    const first = span(`${texts.right.yours} ${yours}`);
    return [
      ...(beside
        ? [[mark, span(`${pad(field, name)}  `), first]]
        : [
            [mark, span(field)],
            [blank, first],
          ]),
      [blank, span(`${texts.right.truth} `), span(was, 'strong')],
    ];
  });
}

const capital = (text: string): string => `${text.charAt(0).toUpperCase()}${text.slice(1)}`;

/** All that is known of an answer, for the screen that scrolls. */
export function whyLines(table: Table, answer: Answer, columns: number): Line[] {
  const { text, judgement } = answer;
  const blocks: Line[][] = [
    headline(answer, columns),
    [line(` ${answer.operation}`)],
    ruleLines(answer, columns),
    text.waste === '' ? [] : paragraph(text.waste, columns - 1, label('')),
    text.broken.flatMap((each, i) => paragraph(each, columns - 1, label(i === 0 ? texts.wrong.broken : ''))),
    text.note === '' ? [] : paragraph(text.note, columns - 1, label('')),
    judgement === undefined || !text.steps.length
      ? paragraph(costText(answer.cost), columns - 1, label(texts.right.cost))
      : [],
    triedLines(table, answer, columns),
  ];
  return blocks.filter(block => block.length > 0).flatMap(block => [...block, BLANK]);
}

/** The other answers that were given to the same question. */
function triedLines({ answers }: Table, answer: Answer, columns: number): Line[] {
  const others = answers.filter(
    each => each.n === answer.n && each.decision !== answer.decision && !each.wentOn,
  );
  return others.flatMap((each, i) =>
    paragraph(
      `${verdictWord(each.verdict)}  ${each.text.headline}`,
      columns - 1,
      label(i === 0 ? texts.wrong.tried : ''),
    ),
  );
}
