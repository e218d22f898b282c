import fc from 'fast-check';
import { describe, expect, test } from 'vitest';
import { factsIn, fill, isTemplate, listed } from '../../src/game/template.ts';
import { OwnFault } from '../../src/judge/judge.ts';

describe('fill', () => {
  test('puts facts in their places', () => {
    expect(fill('{frame} has {maps} {maps|mapper|mappers}', { frame: 'f3', maps: 2 })).toBe(
      'f3 has 2 mappers',
    );
    expect(fill('{frame} has {maps} {maps|mapper|mappers}', { frame: 'f3', maps: 1 })).toBe(
      'f3 has 1 mapper',
    );
    expect(fill('{maps} {maps|mapper|mappers}', { maps: 0 })).toBe('0 mappers');
  });

  test('chooses by the length of a list and by yes or no', () => {
    expect(fill('{who} {who|maps|map} it', { who: ['sh'] })).toBe('sh maps it');
    expect(fill('{who} {who|maps|map} it', { who: ['sh', 'ls', 'wc'] })).toBe('sh, ls and wc map it');
    expect(fill('{exclusive|alone|not alone}', { exclusive: true })).toBe('alone');
    expect(fill('{exclusive|alone|not alone}', { exclusive: false })).toBe('not alone');
  });

  test('a missing fact is a fault of ours', () => {
    expect(() => fill('{frame}', {})).toThrow(OwnFault);
    expect(() => fill('{frame|a|b}', {})).toThrow(OwnFault);
    expect(() => fill('{exclusive}', { exclusive: true })).toThrow(OwnFault);
  });

  test('says each fact that it names, whatever the fact is, and nothing of it is read as a hole', () => {
    fc.assert(
      fc.property(fc.string(), fc.string(), (a, b) => {
        expect(fill('<{a}> and <{b}>', { a, b })).toBe(`<${a}> and <${b}>`);
      }),
    );
  });
});

test('factsIn names the facts of a text, each once', () => {
  expect(factsIn('{a} {b|one|many} {a}.')).toEqual(['a', 'b']);
});

test('isTemplate finds braces that belong to no hole', () => {
  expect(isTemplate('{a} {b|one|many}')).toBe(true);
  for (const text of ['{a', 'a}', '{a|b}', '{}', '{{a}}']) expect(isTemplate(text), text).toBe(false);
});

test('listed', () => {
  expect([[], ['a'], ['a', 'b'], ['a', 'b', 'c']].map(listed)).toEqual([
    'nobody',
    'a',
    'a and b',
    'a, b and c',
  ]);
});
