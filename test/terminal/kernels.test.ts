import { mkdtempSync, rmSync } from 'node:fs';
import os from 'node:os';
import path from 'node:path';
import { afterEach, beforeEach, expect, test } from 'vitest';
import { choose, closeAll, keys, launch } from './harness.ts';

let home: string;
beforeEach(() => {
  home = mkdtempSync(path.join(os.tmpdir(), 'cowhand-kernels-'));
});
afterEach(async () => {
  await closeAll();
  rmSync(home, { recursive: true, force: true });
});

test('one write fault is decided in three kernels by keys, and the summary compares them', async () => {
  // The first variant: the child lives, and the region may be written.
  const session = launch(['play', 'one-write-fault', '--variant', '1'], { home });
  await session.waitFor('Enter start');
  session.press(keys.enter);

  const decide = async (where: string, label: string): Promise<void> => {
    await session.waitFor(where);
    await choose(session, label);
    await session.waitFor('✓ OPTIMAL');
    session.press(keys.enter);
  };
  await decide('on Linux;', 'Copy the page to a new frame');
  await decide('on Linux on Xen;', 'Copy the page to a new frame');

  await session.waitFor('on the Hurd    page fault message');
  // The message, the database, containers and rings, and the derivation tree of the frame.
  for (const part of [
    'access -w-',
    'heap+0  rw-  anon  at 0 dirty',
    '{sh:0}{child:0}',
    'f1: sigma0 → physmem →',
  ])
    expect(session.text()).toContain(part);
  await choose(session, 'Reply with nothing');
  await session.waitFor('✗ LIVELOCK');
  session.press(keys.enter);
  await session.waitFor('Enter take it back and decide again');
  session.press(keys.enter);
  await decide('on the Hurd    page fault message', 'Ask physmem to map it, rw-');
  await decide('on the Hurd    map request', 'Copy it to a new frame for the whole ring');

  // Traps, messages, frames and bytes: counted by each machine.
  await session.waitFor(/Linux {10,}kernel +1 +0 +1 +4096/);
  await session.waitFor(/Linux on Xen +kernel +2 +2 +1 +4096/);
  await session.waitFor(/the Hurd +pager, physmem +1 +4 +1 +4096/);
  await session.waitFor('1 of 3 stars');
  session.press('q');
  expect(await session.exited).toEqual({ code: 0, signal: 0 });
});
