import { describe, expect, test } from 'vitest';
import { coverageOf } from '../../src/levels/check.ts';
import { DEPTHS, type Level } from '../../src/levels/level.ts';
import { library } from '../../src/levels/library.ts';

/** Linux's levels by chapter, in the order of play. */
const chapters = library.chapters
  .filter(({ system }) => system === 'linux')
  .map(({ id, levels }) => ({
    id,
    levels: levels.flatMap(level => library.levels.find(each => each.id === level) ?? []),
  }));
const linux = chapters.flatMap(({ levels }) => levels);
const main = chapters.slice(0, 7);

test('at least fifty levels in seven chapters', () => {
  expect(main.map(({ id }) => id)).toEqual([
    'trap',
    'nothing',
    'fork',
    'files',
    'pressure',
    'kernel',
    'races',
  ]);
  expect(main.flatMap(({ levels }) => levels).length).toBeGreaterThanOrEqual(50);
});

describe('depths', () => {
  const depthsOf = (levels: readonly Level[]): Set<string> =>
    new Set(
      levels.flatMap(({ depth, evidence }) => (evidence === undefined ? [depth] : [depth, 'evidence'])),
    );

  test.each(main)('$id uses two at least', ({ levels }) => {
    expect(depthsOf(levels).size).toBeGreaterThanOrEqual(2);
  });

  test.each(['kernel', 'races'])('%s uses all', id => {
    const { levels } = main.find(chapter => chapter.id === id)!;
    expect([...depthsOf(levels)].sort()).toEqual([...DEPTHS, 'evidence'].sort());
  });

  test.each(main)('$id has a broken kernel to catch', ({ levels }) => {
    expect(levels.filter(({ depth, asks }) => depth === 'break' && asks?.includes('decisions'))).not.toEqual(
      [],
    );
  });
});

/** The concept graph: what every course on page faults has to come to, by our own ids. */
const CONCEPTS: Readonly<Record<string, readonly string[]>> = {
  'addresses and pages': ['page', 'address-space'],
  'bits of an entry': ['pte-bits'],
  'trap and restart': ['page-fault', 'trap-restart'],
  'error code': ['error-code'],
  'intent: the VMA': ['vma', 'vma-rights'],
  'fix or refuse': ['fix-or-refuse', 'signal-code'],
  'demand zero': ['demand-zero'],
  'the zero page': ['zero-page', 'zero-page-write'],
  'minor, major, RSS': ['major-minor', 'rss'],
  'stack growth, gap, limit': ['stack', 'stack-growth', 'stack-bounds'],
  'two counts': ['refcount-mapcount'],
  'fork protects both': ['fork-protects-both'],
  copy: ['cow-copy'],
  'reuse if exclusive': ['reuse-if-exclusive'],
  'free on the last reference': ['free-on-last-reference'],
  'exec, exit, vfork': ['exec', 'exit', 'vfork'],
  'what fork leaves out': ['fork-advice'],
  'page cache': ['page-cache'],
  'private file': ['private-file'],
  'shared file, dirty, mkwrite': ['shared-file', 'page-mkwrite', 'dirty-page'],
  'end of file': ['end-of-file', 'zero-tail'],
  reclaim: ['reclaim'],
  'swap entries': ['swap-entry', 'swap-in'],
  'shared swap entries': ['swap-count', 'swap-exclusive'],
  TLB: ['tlb'],
  'flush rules, spurious faults': ['tlb-flush', 'spurious-fault'],
  shootdown: ['shootdown'],
  'kernel access and CR0.WP': ['user-copy', 'wp-bit'],
  'exception table': ['extable'],
  'GUP and pins': ['gup', 'direct-io'],
  'fork and pins': ['fork-pins'],
  'lock and recheck': ['recheck'],
  races: ['snapshot', 'pin-against-fork', 'retry-as-write'],
};

test.each(Object.entries(CONCEPTS))('a level of Linux teaches %s', (_, ids) => {
  const { concepts } = coverageOf(linux);
  for (const id of ids) expect(concepts[id]?.teaches ?? [], id).not.toEqual([]);
});

/** M10 and M42 are answered by the glossary; M46 and later are of other systems. */
const TREATED = Array.from({ length: 45 }, (_, i) => `M${i + 1}`).filter(id => !['M10', 'M42'].includes(id));

test.each(TREATED)('a level of Linux treats %s', id => {
  expect(coverageOf(linux).misconceptions[id] ?? []).not.toEqual([]);
});

/** What goes wrong only while several CPUs are at work, and the kernel or order by which a level asks for it. */
const BOSSES: Readonly<Record<string, string>> = {
  'clear, flush, set': 'clear, flush-here, flush, set',
  'no recheck after copying': 'copy does not recheck the entry',
  'the first touch twice': 'first write does not recheck the entry',
  'free before flush': 'pages go back before the flush',
  'fork without flush': 'flush-here, flush, share, protect',
  'get_user_pages against fork': 'a fast pin does not look for a fork',
  'get_user_pages against reclaim': 'swapping out looks for pins first',
  'page_mkclean without flush': 'fsync writes before it flushes',
  'mremap lets go too early': 'mremap lets its lock go before it flushes',
  'Dirty COW: tried again as a read': 'a forced store is tried again as a read',
  'swapped in twice': 'swap-in does not claim its slot',
  'truncation against a fault': 'a page of a file is not looked for again',
};

test.each(Object.entries(BOSSES))('a level puts on trial: %s', (_, asked) => {
  const races = linux.filter(({ depth }) => depth === 'order' || depth === 'break');
  expect(races.filter(({ menu }) => menu.includes(asked) || menu.join(', ') === asked)).not.toEqual([]);
});

test('the same fault is foretold under every rule set', () => {
  const rules = linux.filter(({ depth, chapter }) => depth === 'predict' && chapter === 'races');
  expect(new Set(rules.map(each => each.rules))).toEqual(new Set(['2.6', '5.8', '5.10', '6.x']));
});
