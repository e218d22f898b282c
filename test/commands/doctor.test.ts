import { appendFileSync, symlinkSync } from 'node:fs';
import { expect, test } from 'vitest';
import { doctor } from '../../src/commands/doctor.ts';
import { realIo } from '../../src/commands/io.ts';
import { freshFolder, journalIn, level, storeIn } from '../progress/folder.ts';

async function run(folder: string, env: Record<string, string> = {}) {
  let stdout = '';
  const write = (text: string) => (stdout += text);
  const io = { ...realIo(), env, stdout: { write } as unknown as NodeJS.WriteStream };
  const code = await doctor(['--json', '--state', folder], io, '1.2.3');
  const found: { about: string; found: string; wrong?: boolean }[] = JSON.parse(stdout);
  return { code, said: Object.fromEntries(found.map(({ about, found: text }) => [about, text])) };
}

test('says versions, terminal, paths and what is there', async () => {
  const folder = freshFolder();
  storeIn(folder).begin(level, 0);
  const env = { LANG: 'C', NO_COLOR: '1', TERM: 'xterm', XDG_CACHE_HOME: folder };
  const { code, said } = await run(folder, env);
  expect(code).toBe(0);
  expect(said).toMatchObject({
    cowhand: '1.2.3',
    colours: 'none: NO_COLOR',
    'compiled code': `${folder}/cowhand, not there yet`,
    environment: `TERM=xterm NO_COLOR=1 LANG=C XDG_CACHE_HOME=${folder}`,
  });
  expect(said['node']).toContain(process.version);
  expect(said['glyphs']).toMatch(/^ASCII/);
  expect(said['journal']).toMatch(/journal\.ndjson, \d+ bytes, mode 600$/);
  expect(said['settings']).toMatch(/settings\.json, not there yet$/);
});

test('what keeps somebody from saving is wrong, and damage is told', async () => {
  const folder = freshFolder();
  storeIn(folder).begin(level, 0);
  appendFileSync(journalIn(folder), 'what is this?\n');
  expect(await run(folder)).toMatchObject({ code: 0, said: { damage: expect.stringContaining('line 2') } });
  const linked = freshFolder();
  symlinkSync('/dev/zero', journalIn(linked));
  expect(await run(linked)).toMatchObject({
    code: 1,
    said: { damage: expect.stringContaining('no regular file') },
  });
  expect((await run(journalIn(folder))).code).toBe(1);
});
