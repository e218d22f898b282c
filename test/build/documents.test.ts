import { existsSync, readdirSync, readFileSync } from 'node:fs';
import path from 'node:path';
import { expect, test } from 'vitest';
import { generators } from '../../src/build/generate.ts';
import { rooms } from '../../src/build/import-rules.ts';
import { root } from '../../src/build/root.ts';
import { usage } from '../../src/commands/help.ts';

const read = (file: string): string => readFileSync(path.join(root, file), 'utf8');
const { devDependencies, scripts } = JSON.parse(read('package.json'));
const pages = ['README.md', 'ARCHITECTURE.md', 'CONTRIBUTING.md'];
const guides = ['docs/playing.md', 'docs/teaching.md', 'docs/levels.md'];

test.each(pages)('what %s points to is there', page => {
  const links = [...read(page).matchAll(/\]\(([^)]+)\)/g)].map(match => match[1]!);
  const paths = [...read(page).matchAll(/`((?:src|test|levels|assets)\/[\w./-]*\w\.\w+)`/g)].map(
    match => match[1]!,
  );
  const missing = [...links, ...paths].filter(
    target => !/^https?:|your-level|SYSTEM/.test(target) && !existsSync(path.join(root, target)),
  );
  expect(missing).toEqual([]);
});

test.each(guides)('what %s links to is there', page => {
  const links = [...read(page).matchAll(/\]\(([^)#]+)\)/g)].map(match =>
    path.join(path.dirname(page), match[1]!),
  );
  expect(links.filter(target => !existsSync(path.join(root, target)))).toEqual([]);
});

test.each(pages)('every npm script that %s names is there', page => {
  const named = [...read(page).matchAll(/npm run ([\w:]+)/g)].map(match => match[1]!);
  expect(named.filter(name => !(name in scripts))).toEqual([]);
});

test('README names every command', () => {
  for (const command of Object.keys(usage))
    expect(read('README.md')).toContain(`\`cowhand ${command}`.trimEnd());
});

test('ARCHITECTURE names every room, from the highest to the lowest', () => {
  const rows = [...read('ARCHITECTURE.md').matchAll(/^\| `(\w+)(?:\/|\.tsx)` \|/gm)].map(match => match[1]);
  const files = readdirSync(path.join(root, 'src'), { recursive: true, encoding: 'utf8' });
  const isThere = (room: string) =>
    files.some(file => file.startsWith(`${room}.`) || file.startsWith(room + path.sep));
  expect(rows).toEqual(rooms.filter(isThere));
});

test('CONTRIBUTING gives a reason for every dependency, with its exact version', () => {
  const rows = [...read('CONTRIBUTING.md').matchAll(/^\| (\S+) \| (\d+\.\d+\.\d+) \| \S.*\|$/gm)];
  expect(Object.fromEntries(rows.map(row => [row[1], row[2]]))).toEqual(devDependencies);
});

test('CONTRIBUTING names every generator', () => {
  const rows = [...read('CONTRIBUTING.md').matchAll(/^\| `(\w+)` \| .*`.*\|$/gm)].map(match => match[1]);
  expect(rows).toEqual([...generators]);
});
