import { mkdirSync, readFileSync, writeFileSync } from 'node:fs';
import path from 'node:path';
import { expect, test } from 'vitest';
import { grade } from '../../src/commands/grade.ts';
import { levels } from '../../src/commands/levels.ts';
import { play } from '../../src/commands/play.ts';
import { progress } from '../../src/commands/progress.ts';
import { replay } from '../../src/commands/replay.ts';
import { library } from '../../src/levels/library.ts';
import { freshFolder } from '../progress/folder.ts';
import { captured } from './captured.ts';

const TWINS = readFileSync(new URL('../../levels/linux/fork/twins.yaml', import.meta.url), 'utf8');

/** A folder with a pack of one level, which has the id of a level of the game. */
function packIn(manifest = 'id: week1\ntitle: Week one\n', level = TWINS): string {
  const folder = freshFolder();
  mkdirSync(path.join(folder, 'week1'));
  writeFileSync(path.join(folder, 'week1/pack.yaml'), manifest);
  writeFileSync(path.join(folder, 'week1/twins.yaml'), level);
  return folder;
}
const PACK = ['--levels', 'week1'];

test('its levels stand behind those of the game, and progress keeps them apart', async () => {
  const cwd = packIn();
  const state = ['--state', 'state'];
  const listed = JSON.parse((await captured(levels, [...PACK, ...state, '--json'], { cwd })).stdout);
  expect(listed.map(({ id }: { id: string }) => id)).toEqual([
    ...library.levels.map(({ id }) => id),
    'week1/twins',
  ]);
  const played = await captured(play, ['week1/twins', ...PACK, ...state, '--plain', '--variant', '1'], {
    cwd,
    lines: [...'1234567', ...'1234567', 'q'],
  });
  expect(played.stdout).toMatch(/^Week one: Twins\. Variant 1 of 2\./);
  const report = JSON.parse((await captured(progress, [...PACK, ...state, '--json'], { cwd })).stdout);
  const attempts = Object.fromEntries(
    report.levels.map((each: { id: string; attempts: number }) => [each.id, each.attempts]),
  );
  expect([attempts['twins'], attempts['week1/twins']]).toEqual([0, 1]);
  // Without the pack its record stands, unknown.
  expect((await captured(progress, state, { cwd })).stdout).toMatch(/not in this version: week1\/twins/);
  const journal = 'state/journal.ndjson';
  const graded = await captured(
    grade,
    [journal, ...PACK, '--require', 'week1/twins', '--format', 'csv', '--jobs', '1'],
    { cwd },
  );
  expect(graded.stdout).toMatch(/\njournal,week1\/twins,1,3,1,0,2/);
  const watched = await captured(replay, ['week1/twins', ...PACK, ...state, '--text'], { cwd });
  expect(watched.stdout).toMatch(/^Twins, variant 1 of 2\./);
});

test.each([
  ['id: Week 1\ntitle: One\n', TWINS, /week1\/pack\.yaml:1:5: id: expected a slug/],
  [undefined, TWINS.replace('depth: decide', 'depth: deicde'), /week1\/twins\.yaml:\d+:\d+: depth: /],
])('a mistake in it is said with its place, and nothing starts', async (manifest, level, message) => {
  const { code, stdout, stderr } = await captured(levels, PACK, { cwd: packIn(manifest, level) });
  expect({ code, stdout }).toEqual({ code: 2, stdout: '' });
  expect(stderr).toMatch(message);
});

test('a folder that is none', async () => {
  const { code, stderr } = await captured(levels, ['--levels', 'nowhere'], { cwd: freshFolder() });
  expect(code).toBe(2);
  expect(stderr).toMatch(/cannot read the pack 'nowhere': ENOENT/);
});
