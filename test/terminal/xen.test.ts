import { mkdtempSync, rmSync } from 'node:fs';
import os from 'node:os';
import path from 'node:path';
import { afterEach, beforeEach, expect, test } from 'vitest';
import { choose, closeAll, keys, launch } from './harness.ts';

let home: string;
beforeEach(() => {
  home = mkdtempSync(path.join(os.tmpdir(), 'cowhand-xen-'));
});
afterEach(async () => {
  await closeAll();
  rmSync(home, { recursive: true, force: true });
});

test('a level of Xen is played to its end by keys', async () => {
  // The first variant: alice has asked for writable page tables.
  const session = launch(['play', 'whose-fault', '--variant', '1'], { home });
  await session.waitFor('Enter start');
  session.press(keys.enter);

  const decide = async (fault: number, label: string): Promise<void> => {
    await session.waitFor(`fault ${fault} `);
    await choose(session, label);
    await session.waitFor('✓ OPTIMAL');
    session.press(keys.enter);
  };
  await session.waitFor('program stores 9 to @0.0[0]');
  // Domain, root, a read-only alias of a table, and a frame with owner, type, both counts and pin.
  for (const part of ['alice pv64, assist on', 'f2 l2, root', '[2] f4:r- alias'])
    expect(session.text()).toContain(part);
  expect(session.text()).toMatch(/f2 +alice l2 +2 +4 yes/);
  await decide(1, 'Forward the page fault');
  await decide(2, 'Do the store for it');
  await decide(3, 'Forward the page fault');
  await decide(4, 'Forward the page fault');
  await session.waitFor('3 of 3 stars');
  session.press('q');
  expect(await session.exited).toEqual({ code: 0, signal: 0 });
});
