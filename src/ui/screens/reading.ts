import type { Answer, Table } from '../../game/types.ts';
import { addressOf } from '../../language/moves.ts';
import type { View } from '../../machines/machine.ts';
import { beliefsAbout, entryFor, words, wordsAbout } from '../glossary.ts';
import { type Keymap, keysOf } from '../keymap.ts';
import { BLANK, type Line, line, paragraph, type Span, span } from '../lines.ts';
import { type Area, type Page, scrolled } from '../page.ts';
import { indicesOf } from '../picture/address.ts';
import { layoutView } from '../picture/arrange.ts';
import type { Marking } from '../picture/rows.ts';
import { sharingLines } from '../picture/sharing.ts';
import { pad, widthOf } from '../text.ts';
import { fill, texts } from '../texts.ts';
import { header } from './header.ts';
import { whyLines } from './result.ts';

/** Lines between the header and the footer, each with a blank line. */
export const roomToRead = (area: Area): number => Math.max(1, area.lines - 4);

/** A screen that scrolls: which lines of how many are seen stands at the right of its header. */
function reading(title: string, lines: readonly Line[], scroll: number, area: Area): Page {
  const room = roomToRead(area);
  const { visible, from, most } = scrolled(lines, scroll, room);
  const right: Span[] =
    most === 0
      ? []
      : [
          span(
            fill(texts.reading.lines, { from: from + 1, to: from + visible.length, of: lines.length }),
            'dim',
          ),
        ];
  return { above: [header(title, right, area.columns), BLANK, ...visible], below: [], most };
}

/** Everything on the table: the story, the regions with their addresses, each row of each panel. */
export function inspectPage(table: Table, view: View, marking: Marking, scroll: number, area: Area): Page {
  const { columns } = area;
  const { level, regions, question } = table;
  const trap = question?.trap;
  const bits = view.panels.flatMap(({ rows }) => rows.flatMap(row => row.about ?? []));
  const lines: Line[] = [
    ...paragraph(level.story.trim(), columns - 2, span(' ')),
    BLANK,
    ...(question === undefined ? [] : [line(` ${question.operation}`, 'strong')]),
    ...(trap?.registers ?? []).map(([name, value]) => line(`   ${pad(name, 12)}${value}`)),
    ...(question === undefined ? [] : addressLines(question.address, columns)),
    ...(bits.length === 0 ? [] : paragraph(bits.join(', '), columns - 3, label(texts.inspect.entry))),
    ...(question === undefined ? [] : [BLANK]),
    ...layoutView(view, columns, 1000, marking),
    BLANK,
    line(` ${texts.sharing.title}`, 'title'),
    ...sharingLines(view, columns, marking),
    BLANK,
    line(` ${texts.inspect.regions}`, 'title'),
    ...regions.map(({ name, page, pages }) =>
      line(
        `   ${fill(texts.inspect.region, { name, pages, page, address: `0x${addressOf(page, 0).toString(16)}` })}`,
      ),
    ),
  ];
  return reading(texts.inspect.title, lines, scroll, area);
}

const label = (text: string): Span => span(`   ${pad(text, 12)}`);

/** The address as the processor walks it. */
const addressLines = (address: number, columns: number): Line[] => {
  const indices = indicesOf(address).map(([name, index]) => `${name} ${index}`);
  return paragraph(indices.join(', '), columns - 3, label(texts.inspect.walk));
};

/** Who maps what. */
export const sharingPage = (view: View, marking: Marking, scroll: number, area: Area): Page =>
  reading(texts.sharing.title, sharingLines(view, area.columns, marking), scroll, area);

/** The hints that are open, and what the next one costs. */
export function hintsPage(table: Table, scroll: number, area: Area): Page {
  const { opened, total } = table.hints;
  const n = opened.length + 1;
  const next =
    n > total ? texts.hints.all : fill(n === total ? texts.hints.nextCosts : texts.hints.next, { n, total });
  const lines = [
    ...opened.flatMap((hint, i) => [
      ...paragraph(hint, area.columns - 4, span(`   ${fill(texts.hints.n, { n: i + 1 })}`, 'strong')),
      BLANK,
    ]),
    line(`   ${next}`, 'dim'),
  ];
  return reading(texts.hints.title, lines, scroll, area);
}

export const whyPage = (table: Table, answer: Answer, scroll: number, area: Area): Page =>
  reading(texts.wrong.why, whyLines(table, answer, area.columns), scroll, area);

/** More about what decided: the kernel's function, and each word of the glossary that it is about, in full. */
export function morePage({ text }: Answer, scroll: number, area: Area): Page {
  const width = Math.min(area.columns - 4, 76);
  const about = wordsAbout(text.rule, text.function).flatMap(word => [...entryLines(word, width), BLANK]);
  const lines = [
    ...(text.function === ''
      ? []
      : [...paragraph(text.function, width, span(`   ${texts.more.function}`, 'dim'), 'strong'), BLANK]),
    ...(about.length > 0 ? about : [line(`   ${texts.more.nothing}`, 'dim')]),
  ];
  return reading(texts.more.title, lines, scroll, area);
}

/** Every key with what it does, and every mark with what it means. */
export function helpPage(keymap: Keymap, scroll: number, area: Area): Page {
  const rows = keymap.flatMap(binding => {
    const { help } = texts.commands[binding.command];
    return help === '' ? [] : [{ keys: keysOf(binding), text: help }];
  });
  const width = Math.max(
    ...rows.map(row => widthOf(row.keys)),
    ...texts.help.markList.map(([mark]) => widthOf(mark!)),
  );
  const drawn = (left: string, text: string) =>
    paragraph(text, area.columns - 2, span(`   ${pad(left, width)}   `, 'key'));
  const lines = [
    ...rows.flatMap(row => drawn(row.keys, row.text)),
    BLANK,
    line(`   ${texts.help.marks}`, 'title'),
    ...texts.help.markList.flatMap(([mark, text]) => drawn(mark!, text!)),
    BLANK,
    ...paragraph(texts.help.saved, area.columns - 4, span('   ')),
  ];
  return reading(texts.help.title, lines, scroll, area);
}

/** The words of the glossary; `word` was looked up last. */
export const glossaryPage = (word: string | undefined, area: Area): Page => ({
  above: [
    header(
      texts.glossary.title,
      [span(fill(texts.glossary.words, { n: words.length }), 'dim')],
      area.columns,
    ),
    BLANK,
  ],
  choices: {
    id: 'glossary',
    items: words.map(each => ({ value: each, label: entryFor(each)!.title })),
    initial: Math.max(0, words.indexOf(word ?? '')),
  },
  below: [BLANK],
});

export const entryPage = (word: string, scroll: number, area: Area): Page =>
  reading(texts.glossary.title, entryLines(word, Math.min(area.columns - 4, 76)), scroll, area);

/** An entry of the glossary: what the word means, what else to look up, where it comes from. */
function entryLines(word: string, width: number): Line[] {
  const entry = entryFor(word);
  if (entry === undefined) return [];
  return [
    line(`   ${entry.title}`, 'title'),
    BLANK,
    ...paragraph(entry.text, width, span('   ')),
    BLANK,
    ...beliefsAbout(entry).flatMap(belief => [...paragraph(belief, width, span('   ')), BLANK]),
    ...(entry.see.length > 0
      ? paragraph(entry.see.join(', '), width, span(`   ${texts.glossary.see}`, 'dim'))
      : []),
    ...paragraph(entry.source, width, span(`   ${texts.glossary.source}`, 'dim'), 'dim'),
  ];
}
