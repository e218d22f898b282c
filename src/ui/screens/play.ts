import type { Question, Table } from '../../game/types.ts';
import type { View } from '../../machines/machine.ts';
import { BLANK, beside, type Line, line, paragraph, type Span, span } from '../lines.ts';
import type { Area, Choice, Choices, Page } from '../page.ts';
import { layoutView } from '../picture/arrange.ts';
import { compare } from '../picture/compare.ts';
import { type Marking, UNMARKED } from '../picture/rows.ts';
import { sharingLines } from '../picture/sharing.ts';
import { nextField } from '../prediction.ts';
import type { Layer } from '../state.ts';
import { widthOf } from '../text.ts';
import { eventOf, texts } from '../texts.ts';
import { levelHeader } from './header.ts';

type Playing = Extract<Layer, { at: 'play' }>;

/** The open question: the picture, what happened, and the menu. All that decides the fault is on it. */
export function playPage(table: Table, layer: Playing, area: Area): Page {
  const { question, moments } = table;
  if (question === undefined) return { above: [levelHeader(table, area.columns)], below: [] };
  const past = layer.moment === undefined ? undefined : moments[layer.moment];
  const menu = choicesOf(question, layer);
  const banner =
    past === undefined
      ? [...bannerOf(question, area.columns), ...formOf(question, layer)]
      : [
          [span(` ${texts.play.past}   `, 'fault'), span(past.caption, 'strong')],
          line(` ${texts.play.pastNote}`, 'dim'),
        ];
  const room = area.lines - 2 - heightBelow(question, area.columns);
  const marking =
    past === undefined || layer.moment === 0
      ? UNMARKED
      : { ...UNMARKED, changes: compare(moments[layer.moment! - 1]!.view, past.view) };
  const view = past?.view ?? table.view;
  const panels = layoutView(view, area.columns, room, marking);
  const picture =
    area.wide === undefined
      ? panels
      : beside(panels, marginOf(table, view, marking, area.wide - area.columns - 2, room), area.columns + 2);
  const spare = room - picture.length;
  const story = storyOf(table, area.columns);
  const above = [
    levelHeader(table, area.columns, { moment: layer.moment }),
    // A line is left free above the footer.
    ...(spare > story.length + 2 ? [...story, BLANK] : []),
    ...picture,
    ...banner,
    ...(spare > 0 ? [BLANK] : []),
  ];
  const width = area.wide === undefined ? {} : { columns: area.wide };
  return past === undefined
    ? { above, choices: menu, below: [], ...width }
    : {
        ...width,
        above: [...above, ...menu.items.map(({ label }, i) => line(`   ${i + 1}  ${label}`, 'dim'))],
        below: [],
      };
}

/** What a wide terminal has room for at the right of the panels: who maps what, and what happened before. */
const marginOf = (table: Table, view: View, marking: Marking, columns: number, height: number): Line[] =>
  [
    line(` ${texts.sharing.title}`, 'title'),
    ...sharingLines(view, columns, marking),
    BLANK,
    line(` ${texts.play.before}`, 'title'),
    ...table.moments.flatMap(({ caption }) => paragraph(caption, columns - 4, span('   '), 'dim')),
  ].slice(0, height);

/** Lines of banner and menu together: of a prediction as many as its longest field takes, so that nothing jumps. */
function heightBelow(question: Question, columns: number): number {
  const banner = bannerOf(question, columns).length;
  if (question.depth === 'decide') return banner + question.offers.length;
  const heights = (question.fields ?? []).map(({ options }, i) => i + 1 + options.length);
  return banner + 1 + Math.max(0, ...heights);
}

/** The story of the level as dim lines. */
const storyOf = ({ level }: Table, columns: number): Line[] =>
  paragraph(level.story.trim(), columns - 2, span(' '), 'dim');

/** The trap with what the hardware says of it, or the access to foretell, without any banner. */
function bannerOf(question: Question, columns: number): Line[] {
  const { process, operation, trap } = question;
  const act = operation.startsWith(`${process} `) ? operation.slice(process.length + 1) : operation;
  const said: Span[] = [span(process, 'strong'), span(`  ${act}`, 'strong')];
  if (trap === undefined) return [[span(` ${texts.play.next}   `, 'title'), ...said]];
  const registers = trap.registers.map(([name, value]) => `${name} ${value}`);
  const apart = registers.join('    ');
  return [
    [span(` ${eventOf(trap)}   `, 'fault'), ...said],
    ...(widthOf(apart) < columns
      ? [line(` ${apart}`)]
      : paragraph(registers.join('; '), columns - 1, span(' '))),
  ];
}

/** Of a prediction: the fields that are answered, and the one that is asked now. */
function formOf(question: Question, layer: Playing): Line[] {
  if (question.depth !== 'predict') return [];
  const answered = (question.fields ?? []).flatMap(({ id, label, labels }) => {
    const option = layer.fields[id];
    return option === undefined
      ? []
      : [[span(`   ${label} `, 'dim'), span(labels[option] ?? option, 'strong')]];
  });
  const asked = nextField(question, layer.fields);
  return [
    line(` ${texts.play.predict}`, 'dim'),
    ...answered,
    ...(asked === undefined ? [] : [line(`   ${asked.field.label}`, 'title')]),
  ];
}

function choicesOf(question: Question, layer: Playing): Choices {
  if (question.depth === 'decide')
    return {
      id: `question ${question.n}`,
      items: question.offers.map(({ id, label }): Choice => ({ value: id, label })),
    };
  const asked = nextField(question, layer.fields);
  return {
    id: `question ${question.n} ${asked?.field.id}`,
    items: (asked?.options ?? []).map(option => ({
      value: option,
      label: capital(asked!.field.labels[option] ?? option),
    })),
  };
}

const capital = (text: string): string => `${text.charAt(0).toUpperCase()}${text.slice(1)}`;

export const noteLine = (text: string): Line => line(` ${text}`, 'strong');
