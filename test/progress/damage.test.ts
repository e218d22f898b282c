import { readFileSync, writeFileSync } from 'node:fs';
import { expect, test } from 'vitest';
import { isRefused, table } from '../../src/game/run.ts';
import { openSession } from '../../src/progress/session.ts';
import { journalOf, type Store } from '../../src/progress/store.ts';
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

/** A fresh place for saves, which `put` fills with damaged ones. */
function place() {
  const folder = freshFolder();
  const file = journalIn(folder);
  return {
    file,
    put(bytes: Buffer): Store {
      writeFileSync(file, bytes);
      return storeIn(folder);
    },
    again: () => storeIn(folder),
    text: () => readFileSync(file),
  };
}

/** Each byte of a save in turn, with the number of its line. */
function* bytesOf(whole: Buffer): Generator<{ at: number; byte: number; line: number }> {
  let line = 1;
  for (const [at, byte] of whole.entries()) {
    yield { at, byte, line };
    if (byte === LINE_END) line++;
  }
}
const LINE_END = 0x0a;

test.each([0x01, 0xff])('with %i flipped in every byte in turn nothing is lost, and the line is named', async flip => {
  const { whole, progress } = await saved();
  const { put, text } = place();
  for (const { at, byte, line } of bytesOf(whole)) {
    const damaged = Buffer.from(whole);
    damaged[at] = byte ^ flip;
    const store = put(damaged);
    expect(reachedIn(store.progress)).toEqual(reachedIn(progress));
    expect(store.notices).toHaveLength(1);
    expect(store.notices[0]).toContain(`: line ${line} had one damaged byte`);
    expect(text().equals(damaged)).toBe(true);
  }
});

test('with a line end in place of any byte only that line is lost, and it is told', async () => {
  const { whole } = await saved();
  const { put, file } = place();
  put(whole);
  const { events } = journalOf(file);
  for (const { at, byte, line } of bytesOf(whole)) {
    if (byte === LINE_END) continue;
    const damaged = Buffer.from(whole);
    damaged[at] = LINE_END;
    expect(put(damaged).notices.map(notice => notice.includes('cannot be read'))).toEqual([true]);
    expect(journalOf(file).events).toEqual(events.filter((_, i) => i !== line - 1));
  }
});

test('cut at every byte in turn, it holds what its whole lines hold, and the game goes on', async () => {
  const { whole } = await saved();
  const { put, again, text } = place();
  let kept = reachedIn(put(Buffer.alloc(0)).progress);
  for (let cut = 1; cut <= whole.length; cut++) {
    const left = whole.subarray(0, cut);
    const store = put(left);
    const inLine = cut < whole.length && whole[cut] !== 0x0a && whole[cut - 1] !== 0x0a;
    expect(store.notices.map(notice => / ends in the middle of line \d+: /.test(notice))).toEqual(
      inLine ? [true] : [],
    );
    // A line counts as soon as all of it but its end is there.
    if (inLine) expect(reachedIn(store.progress)).toEqual(kept);
    else kept = reachedIn(store.progress);
    if (cut % 16 > 0) continue;
    playOn(store);
    expect(again().progress.levels.get(other.id)?.best.get(0)).toBeDefined();
    expect(text().subarray(0, cut).equals(left)).toBe(true);
  }
});
