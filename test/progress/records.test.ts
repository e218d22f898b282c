import fc from 'fast-check';
import { describe, expect, test } from 'vitest';
import type { GameEvent } from '../../src/game/types.ts';
import { type JournalEvent, VERSION } from '../../src/progress/events.ts';
import { type Progress, progressOf } from '../../src/progress/records.ts';
import { disorder, journals } from './journals.ts';

const stamp = { v: VERSION, at: '2026-11-20T10:00:00.000Z' } as const;
const copy: GameEvent = { type: 'decide', decision: 'copy' };
const reuse: GameEvent = { type: 'decide', decision: 'reuse' };

const started = (run: string, level = 'twins', from?: string, n = 0): JournalEvent => ({
  ...stamp,
  type: 'start',
  run,
  n,
  level,
  variant: 1,
  digest: 'd',
  ...(from === undefined ? {} : { from }),
});
const played = (run: string, n: number, event: GameEvent): JournalEvent => ({
  ...stamp,
  type: 'event',
  run,
  n,
  event,
});
const finished = (run: string, n: number, stars: number, variant = 1): JournalEvent => ({
  ...stamp,
  type: 'finish',
  run,
  n,
  level: 'twins',
  variant,
  stars,
});

const openRuns = (...events: JournalEvent[]) =>
  progressOf(events).open.map(({ level, events }) => ({ level, events }));
const sameLevels = (a: Progress, b: Progress): void => {
  expect(new Map([...a.levels].sort())).toEqual(new Map([...b.levels].sort()));
};

describe('records', () => {
  test('no event ever lowers one, in any order', () => {
    fc.assert(
      fc.property(disorder, events => {
        for (const i of events.keys()) {
          const { levels: before } = progressOf(events.slice(0, i));
          const { levels: after } = progressOf(events.slice(0, i + 1));
          for (const [id, record] of before) {
            const now = after.get(id)!;
            expect(now.attempts).toBeGreaterThanOrEqual(record.attempts);
            expect(now.hints).toBeGreaterThanOrEqual(record.hints);
            for (const [variant, stars] of record.best)
              expect(now.best.get(variant)).toBeGreaterThanOrEqual(stars);
          }
        }
      }),
    );
  });

  test('two journals come to the same, whichever comes first', () => {
    fc.assert(
      fc.property(journals('a'), journals('b'), (a, b) => {
        sameLevels(progressOf([...a, ...b]), progressOf([...b, ...a]));
      }),
    );
  });

  test('a journal joined with a copy of itself, or of its beginning, comes to the same', () => {
    fc.assert(
      fc.property(journals('a'), fc.nat(), (events, length) => {
        const whole = progressOf(events);
        sameLevels(progressOf([...events, ...events]), whole);
        sameLevels(progressOf([...events.slice(0, length % (events.length + 1)), ...events]), whole);
      }),
    );
  });

  test('the best of each variant counts, and a worse result changes nothing', () => {
    const { levels } = progressOf([
      started('a'),
      finished('a', 0, 3, 1),
      finished('b', 0, 1, 1),
      finished('c', 0, 2, 2),
    ]);
    expect(levels.get('twins')?.best).toEqual(
      new Map([
        [1, 3],
        [2, 2],
      ]),
    );
  });

  test('a finish counts even if all else about its run is lost', () => {
    expect(
      progressOf([finished('lost', 7, 2)])
        .levels.get('twins')
        ?.best.get(1),
    ).toBe(2);
  });

  test('beginning and restarting are attempts, going on is none; hints are counted', () => {
    const record = progressOf([
      started('a'),
      played('a', 0, { type: 'hint' }),
      played('a', 1, { type: 'restart', variant: 0 }),
      started('b', 'twins', 'a', 2),
      played('b', 2, { type: 'hint' }),
    ]).levels.get('twins');
    expect(record).toMatchObject({ attempts: 2, hints: 2 });
  });
});

describe('open runs', () => {
  test('a run that was left can be gone on with; a finished one cannot', () => {
    expect(openRuns(started('a'), played('a', 0, copy))).toEqual([{ level: 'twins', events: [copy] }]);
    expect(openRuns(started('a'), played('a', 0, copy), finished('a', 1, 3))).toEqual([]);
  });

  test('an event after the finish, as an undo, opens the run again', () => {
    const undo: GameEvent = { type: 'undo' };
    expect(openRuns(started('a'), played('a', 0, copy), finished('a', 1, 3), played('a', 1, undo))).toEqual([
      { level: 'twins', events: [copy, undo] },
    ]);
  });

  test('the one that was played last comes first, and beginning a level anew gives up the one before', () => {
    const a = started('a', 'first-ring');
    const b = started('b', 'twins');
    expect(openRuns(a, b, played('a', 0, copy)).map(({ level }) => level)).toEqual(['first-ring', 'twins']);
    expect(openRuns(a, b, played('a', 0, copy), started('c', 'first-ring'))).toEqual([
      { level: 'first-ring', events: [] },
      { level: 'twins', events: [] },
    ]);
  });

  test('two processes that go on with one run do not mix their events', () => {
    const lines = [
      started('a'),
      played('a', 0, copy),
      started('b', 'twins', 'a', 1),
      started('c', 'twins', 'a', 1),
      played('b', 1, reuse),
      played('c', 1, copy),
      played('b', 2, reuse),
    ];
    expect(openRuns(...lines)).toEqual([{ level: 'twins', events: [copy, copy] }]);
  });

  test('what follows a lost event is left out, since it may not fit', () => {
    expect(openRuns(started('a'), played('a', 0, copy), played('a', 2, reuse))).toEqual([
      { level: 'twins', events: [copy] },
    ]);
  });

  test('a run that goes on from a lost one is not offered', () => {
    expect(openRuns(started('b', 'twins', 'lost', 3))).toEqual([]);
  });

  test('a dropped run is not offered, and what was earned with it stays', () => {
    const progress = progressOf([
      started('a'),
      finished('a', 0, 2),
      played('a', 0, copy),
      { ...stamp, type: 'drop', run: 'a', n: 1 },
    ]);
    expect(progress.open).toEqual([]);
    expect(progress.levels.get('twins')?.best.get(1)).toBe(2);
  });
});
