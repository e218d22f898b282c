import { readdirSync } from 'node:fs';
import fc from 'fast-check';
import { expect, test } from 'vitest';
import type { JournalEvent } from '../../src/progress/events.ts';
import { join, lackingFrom, lastAside, putAside } from '../../src/progress/merge.ts';
import { progressOf } from '../../src/progress/records.ts';
import { journalOf } from '../../src/progress/store.ts';
import { clock, freshFolder, journalIn, level, other, storeIn } from './folder.ts';
import { journals } from './journals.ts';

const levelsOf = (events: readonly JournalEvent[]) => progressOf(events).levels;
const joined = (own: readonly JournalEvent[], added: readonly JournalEvent[]) => [
  ...own,
  ...lackingFrom(own, added),
];

/** Two players' journals, and one that both had copies of when they began. */
const pairs = fc
  .tuple(journals('both'), journals('a'), journals('b'))
  .map(([both, a, b]) => [[...both, ...a] as const, [...both, ...b] as const] as const);

test('joined either way round, two journals come to the same records', () => {
  fc.assert(
    fc.property(pairs, ([a, b]) => {
      expect(levelsOf(joined(a, b))).toEqual(levelsOf(joined(b, a)));
    }),
  );
});

test('joining lowers no record, and the second time it adds nothing', () => {
  fc.assert(
    fc.property(pairs, ([a, b]) => {
      const both = joined(a, b);
      expect(lackingFrom(both, b)).toEqual([]);
      for (const part of [a, b])
        for (const [id, record] of levelsOf(part)) {
          const after = levelsOf(both).get(id)!;
          expect(after.attempts).toBeGreaterThanOrEqual(record.attempts);
          expect(after.hints).toBeGreaterThanOrEqual(record.hints);
          for (const [variant, stars] of record.best)
            expect(after.best.get(variant)).toBeGreaterThanOrEqual(stars);
        }
    }),
  );
});

test('settings stay with the machine', async () => {
  const folder = freshFolder();
  await storeIn(folder).settings.set('colour', 'never');
  expect(lackingFrom([], journalOf(journalIn(folder)).events)).toEqual([]);
});

test('what is put aside can be had back, and joins what was played since', () => {
  const folder = freshFolder();
  const journal = journalIn(folder);
  expect([putAside(journal, clock()), lastAside(journal)]).toEqual([undefined, undefined]);
  storeIn(folder).begin(level, 0).finish({ variant: 0, stars: 3 });
  const aside = putAside(journal, clock());
  expect(storeIn(folder).progress.levels.size).toBe(0);
  storeIn(folder).begin(other, 0).finish({ variant: 0, stars: 2 });

  expect(lastAside(journal)).toBe(aside);
  join(journal, lackingFrom(journalOf(journal).events, journalOf(aside!).events));
  const { levels } = storeIn(folder).progress;
  expect([level, other].map(({ id }) => levels.get(id)?.best.get(0))).toEqual([3, 2]);
  // Reset twice in one millisecond, both are there.
  const second = putAside(journal, clock());
  expect(readdirSync(folder).filter(file => file.includes('.reset-'))).toHaveLength(2);
  expect(lastAside(journal)).toBe(second);
});
