import fc from 'fast-check';
import { describe, expect, test } from 'vitest';
import type { GameEvent } from '../../src/game/types.ts';
import { isRight } from '../../src/judge/verdict.ts';
import { begin, optimalNext } from '../../src/levels/course.ts';
import { lesserCost } from '../../src/levels/par.ts';
import { variantsOf } from '../../src/levels/variants.ts';
import {
  attempt,
  begun,
  hint,
  isRefused,
  levelNamed,
  levelOf,
  levels,
  played,
  type Run,
  readThenWrite,
  restart,
  table,
  twoWriters,
  undo,
} from './levels.ts';

describe('deciding', () => {
  test('a right decision goes on to the next fault, the last one to the summary', () => {
    const run = played(begun(twoWriters), 'copy');
    expect(table(run).question).toMatchObject({ n: 2, process: 'sh', operation: 'sh stores 8 to heap+0' });
    const { question, summary, answers } = table(played(run, 'reuse'));
    expect(question).toBeUndefined();
    expect(summary).toMatchObject({ stars: 3, belowPar: false, wasteful: [], eager: { frames: 1 } });
    expect(summary!.cost).toEqual(summary!.par);
    expect(answers.map(({ n, verdict }) => [n, verdict])).toEqual([
      [1, 'optimal'],
      [2, 'optimal'],
    ]);
  });

  test('a wrong one is recorded, changes nothing, and the same fault is asked again', () => {
    const run = begun(twoWriters);
    const wrong = table(played(run, 'reuse', 'zeroed'));
    expect(wrong.question).toEqual(table(run).question);
    expect(wrong.view).toEqual(table(run).view);
    expect(wrong.moments).toEqual(table(run).moments);
    expect(wrong.cost).toEqual(table(run).cost);
    expect(wrong.answers.map(({ n, verdict }) => [n, verdict])).toEqual([
      [1, 'corruption'],
      [1, 'corruption'],
    ]);
    expect(wrong.answers[0]!.after).toEqual(wrong.answers[0]!.before);
  });

  test('the same instruction may fault again after a right decision', () => {
    const run = played(begun(readThenWrite), 'zero-page');
    const level = levelOf(`
depth: decide
setup:
  - sh: map heap 1 rw- anon
script:
  - sh: write heap+0 8
menu: [copy, zeroed, zero-page]`);
    const again = table(played(begun(level), 'zero-page'));
    expect(again.question).toMatchObject({ n: 2, operation: 'sh stores 8 to heap+0' });
    expect(again.answers[0]).toMatchObject({ verdict: 'wasteful' });
    expect(table(run).question).toMatchObject({ n: 2, operation: 'sh stores 8 to heap+0' });
  });

  test('what is not on offer is refused, and so is deciding after the end', () => {
    const run = begun(twoWriters);
    for (const decision of ['map-cache', 'spurious', '', 'COPY', 'copy reuse'])
      expect(attempt(run, decision)).toMatchObject({ refused: 'not-on-offer' });
    expect(attempt(run, 'map-cache')).toMatchObject({ expected: expect.stringContaining('copy, reuse') });
    expect(attempt(played(run, 'copy', 'reuse'), 'copy')).toMatchObject({ refused: 'finished' });
  });

  test('a variant that is not there cannot be started', () => {
    expect(() => begun(twoWriters, 1)).toThrow(RangeError);
  });
});

describe('predicting', () => {
  const level = levelOf(`
depth: predict
setup:
  - sh: map heap 1 rw- anon
script:
  - sh: read heap+0
  - sh: fork child
  - child: read heap+0
  - sh: protect heap r--
  - sh: write heap+0 8
menu: [fault, class, code, frame]`);

  test('asks before every access, and only before accesses', () => {
    const right = ['fault=fault,class=zero-page,frame=zero', 'fault=fault,class=zero-page,frame=zero'];
    const run = played(begun(level), ...right);
    expect(table(run).question).toMatchObject({ n: 3, depth: 'predict', operation: 'sh stores 8 to heap+0' });
    const finished = table(played(run, 'fault=fault,class=refused,code=ACCERR'));
    expect(finished.summary).toMatchObject({ stars: 3, cost: { faults: 3 }, par: { faults: 3 } });
  });

  test('the first answer counts, and the move runs whether it was foretold or not', () => {
    const run = played(begun(level), 'fault=none,frame=same');
    expect(table(run).question!.n).toBe(2);
    const [given] = table(run).answers;
    expect(given).toMatchObject({
      verdict: 'mispredicted',
      errorCode: null,
      truth: { fault: 'fault', class: 'zero-page', frame: 'zero' },
      expected: 'fault=fault,class=zero-page,frame=zero',
      reason: { rule: 'anon-read' },
    });
    expect(table(run).starsLeft).toBe(1);
  });

  test('fields may come in any order, but not twice, not by half and not where they do not apply', () => {
    const run = begun(level);
    expect(table(played(run, ' frame=zero, class=zero-page,fault=fault')).answers[0]!.verdict).toBe(
      'optimal',
    );
    for (const form of [
      'fault=fault',
      'fault=none,class=copy,frame=same',
      'fault=none,fault=none,frame=same',
      'fault=none,frame=same,',
      'frame',
    ])
      expect(attempt(run, form), form).toMatchObject({ refused: 'not-on-offer' });
  });
});

