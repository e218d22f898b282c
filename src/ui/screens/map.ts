import type { ChapterEntry, Chart, LevelEntry } from '../../progress/chart.ts';
import { type Game, isFresh, type Shift } from '../game.ts';
import { BLANK, type Line, line, paragraph, span } from '../lines.ts';
import type { Area, Page } from '../page.ts';
import { pad, widthOf } from '../text.ts';
import { fill, texts } from '../texts.ts';
import { header, stars } from './header.ts';

const NO_CHART: Chart = { chapters: [], next: undefined, unknown: [] };
const READABLE = 76;
const finished = (levels: readonly LevelEntry[]): number => levels.filter(level => level.finished).length;
const score = ({ stars: earned, of }: Pick<ChapterEntry, 'stars' | 'of'>): string => `${earned}/${of} ★`;

/** The first screen: on the very first start it tells the first level's story and Enter begins it. */
export function startPage(game: Game, area: Area): Page {
  const chart = game.chart() ?? NO_CHART;
  const fresh = isFresh(chart);
  const items = startChoices(chart, game, fresh);
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
  };
  let room = area.lines - 1 - items.length;
  const kept = new Set<string>();
  for (const name of ['notices', 'story', 'banner', 'score', 'about'] as const) {
    if (blocks[name].length > room) continue;
    kept.add(name);
    room -= blocks[name].length;
  }
  const above = Object.entries(blocks).flatMap(([name, lines]) => (kept.has(name) ? lines : []));
  // The cursor rests on what one came for.
  const initial = items.findIndex(({ value }) => ['begin', 'continue', 'next'].includes(value));
  return { above, choices: { id: 'start', items, initial: Math.max(0, initial) }, below: [] };
}

function startChoices(chart: Chart, game: Game, fresh: boolean) {
  const underway = game.underway();
  const next = chart.next?.level;
  const named = (template: string, id: string) => fill(template, { level: nameOf(chart, id) });
  const go =
    underway !== undefined
      ? [{ value: 'continue', label: named(texts.start.continue, underway.id) }]
      : next === undefined
        ? []
        : fresh
          ? [{ value: 'begin', label: named(texts.start.begin, next.id) }]
          : [{ value: 'next', label: named(texts.start.next, next.id) }];
  const others = (['chapters', 'glossary', 'help', 'quit'] as const).map(value => ({
    value,
    label: texts.start[value],
  }));
  const shift = game.shift();
  const today =
    shift === undefined
      ? []
      : [
          {
            value: 'shift',
            label: fill(
              shift.next === undefined ? texts.start.shiftDone : texts.start.shift,
              shiftFacts(shift),
            ),
          },
        ];
  return [...today, ...go, ...others];
}

const shiftFacts = ({ done, of }: Shift) => ({ done, of });

const nameOf = ({ chapters }: Chart, id: string): string => {
  for (const { chapter, levels } of chapters) {
    const entry = levels.find(({ level }) => level.id === id);
    if (entry !== undefined) return `${chapter.title} · ${entry.level.title}`;
  }
  return id;
};

/** The chapters with what was earned in each. */
export function chaptersPage(game: Game, area: Area): Page {
  const { chapters } = game.chart() ?? NO_CHART;
  const title = Math.max(0, ...chapters.map(({ chapter }) => widthOf(chapter.title)));
  const items = chapters.map(entry => {
    const count = fill(texts.map.levels, { finished: finished(entry.levels), total: entry.levels.length });
    const locked = entry.levels[0]?.lockedBy === undefined ? '' : `   ${texts.map.locked}`;
    return {
      value: entry.chapter.id,
      label: `${pad(entry.chapter.title, title)}   ${pad(score(entry), 8, 'right')}   ${count}${locked}`,
    };
  });
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
  const { chapter, levels } = entry;
  const title = Math.max(0, ...levels.map(({ level }) => widthOf(level.title)));
  const items = levels.map(each => {
    const earned = stars(each.stars, each.finished ? 3 - each.stars : 0).replaceAll('·', ' ');
    const words = stateOf(each);
    return { value: each.level.id, label: `${pad(each.level.title, title)}   ${earned}   ${words}` };
  });
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
