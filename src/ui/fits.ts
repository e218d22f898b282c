import { chapterOf } from '../levels/chapters.ts';
import type { Screen } from '../levels/checks/shown.ts';
import type { Level } from '../levels/level.ts';
import type { Line } from './lines.ts';
import { areaOf } from './page.ts';
import { layoutView } from './picture/arrange.ts';
import { pictureLines } from './plain/words.ts';
import { header, stars } from './screens/header.ts';
import { storyPage } from './screens/story.ts';
import { fill, texts } from './texts.ts';

const AREA = areaOf(80, 24);
/** Lines of a question that are neither picture nor answers: header, footer, two of the trap. */
const AROUND = 4;
/** A level has not so many questions that their number takes more columns than this one. */
const LAST = 99;

/** Where a line is cut. */
const CUT = '…';

const textOf = (lines: readonly Line[]): string =>
  lines.map(line => line.map(({ text }) => text).join('')).join('\n');

/** The first of these words that the lines do not show. */
const firstLost = (words: readonly string[], lines: readonly Line[]): string | undefined => {
  const text = textOf(lines);
  return words.find(word => !text.includes(word));
};

/**
 * 80 columns and 24 lines, and plain text: what of a level is not on it. Of a picture that is what the fault is about, and a line that
 * is cut; what else has no room is counted in the title of its panel, and is behind `i`.
 */
export const smallest: Screen = {
  title(level) {
    const whole = `${chapterOf(level)?.title ?? level.chapter} · ${level.title}`;
    const where = fill(texts.header[level.depth === 'break' ? 'decide' : level.depth], { n: LAST });
    const right = [{ text: `${where}  ` }, { text: stars(0, 3) }];
    return firstLost([whole], [header(whole, right, AREA.columns)]) && level.title;
  },
  story(level: Level) {
    const { above } = storyPage(level, AREA);
    // The footer, and a line free above it.
    return firstLost(level.story.trim().split(/\s+/), above.slice(0, AREA.lines - 2));
  },
  picture(view, answers) {
    const lines = layoutView(view, AREA.columns, AREA.lines - AROUND - answers);
    const atFault = view.panels.flatMap(({ rows }) => rows.filter(({ marks }) => marks.length > 0));
    const lost = atFault.find(({ cells }) => firstLost(cells, lines) !== undefined);
    const cut = lines.find(each => textOf([each]).includes(CUT));
    return lost?.cells.filter(cell => cell !== '').join(' ') ?? (cut && textOf([cut]).trim());
  },
  plain(view) {
    const text = pictureLines(view).join('\n');
    const words = view.panels.flatMap(({ rows }) => rows.flatMap(({ cells }) => cells));
    return words.find(word => /[\p{L}\p{N}]/u.test(word) && !text.includes(word));
  },
};
