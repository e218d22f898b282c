import { afterEach, expect, test } from 'vitest';
import { closeAll, launch } from './harness.ts';

afterEach(closeAll);

/** Breaks the game from outside while it plays: SIGUSR2 throws. */
const breakable = {
  NODE_OPTIONS: `--import=data:text/javascript,${encodeURIComponent(
    "process.on('SIGUSR2', () => { throw new Error('broken on purpose'); });",
  )}`,
};

test('a fault of our own leaves the terminal as it was, and then says what to report', async () => {
  const session = launch([], { env: breakable, rows: 40 });
  await session.waitFor('Begin:');
  expect(session.isAlternate()).toBe(true);
  session.kill('SIGUSR2');
  expect((await session.exited).code).toBe(70);
  expect(session.isAlternate()).toBe(false);
  expect(session.isCursorHidden()).toBe(false);
  for (const part of ['it is our fault', 'version: cowhand', 'command: cowhand', 'Error: broken on purpose'])
    expect(session.text()).toContain(part);
});
