import type { Question, Table } from '../../game/types.ts';
import { ends, type Line, lineWidth, span } from '../lines.ts';
import { widthOf } from '../text.ts';
import { fill, texts } from '../texts.ts';

/** The first line of every screen: the game, what is shown, and what is to be said at the right. */
export const header = (title: string, right: Line, columns: number): Line =>
  ends([span(` ${texts.name}`, 'title'), span(`   ${title}`)], [...right, span(' ')], columns);

/** Stars that were earned, stars that can still be earned, and those that are lost. */
export const stars = (earned: number, open = 0): string =>
  `${'★'.repeat(earned)}${'☆'.repeat(open)}${'·'.repeat(Math.max(0, 3 - earned - open))}`;

/**
 * The first line of a level: where one is, the number of the question, hints and stars.
 * @param shown the question that was answered, where it is not the open one, and whether it is seen as it was before;
 * or the past moment
 */
export function levelHeader(
  table: Table,
  columns: number,
  shown: {
    readonly asked?: Question;
    readonly isPast?: boolean;
    readonly moment?: number | undefined;
  } = {},
): Line {
  const { level, hints, starsLeft, summary, exam } = table;
  const { moment, isPast = false, asked = table.question } = shown;
  const last = asked ?? table.answers.at(-1);
  // Of a broken kernel that is watched, each question is a fault.
  const kind = texts.header[last?.depth === 'decide' ? 'decide' : level.depth];
  const n = last?.n ?? 0;
  const event = asked?.trap?.event;
  const current =
    event === undefined
      ? fill(kind, { n })
      : fill(texts.header.event, { event: texts.play.events[event].toLowerCase(), n });
  const where =
    moment === undefined
      ? isPast
        ? fill(texts.header.before, { question: current })
        : current
      : fill(texts.header.past, { at: moment + 1, last: table.moments.length + 1 });
  const help =
    exam === undefined
      ? fill(texts.header.hints, { opened: hints.opened.length, total: hints.total })
      : fill(texts.header.exam, { wrong: exam.wrong, mistakes: exam.mistakes });
  const earned = span(summary === undefined ? stars(0, starsLeft) : stars(summary.stars), 'star');
  const title = `${level.chapterTitle} · ${level.title}`;
  const long = [span(`${where}   ${help}   `, 'dim'), earned];
  const isTight = lineWidth(long) + widthOf(title) + widthOf(texts.name) + 7 > columns;
  return header(title, isTight ? [span(`${where}  `, 'dim'), earned] : long, columns);
}
