import { readFileSync, writeFileSync } from 'node:fs';
import { expect, test } from 'vitest';
import { isRefused, table } from '../../src/game/run.ts';
import { openSession } from '../../src/progress/session.ts';
import type { Store } from '../../src/progress/store.ts';
import { optimalAnswers } from '../ui/fixtures.ts';
import { freshFolder, journalIn, level, other, storeIn } from './folder.ts';

/** A save of real play with a byte damaged or lost, wherever that is: what is told, what is left, and play after it. */

/** One level finished, a setting changed, the next level left after a hint and its first answer. */
async function saved() {
  const folder = freshFolder();
  const store = storeIn(folder);
  const first = openSession(store, level, 0);
  for (const decision of optimalAnswers(level, 0)) first.play({ type: 'decide', decision });
  await store.settings.set('theme', 'dark');
  const second = openSession(store, other, 0);
  second.play({ type: 'hint' });
  second.play({ type: 'decide', decision: optimalAnswers(other, 0)[0]! });
  return { whole: readFileSync(journalIn(folder)), progress: store.progress };
}

const reachedIn = ({ levels, runs, open, answers, settings }: Store['progress']) => ({
  levels,
  runs,
  open,
  answers,
  settings,
});

/** Answers optimally until the level is finished. */
function playOn(store: Store): void {
  const session = openSession(store, other, 0);
  const answered = table(session.run).answers.length;
  for (const decision of optimalAnswers(other, 0).slice(answered))
    expect(isRefused(session.play({ type: 'decide', decision }))).toBe(false);
  expect(table(session.run).summary).toBeDefined();
}

/** A place for saves, filled with damaged ones in turn. */
function place() {
  const folder = freshFolder();
  const file = journalIn(folder);
  return {
    file,
    opened(bytes: Uint8Array): Store {
      writeFileSync(file, bytes);
      return storeIn(folder);
    },
    again: () => storeIn(folder),
    bytes: () => readFileSync(file),
  };
}

/** Every so manieth place of a save: over all bytes of a few lines goes parse.test.ts. */
const APART = 13;
const placesOf = (whole: Buffer): number[] =>
  Array.from({ length: Math.ceil(whole.length / APART) }, (_, i) => i * APART);
const LINE_END = 0x0a;

test.each<[string, (whole: Buffer, at: number) => Buffer]>([
  ['flipped', (whole, at) => Buffer.from(whole.map((byte, i) => (i === at ? byte ^ 0x01 : byte)))],
  ['lost', (whole, at) => Buffer.from(whole.filter((_, i) => i !== at))],
])('with one byte %s nothing is lost, and the line is named', async (_, damaged) => {
  const { whole, progress } = await saved();
  const { opened, bytes } = place();
  for (const at of placesOf(whole)) {
    const bad = damaged(whole, at);
    const { progress: read, notices } = opened(bad);
    expect(reachedIn(read)).toEqual(reachedIn(progress));
    const line = whole.subarray(0, at).filter(byte => byte === LINE_END).length + 1;
    expect(notices).toEqual([expect.stringContaining(`: line ${line} had one damaged byte`)]);
    expect(bytes().equals(bad)).toBe(true);
  }
});

test('cut anywhere, it holds what its whole lines hold, and the game goes on', async () => {
  const { whole } = await saved();
  const { opened, again, bytes } = place();
  for (const cut of placesOf(whole)) {
    const left = whole.subarray(0, cut);
    const store = opened(left);
    const lines = left.subarray(0, left.lastIndexOf(LINE_END) + 1);
    // The last line counts where only its end is not there, or one character more.
    const isTorn = cut > lines.length && cut < whole.indexOf(LINE_END, cut) - 1;
    expect(store.notices.some(notice => / ends in the middle of line \d+: /.test(notice))).toBe(isTorn);
    playOn(store);
    expect(again().progress.levels.get(other.id)?.best.get(0)).toBeDefined();
    expect(bytes().subarray(0, cut).equals(left)).toBe(true);
    if (isTorn) expect(reachedIn(opened(left).progress)).toEqual(reachedIn(opened(lines).progress));
  }
});
