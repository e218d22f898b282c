import type { ChapterEntry, Chart, LevelEntry } from '../../progress/chart.ts';
import type { ExamEntry } from '../../progress/exams.ts';
import { FINAL } from '../../study/exam.ts';
import { type Game, isFresh } from '../game.ts';
import { BLANK, type Line, line, paragraph, span } from '../lines.ts';
import type { Area, Page } from '../page.ts';
import { pad, widthOf } from '../text.ts';
import { fill, texts } from '../texts.ts';
import { examValue, type Worth, worthDoing } from '../worth.ts';
import { header, stars } from './header.ts';

const NO_CHART: Chart = { chapters: [], next: undefined, exams: [], unknown: [] };
const READABLE = 76;
const finished = (levels: readonly LevelEntry[]): number => levels.filter(level => level.finished).length;
const score = ({ stars: earned, of }: Pick<ChapterEntry, 'stars' | 'of'>): string => `${earned}/${of} ★`;

/** The first screen: on the very first start it tells the first level's story and Enter begins it. */
export function startPage(game: Game, area: Area): Page {
  const chart = game.chart() ?? NO_CHART;
  const fresh = isFresh(chart);
  const worth = worthDoing(game, chart, fresh);
  const items = startChoices(worth);
  const width = Math.min(area.columns - 4, READABLE);
  const levels = chart.chapters.flatMap(each => each.levels);
  const earned = chart.chapters.reduce((sum, each) => sum + each.stars, 0);
  const said = fill(texts.start.score, {
    finished: finished(levels),
    total: levels.length,
    stars: earned,
    most: 3 * levels.length,
  });
  const story = fresh ? chart.next?.level : undefined;
  const blocks = {
    banner: [
      BLANK,
      [span(`   ${texts.banner.title}`, 'title'), span(`   ${texts.banner.line}`)],
      BLANK,
    ] as Line[],
    about: [...paragraph(texts.start.about, width, span('   '), 'dim'), BLANK],
    score: fresh ? [] : [line(`   ${said}`), BLANK],
    notices: [...game.notices, ...(game.trouble === undefined ? [] : [game.trouble])].flatMap(notice => [
      ...paragraph(notice, width, span('   '), 'wasteful'),
      BLANK,
    ]),
    story:
      story === undefined
        ? []
        : [line(`   ${story.title}`, 'title'), ...paragraph(story.story.trim(), width, span('   ')), BLANK],
    why:
      fresh || worth[0] === undefined
        ? []
        : paragraph(fill(texts.start.worth, { why: worth[0].why }), width, span('   '), 'dim'),
  };
  let room = area.lines - 1 - items.length;
  const kept = new Set<string>();
  for (const name of ['notices', 'story', 'why', 'banner', 'score', 'about'] as const) {
    if (blocks[name].length > room) continue;
    kept.add(name);
    room -= blocks[name].length;
  }
  const above = Object.entries(blocks).flatMap(([name, lines]) => (kept.has(name) ? lines : []));
  return { above, choices: { id: 'start', items }, below: [] };
}

/** What is worth doing now comes first, then what else there is to do, then where to look things up. */
function startChoices(worth: readonly Worth[]) {
  const others = (['chapters', 'glossary', 'settings', 'help', 'quit'] as const).map(value => ({
    value,
    label: texts.start[value],
  }));
  return [...worth.map(({ value, label }) => ({ value, label })), ...others];
}

