import { chapterOf } from '../../levels/chapters.ts';
import type { Level } from '../../levels/level.ts';
import { variantsOf } from '../../levels/variants.ts';
import { BLANK, line, paragraph, span } from '../lines.ts';
import type { Area, Page } from '../page.ts';
import { fill, texts } from '../texts.ts';
import { header } from './header.ts';

/** What is told before a level. */
export function storyPage(level: Level, area: Area): Page {
  const width = Math.min(area.columns - 4, 76);
  const chapter = chapterOf(level)?.title ?? level.chapter;
  const variants = fill(texts.story.variants, { n: variantsOf(level).length });
  const about = [texts.map.depths[level.depth], ...(level.exam === undefined ? [variants] : [])];
  return {
    above: [
      header(chapter, [], area.columns),
      BLANK,
      BLANK,
      line(`   ${level.title}`, 'title'),
      line(`   ${about.join(' · ')}`, 'dim'),
      BLANK,
      ...paragraph(level.story.trim(), width, span('   ')),
    ],
    below: [],
  };
}
