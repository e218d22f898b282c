import fc from 'fast-check';
import { Box, useInput } from 'ink';
import { cleanup, render } from 'ink-testing-library';
import { useEffect, useState } from 'react';
import { afterEach, describe, expect, test } from 'vitest';
import { ChoiceList } from '../../../src/ui/widgets/choice-list.tsx';

afterEach(cleanup);

const DOWN = '\x1b[B';
const UP = '\x1b[A';
const RIGHT = '\x1b[C';
const LEFT = '\x1b[D';

const items = (count: number) =>
  Array.from({ length: count }, (_, i) => ({ value: `v${i}`, label: `choice ${i}` }));

/** A list with a hand on the keyboard. Keys are pressed one by one, each after the last was drawn. */
function listOf(count: number, room: number, initial = 0) {
  const chosen: string[] = [];
  const list = (
    <Box>
      <ChoiceList
        choices={{ id: 'list', items: items(count), initial }}
        columns={40}
        room={room}
        onChoose={value => chosen.push(value)}
      />
    </Box>
  );
  let settled: () => void = () => undefined;
  /** Resolves when a key, or the first frame, has been drawn: effects of a parent run last. */
  let drawn = new Promise<void>(resolve => {
    settled = resolve;
  });
  const Watched = () => {
    const [keys, setKeys] = useState(0);
    useInput(() => setKeys(count => count + 1));
    // biome-ignore lint/correctness/useExhaustiveDependencies: once a key
    useEffect(() => settled(), [keys]);
    return list;
  };
  const { stdin, lastFrame } = render(<Watched />);
  const press = async (...keys: readonly string[]) => {
    await drawn;
    for (const key of keys) {
      drawn = new Promise<void>(resolve => {
        settled = resolve;
      });
      stdin.write(key);
      await drawn;
    }
  };
  return { press, chosen, lines: () => (lastFrame() ?? '').split('\n') };
}

describe('a list that fits', () => {
  test('arrows move, Enter takes, a digit takes at once', async () => {
    const { press, chosen, lines } = listOf(3, 5);
    expect(lines()).toEqual([' ❯ 1  choice 0', '   2  choice 1', '   3  choice 2']);
    await press(DOWN);
    expect(lines()[1]).toBe(' ❯ 2  choice 1');
    await press('\r', '3', UP, UP, '\r');
    expect(chosen).toEqual(['v1', 'v2', 'v2']);
  });

  test('begins where it is told to', async () => {
    const { press, chosen } = listOf(4, 5, 2);
    await press('\r');
    expect(chosen).toEqual(['v2']);
  });

  test('without choices nothing is chosen', async () => {
    const { press, chosen } = listOf(0, 5);
    await press('\r', '1');
    expect(chosen).toEqual([]);
  });
});

describe('a list longer than its room', () => {
  test('is turned by going on, or with the arrows to the sides', async () => {
    const { press, lines } = listOf(5, 2);
    await press(DOWN, DOWN);
    expect(lines()).toEqual([' ❯ 1  choice 2', '   2  choice 3']);
    await press(RIGHT);
    expect(lines()).toEqual([' ❯ 1  choice 4']);
    await press(DOWN);
    expect(lines()).toEqual([' ❯ 1  choice 0', '   2  choice 1']);
    await press(UP);
    expect(lines()).toEqual([' ❯ 1  choice 4']);
    await press(LEFT);
    expect(lines()).toEqual([' ❯ 1  choice 2', '   2  choice 3']);
  });

  test('the digit before a choice takes it, in whatever part, after whatever keys', async () => {
    await fc.assert(
      fc.asyncProperty(
        fc.integer({ min: 1, max: 30 }),
        fc.integer({ min: 1, max: 9 }),
        fc.array(fc.constantFrom(UP, DOWN, LEFT, RIGHT), { maxLength: 8 }),
        fc.integer({ min: 0, max: 8 }),
        async (count, room, keys, at) => {
          const { press, chosen, lines } = listOf(count, room);
          await press(...keys);
          const shown = lines();
          expect(shown.length).toBeLessThanOrEqual(Math.min(room, count));
          expect(shown.filter(line => line.includes('❯'))).toHaveLength(1);
          const line = shown[at % shown.length]!;
          await press(String((at % shown.length) + 1));
          expect(chosen).toEqual([`v${/choice (\d+)/.exec(line)![1]}`]);
          cleanup();
        },
      ),
      { numRuns: 40 },
    );
  });

  test('every choice can be reached with the arrow down alone', async () => {
    const { press, lines } = listOf(11, 4);
    const seen = new Set<string>();
    for (let i = 0; i < 11; i++) {
      seen.add(
        lines()
          .find(line => line.includes('❯'))!
          .slice(6),
      );
      await press(DOWN);
    }
    expect(seen.size).toBe(11);
  });
});