/** The chapters with what was earned in each. */
export function chaptersPage(game: Game, area: Area): Page {
  const { chapters, exams } = game.chart() ?? NO_CHART;
  const finals = exams.filter(({ chapter }) => chapter === FINAL);
  const title = Math.max(
    0,
    ...chapters.map(({ chapter }) => widthOf(chapter.title)),
    ...finals.map(exam => widthOf(exam.title)),
  );
  const listed = chapters.map(entry => {
    const levels = fill(texts.map.levels, { finished: finished(entry.levels), total: entry.levels.length });
    // The stars tell how far one is; so of both they stay where there is room for one.
    const count = area.columns < READABLE ? '' : `   ${levels}`;
    const locked = entry.levels[0]?.lockedBy === undefined ? '' : `   ${texts.map.locked}`;
    return {
      value: entry.chapter.id,
      label: `${pad(entry.chapter.title, title)}   ${pad(score(entry), 8, 'right')}${count}${locked}`,
    };
  });
  const items = [...listed, ...finals.map(exam => examChoice(exam, title))];
  const aboutWith = (levelsOf: (entry: ChapterEntry) => readonly Line[]): Line[] =>
    chapters.flatMap(entry => [
      BLANK,
      line(`   ${entry.chapter.title}`, 'title'),
      ...paragraph(entry.chapter.about, Math.min(area.columns - 4, READABLE), span('   '), 'dim'),
      ...levelsOf(entry),
    ]);
  const above = [header(texts.map.chapters, [], area.columns), BLANK];
  const here = chapters.findIndex(({ levels }) => levels.some(isNext));
  const room = area.lines - 1 - above.length - items.length;
  // As much of the map as there is room for: the levels of each chapter, what it is about, or the list alone.
  const below = [aboutWith(levelsIn), aboutWith(() => [])].find(lines => lines.length < room) ?? [];
  return { above, choices: { id: 'chapters', items, initial: Math.max(0, here) }, below };
}

/** The levels of a chapter as lines of the map. */
const levelsIn = ({ levels }: ChapterEntry): Line[] =>
  levels.map(each => [
    span(`     ${stars(each.stars, 3 - each.stars).replaceAll('·', ' ')}  `, 'star'),
    span(each.level.title, each.lockedBy === undefined ? undefined : 'dim'),
  ]);

/** The levels of a chapter: stars, what is under way, and what is not unlocked yet. */
export function levelsPage(game: Game, id: string, area: Area): Page {
  const chart = game.chart() ?? NO_CHART;
  const entry = chart.chapters.find(({ chapter }) => chapter.id === id);
  if (entry === undefined) return { above: [header(id, [], area.columns)], below: [] };
  const { chapter, levels, exam } = entry;
  const title = Math.max(widthOf(exam?.title ?? ''), ...levels.map(({ level }) => widthOf(level.title)));
  const items = levels.map(each => {
    const earned = stars(each.stars, each.finished ? 3 - each.stars : 0).replaceAll('·', ' ');
    const words = stateOf(each);
    return { value: each.level.id, label: `${pad(each.level.title, title)}   ${earned}   ${words}` };
  });
  if (exam !== undefined) items.push(examChoice(exam, title));
  const about = paragraph(chapter.about, Math.min(area.columns - 4, READABLE), span('   '), 'dim');
  const top = [header(chapter.title, [span(score(entry), 'star')], area.columns), BLANK];
  const whole = [...top, ...about, BLANK];
  const initial = levels.findIndex(each => each.underway || isNext(each));
  return {
    above: area.lines - 2 - whole.length >= items.length ? whole : top,
    choices: { id: `levels ${id}`, items, initial: Math.max(0, initial) },
    below: [],
  };
}

/** An exam as a choice, with how it went. */
function examChoice(exam: ExamEntry, title: number): { value: string; label: string } {
  const { stars: earned = 0, right, of } = exam;
  const state =
    exam.underway !== undefined
      ? texts.map.underway
      : exam.taken === 0
        ? texts.map.exam
        : fill(exam.passed ? texts.map.passed : texts.map.failed, { right, of });
  const marks = stars(earned, exam.passed ? 3 - earned : 0).replaceAll('·', ' ');
  return { value: examValue(exam), label: `${pad(exam.title, title)}   ${marks}   ${state}` };
}

const isNext = ({ lockedBy, finished: done }: LevelEntry): boolean => lockedBy === undefined && !done;

function stateOf(entry: LevelEntry): string {
  const state = entry.underway
    ? texts.map.underway
    : entry.lockedBy !== undefined
      ? texts.map.locked
      : entry.finished
        ? texts.map.stars[entry.stars]!
        : texts.map.open;
  return entry.level.depth === 'decide' ? state : `${state}, ${texts.map.depths[entry.level.depth]}`;
}
