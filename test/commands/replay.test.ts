import { writeFileSync } from 'node:fs';
import path from 'node:path';
import { describe, expect, test } from 'vitest';
import { play } from '../../src/commands/play.ts';
import { replay } from '../../src/commands/replay.ts';
import { start } from '../../src/game/run.ts';
import { openSession } from '../../src/progress/session.ts';
import { played } from '../game/levels.ts';
import { freshFolder, level, storeIn } from '../progress/folder.ts';
import { captured } from './captured.ts';

async function transcript(folder: string, ...args: readonly string[]): Promise<string> {
  const { stdout } = await captured(play, [...args, '--json'], { cwd: folder });
  writeFileSync(path.join(folder, 'run.json'), stdout);
  return stdout;
}
const wrongThenRight = ['twins', '--decide', 'reuse', '--decide', 'copy'];

describe('a transcript', () => {
  test('is printed as lines: the consequence, and where the run left the par', async () => {
    const folder = freshFolder();
    await transcript(folder, ...wrongThenRight);
    const { code, stdout } = await captured(replay, ['run.json', '--text'], { cwd: folder });
    expect(code).toBe(0);
    expect(stdout).toMatch(/^Twins, variant 1 of 2\.\nThe run left the par at picture 10\.\n/);
    expect(stdout).toMatch(
      /\n10\. you: child heap\+0: .*\n {3}Corruption\.\n {3}Here the run left the par\.\n/,
    );
    expect(stdout).toMatch(/\n\d+\. sh loads heap\+0: sees 9, should see 7\.\n/);
  });

  test('comes out as it went in', async () => {
    const folder = freshFolder();
    const given = JSON.parse(await transcript(folder, ...wrongThenRight, '--seed', '4'));
    const { stdout } = await captured(replay, ['run.json', '--json'], { cwd: folder });
    const out = JSON.parse(stdout);
    expect(given).toMatchObject(out);
    expect(out).toMatchObject({ version: 1, level: 'twins', seed: 4, log: [{ decision: 'reuse' }, {}] });
  });

  test('that does not replay: exit 1, the step and the reason', async () => {
    const folder = freshFolder();
    const text = (await transcript(folder, ...wrongThenRight)).replace('"copy"', '"zeroed"');
    writeFileSync(path.join(folder, 'run.json'), text);
    const { code, stdout, stderr } = await captured(replay, ['run.json'], { cwd: folder });
    expect({ code, stdout }).toEqual({ code: 1, stdout: '' });
    expect(stderr).toMatch(/^cowhand: run\.json: after step 2 the state is not the one recorded: .*\n$/);
  });

  test.each([
    ['{"version": 1,\n "level": 3}', /run\.json:2:11: level: expected a text/],
    ['{"version": 1,\n "level', /run\.json:2:/],
    ['', /run\.json:1:1: /],
    ['[]', /run\.json has no run 1; expected 1 to 0/],
  ])('that is none: exit 2 with line and column', async (text, message) => {
    const folder = freshFolder();
    writeFileSync(path.join(folder, 'run.json'), text);
    const { code, stderr } = await captured(replay, ['run.json'], { cwd: folder });
    expect(code).toBe(2);
    expect(stderr).toMatch(message);
  });
});

describe('a level that was played here', () => {
  test('is watched from the journal', async () => {
    const folder = freshFolder();
    const session = openSession(storeIn(folder), level, 0);
    session.play({ type: 'decide', decision: level.menu[0]! });
    const { code, stdout } = await captured(replay, [level.id, '--json', '--state', folder]);
    expect(code).toBe(0);
    expect(JSON.parse(stdout).log).toMatchObject([{ type: 'decide', decision: level.menu[0] }]);
    expect(played(start(level, 0), level.menu[0]!).log).toHaveLength(1);
  });

  test('or not: exit 1', async () => {
    const { code, stderr } = await captured(replay, [level.id, '--state', freshFolder()]);
    expect({ code, stderr }).toEqual({
      code: 1,
      stderr: `cowhand: ${level.id}: nothing of '${level.id}' has been played here\n`,
    });
  });
});
