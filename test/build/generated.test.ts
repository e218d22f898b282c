import { readdirSync } from 'node:fs';
import { describe, expect, test } from 'vitest';
import { committed, generators, outputsOf } from '../../src/build/generate.ts';
import { withSection } from '../../src/build/section.ts';

describe('every generated file is committed as its generator writes it', () => {
  test.each(generators)('npm run generate %s', async name => {
    for (const [file, text] of Object.entries(await outputsOf(name))) {
      expect(await committed(file), `${file} is out of date: npm run generate ${name}`).toBe(text);
    }
  });
});

test('every generator has a place in the order', () => {
  const modules = readdirSync(new URL('../../src/build/generators/', import.meta.url));
  expect([...generators].sort()).toEqual(modules.map(file => file.replace(/\.ts$/, '')).sort());
});

describe('a generated section of a page', () => {
  const page =
    'Before.\n\n<!-- generated: a -->\nold\n<!-- end -->\n\n<!-- generated: b -->\n<!-- end -->\nAfter.\n';

  test('is replaced, and nothing else is', () => {
    expect(withSection(page, 'a', 'new\nlines\n')).toBe(page.replace('old\n', 'new\nlines\n'));
    expect(withSection(page, 'b', 'text')).toBe(page.replace('b -->\n', 'b -->\ntext\n'));
  });

  test('must be in the page', () => {
    expect(() => withSection(page, 'c', 'text')).toThrow("no section 'c'");
  });
});
