import fc from 'fast-check';
import { describe, expect, test } from 'vitest';
import { execute } from '../../../src/game/execution.ts';
import { PAGE_SIZE, type Settings } from '../../../src/language/moves.ts';
import { parseProgram } from '../../../src/language/parse.ts';
import { linux } from '../../../src/machines/linux/linux.ts';
import { programs } from './programs.ts';
import { watch } from './watch.ts';

/** What happens from the fork on: faults, frames taken, bytes copied. */
function priceOf(stack: NonNullable<Settings['stack']>, ...after: string[]) {
  const before = ['sh: map stack 4 rw- anon gd', 'sh: write stack+2 7', 'sh: write stack+3 8'];
  const spent = (lines: readonly string[]) => {
    const program = { ...parseProgram(lines.join('\n'), 'stack'), settings: { stack } };
    const world = linux.boot(program, '6.x');
    [...execute(linux, program, '6.x', world)];
    const { faults, frames, bytesRead } = linux.cost(world);
    return [faults, frames, bytesRead];
  };
  const start = spent(before);
  return spent([...before, 'sh: fork child', ...after]).map((count, i) => count - start[i]!);
}

describe('a fork that copies the top page of the stack', () => {
  const child = 'child: write stack+2 1';
  const parent = 'sh: write stack+2 2';
  test.each([
    // Both go on: the page is copied either way; the eager copy saves both faults.
    ['both write', [child, parent], [2, 1, PAGE_SIZE], [0, 1, PAGE_SIZE]],
    // The child execs at once: the parent would have kept its page, and the copy is thrown away.
    ['exec at once', ['child: exec', parent], [1, 0, 0], [0, 1, PAGE_SIZE]],
    // The child uses its stack before it execs.
    ['exec after a call', [child, 'child: exec', parent], [2, 1, PAGE_SIZE], [0, 1, PAGE_SIZE]],
    // The page above is shared as ever.
    ['a page above', ['child: write stack+3 1'], [1, 1, PAGE_SIZE], [1, 2, 2 * PAGE_SIZE]],
  ] as const)('%s', (_, after, shared, eager) => {
    expect(priceOf('shared', ...after)).toEqual(shared);
    expect(priceOf('eager', ...after)).toEqual(eager);
  });

  test('shows every process what the ideal allows', () => {
    fc.assert(
      fc.property(programs({ processes: 5, length: 50 }), program =>
        watch({ ...program, settings: { stack: 'eager' } }, (world, _ideal, _move, fault) =>
          linux.best(world, fault),
        ),
      ),
      { numRuns: 150 },
    );
  });
});
