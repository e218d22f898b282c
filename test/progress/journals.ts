import fc from 'fast-check';
import type { GameEvent } from '../../src/game/types.ts';
import { type JournalEvent, VERSION } from '../../src/progress/events.ts';

/** Journals for property tests: what several processes might have written, and lines in any disorder. */

const at = '2026-11-20T10:00:00.000Z';
const level = fc.constantFrom('twins', 'first-ring', 'no-longer-there');
const variant = fc.nat({ max: 3 });
const stars = fc.nat({ max: 3 });

export const gameEvents: fc.Arbitrary<GameEvent> = fc.oneof(
  fc.record({ type: fc.constant('decide' as const), decision: fc.string({ unit: 'binary', maxLength: 6 }) }),
  fc.constant<GameEvent>({ type: 'undo' }),
  fc.constant<GameEvent>({ type: 'hint' }),
  fc.record({ type: fc.constant('restart' as const), variant }),
);

/** The lines of one run, in order. */
function runOf(run: string): fc.Arbitrary<JournalEvent[]> {
  return fc
    .record({
      level,
      variant,
      log: fc.array(gameEvents, { maxLength: 6 }),
      end: fc.constantFrom('left', 'finish', 'drop'),
      stars,
    })
    .map(({ level, variant, log, end, stars }) => {
      const line = { v: VERSION, at, run } as const;
      const n = log.length;
      return [
        { ...line, type: 'start', n: 0, level, variant, digest: 'd' },
        ...log.map((event, i) => ({ ...line, type: 'event' as const, n: i, event })),
        ...(end === 'finish' ? [{ ...line, type: 'finish' as const, n, level, variant, stars }] : []),
        ...(end === 'drop' ? [{ ...line, type: 'drop' as const, n }] : []),
      ];
    });
}

/** Journals of whole runs, written by several processes at once. @param name the runs are called after it */
export const journals = (name: string): fc.Arbitrary<JournalEvent[]> =>
  fc
    .array(fc.nat(), { maxLength: 6 })
    .chain(seeds =>
      fc.tuple(fc.tuple(...seeds.map((_, i) => runOf(`${name}${i}`))), fc.infiniteStream(fc.nat())),
    )
    .map(([runs, draws]) => {
      const left = runs.map(run => [...run]).filter(run => run.length > 0);
      const lines: JournalEvent[] = [];
      while (left.length > 0) {
        const i = draws.next().value % left.length;
        lines.push(left[i]!.shift()!);
        if (left[i]!.length === 0) left.splice(i, 1);
      }
      return lines;
    });

const count = fc.nat({ max: 4 });
const line = { v: fc.constant(VERSION), at: fc.constant(at), run: fc.constantFrom('a', 'b', 'c'), n: count };

/** Events in any order, of runs that may never have begun, with gaps and repetitions. */
export const disorder: fc.Arbitrary<JournalEvent[]> = fc.array(
  fc.oneof(
    fc.record({ ...line, type: fc.constant('start' as const), level, variant, digest: fc.constant('d') }),
    fc.record({
      ...line,
      type: fc.constant('start' as const),
      level,
      variant,
      digest: fc.constant('d'),
      from: fc.constantFrom('a', 'b', 'z'),
    }),
    fc.record({ ...line, type: fc.constant('event' as const), event: gameEvents }),
    fc.record({ ...line, type: fc.constant('finish' as const), level, variant, stars }),
    fc.record({ ...line, type: fc.constant('drop' as const) }),
    fc.record({
      v: fc.constant(VERSION),
      at: fc.constant(at),
      type: fc.constant('set' as const),
      name: fc.constantFrom('theme', '__proto__'),
      value: fc.oneof(fc.string({ minLength: 1, unit: 'binary' }), fc.boolean(), fc.nat()),
    }),
  ),
  { maxLength: 30 },
);
