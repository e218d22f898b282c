import { conceptsOf, misconceptionsOf, wordsAgainst } from '../../levels/catalogue.ts';
import { compile } from '../../levels/compile.ts';
import { type Chapter, DEPTHS, type Level } from '../../levels/level.ts';
import { formatProblem } from '../../levels/problem.ts';
import { raceMutations } from '../../machines/linux/races/race-mutations.ts';
import { ruleSets } from '../../machines/linux/rules.ts';
import { levelFiles, readLevelFile } from './levels.ts';

/** Which level teaches and treats what, made from the level files. */
export const path = 'docs/curriculum.md';

const concepts = conceptsOf();
const misconceptions = misconceptionsOf();
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
  lines.push(...depthLines(chapters, levels), ...bossLines(levels), ...conceptLines(levels));
  lines.push('', '## Misconceptions', '', '| | the wrong belief | treated in |', '| --- | --- | --- |');
  for (const [id, { title }] of Object.entries(misconceptions)) {
    const treating = levels.filter(level => level.treats.includes(id)).map(level => `\`${level.id}\``);
    const words = wordsAgainst(id).map(word => `glossary: ${word}`);
    treating.push(...words);
    if (treating.length > 0) lines.push(`| ${id} | ${title} | ${treating.join(', ')} |`);
  }
  return `${lines.join('\n')}\n`;
}

const isRaceOnly = (kernel: string): boolean => kernel in raceMutations || kernel in ruleSets;

/** In how many levels of each chapter each depth is asked. */
function depthLines(chapters: readonly Chapter[], levels: readonly Level[]): string[] {
  const count = (chapter: Chapter, holds: (level: Level) => boolean): string =>
    String(levelsOf(chapter.levels, levels).filter(holds).length || '');
  return [
    '',
    '## Depths',
    '',
    'How many levels of a chapter ask for each depth. Evidence counts where it follows every right decision; in the',
    'others it is asked for in passing.',
    '',
    `| chapter | ${DEPTHS.join(' | ')} | evidence |`,
    `| --- |${' --- |'.repeat(DEPTHS.length + 1)}`,
    ...chapters.map(chapter => {
      const depths = DEPTHS.map(depth => count(chapter, level => level.depth === depth));
      return `| ${chapter.title} | ${[...depths, count(chapter, ({ evidence }) => evidence !== undefined)].join(' | ')} |`;
    }),
  ];
}

/** Which level puts each order of events on trial that only several CPUs, or kernels of the past, get wrong. */
function bossLines(levels: readonly Level[]): string[] {
  const races = levels.filter(({ depth }) => depth === 'order' || depth === 'break');
  const tried = [
    ...new Set(races.flatMap(({ depth, menu }) => (depth === 'order' ? [menu.join(', ')] : menu))),
  ];
  const bosses = tried.filter(name => isRaceOnly(name) || name.includes(', '));
  return [
    '',
    '## Bosses',
    '',
    'Orders of events that are asked for, and kernels that only go wrong while several CPUs are at work, or that did',
    'so in their time; all interleavings are explored.',
    '',
    '| order, or what is wrong | levels |',
    '| --- | --- |',
    ...bosses.map(name => {
      const where = races.filter(({ menu }) => menu.includes(name) || menu.join(', ') === name);
      return `| ${name} | ${where.map(({ id }) => `\`${id}\``).join(', ')} |`;
    }),
  ];
}

/** Which levels teach and use each concept. */
function conceptLines(levels: readonly Level[]): string[] {
  const ids = (holds: (level: Level) => boolean): string =>
    levels
      .filter(holds)
      .map(({ id }) => `\`${id}\``)
      .join(', ');
  return [
    '',
    '## Concepts',
    '',
    '| concept | taught in | used in |',
    '| --- | --- | --- |',
    ...Object.entries(concepts).map(
      ([id, { title }]) =>
        `| ${title} | ${ids(({ teaches }) => teaches.includes(id))} | ${ids(({ uses }) => uses.includes(id))} |`,
    ),
  ];
}

const levelsOf = (ids: readonly string[], levels: readonly Level[]): Level[] =>
  ids.flatMap(id => levels.find(level => level.id === id) ?? []);
