import { execFileSync } from 'node:child_process';
import { mkdtempSync, readFileSync, rmSync } from 'node:fs';
import os from 'node:os';
import path from 'node:path';
import { afterAll, beforeAll, expect, test } from 'vitest';
import { root } from '../../src/build/root.ts';
import { type Installed, installIn } from './installed.ts';

const folder = mkdtempSync(path.join(os.tmpdir(), 'cowhand-package-'));
const about = JSON.parse(readFileSync(path.join(root, 'package.json'), 'utf8'));
let installed: Installed;

const cowhand = (...args: string[]): string =>
  execFileSync(installed.command, args, {
    cwd: folder,
    encoding: 'utf8',
    env: { PATH: process.env['PATH'], HOME: folder },
  });

beforeAll(() => {
  installed = installIn(folder);
});
afterAll(() => rmSync(folder, { recursive: true }));

test('the package holds what players need and nothing else', () => {
  const { files } = installed;
  const alone = ['LICENSE', 'README.md', 'package.json'];
  const folders = new Set(files.filter(file => !alone.includes(file)).map(file => file.split('/')[0]));
  expect(files).toEqual(expect.arrayContaining([...alone, 'dist/cowhand.cjs', 'dist/LICENSES.txt']));
  expect([...folders].sort()).toEqual(['assets', 'dist', 'docs', 'levels']);
  expect(files.filter(file => file.endsWith('.map'))).toEqual([]);
  // What is compiled holds for one version of Node only.
  expect(files.filter(file => file.startsWith('dist/'))).toHaveLength(3);
});

test('the package takes at most 1.5 MB, and runs nothing when it is installed', () => {
  expect(installed.size).toBeLessThanOrEqual(1_500_000);
  const installs = ['preinstall', 'install', 'postinstall', 'prepare'];
  expect(installs.filter(name => name in about.scripts)).toEqual([]);
});

test('the licence of every package in the bundle goes with it', () => {
  const texts = readFileSync(path.join(folder, 'node_modules/cowhand/dist/LICENSES.txt'), 'utf8');
  for (const name of ['ink', 'react', 'yoga-layout', 'conf', 'yaml', 'zod'])
    expect(texts).toMatch(new RegExp(`^${name} \\d+\\.\\d+\\.\\d+, licence `, 'm'));
});

test('the installed command runs, without any other package', () => {
  expect(Object.keys(about.dependencies ?? {})).toEqual([]);
  expect(cowhand('--version')).toBe(`cowhand ${about.version}\n`);
});

test('the installed game holds its levels', () => {
  expect(JSON.parse(cowhand('levels', '--json')).length).toBeGreaterThanOrEqual(16);
});

test('the installed game plays a level to its end', () => {
  const played = JSON.parse(
    cowhand('play', 'first-ring', '--decide', 'zeroed', '--decide', 'refuse-unmapped', '--json'),
  );
  expect(played).toMatchObject({ level: 'first-ring', finished: true });
});
