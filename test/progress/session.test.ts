import fc from 'fast-check';
import { describe, expect, test } from 'vitest';
import { isRefused, type Run, table } from '../../src/game/run.ts';
import type { GameEvent } from '../../src/game/types.ts';
import { digestOf } from '../../src/levels/digest.ts';
import type { Level } from '../../src/levels/level.ts';
import { library } from '../../src/levels/library.ts';
import { openSession, type Session } from '../../src/progress/session.ts';
import { freshFolder, level, storeIn } from './folder.ts';

/** Answers the open question rightly, by trying. */
function decideRightly(session: Session): void {
  const n = table(session.run).question?.n;
  for (const { id } of table(session.run).question?.offers ?? []) {
    session.play({ type: 'decide', decision: id });
    if (table(session.run).question?.n !== n) return;
  }
}
function finish(session: Session): void {
  while (table(session.run).question) decideRightly(session);
}
const shownBy = (run: Run) => {
  const { question, answers, hints, summary, variant } = table(run);
  return { question, answers, hints, summary, variant };
};
const varied = library.levels.find(({ variants }) => Object.keys(variants).length > 0)!;

describe('a session', () => {
  test('goes on where the one before was left, whatever was played', () => {
    const numbers = fc.array(fc.nat({ max: 9 }), { maxLength: 8 });
    fc.assert(
      fc.property(numbers, choices => {
        const folder = freshFolder();
        const first = openSession(storeIn(folder), varied, 1);
        for (const choice of choices) {
          const offers = table(first.run).question?.offers ?? [];
          const events: GameEvent[] = [
            { type: 'undo' },
            { type: 'hint' },
            { type: 'restart', variant: choice % 2 },
            ...offers.map(({ id }) => ({ type: 'decide' as const, decision: id })),
          ];
          first.play(events[choice % events.length]!);
        }
        const finished = table(first.run).summary !== undefined;
        const second = openSession(storeIn(folder), varied, 0);
        expect(second.resumed).toBe(!finished);
        if (!finished) expect(shownBy(second.run)).toEqual(shownBy(first.run));
      }),
      { numRuns: 20 },
    );
  });

  test('saves the stars when the level is finished', () => {
    const folder = freshFolder();
    const session = openSession(storeIn(folder), level, 0);
    finish(session);
    const { levels, open } = storeIn(folder).progress;
    expect(levels.get(level.id)?.best.get(0)).toBe(table(session.run).summary?.stars);
    expect(open).toEqual([]);
  });

  test('saves no event that does not fit', () => {
    const folder = freshFolder();
    const session = openSession(storeIn(folder), level, 0);
    expect(isRefused(session.play({ type: 'decide', decision: 'no such thing' }))).toBe(true);
    expect(isRefused(session.play({ type: 'undo' }))).toBe(true);
    expect(storeIn(folder).progress.open[0]?.events).toEqual([]);
  });

  test('an undo after the end opens the level again, and the record stays', () => {
    const folder = freshFolder();
    const session = openSession(storeIn(folder), level, 0);
    finish(session);
    session.play({ type: 'undo' });
    const { progress } = storeIn(folder);
    expect(progress.levels.get(level.id)?.best.size).toBe(1);
    expect(shownBy(openSession(storeIn(folder), level, 0).run)).toEqual(shownBy(session.run));
  });

  test('ended between the last decision and its result, it saves the result when it goes on', () => {
    const folder = freshFolder();
    const store = storeIn(folder);
    const elsewhere = openSession(storeIn(freshFolder()), level, 0);
    finish(elsewhere);
    const attempt = store.begin(level, 0);
    for (const event of elsewhere.run.log) attempt.play(event);
    expect(store.progress.levels.get(level.id)?.best.size).toBe(0);

    const session = openSession(storeIn(folder), level, 0);
    expect(session.resumed).toBe(true);
    expect(storeIn(folder).progress.levels.get(level.id)?.best.get(0)).toBe(
      table(elsewhere.run).summary?.stars,
    );
    expect(storeIn(folder).progress.open).toEqual([]);
  });

  test('begins anew where the level has changed, says so, and keeps the lines', () => {
    const folder = freshFolder();
    decideRightly(openSession(storeIn(folder), varied, 0));
    const changed: Level = { ...varied, script: varied.script.slice(0, -1) };
    const session = openSession(storeIn(folder), changed, 1);
    expect(session).toMatchObject({ resumed: false, changed: true });
    expect(table(session.run)).toMatchObject({ variant: 1, answers: [] });
    expect(openSession(storeIn(folder), changed, 0)).toMatchObject({ resumed: true, changed: false });
  });

  test('begins anew where the saved run does not fit its level', () => {
    const folder = freshFolder();
    storeIn(folder).begin(level, 0).play({ type: 'undo' });
    expect(openSession(storeIn(folder), level, 0)).toMatchObject({ resumed: false, changed: true });
    storeIn(folder).begin(level, 99);
    expect(openSession(storeIn(folder), level, 0)).toMatchObject({ resumed: false, changed: true });
  });
});

describe('the digest of a level', () => {
  const digest = digestOf(varied);

  test('is the same for other words and places', () => {
    const moved = varied.script.map(step => ({
      ...step,
      place: { ...step.place, line: step.place.line + 1 },
    }));
    expect(digestOf({ ...varied, title: 'Other', story: 'Other', script: moved, file: 'other' })).toBe(
      digest,
    );
  });

  test.each([
    ['script', { script: varied.script.slice(1) }],
    ['set-up', { setup: varied.setup.slice(1) }],
    ['menu', { menu: varied.menu.slice(1) }],
    ['variants', { variants: {} }],
    ['depth', { depth: varied.depth === 'decide' ? 'predict' : 'decide' }],
    ['number of hints', { hints: [] }],
  ] as [string, Partial<Level>][])('is another for another %s', (_, change) => {
    expect(digestOf({ ...varied, ...change })).not.toBe(digest);
  });

  test('no two levels have the same', () => {
    expect(new Set(library.levels.map(digestOf)).size).toBe(library.levels.length);
  });
});
