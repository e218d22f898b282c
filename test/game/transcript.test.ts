import fc from 'fast-check';
import { describe, expect, test } from 'vitest';
import { isRefused, play } from '../../src/game/run.ts';
import {
  eventsOf,
  isFailure,
  replayTranscript,
  type Transcript,
  transcriptOf,
} from '../../src/game/transcript.ts';
import { variantsOf } from '../../src/levels/variants.ts';
import { begun, hint, levelNamed, levels, played, type Run, restart, table, undo } from './levels.ts';

const three = levelNamed('after-the-child-has-gone');

/** Whatever the numbers mean at each step, if it fits: an offer, undo, hint, restart. */
function wandered(level: Run['level'], variant: number, choices: readonly number[]): Run {
  return choices.reduce<Run>(
    (run, choice) => {
      const offers = table(run).question?.offers.map(({ id }) => id) ?? [];
      const events = [...offers, undo, hint, restart(choice % variantsOf(level).length)];
      const event = events[choice % events.length]!;
      const next = play(run, typeof event === 'string' ? { type: 'decide', decision: event } : event);
      return isRefused(next) ? run : next;
    },
    begun(level, variant),
  );
}

test('every run replays from its transcript, also from its text form', () => {
  fc.assert(
    fc.property(
      fc.constantFrom(...levels),
      fc.nat(),
      fc.array(fc.nat({ max: 40 }), { maxLength: 8 }),
      (level, n, choices) => {
        const variant = n % variantsOf(level).length;
        const run = wandered(level, variant, choices);
        const transcript: Transcript = JSON.parse(JSON.stringify(transcriptOf(run, variant, 7)));
        expect(transcript).toMatchObject({ level: level.id, variant: variant + 1, seed: 7 });
        const again = replayTranscript(transcript, level);
        if (isFailure(again)) throw new Error(JSON.stringify(again));
        expect(eventsOf(transcript)).toEqual(run.log);
        expect(table(again)).toEqual(table(run));
      },
    ),
    { numRuns: 40 },
  );
});

test('of an older version only the decisions are compared, for its digests were made in another way', () => {
  const run = played(begun(three), 'copy');
  const { log, ...rest } = transcriptOf(run, 0, null);
  const older = { ...rest, version: 0, start: 'old', log: log.map(entry => ({ ...entry, state: 'old' })) };
  expect(replayTranscript(older, three)).toMatchObject({ log: run.log });
  const odd = { ...older, log: [{ type: 'decide', decision: 'pray', state: 'old' }] } as Transcript;
  expect(replayTranscript(odd, three)).toMatchObject({ why: 'refused', step: 1, found: 'pray' });
});

describe('a transcript that does not replay says at which step and why', () => {
  const whole = transcriptOf(played(begun(three), 'copy', 'zeroed', undo), 0, null);
  const changed = (i: number, change: object): Transcript => ({
    ...whole,
    log: whole.log.map((entry, k) => (k === i ? { ...entry, ...change } : entry)) as Transcript['log'],
  });

  test.each([
    [
      { ...whole, version: 99 },
      { why: 'newer', step: 0, found: '99', expected: '1' },
    ],
    [
      { ...whole, digest: 'other' },
      { why: 'level', step: 0, found: 'other', expected: whole.digest },
    ],
    [
      { ...whole, variant: 5 },
      { why: 'variant', step: 0, found: '5', expected: '1 to 4' },
    ],
    [
      { ...whole, start: 'other' },
      { why: 'state', step: 0, found: 'other', expected: whole.start },
    ],
    [
      changed(0, { decision: 'fix' }),
      { why: 'refused', step: 1, found: 'fix', expected: three.menu.join(', ') },
    ],
    [
      changed(1, { state: 'other' }),
      { why: 'state', step: 2, found: 'other', expected: whole.log[1]!.state },
    ],
    // A decision that was put in afterwards leads somewhere else.
    [changed(0, { decision: 'reuse' }), { why: 'state', step: 1, found: whole.log[0]!.state }],
    // One undo more goes back further than was recorded.
    [
      { ...whole, log: [...whole.log, whole.log[2]!] },
      { why: 'state', step: 4 },
    ],
  ])('%#', (transcript, failure) => {
    expect(replayTranscript(transcript as Transcript, three)).toMatchObject(failure);
  });
});
