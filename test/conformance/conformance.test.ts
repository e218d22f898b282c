import { expect, test } from 'vitest';
import { compare } from '../../src/machines/linux/recording/compare.ts';
import { replay } from '../../src/machines/linux/recording/replay.ts';
import { recorded } from './data.ts';

const files = [...new Set(recorded.map(({ file }) => file))];

test.each(files)('the machine does what the kernel did: %s', file => {
  for (const { recording } of recorded.filter(one => one.file === file)) {
    const replayed = replay(recording, file);
    expect(compare(recording, replayed), recording.id).toEqual([]);
    expect(replayed, recording.id).toHaveLength(recording.ops.length);
  }
});

test('nothing of the recordings is left out', () => {
  const drained = recorded.filter(({ recording }) => recording.drained);
  expect(recorded.length).toBe(1129);
  expect(drained.length).toBe(919);
  expect(drained.reduce((sum, { recording }) => sum + recording.ops.length, 0)).toBe(31_426);
});

test('drained recordings come out letter for letter, names included', () => {
  for (const { file, recording } of recorded)
    if (recording.drained)
      expect(replay(recording, file).map(line => JSON.stringify(line))).toEqual(
        recording.ops.map(line => JSON.stringify(line)),
      );
});