describe('undo', () => {
  test('takes back the last answer that took effect; the stars remember it', () => {
    const run = played(begun(readThenWrite), 'zeroed');
    expect(table(run).summary).toMatchObject({ stars: 2 });
    const back = table(played(run, undo));
    expect(back.question).toEqual(table(begun(readThenWrite)).question);
    expect(back.answers).toMatchObject([{ verdict: 'wasteful', takenBack: true }]);
    expect(table(played(run, undo, 'zero-page', 'zeroed')).summary).toMatchObject({
      stars: 2,
      wasteful: [{ n: 1 }],
      belowPar: false,
    });
  });

  test('passes over wrong answers, which never took effect', () => {
    const run = played(begun(twoWriters), 'copy', 'zeroed', undo);
    expect(table(run).question!.n).toBe(1);
    expect(table(run).answers.map(({ takenBack }) => takenBack)).toEqual([true, false]);
  });

  test('is refused where nothing was done', () => {
    expect(attempt(begun(twoWriters), undo)).toMatchObject({ refused: 'nothing-to-undo' });
    expect(attempt(played(begun(twoWriters), 'reuse'), undo)).toMatchObject({ refused: 'nothing-to-undo' });
    expect(table(begun(twoWriters)).canUndo).toBe(false);
  });

  test('of a restart brings the former attempt back, with its stars', () => {
    const level = levelNamed('after-the-child-has-gone');
    const run = played(begun(level), 'reuse');
    const again = played(run, restart(2));
    expect(table(again)).toMatchObject({ variant: 2, starsLeft: 3, answers: [] });
    const wrong = played(again, 'refuse-unmapped');
    expect(table(wrong).starsLeft).toBe(1);
    expect(table(played(wrong, undo))).toEqual(table(run));
    expect(attempt(run, restart(4))).toMatchObject({ refused: 'no-such-variant', expected: '0 to 3' });
    expect(attempt(run, restart(-1))).toMatchObject({ refused: 'no-such-variant' });
  });
});

describe('hints', () => {
  test('two come from the level and are free, the third is computed and costs a star', () => {
    const two = played(begun(twoWriters), hint, hint);
    expect(table(two).hints).toEqual({ opened: ['Look there.', 'That rule.'], total: 3 });
    expect(table(played(two, 'copy', 'reuse')).summary!.stars).toBe(3);
    const three = played(two, hint);
    expect(table(three).hints.opened).toHaveLength(3);
    expect(table(three).starsLeft).toBe(2);
    expect(table(played(three, 'copy', 'reuse')).summary!.stars).toBe(2);
    expect(attempt(three, hint)).toMatchObject({ refused: 'no-more-hints' });
  });

  test('the third belongs to the question, and tells of a decision that was not tried yet', () => {
    const three = played(begun(twoWriters), hint, hint, hint);
    expect(table(played(three, 'copy')).hints.opened).toHaveLength(2);
    const [, , told] = table(three).hints.opened;
    expect(told).toMatch(/^Suppose you .*\. Then .*, should /);
    const tried = played(begun(twoWriters), 'reuse', 'zeroed', 'zero-page', hint, hint, hint);
    expect(table(tried).hints.opened[2]).toContain('refuse');
    expect(table(played(three, 'copy', hint, undo)).hints.opened).toEqual(table(three).hints.opened);
  });

  test('the third says so where all that is wrong was tried', () => {
    const wrong = ['reuse', 'zeroed', 'zero-page', 'refuse-access', 'refuse-unmapped'];
    const offers = table(begun(twoWriters)).question!.offers.map(({ id }) => id);
    const tried = played(begun(twoWriters), ...wrong.filter(id => offers.includes(id)), hint, hint, hint);
    expect(table(tried).answers.every(({ wentOn }) => !wentOn)).toBe(true);
    expect(table(tried).hints.opened[2]).toBe(
      'You have tried all that is wrong here: whatever is left is right.',
    );
  });

  test('the third says so where nothing on offer is right', () => {
    const level = levelOf(`
depth: decide
setup:
  - sh: map heap 1 rw- anon
script:
  - sh: write heap+0 8
menu: [reuse, refuse-access]`);
    expect(table(played(begun(level), hint, hint, hint)).hints.opened[2]).toMatch(
      /^Nothing on offer is right here/,
    );
  });

  test.each(['twins', 'by-the-book', 'the-witness', 'does-it-ring', 'one-address-two-truths', 'two-pens'])(
    'at each question of %s all hints can be opened',
    id => {
      const level = levelNamed(id);
      let run = played(begun(level), hint, hint);
      for (let course = begin(level, 0); table(run).question !== undefined; ) {
        // Whole sentences, and no text form of an answer.
        expect(table(played(run, hint)).hints.opened[2]).toMatch(/^[A-Z][^=]+\.$/);
        const [best] = optimalNext(course);
        run = played(run, best!.decision);
        course = best!.next;
      }
    },
  );

  test('where nothing on offer is wrong, it says what is dear', () => {
    const level = levelOf(`
depth: decide
setup:
  - sh: map heap 1 rw- anon
script:
  - sh: write heap+0 8
menu: [copy, zeroed]`);
    expect(table(played(begun(level), hint, hint, hint)).hints.opened[2]).toBe(
      'Nothing on offer is wrong here, but if you copy the page to a new frame, it costs 4096 bytes read more than needed.',
    );
  });

  test('a finished level has none left', () => {
    expect(attempt(played(begun(twoWriters), 'copy', 'reuse'), hint)).toMatchObject({ refused: 'finished' });
  });
});

