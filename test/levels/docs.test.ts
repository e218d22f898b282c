import { readFileSync } from 'node:fs';
import { expect, test } from 'vitest';
import { library } from '../../src/levels/library.ts';
import { CHECKS } from '../../src/levels/problem.ts';
import { levelFile } from '../../src/levels/schema.ts';
import { checkTexts } from './files.ts';

const page = readFileSync(new URL('../../docs/levels.md', import.meta.url), 'utf8');

test('the level that docs/levels.md walks through is proved', () => {
  const [, example = ''] = /```yaml\n(.*?)```/s.exec(page) ?? [];
  const [report] = checkTexts({ 'after-the-child-has-gone.yaml': example }, library);
  expect(report).toMatchObject({ id: 'after-the-child-has-gone', variants: 4, problems: [] });
});

test('docs/levels.md names every key and every check', () => {
  for (const name of [...Object.keys(levelFile.shape), ...CHECKS]) expect(page).toContain(`\`${name}\``);
});
