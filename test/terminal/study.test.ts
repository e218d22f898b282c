import { mkdtempSync, readFileSync, rmSync, writeFileSync } from 'node:fs';
import os from 'node:os';
import path from 'node:path';
import { afterEach, beforeEach, expect, test } from 'vitest';
import { closeAll, keys, launch, runPiped } from './harness.ts';

let home: string;
beforeEach(() => {
  home = mkdtempSync(path.join(os.tmpdir(), 'cowhand-study-'));
});
afterEach(async () => {
  await closeAll();
  rmSync(home, { recursive: true, force: true });
});

test("today's shift stands behind what is worth doing first, and opens its first problem", async () => {
  const session = launch([], { home });
  await session.waitFor(/1 {2}Begin: .*\n.*2 {2}Today's shift: 0 of 5 done/);
  session.press('2');
  await session.waitFor('Enter start');
  session.press(keys.enter);
  // Of which kind today's first problem is, the day says.
  await session.waitFor(/PAGE FAULT|What will happen\?/);
  session.press('q');
  expect(await session.exited).toEqual({ code: 0, signal: 0 });
});

test('an exam is taken without hints, asks what decided, and goes on where it was left', async () => {
  const session = launch(['exam', 'trap', '--seed', '3'], { home });
  await session.waitFor('9 right ones are the mark');
  session.press(keys.enter);
  await session.waitFor('wrong 0, at most 3');
  expect(session.text()).not.toContain('h hint');
  // worker has no region there: nothing is mapped at the address.
  session.press('5');
  await session.waitFor('✓ OPTIMAL');
  session.press(keys.enter);
  await session.waitFor('What was it that decided?');
  session.press('q');
  expect(await session.exited).toEqual({ code: 0, signal: 0 });
  const again = launch([], { home });
  await again.waitFor(/Worth doing now: you left it.*\n+.*1 {2}Continue: Exam: The trap/);
  again.press('1');
  await again.waitFor('What was it that decided?');
  again.press('q');
  expect(await again.exited).toEqual({ code: 0, signal: 0 });
});

test('a run is watched with the keyboard, from picture to picture and to where it left the par', async () => {
  const { stdout } = await runPiped(['play', 'twins', '--decide', 'reuse', '--decide', 'copy', '--json']);
  writeFileSync(path.join(home, 'run.json'), stdout);
  const session = launch(['replay', 'run.json'], { home, cwd: home });
  await session.waitFor(/Twins, variant 1 of 2 +picture 1\//);
  session.press(keys.right);
  await session.waitFor('picture 2/');
  session.press('b');
  await session.waitFor('Here the run left the par.');
  expect(session.text()).toContain('✗ CORRUPTION');
  session.press(keys.right, keys.right);
  await session.waitFor('sh loads heap+0: sees 9, should see 7');
  session.press(keys.down);
  await session.waitFor('✓ OPTIMAL');
  session.press('q');
  expect(await session.exited).toEqual({ code: 0, signal: 0 });
});

test('the sandbox completes and remembers what was typed', async () => {
  const session = launch(['lab'], { home });
  await session.waitFor('lab>');
  session.press('sh: map heap 1 rw- anon', keys.enter);
  await session.waitFor('1. sh maps heap');
  session.press('sh: wri', keys.tab);
  await session.waitFor(/lab> sh: write/);
  session.press(' heap+0 7', keys.enter);
  await session.waitFor('2. sh stores 7');
  session.press(keys.up);
  await session.waitFor(/lab> sh: write ? heap\+0 7$/m);
  session.press(keys.enter);
  await session.waitFor('3. sh stores 7');
  session.press('quit', keys.enter);
  await session.waitFor('3 lines are saved nowhere');
  session.press('quit', keys.enter);
  expect(await session.exited).toEqual({ code: 0, signal: 0 });
});

test('what would lose a decision is asked for twice: r in a level, q in a level of one’s own', async () => {
  const file = new URL('../../levels/linux/trap/two-desks.yaml', import.meta.url).pathname;
  const session = launch(['play', file, '--variant', '1'], { home });
  await session.waitFor('Enter');
  session.press(keys.enter);
  await session.waitFor('PAGE FAULT');
  session.press('2');
  await session.waitFor('WASTEFUL');
  session.press(keys.enter);
  await session.waitFor('fault 2');
  for (const [key, said] of [
    ['r', 'r again begins anew'],
    ['q', 'q again leaves'],
  ] as const) {
    session.press(key);
    await session.waitFor(said);
  }
  session.press('q');
  expect(await session.exited).toEqual({ code: 0, signal: 0 });
});

test('a level file is proved again whenever it is saved', async () => {
  const file = path.join(home, 'mine.yaml');
  const level = readFileSync(
    new URL('../../levels/linux/trap/one-number.yaml', import.meta.url),
    'utf8',
  ).replace('id: one-number', 'id: mine');
  writeFileSync(file, level.replace('- sh: read diary+0', '- sh: reed diary+0'));
  const session = launch(['check', '--watch', 'mine.yaml'], { home, cwd: home });
  await session.waitFor("expected perhaps 'read'");
  writeFileSync(file, level);
  await session.waitFor(/asks exactly what\s+'one-number'\s+asks/);
  session.press(keys.ctrlC);
  await session.exited;
});
