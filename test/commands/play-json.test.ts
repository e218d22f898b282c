import { describe, expect, test } from 'vitest';
import { realIo } from '../../src/commands/io.ts';
import { type PlayReport, playWithoutTerminal, type WithoutTerminal } from '../../src/commands/play-json.ts';
import type { Level } from '../../src/levels/level.ts';
import { levelNamed, levelOf, levels, twoWriters } from '../game/levels.ts';

async function outcome(level: Level, options: Partial<WithoutTerminal>) {
  let stdout = '';
  let stderr = '';
  const io = {
    ...realIo(),
    stdout: { write: (text: string) => (stdout += text) } as unknown as NodeJS.WriteStream,
    stderr: { write: (text: string) => (stderr += text) } as unknown as NodeJS.WriteStream,
  };
  const all = { variant: 1, seed: null, decide: [], json: true, offers: false, ...options };
  const code = await playWithoutTerminal(level, all, io);
  return { code, stdout, stderr, transcript: (): PlayReport => JSON.parse(stdout) };
}

describe('decisions answer the questions in order', () => {
  test('right throughout: exit 0, three stars', async () => {
    const { code, transcript } = await outcome(twoWriters, { decide: ['copy', 'reuse'] });
    expect(code).toBe(0);
    const { questions, par, cost, digest, start, log, ...rest } = transcript();
    expect(log.map(({ state, ...event }) => event)).toEqual([
      { type: 'decide', decision: 'copy' },
      { type: 'decide', decision: 'reuse' },
    ]);
    for (const each of [digest, start, ...log.map(({ state }) => state)])
      expect(each).toMatch(/^[\da-f]{16}$/);
    expect(rest).toEqual({
      version: 1,
      level: 'example',
      variant: 1,
      seed: null,
      rules: '6.x',
      open: null,
      stars: 3,
      finished: true,
    });
    expect(cost).toEqual(par);
    expect(questions[0]).toEqual({
      n: 1,
      depth: 'decide',
      process: 'child',
      operation: 'stores 9 to heap+0',
      address: 0x1000_0000_0000,
      errorCode: 7,
      offers: ['copy', 'reuse', 'zeroed', 'zero-page', 'refuse-access', 'refuse-unmapped'],
      decision: 'copy',
      verdict: 'optimal',
      consequence: [],
      broken: [],
      cost: {
        io: 0,
        bytesRead: 4096,
        bytesWritten: 4096,
        frames: 1,
        remoteFlushes: 0,
        localFlushes: 1,
        emulations: 0,
        audits: 0,
        messages: 0,
        faults: 1,
      },
      bestCost: {
        io: 0,
        bytesRead: 4096,
        bytesWritten: 4096,
        frames: 1,
        remoteFlushes: 0,
        localFlushes: 1,
        emulations: 0,
        audits: 0,
        messages: 0,
        faults: 1,
      },
      reference: 'copy',
      reason: { rule: 'wp-copy', function: 'wp_page_copy', text: expect.stringContaining('copy on write') },
    });
  });

  test('after a wrong one the same fault is asked again', async () => {
    const { code, transcript } = await outcome(twoWriters, { decide: ['reuse', 'copy', 'copy'] });
    expect(code).toBe(0);
    const { questions, stars } = transcript();
    expect(stars).toBe(1);
    expect(questions.map(({ n, verdict }) => [n, verdict])).toEqual([
      [1, 'corruption'],
      [1, 'optimal'],
      [2, 'wasteful'],
    ]);
    expect(questions[0]).toMatchObject({
      consequence: [
        { who: 'child', operation: 'stores 9 to heap+0', seen: 'done', ideal: 'done' },
        { who: 'sh', operation: 'loads heap+0', seen: '9', ideal: '7' },
      ],
      broken: ['I1', 'I10'],
    });
    expect(questions[2]!.bestCost.frames).toBe(0);
  });

  test('a wasteful one throughout: two stars', async () => {
    const { transcript } = await outcome(twoWriters, { decide: ['copy', 'copy'] });
    expect(transcript()).toMatchObject({ stars: 2, finished: true });
  });

  test('too few: exit 1 at the open question', async () => {
    for (const decide of [[], ['reuse'], ['copy']]) {
      const { code, transcript } = await outcome(twoWriters, { decide });
      expect(code).toBe(1);
      const { finished, stars, questions, open } = transcript();
      expect({ finished, stars, n: open!.n }).toEqual({
        finished: false,
        stars: 0,
        n: decide[0] === 'copy' ? 2 : 1,
      });
      expect(questions).toHaveLength(decide.length);
    }
  });

  test('too many, or not on offer: exit 2, and what is on offer', async () => {
    const many = await outcome(twoWriters, { decide: ['copy', 'reuse', 'copy'] });
    expect(many).toMatchObject({ code: 2, stdout: '' });
    expect(many.stderr).toMatch(/finished after 2 of 3 decisions/);
    const other = await outcome(twoWriters, { decide: ['copy', 'spurious'] });
    expect(other).toMatchObject({ code: 2, stdout: '' });
    expect(other.stderr).toMatch(/decision 2, 'spurious', .*question 2 \(sh stores 8 to heap\+0\)/);
    for (const offer of twoWriters.menu) expect(other.stderr).toContain(`\n  ${offer}\n`);
  });

  test('a variant that is not there: exit 2', async () => {
    for (const variant of [0, 2, 1.5, Number.NaN]) {
      const { code, stderr } = await outcome(twoWriters, { variant });
      expect({ code, stderr }).toEqual({
        code: 2,
        stderr: `cowhand: no variant ${variant} of example; expected 1 to 1\n`,
      });
    }
  });

  test('variants count from 1', async () => {
    const level = levelNamed('after-the-child-has-gone');
    const gone = await outcome(level, { variant: 1, decide: ['reuse'] });
    const alive = await outcome(level, { variant: 4, decide: ['reuse'] });
    expect(gone.transcript()).toMatchObject({ variant: 1, questions: [{ verdict: 'optimal' }] });
    expect(alive.transcript()).toMatchObject({ variant: 4, questions: [{ verdict: 'corruption' }] });
  });
});

