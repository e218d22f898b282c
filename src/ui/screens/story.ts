import type { Table } from '../../game/types.ts';
import { BLANK, line, paragraph, span } from '../lines.ts';
import type { Area, Page } from '../page.ts';
import { fill, texts } from '../texts.ts';
import { levelHeader } from './header.ts';

/** What is told before a level. */
export function storyPage(table: Table, area: Area): Page {
  const { level, variant, variants } = table;
  const width = Math.min(area.columns - 4, 76);
  return {
    above: [
      levelHeader(table, area.columns),
      BLANK,
      BLANK,
      line(`   ${level.title}`, 'title'),
      line(
        `   ${level.chapterTitle} · ${texts.map[level.depth]} · ${fill(texts.story.variant, { variant: variant + 1, variants })}`,
        'dim',
      ),
      BLANK,
      ...paragraph(level.story.trim(), width, span('   ')),
    ],
    below: [],
  };
}
