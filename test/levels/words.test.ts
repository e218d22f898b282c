import { readFileSync } from 'node:fs';
import { expect, test } from 'vitest';
import { conceptWords, misconceptions, wordsAgainst } from '../../src/levels/catalogue.ts';
import { library } from '../../src/levels/library.ts';
import { beliefsAbout, entryFor } from '../../src/ui/glossary.ts';

const systems = ['linux', 'xen', 'hurd'] as const;
const glossaryOf = (system: string): Record<string, { source: string }> =>
  JSON.parse(readFileSync(new URL(`../../assets/${system}/glossary.json`, import.meta.url), 'utf8'));

test('a misconception that no decision shows is answered by a word of the glossary, or treated by a level', () => {
  const open = Object.entries(misconceptions).flatMap(([id, { reveals }]) => {
    const isTreated = library.levels.some(({ treats }) => treats.includes(id));
    return reveals.length === 0 && !isTreated && wordsAgainst(id).length === 0 ? [id] : [];
  });
  expect(open).toEqual([]);
});

test('M1 to M45 are treated by levels, but for two that are entries of the glossary', () => {
  const treated = new Set(library.levels.flatMap(({ treats }) => treats));
  const ids = Array.from({ length: 45 }, (_, i) => `M${i + 1}`).filter(id => !treated.has(id));
  expect(ids.filter(id => wordsAgainst(id).length === 0)).toEqual([]);
  for (const id of ['M10', 'M42'] as const) {
    const [word = ''] = wordsAgainst(id);
    expect(beliefsAbout(entryFor(word)!)).toEqual([expect.stringContaining(misconceptions[id]!.title)]);
  }
});

test.each(systems)('each word of %s is the game’s own, a function, or introduced with a concept', system => {
  const own = Object.entries(glossaryOf(system)).filter(
    ([word, { source }]) => !source.endsWith('of Cowhand') && !/^[a-z]+_[a-z_]+$/.test(word),
  );
  const open = own.map(([word]) => word).filter(word => !conceptWords(system).has(word));
  expect(open).toEqual([]);
});
