import { describe, expect, test } from 'vitest';
import { check } from '../../src/commands/check.ts';
import { play } from '../../src/commands/play.ts';
import { practice } from '../../src/commands/practice.ts';
import { review } from '../../src/commands/review.ts';
import { begin, question } from '../../src/levels/course.ts';
import { problemOf } from '../../src/study/generate.ts';
import { parseName } from '../../src/study/problem.ts';
import { freshFolder, storeIn } from '../progress/folder.ts';
import { captured } from './captured.ts';

describe('cowhand practice', () => {
  test('--names prints problems that cowhand play knows, the same every time', async () => {
    const args = ['--seed', '5', '--concept', 'dontneed', '--difficulty', '2', '--names', '3'];
    const { stdout } = await captured(practice, args);
    expect((await captured(practice, args)).stdout).toBe(stdout);
    const names = stdout.trimEnd().split('\n');
    expect(names[0]).toBe('p2-linux-2-5-dontneed');
    for (const name of names) {
      const { code, stdout: offers } = await captured(play, [name, '--offers']);
      const { level, variant } = problemOf(parseName(name)!);
      expect({ code, offers: offers.trimEnd().split('\n').length }).toEqual({
        code: 0,
        offers: question(begin(level, variant))!.offers.length,
      });
    }
  });

  test('plays one problem after the other, and keeps what was decided', async () => {
    const folder = freshFolder();
    const [first] = (await captured(practice, ['--seed', '5', '--names', '1'])).stdout.split('\n');
    const menu = problemOf(parseName(first!)!).level.menu.map((_, i) => String(i + 1));
    // Whatever is right, it is among them; each question is asked until it was found.
    const { stdout } = await captured(practice, ['--seed', '5', '--plain', '--state', folder], {
      lines: [...menu, ...menu, 'n', 'q'],
    });
    expect(stdout).toMatch(/Practice: .*Variant \d of 4\./);
    expect(stdout.match(/Practice: /g)!.length).toBe(2);
    const { progress } = storeIn(folder);
    expect([...progress.levels.keys()]).toHaveLength(2);
    expect(progress.levels.get(first!)!.best.size).toBe(1);
    expect(progress.answers.length).toBeGreaterThan(1);
  });

  test.each([
    [['--seed', 'x'], /'x' is no seed/],
    [['--system', 'vax'], /no problems of 'vax'; expected linux, hurd, xen/],
    [['--concept', 'teapots'], /no problem is about 'teapots'; expected one of .*dontneed/],
    [['--difficulty', '9'], /no difficulty '9'; expected 1, 2, 3, 4, 5/],
  ])('%j is refused', async (args, message) => {
    const { code, stderr } = await captured(practice, args);
    expect(code).toBe(2);
    expect(stderr).toMatch(message);
  });

  test('a problem of another generator is refused by name', async () => {
    const { code, stderr } = await captured(play, ['p999-linux-1-5', '--offers']);
    expect(code).toBe(2);
    expect(stderr).toMatch(/makes no problem 'p999-linux-1-5'; expected p2-SYSTEM/);
  });
});

describe('cowhand review', () => {
  const later = (minutes: number) => () => new Date(Date.parse('2026-01-01T08:00:00Z') + minutes * 60_000);

  test('brings back what was got wrong, as a problem that was not played', async () => {
    const folder = freshFolder();
    const state = ['--state', folder];
    const [first] = (await captured(practice, ['--seed', '5', '--names', '1'])).stdout.split('\n');
    await captured(practice, ['--seed', '5', '--plain', ...state], {
      lines: ['1', '2', '3', '4', 'q'],
      now: later(0),
    });
    const list = JSON.parse((await captured(review, ['--json', ...state], { now: later(60) })).stdout);
    expect(list.due).toBeGreaterThan(0);
    expect(list.cards[0]).toEqual({
      misconception: expect.stringMatching(/^(M|X|K|XEN)\d+$/),
      title: expect.any(String),
      due: expect.any(String),
      shown: expect.any(Number),
      resisted: 0,
    });
    const { stdout } = await captured(review, ['--plain', ...state], { lines: ['q'], now: later(60) });
    expect(stdout).toMatch(/^Practice: /m);
    const played = [...storeIn(folder).progress.levels.keys()];
    expect(played).toHaveLength(2);
    expect(parseName(played[1]!)!.focus).toBe(list.cards[0].misconception);
    expect(played[0]).toBe(first);
  });

  test('says when there is nothing to do', async () => {
    const { code, stdout } = await captured(review, ['--state', freshFolder()]);
    expect({ code, stdout }).toEqual({
      code: 0,
      stdout: 'No misconception has shown itself yet: play, or practise.\n',
    });
  });
});

test('cowhand check --problems proves them', async () => {
  const { code, stdout } = await captured(check, ['--problems', '3', '--seed', '7']);
  expect({ code, stdout }).toEqual({ code: 0, stdout: '3 of 3 problems proved, from seed 7 on.\n' });
});
