import { afterEach, describe, expect, test } from 'vitest';
import { isRefused, lookAhead, play, type Run, start, table } from '../../src/game/run.ts';
import { isRight } from '../../src/judge/verdict.ts';
import { begin, optimalNext } from '../../src/levels/course.ts';
import { levelById } from '../../src/levels/library.ts';
import { nextField, parsePrediction } from '../../src/ui/prediction.ts';
import { closeAll, keys, launch, runPiped } from './harness.ts';

/**
 * One level of each depth, played to its end on the screen of a real terminal and in plain lines: first a wrong answer with
 * what comes of it, then right ones throughout. The same run is played in this process beside it, and says which answers
 * those are and what must be shown.
 */

afterEach(closeAll);

/** An order is held against all others, each in all interleavings: two seconds of a processor, which may be busy. Milliseconds. */
const JUDGING = 100_000;

const LEVELS = [
  ['decide', 'twins'],
  ['detail', 'by-the-book'],
  ['evidence', 'the-witness'],
  ['predict', 'does-it-ring'],
  ['order', 'the-photograph'],
  ['break', 'two-pens'],
] as const;

const decided = (run: Run, decision: string): Run => {
  const next = play(run, { type: 'decide', decision });
  if (isRefused(next)) throw new Error(`${decision}: ${next.refused}`);
  return next;
};
const lastOf = (run: Run) => table(run).answers.at(-1)!;

/** Every step of a way: an answer, and the run after it. The wrong one comes first at a question of that depth. */
function wayThrough(id: string, depth: string): { readonly before: Run; readonly after: Run }[] {
  const level = levelById(id)!;
  const way: { before: Run; after: Run }[] = [];
  let run = start(level, 0);
  let course = begin(level, 0);
  let erred = false;
  for (let open = table(run).question; open !== undefined; open = table(run).question) {
    if (!erred && open.depth === depth) {
      const wrong = open.offers
        .map(({ id: decision }) => decided(run, decision))
        .find(after => !isRight(lastOf(after).verdict))!;
      way.push({ before: run, after: wrong });
      erred = true;
      run = wrong;
      if (lastOf(wrong).wentOn) course = optimalNext(course)[0]!.next;
      continue;
    }
    const [best] = optimalNext(course);
    const after = decided(run, best!.decision);
    way.push({ before: run, after });
    run = after;
    course = best!.next;
  }
  return way;
}

/** A key, and what the screen shows when it is due. */
type Press = readonly [shown: string | RegExp, key: string];

/** What gives an answer: a digit for each choice that the screen puts. */
function pressesFor(run: Run, decision: string): Press[] {
  const { question } = table(run);
  if (question?.depth === 'break') return schedulePresses(run, decision);
  if (question?.fields === undefined)
    return [[/choose.*decide/, String(question!.offers.findIndex(({ id }) => id === decision) + 1)]];
  const wanted = parsePrediction(decision);
  const presses: Press[] = [];
  for (let given = {}; ; ) {
    const asked = nextField(question, given);
    if (asked === undefined) return presses;
    const { id, label } = asked.field;
    // The field that is asked stands alone in its line; those that were answered have their answers behind them.
    presses.push([`${label}\n`, String(asked.options.indexOf(wanted[id]!) + 1)]);
    given = { ...given, [id]: wanted[id]! };
  }
}

/** Who is to step, one after the other; the last choice is that there is no schedule. */
function schedulePresses(run: Run, decision: string): Press[] {
  const nextAfter = (picks: readonly string[]) => lookAhead(run, picks)!.next;
  if (decision === 'none') return [['Who is next?', String(nextAfter([]).length + 1)]];
  const picks = decision.split(' ');
  return picks.map((who, i) => [
    i === 0 ? 'Step CPU by CPU' : new RegExp(`${i} steps? so far`),
    String(nextAfter(picks.slice(0, i)).findIndex(({ process }) => process === who) + 1),
  ]);
}

describe('a level of each depth, a wrong answer and then right ones', () => {
  test.each(LEVELS)('%s on the screen: %s', async (depth, id) => {
    const session = launch(['play', id, '--variant', '1']);
    await session.waitFor('Enter start');
    session.press(keys.enter);
    for (const { before, after } of wayThrough(id, depth)) {
      const answer = lastOf(after);
      for (const [shown, key] of pressesFor(before, answer.decision)) {
        await session.waitFor(shown);
        session.press(key);
      }
      const { aside } = table(after);
      if (aside !== undefined) {
        await session.waitFor('In passing');
        session.press(keys.escape);
      }
      const word = isRight(answer.verdict) ? '✓ OPTIMAL' : `✗ ${answer.verdict.toUpperCase()}`;
      await session.waitFor(word, JUDGING);
      const { steps } = answer.text;
      for (const [i, { who }] of steps.entries()) {
        session.press(keys.right);
        await session.waitFor(new RegExp(`▸ ${i + 1} {3}${who} `));
      }
      if (steps.at(-1)?.shows) await session.waitFor(steps.at(-1)!.shows.slice(0, 20));
      session.press(keys.enter);
    }
    await session.waitFor('1 of 3 stars');
    await session.waitFor('copying at once');
    session.press('q');
    expect((await session.exited).code).toBe(0);
  });

  test.each(LEVELS)('%s in plain lines: %s', async (depth, id) => {
    const way = wayThrough(id, depth);
    // A schedule is said step by step, every other answer as a whole.
    const lines = way.flatMap(({ before, after }) => {
      const { decision } = lastOf(after);
      return table(before).question?.depth === 'break' ? decision.split(' ') : [decision];
    });
    const { code, stdout } = await runPiped(['play', id, '--variant', '1', '--plain'], {
      input: `${lines.join('\n')}\n`,
    });
    expect(code).toBe(0);
    const wrong = way.map(({ after }) => lastOf(after)).find(({ verdict }) => !isRight(verdict))!;
    expect(stdout).toContain(wrong.text.headline);
    for (const [i, { who, operation }] of wrong.text.steps.entries())
      expect(stdout).toContain(`Step ${i + 1} of ${wrong.text.steps.length}. ${who} ${operation}`);
    if (wrong.text.steps.length === 0) expect(stdout).toContain('You said');
    expect(stdout).toContain('Finished. 1 of 3 stars.');
    expect(stdout).toContain('Copying at once');
  });
});
