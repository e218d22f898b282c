import type { Outlook, Question, Table } from '../../game/types.ts';
import type { View } from '../../machines/machine.ts';
import { BLANK, beside, type Line, line, paragraph, type Span, span } from '../lines.ts';
import type { Area, Choice, Choices, Page } from '../page.ts';
import { layoutView } from '../picture/arrange.ts';
import { compare } from '../picture/compare.ts';
import { type Marking, UNMARKED } from '../picture/rows.ts';
import { sharingLines } from '../picture/sharing.ts';
import { nextField } from '../prediction.ts';
import type { Layer } from '../state.ts';
import { pad, widthOf } from '../text.ts';
import { eventOf, fill, texts } from '../texts.ts';
import { levelHeader } from './header.ts';

type Playing = Extract<Layer, { at: 'play' }>;

/** The open question: the picture, what happened, and the menu. All that decides the fault is on it. */
export function playPage(table: Table, layer: Playing, area: Area): Page {
  const { question, moments } = table;
  if (question === undefined) return { above: [levelHeader(table, area.columns)], below: [] };
  const past = layer.moment === undefined ? undefined : moments[layer.moment];
  const outlook = layer.outlook ?? table.outlook;
  const menu = choicesOf(question, layer, outlook);
  const banner =
    past === undefined
      ? [
          ...bannerOf(question, area.columns),
          ...formOf(question, layer, area.columns),
          ...scheduleOf(question, outlook, area.columns),
        ]
      : [
          [span(` ${texts.play.past}   `, 'fault'), span(past.caption, 'strong')],
          line(` ${texts.play.pastNote}`, 'dim'),
        ];
  const room = area.lines - 2 - heightBelow(question, area.columns, outlook);
  const marking =
    past === undefined || layer.moment === 0
      ? UNMARKED
      : { ...UNMARKED, changes: compare(moments[layer.moment! - 1]!.view, past.view) };
  const view = past?.view ?? outlook?.view ?? table.view;
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

/** What is asked in passing, of the picture in which the fault was put. */
export function lookPage(table: Table, fields: Playing['fields'], area: Area): Page {
  const { aside, ...rest } = table;
  if (aside === undefined) return playPage(table, { at: 'play', fields }, area);
  return playPage({ ...rest, question: aside.question, view: aside.view }, { at: 'play', fields }, area);
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
function heightBelow(question: Question, columns: number, outlook: Outlook | undefined): number {
  const banner = bannerOf(question, columns).length;
  if (question.depth === 'decide') return banner + question.offers.length;
  if (outlook !== undefined)
    return banner + scheduleOf(question, outlook, columns).length + outlook.next.length + 1;
  // Each step of an order that was chosen is on offer no more.
  const taken = question.depth === 'order' ? 0 : 1;
  const heights = (question.fields ?? []).map(({ options }, i) => i * taken + 1 + options.length);
  return banner + tasksOf(question, columns).length + Math.max(0, ...heights);
}

/** The story of the level as dim lines. */
const storyOf = ({ level }: Table, columns: number): Line[] =>
  paragraph(level.story.trim(), columns - 2, span(' '), 'dim');

/** The trap with what the hardware says of it, or the access to foretell, without any banner. */
function bannerOf(question: Question, columns: number): Line[] {
  const { process, operation, trap, kernel, steps } = question;
  if (kernel !== undefined) return paragraph(kernel, columns - 1, span(' '), 'fault');
  const task = steps === undefined ? [] : orderOf(steps, columns);
  const act = operation.startsWith(`${process} `) ? operation.slice(process.length + 1) : operation;
  const said: Span[] = [span(process, 'strong'), span(`  ${act}`, 'strong')];
  const title = question.depth === 'evidence' ? texts.play.looking : texts.play.next;
  if (trap === undefined) return [[span(` ${title}   `, 'title'), ...said], ...task];
  const registers = trap.registers.map(([name, value]) => `${name} ${value}`);
  const apart = registers.join('    ');
  return [
    [span(` ${eventOf(trap)}   `, 'fault'), ...said],
    ...(task.length > 0
      ? task
      : widthOf(apart) < columns
        ? [line(` ${apart}`)]
        : paragraph(registers.join('; '), columns - 1, span(' '))),
  ];
}

/** The micro-steps of a task; those that are asked for are left open. Nothing where all are asked for. */
function orderOf(steps: NonNullable<Question['steps']>, columns: number): Line[] {
  if (steps.every(({ asked }) => asked)) return [];
  const first = steps.findIndex(({ asked }) => asked);
  const last = steps.findLastIndex(({ asked }) => asked);
  const named = (some: typeof steps): string[] => some.map(({ text }) => text);
  const all = [...named(steps.slice(0, first)), texts.play.open, ...named(steps.slice(last + 1))];
  return paragraph(all.join(' → '), columns - 1, span(' '));
}

/** What a schedule has come to, and how many steps it has. */
function scheduleOf(question: Question, outlook: Outlook | undefined, columns: number): Line[] {
  if (question.depth !== 'break' || outlook === undefined) return [];
  const { schedule, caption } = outlook;
  const steps = schedule === '' ? 0 : schedule.split(' ').length;
  const said = steps === 0 ? texts.play.schedule : fill(texts.play.stepped, { steps, caption });
  return [...paragraph(said, columns - 1, span(' '), 'dim'), line(` ${texts.play.whoNext}`, 'title')];
}

/** What is to be done with the fields of a form. */
function tasksOf({ depth, inPassing }: Question, columns: number): Line[] {
  const form = inPassing === true ? 'inPassing' : depth === 'decide' || depth === 'break' ? 'predict' : depth;
  return paragraph(texts.play.forms[form], columns - 1, span(' '), 'dim');
}

/** Of a prediction: the fields that are answered, and the one that is asked now. */
function formOf(question: Question, layer: Playing, columns: number): Line[] {
  if (question.fields === undefined) return [];
  const answered = (question.fields ?? []).flatMap(({ id, label, labels }) => {
    const option = layer.fields[id];
    return option === undefined
      ? []
      : [[span(`   ${label} `, 'dim'), span(labels[option] ?? option, 'strong')]];
  });
  const asked = nextField(question, layer.fields);
  return [
    ...tasksOf(question, columns),
    ...answered,
    ...(asked === undefined ? [] : [line(`   ${asked.field.label}`, 'title')]),
  ];
}

function choicesOf(question: Question, layer: Playing, outlook: Outlook | undefined): Choices {
  if (question.depth === 'break') return scheduleChoices(question, outlook);
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

/** Who can step next, and what that would be; and that there is no schedule. */
function scheduleChoices(question: Question, outlook: Outlook | undefined): Choices {
  const next = outlook?.next ?? [];
  const who = Math.max(0, ...next.map(({ process }) => widthOf(process)));
  return {
    id: `question ${question.n} ${outlook?.schedule}`,
    items: [
      ...next.map(({ process, label, waits }): Choice => {
        const said = waits ? fill(texts.play.waits, { step: label }) : label;
        return { value: process, label: `${pad(process, who)}  ${said}` };
      }),
      ...question.offers.map(({ id, label }): Choice => ({ value: id, label })),
    ],
  };
}

const capital = (text: string): string => `${text.charAt(0).toUpperCase()}${text.slice(1)}`;

export const noteLine = (text: string): Line => line(` ${text}`, 'strong');
