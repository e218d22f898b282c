import { createHash } from 'node:crypto';
import { readFileSync } from 'node:fs';
import { describe, expect, test } from 'vitest';
import { table } from '../../src/game/run.ts';
import { isFailure, replayTranscript } from '../../src/game/transcript.ts';
import { levelById } from '../../src/levels/library.ts';
import { problemOf } from '../../src/study/generate.ts';
import { parseName } from '../../src/study/problem.ts';
import { drawsFrom } from '../../src/study/random.ts';
import { problemLevel, shiftOf } from '../../src/study/series.ts';
import { failureText } from '../../src/study/texts.ts';
import { readTranscripts } from '../../src/study/transcript-file.ts';

/** A seed is a problem for good. Whoever must change one of these begins another generation instead. */
test.each([
  ['p1-linux-1-1', 'caa496c692eadf5f', 3],
  ['p1-linux-2-20261125', '9f0df3a8ca5db60b', 1],
  ['p1-linux-3-77-dontneed', 'c8800fd2d69904b3', 1],
  ['p1-linux-4-4294967295-M19', '2ff18ddaddf591d2', 3],
  ['p1-linux-5-5', 'e8dde289df55b1d8', 2],
  ['p1-hurd-1-1', 'ffbc9ea2a961ef1b', 1],
  ['p1-hurd-3-77-lease', '96087d0b047f748f', 1],
  ['p1-hurd-5-5-K1', '6a30dc580ddd7635', 0],
  ['p2-linux-1-1', '850a97f53fdf4b13', 2],
  ['p2-linux-3-5', '0dea7282a242e652', 1],
  ['p2-linux-5-5', '29e7b5aaf854b698', 2],
  ['p2-linux-3-77-dontneed', '5990169896d00f34', 3],
  ['p2-linux-2-9-private-file', 'e4c450cbbb9d0f86', 3],
  ['p2-linux-3-9-swap-count', 'caa4c5924312d995', 3],
  ['p2-linux-4-9-stack-bounds', '6124ee86223316f4', 2],
  ['p2-linux-5-9-M43', 'dd54ef866fcc0487', 3],
  ['p2-linux-3-9-spurious-fault', '34c866f8a9e9c92e', 3],
  ['p2-linux-3-9-accessed-dirty', '7ff54cd7e8a329b6', 0],
  ['p2-linux-3-9-M37', 'b3c4ada43dbb68c3', 0],
  ['p2-hurd-1-1', 'ffbc9ea2a961ef1b', 1],
  ['p2-xen-1-1', 'ca70072f9b0e67da', 2],
  ['p2-xen-3-77-grant', '655aedba6de0d278', 1],
  ['p2-xen-3-7-fast-path', '7a26aae3dad5b3ca', 2],
  ['p2-xen-4-4294967295-XEN12', '8cf37c3170572721', 1],
  ['p2-xen-5-5', 'a073c6f5ee6afe7b', 3],
])('%s asks what it always asked', (id, hash, variant) => {
  const { level, variant: drawn } = problemOf(parseName(id)!);
  const steps = [...level.setup, ...level.script].map(({ process, text, when }) => [process, text, when]);
  const asked = JSON.stringify([level.rules, level.menu, level.variants, steps]);
  expect([createHash('sha256').update(asked).digest('hex').slice(0, 16), drawn]).toEqual([hash, variant]);
});

test('the draws of a seed stay the same', () => {
  const { below } = drawsFrom(7);
  expect([below(1000), below(1000), below(1000)]).toEqual([137, 451, 998]);
});

test('the shift of a day has a problem of each difficulty, the systems in turn', () => {
  expect(shiftOf(20261125)).toEqual([
    'p2-linux-1-20261125',
    'p2-hurd-2-4180862958',
    'p2-xen-3-3522589880',
    'p2-linux-4-325867846',
    'p2-hurd-5-626683106',
  ]);
});

test('a transcript of an earlier day replays, or says exactly why not', () => {
  const file = new URL('data/twins.json', import.meta.url);
  const read = readTranscripts(readFileSync(file, 'utf8'), 'twins.json');
  if ('problems' in read) throw new Error(JSON.stringify(read.problems));
  const [transcript] = read.transcripts;
  const run = replayTranscript(transcript!, levelById('twins')!);
  // The state of a machine that has learnt more has another digest; then the step and both digests are named.
  if (isFailure(run))
    expect(failureText(run)).toMatch(/^(after step \d+ the state is not|the level asked something else)/);
  else expect(run.log).toHaveLength(transcript!.log.length);
});

/**
 * One of each system and depth, as the first version of transcripts wrote them. A machine whose states are told in
 * another way is the beginning of another version (`TRANSCRIPT_VERSION`): then these are older, and replay by their
 * decisions. A level that asks something else is named in the failure, and its transcript made anew.
 */
describe('transcripts of the first version', () => {
  const file = new URL('data/transcripts-1.json', import.meta.url);
  const read = readTranscripts(readFileSync(file, 'utf8'), 'transcripts-1.json');
  if ('problems' in read) throw new Error(JSON.stringify(read.problems));

  test.each(read.transcripts.map(each => [each.level, each] as const))('%s replays', (id, transcript) => {
    const level = problemLevel(id) ?? levelById(id)!;
    const run = replayTranscript(transcript, level);
    if (isFailure(run)) throw new Error(failureText(run));
    expect(run.log).toHaveLength(transcript.log.length);
    expect(table(run).question).toBeUndefined();
  });
});