describe('a prediction', () => {
  const level = levelOf(`
depth: predict
setup:
  - sh: map heap 1 rw- anon
  - sh: write heap+0 7
script:
  - sh: read heap+0
  - sh: write heap+0 8
menu: [fault]`);

  test('has no error code; the right answer is the reference', async () => {
    const { code, transcript } = await outcome(level, { decide: ['fault=fault', 'fault=none'] });
    expect(code).toBe(0);
    expect(transcript()).toMatchObject({
      stars: 1,
      questions: [
        {
          n: 1,
          errorCode: null,
          verdict: 'mispredicted',
          reference: 'fault=none',
          reason: { rule: 'no-fault' },
          consequence: [],
        },
        { n: 2, errorCode: null, verdict: 'optimal', reference: 'fault=none' },
      ],
    });
  });

  test('offers every form', async () => {
    const { stdout } = await outcome(level, { offers: true, json: false });
    expect(stdout).toBe('fault=none\nfault=fault\n');
  });
});

describe('--offers', () => {
  test('prints the forms for the next question, one a line or as JSON', async () => {
    const { code, stdout } = await outcome(twoWriters, { offers: true, json: false, decide: ['copy'] });
    expect({ code, stdout }).toEqual({ code: 0, stdout: `${twoWriters.menu.join('\n')}\n` });
    expect(JSON.parse((await outcome(twoWriters, { offers: true })).stdout)).toEqual(twoWriters.menu);
  });

  test('has none to print at the end', async () => {
    const { code, stdout, stderr } = await outcome(twoWriters, { offers: true, decide: ['copy', 'reuse'] });
    expect({ code, stdout }).toEqual({ code: 1, stdout: '' });
    expect(stderr).toContain('finished');
  });
});

test('without --json it says the same in words', async () => {
  const { code, stdout } = await outcome(twoWriters, { json: false, decide: ['reuse', 'copy'] });
  expect(code).toBe(1);
  expect(stdout.split('\n')).toEqual([
    '1  child stores 9 to heap+0: reuse. Corruption. You let child write in place. sh still maps f1.',
    '1  child stores 9 to heap+0: copy. Optimal. You copied heap+0 to a new frame for child. sh still maps f1.',
    `2  sh stores 8 to heap+0: open. On offer: ${twoWriters.menu.join(', ')}`,
    '',
  ]);
});

test('whatever --offers prints is accepted', async () => {
  for (const level of levels) {
    const forms: string[] = JSON.parse((await outcome(level, { offers: true })).stdout);
    // A level that asks for many fields offers hundreds of forms: three of them, spread over the list.
    const stride = Math.ceil(forms.length / 3);
    for (const form of forms.filter((_, i) => i % stride === 0))
      expect((await outcome(level, { decide: [form] })).code, form).toBeLessThanOrEqual(1);
  }
});
