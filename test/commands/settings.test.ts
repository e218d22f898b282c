import { readFileSync, writeFileSync } from 'node:fs';
import path from 'node:path';
import { expect, test } from 'vitest';
import { realIo } from '../../src/commands/io.ts';
import { settings } from '../../src/commands/settings.ts';
import { bindings } from '../../src/ui/keymap.ts';
import { NAMES, PREFERENCES, preferencesFrom, USUAL } from '../../src/ui/preferences.ts';
import { themeFor } from '../../src/ui/theme.ts';
import { freshFolder } from '../progress/folder.ts';

/** Runs `cowhand settings` on a folder. */
async function run(folder: string, ...args: string[]) {
  let stdout = '';
  let stderr = '';
  const io = {
    ...realIo(),
    env: {},
    stdout: { write: (text: string) => (stdout += text) } as unknown as NodeJS.WriteStream,
    stderr: { write: (text: string) => (stderr += text) } as unknown as NodeJS.WriteStream,
  };
  const code = await settings([...args, '--state', folder], io);
  return { code, stdout, stderr };
}

test('every setting takes each of its values, and keeps it', async () => {
  const folder = freshFolder();
  for (const name of NAMES)
    for (const value of PREFERENCES[name]) {
      expect((await run(folder, name, value)).code).toBe(0);
      expect(JSON.parse((await run(folder, name, '--json')).stdout)).toEqual({ [name]: value });
    }
  expect(JSON.parse(readFileSync(path.join(folder, 'settings.json'), 'utf8'))).toMatchObject({
    mode: 'plain',
  });
});

test('a setting that was never made follows the terminal', async () => {
  const all = JSON.parse((await run(freshFolder(), '--json')).stdout);
  for (const name of NAMES) expect(all[name]).toBe('auto');
  expect(all['key.hint']).toBe('h');
  expect(USUAL.keymap).toEqual(bindings);
});

test('what there is not is refused, with what there is', async () => {
  const folder = freshFolder();
  await expect(run(folder, 'colour', 'pink')).rejects.toThrow(
    "colour cannot be 'pink'; expected auto, never",
  );
  await expect(run(folder, 'color')).rejects.toThrow("no setting 'color'; did you mean 'colour'?");
  await expect(run(folder, 'mode', 'plain', 'too')).rejects.toThrow("not also 'too'");
});

test('a damaged file is kept aside and told; a value that none takes counts as not set', async () => {
  const folder = freshFolder();
  await run(folder, 'glyphs', 'ascii');
  writeFileSync(path.join(folder, 'settings.json'), '{"glyphs": ');
  const { stdout, stderr } = await run(folder, 'glyphs', '--json');
  expect(stderr).toContain('settings.corrupt-');
  expect(JSON.parse(stdout)).toEqual({ glyphs: 'ascii' });
  expect(preferencesFrom(() => 'pink')).toEqual(USUAL);
});

test('a command takes another letter, but none that means something on the same screen', async () => {
  const folder = freshFolder();
  expect((await run(folder, 'key.hint', 'x')).stdout).toMatch(/^key\.hint x /);
  expect(JSON.parse((await run(folder, 'key.hint', '--json')).stdout)).toEqual({ 'key.hint': 'x' });
  for (const [key, why] of [
    ['u', "'u' is the key of undo"],
    ['1', 'expected a small letter'],
    ['j', 'expected a small letter'],
    ['up', 'expected a small letter'],
  ] as const)
    await expect(run(folder, 'key.hint', key)).rejects.toThrow(why);
  // What is free on the screens of the one command may be taken on those of another.
  expect((await run(folder, 'key.why', 'r')).code).toBe(0);
  expect((await run(folder, 'key.undo', 'h')).code).toBe(0);
});

test("the player's own word goes before what the terminal says", () => {
  const utf8 = { LANG: 'C.UTF-8' };
  expect(themeFor(utf8).glyphs('▸')).toBe('▸');
  expect(themeFor(utf8, { ...USUAL, glyphs: 'ascii' }).glyphs('▸')).toBe('>');
  expect(themeFor({ TERM: 'linux' }, { ...USUAL, glyphs: 'unicode' }).glyphs('▸')).toBe('▸');
  expect(themeFor(utf8).look('wrong').color).toBeDefined();
  expect(themeFor(utf8, { ...USUAL, colour: 'never' }).look('wrong').color).toBeUndefined();
});
