import { readFileSync } from 'node:fs';
import { expect, test } from 'vitest';
import {
  conceptsOf,
  conceptWords,
  misconceptionOf,
  misconceptionsOf,
  wordsAgainst,
} from '../../src/levels/catalogue.ts';
import { library } from '../../src/levels/library.ts';
import { testedBy } from '../../src/levels/revealed.ts';
import { beliefsAbout, entryFor } from '../../src/ui/glossary.ts';

const systems = ['linux', 'xen', 'hurd'] as const;
const glossaryOf = (system: string): Record<string, { source: string }> =>
  JSON.parse(readFileSync(new URL(`../../assets/${system}/glossary.json`, import.meta.url), 'utf8'));

test('a misconception that no decision shows is answered by a word of the glossary, or treated by a level', () => {
  const open = Object.entries(misconceptionsOf()).flatMap(([id, { reveals }]) => {
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
    expect(beliefsAbout(entryFor(word)!)).toEqual([expect.stringContaining(misconceptionOf(id)!.title)]);
  }
});

test.each(systems)('each word of %s is the game’s own, a function, or introduced with a concept', system => {
  const own = Object.entries(glossaryOf(system)).filter(
    ([word, { source }]) => !source.endsWith('of Cowhand') && !/^[a-z]+_[a-z_]+$/.test(word),
  );
  const open = own.map(([word]) => word).filter(word => !conceptWords(system).has(word));
  expect(open).toEqual([]);
});

test('no two systems call different ideas by the same id', () => {
  for (const of of [conceptsOf, misconceptionsOf]) {
    const ids = systems.flatMap(system => Object.keys(of(system)));
    expect(ids.length).toBeGreaterThan(100);
    expect(ids.filter((id, i) => ids.indexOf(id) !== i)).toEqual([]);
  }
});

test('an answer tells of misconceptions of its own system only', () => {
  const [linux, xen] = ['linux', 'xen'].map(system => [...testedBy(system, 'no-fault')]);
  expect(linux).toContain('M3');
  expect(xen).toContain('XEN15');
  expect(Object.keys(misconceptionsOf('linux'))).toEqual(expect.arrayContaining(linux!));
  expect(Object.keys(misconceptionsOf('xen'))).toEqual(expect.arrayContaining(xen!));
});
