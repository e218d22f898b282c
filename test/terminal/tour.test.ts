import { mkdtempSync, rmSync } from 'node:fs';
import os from 'node:os';
import path from 'node:path';
import { expect, test } from 'vitest';
import { texts } from '../../src/ui/texts.ts';
import { launch, runPiped } from './harness.ts';
import { pressed, TOURS } from './tour.ts';

test('the tours leave no screen out', () => {
  const seen = TOURS.flatMap(({ stops }) => stops.flatMap(({ at }) => at ?? []));
  expect([...new Set(seen)].sort()).toEqual(Object.keys(texts.scenes).sort());
});

test.concurrent.for(TOURS)(
  '$name: each screen is there, whole, and without a full clear',
  async (tour, context) => {
    const home = mkdtempSync(path.join(os.tmpdir(), 'cowhand-tour-'));
    context.onTestFinished(() => rmSync(home, { recursive: true, force: true }));
    if (tour.before !== undefined) await runPiped(tour.before.args, { home, input: tour.before.input });
    const session = launch(tour.args, { home });
    context.onTestFinished(() => session.close());
    await session.waitFor(tour.stops[0]!.shows);
    const before = session.wipes();
    for (const stop of tour.stops) {
      session.press(...stop.keys.map(pressed));
      await session.waitFor(stop.shows);
      // The last row stays free, and what can be done is said in the one above it.
      expect(session.lines().at(-1)).toBe('');
      expect(session.lines().at(-2)).toMatch(/\w/);
    }
    expect(session.wipes()).toBe(before);
  },
);
