import { describe, expect, test } from 'vitest';
import { compare } from '../../src/machines/linux/recording/compare.ts';
import { replay } from '../../src/machines/linux/recording/replay.ts';
import { recorded } from './data.ts';

describe('the machine does what the kernel did', () => {
  test.each(recorded.map(({ file, recording }) => [recording.id, file, recording] as const))(
    '%s (%s)',
    (_, file, recording) => {
      const replayed = replay(recording, file);
      expect(compare(recording, replayed)).toEqual([]);
      expect(replayed).toHaveLength(recording.ops.length);
    },
  );
});

test('drained recordings come out letter for letter, names included', () => {
  for (const { file, recording } of recorded)
    if (recording.drained)
      expect(replay(recording, file).map(line => JSON.stringify(line))).toEqual(
        recording.ops.map(line => JSON.stringify(line)),
      );
});

test('the programs that this machine must agree on are here', () => {
  const ids = recorded.filter(({ file }) => file.startsWith('named/')).map(({ recording }) => recording.id);
  expect(ids).toEqual(
    expect.arrayContaining([
      'cow_parent_writes',
      'cow_child_writes',
      'cow_parent_mprotect',
      'cow_child_mprotect',
      'zero_basic',
      'zero_fork',
      'zero_readonly',
      'reuse_child_exit',
      'reuse_child_unmap',
      'reuse_child_exec',
      'reuse_last_of_three',
      'fork_chain5',
      'fork_chain5_write_each',
      'prot_cases',
      'xv6_simple',
      'xv6_three',
    ]),
  );
});
