import { concepts, misconceptions, wordsAgainst } from '../../levels/catalogue.ts';
import { compile } from '../../levels/compile.ts';
import type { Level } from '../../levels/level.ts';
import { formatProblem } from '../../levels/problem.ts';
import { levelFiles, readLevelFile } from './levels.ts';

/** Which level teaches and treats what, made from the level files. */
export const path = 'docs/curriculum.md';

const titles: Readonly<Record<string, { readonly title: string }>> = { ...concepts, ...misconceptions };
const named = (ids: readonly string[]): string => ids.map(id => titles[id]?.title ?? id).join(', ');

export async function generate(): Promise<string> {
  const compiled = compile(levelFiles(), readLevelFile);
  if ('problems' in compiled) throw new Error(compiled.problems.map(formatProblem).join('\n'));
  const { chapters, levels } = compiled.library;
  const lines = [
    '# The curriculum',
    '',
    'Each level introduces one idea or lets ideas meet; it uses only what earlier levels taught (`cowhand check`',
    'proves it). Depths: *decide* asks for a decision at each fault, *predict* asks what the next access does.',
  ];
  for (const chapter of chapters) {
    lines.push('', `## ${chapter.title}`, '', chapter.about, '');
    lines.push('| level | depth | teaches |', '| --- | --- | --- |');
    for (const level of levelsOf(chapter.levels, levels))
      lines.push(`| ${level.title} (\`${level.id}\`) | ${level.depth} | ${named(level.teaches)} |`);
  }
  lines.push('', '## Misconceptions', '', '| | the wrong belief | treated in |', '| --- | --- | --- |');
  for (const [id, { title }] of Object.entries(misconceptions)) {
    const treating = levels.filter(level => level.treats.includes(id)).map(level => `\`${level.id}\``);
    const words = wordsAgainst(id).map(word => `glossary: ${word}`);
    treating.push(...words);
    if (treating.length > 0) lines.push(`| ${id} | ${title} | ${treating.join(', ')} |`);
  }
  return `${lines.join('\n')}\n`;
}

const levelsOf = (ids: readonly string[], levels: readonly Level[]): Level[] =>
  ids.flatMap(id => levels.find(level => level.id === id) ?? []);
