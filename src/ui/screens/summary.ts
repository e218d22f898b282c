import type { Table } from '../../game/types.ts';
import { COUNTS, type Cost, type Panel } from '../../machines/machine.ts';
import { parseExam } from '../../study/exam.ts';
import type { Game } from '../game.ts';
import { BLANK, type Line, line, paragraph, span } from '../lines.ts';
import type { Area, Choice, Page } from '../page.ts';
import { pad, widthOf } from '../text.ts';
import { fill, starWords, texts } from '../texts.ts';
import { examValue } from '../worth.ts';
import { levelHeader, stars } from './header.ts';

const words = texts.summary;

/** The end of a level: stars, cost against par, what was wasted, what copying at once would have cost. */
export function summaryPage(table: Table, game: Game, area: Area): Page {
  const { columns } = area;
  const { summary, level } = table;
  if (summary === undefined) return { above: [levelHeader(table, columns)], below: [] };
  const next = game.after(level.id);
  const items = [
    ...(next === undefined ? [] : [{ value: 'next', label: fill(words.next, { level: next.title }) }]),
    againChoice(table),
    ...(game.chart() === undefined ? [] : [{ value: 'chapters', label: words.levels }]),
    { value: 'quit', label: words.quit },
  ];
  const verdict: Line[] = [
    [
      span(`   ${stars(summary.stars)}   `, 'star'),
      span(fill(words.stars, { stars: summary.stars }), 'strong'),
    ],
    ...paragraph(starWords(table), columns - 4, span('   ')),
  ];
  const wasteful = summary.wasteful.flatMap(({ n, operation, text }, i) =>
    paragraph(
      `${n}. ${operation === '' ? '' : `${operation}: `}${text}`,
      columns - 4,
      span(i === 0 ? `   ${words.wasteful}   ` : ' '.repeat(words.wasteful.length + 6), 'wasteful'),
    ),
  );
  const notes = [
    ...(summary.looks.of > 0 ? [fill(words.looks, summary.looks)] : []),
    ...(summary.belowPar ? [words.belowPar] : []),
    ...(starsOnMap(game, level.id) < summary.stars ? [words.onMap] : []),
    ...(next === undefined && game.chart() !== undefined && table.exam === undefined ? [words.last] : []),
  ];
  const blocks = [
    verdict,
    comparisonLines(summary.comparison),
    costTable(summary.cost, summary.par, summary.eager),
    wasteful,
    notes.flatMap(note => paragraph(note, columns - 4, span('   '))),
  ].filter(block => block.length > 0);
  const most = area.lines - 2 - items.length;
  const above: Line[] = [levelHeader(table, columns), BLANK];
  for (const block of blocks) if (above.length + block.length + 1 <= most) above.push(...block, BLANK);
  return { above, choices: { id: `summary ${level.id}`, items }, below: [] };
}

/** An exam is not taken twice: again means another one. */
function againChoice({ level, variants }: Table): Choice {
  const exam = parseExam(level.id);
  if (exam !== undefined) return { value: examValue(exam), label: words.againExam };
  return { value: 'again', label: variants > 1 ? words.againOther : words.again };
}

/** Who decided in each system, and what it took there. */
function comparisonLines(panel: Panel | undefined): Line[] {
  if (panel === undefined) return [];
  return tableLines(
    panel.columns,
    panel.rows.map(({ cells }) => cells),
    2,
  );
}

/** A table whose first columns are words and the others numbers. */
function tableLines(head: readonly string[], rows: readonly (readonly string[])[], words: number): Line[] {
  const widths = head.map((title, i) => Math.max(widthOf(title), ...rows.map(row => widthOf(row[i]!))));
  const drawn = (row: readonly string[]) =>
    `   ${row.map((cell, i) => pad(cell, widths[i]!, i < words ? 'left' : 'right')).join('   ')}`.trimEnd();
  return [line(drawn(head), 'dim'), ...rows.map(row => line(drawn(row)))];
}

/** The record of the level, which asks for more than one good attempt; 3 where there is no map. */
const starsOnMap = (game: Game, id: string): number =>
  game
    .chart()
    ?.chapters.flatMap(({ levels }) => levels)
    .find(({ level }) => level.id === id)?.stars ?? 3;

/** What was spent beside par and, of what it concerns, beside eager copying. Counts that nobody had are left out. */
function costTable(cost: Cost, par: Cost, eager: Partial<Cost>): Line[] {
  const counts = COUNTS.filter(count => cost[count] > 0 || par[count] > 0 || (eager[count] ?? 0) > 0);
  const rows = counts.map(count => [
    texts.costs[count],
    String(cost[count]),
    String(par[count]),
    eager[count] === undefined ? '' : String(eager[count]),
  ]);
  const head = ['', words.you, words.par, words.eager];
  return tableLines(head, rows, 1);
}