describe('the timeline', () => {
  test('shows what happened, the set-up included, the present excluded', () => {
    const captions = (run: Run) => table(run).moments.map(({ caption }) => caption);
    expect(captions(begun(twoWriters)).slice(1)).toEqual([
      'sh stores 7 to heap+0',
      'sh stores 5 to heap+0.1',
      'sh forks child',
    ]);
    expect(captions(played(begun(twoWriters), 'reuse', 'copy')).slice(-3)).toEqual([
      'child stores 9 to heap+0: page fault',
      'you copied heap+0 to a new frame for child',
      'child stores 9 to heap+0',
    ]);
  });

  test('what was taken back is no part of it', () => {
    expect(table(played(begun(twoWriters), 'copy', undo)).moments).toEqual(table(begun(twoWriters)).moments);
  });
});

test('a wasteful decision may happen to make a run cheaper than par; the stars do not change', () => {
  const run = played(begun(readThenWrite), 'zeroed');
  expect(table(run).summary).toMatchObject({
    stars: 2,
    belowPar: true,
    cost: { faults: 1 },
    par: { faults: 2 },
  });
});

/** Events as a player might send them, told as numbers so that they fit any level. */
const plays = fc.array(fc.tuple(fc.nat(9), fc.nat(99)), { maxLength: 14 });

function eventFor(run: Run, [kind, draw]: readonly [number, number]): GameEvent {
  if (kind === 0) return undo;
  if (kind === 1) return hint;
  if (kind === 2) return restart(draw % variantsOf(run.level).length);
  const offers = table(run).question?.offers ?? [];
  return { type: 'decide', decision: offers[draw % Math.max(1, offers.length)]?.id ?? 'none' };
}

const someLevel = fc.constantFrom(...levels, twoWriters, readThenWrite);

describe('any play of any level', () => {
  test('is the fold of its log, and a refused event changes nothing', () => {
    fc.assert(
      fc.property(someLevel, plays, (level, list) => {
        let run = begun(level);
        const refused: string[] = [];
        for (const draws of list) {
          const next = attempt(run, eventFor(run, draws));
          if (isRefused(next)) refused.push(next.refused);
          else run = next;
        }
        const replayed = played(begun(level), ...run.log);
        expect(table(replayed)).toEqual(table(run));
        expect(run.log.length).toBe(list.length - refused.length);
      }),
      { numRuns: 60 },
    );
  });

  test('undone and done again it is as before, but for what was given', () => {
    fc.assert(
      fc.property(someLevel, plays, (level, list) => {
        let run = begun(level);
        for (const draws of list) {
          const next = attempt(run, eventFor(run, draws));
          if (isRefused(next)) continue;
          const last = next.log.at(-1)!;
          const { answers, ...rest } = table(next);
          const took =
            last.type === 'decide' &&
            (answers.at(-1)!.depth === 'predict' || isRight(answers.at(-1)!.verdict));
          if (took) {
            const { answers: given, ...redone } = table(played(next, undo, last));
            expect(redone).toEqual(
              rest.summary === undefined
                ? rest
                : { ...rest, summary: { ...rest.summary, wasteful: expect.anything() } },
            );
            expect(given.filter(({ takenBack }) => !takenBack)).toEqual(
              answers.filter(({ takenBack }) => !takenBack),
            );
          }
          run = next;
        }
      }),
      { numRuns: 60 },
    );
  });

  test('pays at least par where it is optimal throughout, and then earns three stars', () => {
    fc.assert(
      // Schedules are put together step by step: the best of them is on no list of offers.
      fc.property(
        someLevel.filter(({ depth }) => depth !== 'break'),
        fc.nat(99),
        fc.infiniteStream(fc.nat(99)),
        (level, draw, draws) => {
          let run = begun(level, draw % variantsOf(level).length);
          for (let faults = 0; table(run).question !== undefined; faults++) {
            expect(faults).toBeLessThan(40);
            const offers = table(run).question!.offers;
            const optimal = offers
              .map(({ id }) => played(run, id))
              .filter(next => table(next).answers.at(-1)!.verdict === 'optimal');
            expect(optimal.length).toBeGreaterThan(0);
            run = optimal[draws.next().value % optimal.length]!;
          }
          const { cost, par, stars, belowPar } = table(run).summary!;
          expect(lesserCost(par, cost)).toBe(par);
          expect({ stars, belowPar }).toEqual({ stars: 3, belowPar: false });
        },
      ),
      { numRuns: 30 },
    );
  });
});
